"""Rates that go from one factor of the base rate to another: LinearLR."""

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.schedulers.base import FloatArray, Scheduler, multiples


def _linear_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    start, end, total = options["start_factor"], options["end_factor"], options["total_iters"]
    if total == 0:
        # PyTorch applies start_factor at once and never gets to the ramp.
        return multiples(np.full(epochs, start), base)
    return multiples(start + (end - start) * np.minimum(np.arange(epochs), total) / total, base)


LINEAR_LR = Scheduler(
    "LinearLR",
    (
        Argument("start_factor", number(above=0, at_most=1), 1.0 / 3),
        Argument("end_factor", number(at_least=0, at_most=1), 1.0),
        Argument("total_iters", integer(at_least=0), 5),
    ),
    _linear_rates,
)
