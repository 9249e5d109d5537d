"""Cosine annealing without and with warm restarts (Loshchilov & Hutter, SGDR, 2017, equation 5)."""

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.schedulers.base import FloatArray, Scheduler


def _cosine_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    return _annealed(np.arange(epochs) / options["T_max"], base, options["eta_min"])


def _restarting_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    phase, first, period = np.empty(epochs), 0, options["T_0"]
    while first < epochs:
        length = min(period, epochs - first)
        phase[first : first + length] = np.arange(length) / float(period)
        first += period
        period *= options["T_mult"]
    return _annealed(phase, base, options["eta_min"])


def _annealed(phase: FloatArray, base: FloatArray, lowest: float) -> FloatArray:
    """Half a cosine wave from the base rates (phase 0) to the lowest rate (phase 1): (epochs, B)."""
    share = (1 + np.cos(np.pi * phase)) / 2
    rates: FloatArray = lowest + np.multiply.outer(share, base - lowest)
    return rates


COSINE_ANNEALING_LR = Scheduler(
    "CosineAnnealingLR",
    (Argument("T_max", integer(at_least=1)), Argument("eta_min", number(), 0.0)),
    _cosine_rates,
)
COSINE_ANNEALING_WARM_RESTARTS = Scheduler(
    "CosineAnnealingWarmRestarts",
    (
        Argument("T_0", integer(at_least=1)),
        Argument("T_mult", integer(at_least=1), 1),
        Argument("eta_min", number(), 0.0),
    ),
    _restarting_rates,
)
