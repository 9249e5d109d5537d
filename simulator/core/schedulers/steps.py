"""Decay in steps: StepLR, MultiStepLR and ExponentialLR."""

from collections import Counter

import numpy as np

from simulator.core.arguments import Argument, Options, array, integer, number
from simulator.core.errors import error_at
from simulator.core.limits import MAX_LIST
from simulator.core.schedulers.base import FloatArray, Scheduler, multiples

_gamma = number()


def _step_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    return multiples(options["gamma"] ** (np.arange(epochs) // options["step_size"]).astype(np.float64), base)


def _multi_step_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    passed = np.searchsorted(np.sort(options["milestones"]), np.arange(epochs), side="right")
    return multiples(options["gamma"] ** passed.astype(np.float64), base)


def _check_calls(options: Options, calls: int, path: str) -> None:
    """PyTorch raises OverflowError where milestones that fall together make a power too large."""
    try:
        for milestone, times in Counter(options["milestones"]).items():
            if milestone <= calls:
                options["gamma"] ** times
    except OverflowError:
        raise error_at(
            f"{path}.gamma",
            "bad_value",
            "overflows at a milestone within these steps, as it would in PyTorch; take one closer to 1.",
        ) from None


def _exponential_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    return multiples(options["gamma"] ** np.arange(epochs, dtype=np.float64), base)


STEP_LR = Scheduler(
    "StepLR",
    (Argument("step_size", integer(at_least=1)), Argument("gamma", _gamma, 0.1)),
    _step_rates,
)
MULTI_STEP_LR = Scheduler(
    "MultiStepLR",
    (Argument("milestones", array(integer(at_least=0), at_most=MAX_LIST)), Argument("gamma", _gamma, 0.1)),
    _multi_step_rates,
    check_calls=_check_calls,
)
EXPONENTIAL_LR = Scheduler("ExponentialLR", (Argument("gamma", _gamma),), _exponential_rates)
