"""Cosine annealing (Loshchilov & Hutter, SGDR, 2017, equation 5)."""

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.schedulers.base import FloatArray, Scheduler


def _cosine_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    return annealed(np.arange(epochs) / options["T_max"], base, options["eta_min"])


def annealed(phase: FloatArray, base: FloatArray, lowest: float) -> FloatArray:
    """Half a cosine wave from the base rates (phase 0) to the lowest rate (phase 1): (epochs, B)."""
    share = (1 + np.cos(np.pi * phase)) / 2
    return lowest + np.multiply.outer(share, base - lowest)


COSINE_ANNEALING_LR = Scheduler(
    "CosineAnnealingLR",
    (Argument("T_max", integer(at_least=1)), Argument("eta_min", number(at_least=0), 0.0)),
    _cosine_rates,
)
