"""OneCycleLR: one rise, one long fall (Smith & Topin, 2019)."""

from collections.abc import Callable

import numpy as np

from simulator.core.arguments import Argument, Options, boolean, choice, integer, number, optional
from simulator.core.errors import error_at
from simulator.core.schedulers.base import FloatArray, Scheduler

_Anneal = Callable[[float, float, FloatArray], FloatArray]


def _cos(start: float, end: float, share: FloatArray) -> FloatArray:
    values: FloatArray = end + (start - end) / 2.0 * (np.cos(np.pi * share) + 1)
    return values


def _linear(start: float, end: float, share: FloatArray) -> FloatArray:
    values: FloatArray = (end - start) * share + start
    return values


def total_steps(options: Options) -> int:
    """Length of the cycle, given outright or as epochs times steps_per_epoch."""
    return int(options["total_steps"] or options["epochs"] * options["steps_per_epoch"])


def _ends(options: Options) -> list[float]:
    """The epoch at which each phase ends."""
    share, total = options["pct_start"], total_steps(options)
    if options["three_phase"]:
        return [share * total - 1, 2 * share * total - 2, total - 1]
    return [share * total - 1, total - 1]


def _phases(options: Options, epochs: int) -> list[tuple[slice, FloatArray]]:
    """Which epochs belong to each phase, and how far through it they are."""
    ends, epoch = _ends(options), np.arange(epochs, dtype=np.float64)
    phases, first, start = [], 0, 0.0
    for index, end in enumerate(ends):
        is_last = index == len(ends) - 1
        stop = epochs if is_last else int(np.searchsorted(epoch, end, side="right"))
        phases.append((slice(first, stop), (epoch[first:stop] - start) / (end - start)))
        first, start = stop, end
    return phases


def _through(options: Options, epochs: int, values: list[float]) -> FloatArray:
    """What each epoch is, going through `values` phase by phase."""
    anneal: _Anneal = _cos if options["anneal_strategy"] == "cos" else _linear
    result = np.empty(epochs)
    with np.errstate(all="ignore"):
        for index, (where, share) in enumerate(_phases(options, epochs)):
            result[where] = anneal(values[index], values[index + 1], share)
    return result


def _rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    """The base rates of the runs play no part: OneCycleLR overwrites them."""
    highest = options["max_lr"]
    initial = highest / options["div_factor"]
    lowest = initial / options["final_div_factor"]
    path = [initial, highest, initial, lowest] if options["three_phase"] else [initial, highest, lowest]
    return np.repeat(_through(options, epochs, path)[:, None], len(base), axis=1)


def _momenta(options: Options, epochs: int) -> FloatArray | None:
    if not options["cycle_momentum"]:
        return None
    low, high = options["base_momentum"], options["max_momentum"]
    return _through(options, epochs, [high, low, high, high] if options["three_phase"] else [high, low, high])


def _check(options: Options, path: str) -> None:
    if options["total_steps"] is None and (options["epochs"] is None or options["steps_per_epoch"] is None):
        raise error_at(
            f"{path}.total_steps", "missing_key", "is required, or epochs together with steps_per_epoch."
        )


def _check_calls(options: Options, calls: int, path: str) -> None:
    if calls > total_steps(options):
        raise error_at(
            f"{path}.total_steps",
            "bad_value",
            f"must be at least {calls}, as many as the scheduler steps here, not {total_steps(options)}: "
            "PyTorch raises beyond it.",
        )
    ends = _ends(options)
    if ends[0] == 0 or (ends[-2] == ends[-1] and calls > ends[-1]):
        raise error_at(
            f"{path}.pct_start", "bad_value", "makes a phase of no length, which PyTorch divides by."
        )


_count = optional(integer(at_least=1))

ONE_CYCLE_LR = Scheduler(
    "OneCycleLR",
    (
        Argument("max_lr", number(above=0)),
        Argument("total_steps", _count, None),
        Argument("epochs", _count, None),
        Argument("steps_per_epoch", _count, None),
        Argument("pct_start", number(at_least=0, at_most=1), 0.3),
        Argument("anneal_strategy", choice("cos", "linear"), "cos"),
        Argument("cycle_momentum", boolean(), True),
        Argument("base_momentum", number(at_least=0), 0.85),
        Argument("max_momentum", number(at_least=0), 0.95),
        Argument("div_factor", number(above=0), 25.0),
        Argument("final_div_factor", number(above=0), 1e4),
        Argument("three_phase", boolean(), False),
    ),
    _rates,
    _momenta,
    check=_check,
    check_calls=_check_calls,
)
