"""SequentialLR: one scheduler after the other, each from its own beginning."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from simulator.core.arguments import Argument, Options, Reader, array, integer, read_arguments, show
from simulator.core.arguments.declared import unknown_name
from simulator.core.errors import error_at
from simulator.core.limits import MAX_LIST
from simulator.core.schedulers.base import FloatArray, Scheduler, SchedulerSpec

_MAX_SCHEDULERS = 20
_REFUSED = {
    "SequentialLR": "cannot hold another SequentialLR.",
    "ReduceLROnPlateau": "cannot hold ReduceLROnPlateau, which needs a metric; PyTorch refuses it too.",
    "OneCycleLR": "cannot hold OneCycleLR, which overwrites the base rate of the others.",
}

# Their closed forms, by which PyTorch begins them at a milestone, divide by total_iters.
_DIVIDING = frozenset({"LinearLR", "PolynomialLR"})


def sequential_lr(known: Mapping[str, Scheduler]) -> Scheduler:
    """SequentialLR over the `known` kinds of schedulers."""
    return Scheduler(
        "SequentialLR",
        (
            Argument("schedulers", array(_reader(known), at_least=1, at_most=_MAX_SCHEDULERS)),
            Argument("milestones", array(integer(at_least=0), at_most=MAX_LIST)),
        ),
        partial(_rates, known),
        partial(_momenta, known),
        check=_check,
        check_calls=partial(_check_calls, known),
    )


def _rates(known: Mapping[str, Scheduler], options: Options, base: FloatArray, epochs: int) -> FloatArray:
    first = options["schedulers"][0]
    if first.name == "CyclicLR":
        # Made first, it writes base_lr into the optimizer, where the others find it as their base rate.
        base = np.full_like(base, first.options["base_lr"])
    result = np.empty((epochs, len(base)))
    for scheduler, start, stop in _phases(options, epochs):
        begun = _begun(scheduler) if start else scheduler
        result[start:stop] = known[begun.name].table(begun.options, base, stop - start)
    return result


def _momenta(known: Mapping[str, Scheduler], options: Options, epochs: int) -> FloatArray | None:
    """A cycled momentum starts where the last scheduler made puts it, and stays where a phase leaves it."""
    result = np.empty(epochs)
    current = None
    for scheduler in options["schedulers"]:
        own = _momenta_of(known, scheduler, 1)
        current = current if own is None else float(own[0])
    if current is None:
        return None
    for scheduler, start, stop in _phases(options, epochs):
        own = _momenta_of(known, scheduler, stop - start)
        result[start:stop] = current if own is None else own
        if stop > start:
            current = float(result[stop - 1])
    return result


def _check_calls(known: Mapping[str, Scheduler], options: Options, calls: int, path: str) -> None:
    for index, (scheduler, start, stop) in enumerate(_phases(options, calls + 1)):
        check, where = known[scheduler.name].check_calls, f"{path}.schedulers[{index}]"
        if start and stop > start and scheduler.name in _DIVIDING and not scheduler.options["total_iters"]:
            raise error_at(
                f"{where}.total_iters",
                "bad_value",
                "must be at least 1 after a milestone: PyTorch divides by it there.",
            )
        if check is not None and stop > start:
            check(scheduler.options, stop - start - 1, where)


def _begun(scheduler: SchedulerSpec) -> SchedulerSpec:
    """The scheduler as PyTorch begins it at a milestone: by its closed form.

    In that form a ConstantLR without iterations is over at once, and not, as elsewhere, for ever at its
    factor.
    """
    if scheduler.name == "ConstantLR" and not scheduler.options["total_iters"]:
        return SchedulerSpec(scheduler.name, Options({**scheduler.options, "factor": 1.0}))
    return scheduler


def _reader(known: Mapping[str, Scheduler]) -> Reader:
    names = [name for name in known if name not in _REFUSED]

    def read(value: object, path: str) -> SchedulerSpec:
        if not isinstance(value, dict) or "name" not in value:
            raise error_at(
                path, "bad_value", f'must be a scheduler such as {{"name": "LinearLR"}}, not {show(value)}.'
            )
        name = value["name"]
        if isinstance(name, str) and name in _REFUSED:
            raise error_at(f"{path}.name", "bad_value", f"SequentialLR {_REFUSED[name]}")
        if not isinstance(name, str) or name not in known:
            raise unknown_name(name, names, "scheduler", f"{path}.name")
        options = read_arguments(value, known[name].arguments, path)
        check = known[name].check
        if check is not None:
            check(options, path)
        return SchedulerSpec(name, options)

    return read


def _check(options: Options, path: str) -> None:
    milestones, wanted = options["milestones"], len(options["schedulers"]) - 1
    if len(milestones) != wanted:
        raise error_at(
            f"{path}.milestones",
            "bad_value",
            f"must be {wanted}, one fewer than schedulers, not {len(milestones)}.",
        )
    if any(later < earlier for earlier, later in pairwise(milestones)):
        raise error_at(f"{path}.milestones", "bad_value", "must not go down.")


def _phases(options: Options, epochs: int) -> list[tuple[SchedulerSpec, int, int]]:
    """Each scheduler with the epochs that it rules: from its milestone to before the next."""
    bounds = [0, *(min(milestone, epochs) for milestone in options["milestones"]), epochs]
    return [
        (scheduler, start, stop)
        for scheduler, (start, stop) in zip(options["schedulers"], pairwise(bounds), strict=True)
    ]


def _momenta_of(known: Mapping[str, Scheduler], scheduler: SchedulerSpec, epochs: int) -> FloatArray | None:
    momenta = known[scheduler.name].momenta
    return None if momenta is None else momenta(scheduler.options, epochs)
