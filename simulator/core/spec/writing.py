"""A scenario back in its public form."""

from collections.abc import Sequence
from typing import Any

from simulator.core.arguments import REQUIRED, Argument, Options
from simulator.core.datasets import arguments_of
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec.scenario import ObjectiveSpec, OptimizerSpec, Run, Scenario, SchedulerSpec

_SHARED = (
    "objective",
    "start",
    "noise",
    "batches",
    "clip_norm",
    "scheduler_interval",
    "plateau_metric",
    "data",
)
# What is left out where it is so. `start` never is: the public form always has it, null or not.
_DEFAULTS: dict[str, Any] = {
    "noise": None,
    "batches": None,
    "clip_norm": None,
    "scheduler_interval": 1,
    "plateau_metric": "before",
    "data": None,
}


def scenario_to_dict(scenario: Scenario) -> dict[str, Any]:
    """The canonical form: equal scenarios give equal dictionaries; parsing one gives the scenario back."""
    first = scenario.runs[0]
    shared = [
        key for key in _SHARED if all(getattr(run, key) == getattr(first, key) for run in scenario.runs)
    ]
    own = [key for key in _SHARED if key not in shared]
    common: dict[str, Any] = {}
    for key in shared:
        _write(common, key, first)
    head: dict[str, Any] = {key: common.pop(key) for key in ("objective", "start") if key in common}
    runs = [
        run_to_dict(run, own, default_label=f"run {number}") for number, run in enumerate(scenario.runs, 1)
    ]
    return {**head, "steps": scenario.steps, "runs": runs, **common}


def run_to_dict(
    run: Run, keys: Sequence[str] = _SHARED, *, default_label: str | None = None
) -> dict[str, Any]:
    """One run, with the given ones of the keys that runs may share."""
    result: dict[str, Any] = {} if run.label == default_label else {"label": run.label}
    result["optimizer"] = _optimizer(run.optimizer)
    if run.scheduler is not None:
        result["scheduler"] = scheduler_to_dict(run.scheduler)
    for key in keys:
        _write(result, key, run)
    return result


def scheduler_to_dict(scheduler: SchedulerSpec) -> dict[str, Any]:
    """A scheduler in its public form."""
    return {"name": scheduler.name, **_options(scheduler.options, SCHEDULERS[scheduler.name].arguments)}


def plain(value: Any) -> Any:
    """A canonical value as JSON has it: whole floats as integers, tuples as lists."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, tuple):
        return [plain(element) for element in value]
    if isinstance(value, Options):
        return {name: plain(element) for name, element in value.items()}
    if isinstance(value, SchedulerSpec):
        return scheduler_to_dict(value)
    return value


def _write(result: dict[str, Any], key: str, run: Run) -> None:
    value = getattr(run, key)
    if key in _DEFAULTS and value == _DEFAULTS[key]:
        return
    if key == "objective":
        result[key] = _objective(value)
    elif key == "noise":
        result[key] = {"sigma": plain(value.sigma), "seed": value.seed}
    elif key == "batches":
        result[key] = {"size": value.size, "seed": value.seed}
    elif key == "data":
        result[key] = _options(value.options, arguments_of(value))
    else:
        result[key] = plain(value)


def _objective(objective: ObjectiveSpec) -> dict[str, Any]:
    return {"name": objective.name, **_options(objective.options, OBJECTIVES[objective.name].arguments)}


def _optimizer(optimizer: OptimizerSpec) -> dict[str, Any]:
    arguments = OPTIMIZERS[optimizer.name].arguments
    return {"name": optimizer.name, "lr": plain(optimizer.lr), **_options(optimizer.options, arguments)}


def _options(options: Options, arguments: tuple[Argument, ...]) -> dict[str, Any]:
    return {
        argument.name: plain(options[argument.name])
        for argument in arguments
        if argument.default is REQUIRED or options[argument.name] != argument.default
    }
