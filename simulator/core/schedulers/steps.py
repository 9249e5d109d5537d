"""Decay in steps: StepLR, MultiStepLR and ExponentialLR."""

import numpy as np

from simulator.core.arguments import Argument, Options, array, integer, number
from simulator.core.limits import MAX_LIST
from simulator.core.schedulers.base import FloatArray, Scheduler, multiples

_gamma = number()


def _step_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    return multiples(options["gamma"] ** (np.arange(epochs) // options["step_size"]).astype(np.float64), base)


def _multi_step_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    passed = np.searchsorted(np.sort(options["milestones"]), np.arange(epochs), side="right")
    return multiples(options["gamma"] ** passed.astype(np.float64), base)


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
)
EXPONENTIAL_LR = Scheduler("ExponentialLR", (Argument("gamma", _gamma),), _exponential_rates)
