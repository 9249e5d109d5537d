"""Common cases of PyTorch's LambdaLR under their own names: the base rate times a function of the epoch."""

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number, optional
from simulator.core.limits import MAX_STEPS
from simulator.core.schedulers.base import FloatArray, Scheduler, multiples

_MAX_WIDTH = 1_000_000


def _inverse_time_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    """base / (1 + decay e): the 1/t decay of Robbins & Monro (1951)."""
    return multiples(1.0 / (1.0 + options["decay"] * np.arange(epochs, dtype=np.float64)), base)


def _noam_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    """Linear warm-up, then the inverse square root (Vaswani et al. 2017, equation 3), step number e + 1.

    With a width d the rate is base d^-0.5 min((e + 1)^-0.5, (e + 1) warmup_steps^-1.5), as in the paper with
    base = 1. Without one it is scaled so that its peak, after warmup_steps - 1 epochs, is the base rate.
    """
    number, warmup = np.arange(1, epochs + 1, dtype=np.float64), float(options["warmup_steps"])
    if options["d_model"] is None:
        return multiples(np.minimum((number / warmup) ** -0.5, number / warmup), base)
    width = float(options["d_model"])
    return multiples(width**-0.5 * np.minimum(number**-0.5, number * warmup**-1.5), base)


INVERSE_TIME_LR = Scheduler("InverseTimeLR", (Argument("decay", number(at_least=0)),), _inverse_time_rates)
NOAM_LR = Scheduler(
    "NoamLR",
    (
        Argument("warmup_steps", integer(at_least=1, at_most=MAX_STEPS)),
        Argument("d_model", optional(integer(at_least=1, at_most=_MAX_WIDTH)), None),
    ),
    _noam_rates,
)
