"""CyclicLR: the rate goes up and down between two bounds (Smith, 2017)."""

import math

import numpy as np

from simulator.core.arguments import Argument, Options, boolean, choice, integer, number, optional
from simulator.core.errors import error_at
from simulator.core.schedulers.base import FloatArray, Scheduler


def _height(options: Options, epochs: int) -> FloatArray:
    """How far between base_lr (0) and max_lr (1) each epoch is, amplitude of the cycle included."""
    up, total = _lengths(options)
    ratio = up / total
    epoch = np.arange(epochs, dtype=np.float64)
    cycle = np.floor(1 + epoch / total)
    x = 1.0 + epoch / total - cycle
    with np.errstate(all="ignore"):
        scale = np.where(x <= ratio, x / ratio, (x - 1) / (ratio - 1))
        if options["mode"] == "triangular2":
            scale = scale * (1 / 2.0 ** (cycle - 1))
        elif options["mode"] == "exp_range":
            scale = scale * options["gamma"] ** epoch
    return scale


def _lengths(options: Options) -> tuple[float, float]:
    """Length of the rise, and of a whole cycle."""
    up = options["step_size_up"]
    down = up if options["step_size_down"] is None else options["step_size_down"]
    return float(up), float(up) + float(down)


def _rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    """The base rates of the runs play no part: CyclicLR overwrites them."""
    lowest, highest = options["base_lr"], options["max_lr"]
    rates = lowest + (highest - lowest) * _height(options, epochs)
    return np.repeat(rates[:, None], len(base), axis=1)


def _momenta(options: Options, epochs: int) -> FloatArray | None:
    """Momentum goes the other way: from max_momentum down to base_momentum and back."""
    if not options["cycle_momentum"]:
        return None
    highest = options["max_momentum"]
    momenta: FloatArray = highest - (highest - options["base_momentum"]) * _height(options, epochs)
    return momenta


def _check_calls(options: Options, calls: int, path: str) -> None:
    """PyTorch raises OverflowError where a power leaves the range of double precision."""
    try:
        if options["mode"] == "triangular2":
            2.0 ** math.floor(calls / _lengths(options)[1])
        elif options["mode"] == "exp_range":
            options["gamma"] ** calls
    except OverflowError:
        raise error_at(
            path,
            "bad_value",
            "overflows within these steps, as it would in PyTorch; take longer cycles or a smaller gamma.",
        ) from None


CYCLIC_LR = Scheduler(
    "CyclicLR",
    (
        Argument("base_lr", number(at_least=0)),
        Argument("max_lr", number(at_least=0)),
        Argument("step_size_up", integer(at_least=1), 2000),
        Argument("step_size_down", optional(integer(at_least=0)), None),
        Argument("mode", choice("triangular", "triangular2", "exp_range"), "triangular"),
        Argument("gamma", number(), 1.0),
        Argument("cycle_momentum", boolean(), True),
        Argument("base_momentum", number(at_least=0), 0.8),
        Argument("max_momentum", number(at_least=0), 0.9),
    ),
    _rates,
    _momenta,
    check_calls=_check_calls,
)
