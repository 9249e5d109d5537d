"""The named parts of a run: objective, optimizer, scheduler."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import number, read_arguments, show
from simulator.core.arguments.declared import unknown_name
from simulator.core.errors import error_at
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS, SchedulerSpec
from simulator.core.spec.scenario import ObjectiveSpec, OptimizerSpec

read_lr = number(above=0)


def read_objective(value: object, path: str) -> ObjectiveSpec:
    """An objective: {"name": …, its options}."""
    given, name = _named(value, path, "objective", OBJECTIVES)
    kind = OBJECTIVES[name]
    options = read_arguments(given, kind.arguments, path)
    kind.check(options, path)
    return ObjectiveSpec(name, options)


def read_optimizer(value: object, path: str) -> OptimizerSpec:
    """An optimizer: {"name": …, "lr": …, its arguments}."""
    given, name = _named(value, path, "optimizer", OPTIMIZERS)
    kind = OPTIMIZERS[name]
    options = read_arguments(given, kind.arguments, path, skip=("name", "lr"))
    lr = read_lr(given["lr"], f"{path}.lr") if "lr" in given else kind.lr
    if kind.check is not None:
        kind.check(options, path)
    return OptimizerSpec(name, lr, options)


def read_scheduler(
    value: object, path: str, *, optimizer: OptimizerSpec, steps: int, interval: int
) -> SchedulerSpec | None:
    """A scheduler, null for none, that is to step after every `interval` of `steps` updates."""
    if value is None:
        return None
    given, name = _named(value, path, "scheduler", SCHEDULERS)
    kind = SCHEDULERS[name]
    options = read_arguments(given, kind.arguments, path)
    if kind.check is not None:
        kind.check(options, path)
    if kind.check_calls is not None:
        kind.check_calls(options, steps // interval, path)
    momenta = None if kind.momenta is None else kind.momenta(options, -(-steps // interval))
    if momenta is not None:
        _check_momenta(momenta, optimizer, path)
    return SchedulerSpec(name, options)


def check_rates(
    optimizer: OptimizerSpec, scheduler: SchedulerSpec | None, path: str, *, steps: int, interval: int
) -> None:
    """Refuse an optimizer that PyTorch would raise for at the rates of `steps` updates.

    A scheduler that watches the loss only lowers the rate, which counts here as if it did not.
    """
    check = OPTIMIZERS[optimizer.name].check_rates
    if check is None:
        return
    epochs = np.arange(steps) // interval
    if scheduler is None or SCHEDULERS[scheduler.name].rates is None:
        rates = np.full(steps, optimizer.lr)
    else:
        base = np.array([optimizer.lr])
        with np.errstate(all="ignore"):  # rates may overflow, which is no error of PyTorch's
            rates = SCHEDULERS[scheduler.name].table(scheduler.options, base, int(epochs[-1]) + 1)[epochs, 0]
    check(optimizer.options, rates, path)


def _check_momenta(momenta: NDArray[np.float64], optimizer: OptimizerSpec, path: str) -> None:
    """A scheduler that cycles the momentum needs an optimizer that has one; a beta1 must stay below 1, and
    RMSprop's buffer has to be made by the first update."""
    cycled = OPTIMIZERS[optimizer.name].momentum
    if cycled is None:
        raise error_at(
            path,
            "bad_value",
            f"cycles the momentum, which {optimizer.name} has not; PyTorch refuses it too. "
            "Set cycle_momentum to false.",
        )
    if cycled == "betas" and not ((momenta >= 0) & (momenta < 1)).all():
        raise error_at(
            path, "out_of_bounds", "must cycle the momentum within 0 and 1, because it becomes beta1."
        )
    if optimizer.name == "RMSprop" and momenta[0] <= 0 and (momenta > 0).any():
        raise error_at(
            path,
            "bad_value",
            "must begin with a momentum above 0: PyTorch's RMSprop makes the buffer of its momentum in the "
            "first update only, and raises in a later one that needs it.",
        )


def _named(value: object, path: str, kind: str, known: Mapping[str, Any]) -> tuple[dict[str, object], str]:
    if not isinstance(value, dict):
        raise error_at(
            path,
            "bad_value",
            f'must be an object such as {{"name": "{next(iter(known))}", …}}, not {show(value)}.',
        )
    if "name" not in value:
        raise error_at(f"{path}.name", "missing_key", f"is required. There are: {', '.join(known)}.")
    name = value["name"]
    if not isinstance(name, str) or name not in known:
        raise unknown_name(name, list(known), kind, f"{path}.name")
    return value, name
