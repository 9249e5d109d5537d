"""From JSON-like data to a Scenario, strictly: a bound is checked before anything of that size is built."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.core.arguments import array, choice, integer, number, optional, show
from simulator.core.arguments.declared import unknown_key
from simulator.core.datasets import Data, read_data
from simulator.core.errors import error_at
from simulator.core.limits import (
    MAX_DIMENSION,
    MAX_LABEL,
    MAX_NESTING,
    MAX_ROWS,
    MAX_RUNS,
    MAX_SEED,
    MAX_STEPS,
    MAX_VALUES,
)
from simulator.core.objectives import OBJECTIVES
from simulator.core.spec.parts import check_rates, read_objective, read_optimizer, read_scheduler
from simulator.core.spec.scenario import Batches, Noise, ObjectiveSpec, Run, Scenario

_ABSENT = object()
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
_TOP = ("objective", "start", "steps", "runs", *_SHARED[2:])
_OF_RUN = ("label", "optimizer", "scheduler", *_SHARED)

_start_numbers = array(number(), at_least=1, at_most=MAX_DIMENSION)
_steps = integer(at_least=1, at_most=MAX_STEPS)
_seed = integer(at_least=0, at_most=MAX_SEED)
_sigma = number(at_least=0)
_size = integer(at_least=1, at_most=MAX_ROWS)
_PLAIN = {
    "clip_norm": optional(number(above=0)),
    "scheduler_interval": integer(at_least=1, at_most=MAX_STEPS),
    "plateau_metric": choice("before", "after"),
}


def parse_scenario(data: object) -> Scenario:
    """The Scenario that `data` (dictionaries, lists, numbers, as from JSON) describes.

    Raises ScenarioError, naming the path of the offending value, for anything that is not understood to the
    letter.
    """
    _check_size(data)
    top = _mapping(data, "", "a scenario")
    for key in top:
        if key not in _TOP:
            raise unknown_key(key, _TOP, "")
    if "steps" not in top:
        raise error_at("steps", "missing_key", f"is required: a whole number from 1 to {MAX_STEPS}.")
    steps = _steps(top["steps"], "steps")
    if "runs" not in top:
        raise error_at("runs", "missing_key", "is required: a list of runs, each with an optimizer.")
    runs = top["runs"]
    if not isinstance(runs, list | tuple):
        raise error_at("runs", "bad_value", f"must be a list of 1 to {MAX_RUNS} runs, not {show(runs)}.")
    if not 1 <= len(runs) <= MAX_RUNS:
        raise error_at(
            "runs", "out_of_bounds", f"must be a list of 1 to {MAX_RUNS} runs, not of {len(runs)}."
        )
    shared = {key: _Value(top[key], key) for key in _SHARED if key in top}
    common = _Common(steps, shared)
    parsed = tuple(_run(value, index, common) for index, value in enumerate(runs))
    for key, value in shared.items():
        value.read(_READERS[key])  # also what every run overrides must be understood
    return Scenario(steps, parsed)


@dataclass
class _Value:
    """A raw value with its path, read once for all the runs that share it."""

    raw: object
    path: str
    parsed: Any = _ABSENT

    def read(self, reader: Any) -> Any:
        if self.parsed is _ABSENT:
            self.parsed = reader(self.raw, self.path)
        return self.parsed


@dataclass
class _Common:
    """What the runs of a scenario have in common while they are read one after the other."""

    steps: int
    values: Mapping[str, _Value]
    labels: set[str] = field(default_factory=set)
    parts: dict[Any, Any] = field(default_factory=dict)

    def same(self, part: Any) -> Any:
        """An earlier part equal to this one where there is one: runs with equal parts share one object."""
        return self.parts.setdefault(part, part)


def _run(value: object, index: int, common: _Common) -> Run:
    path = f"runs[{index}]"
    given = _mapping(value, path, "a run")
    for key in given:
        if key not in _OF_RUN:
            raise unknown_key(key, _OF_RUN, path)
    values = dict(common.values)
    values.update({key: _Value(given[key], f"{path}.{key}") for key in _SHARED if key in given})
    objective, data, start = _function(values, path)
    label = _label(given, index, common.labels)
    if "optimizer" not in given:
        raise error_at(
            f"{path}.optimizer", "missing_key", 'is required, for example {"name": "SGD", "lr": 0.1}.'
        )
    plain = {key: values[key].read(reader) for key, reader in _PLAIN.items() if key in values}
    optimizer = read_optimizer(given["optimizer"], f"{path}.optimizer")
    optimizer = replace(optimizer, options=common.same(optimizer.options))
    interval = plain.get("scheduler_interval", 1)
    scheduler = read_scheduler(
        given.get("scheduler"),
        f"{path}.scheduler",
        optimizer=optimizer,
        steps=common.steps,
        interval=interval,
    )
    check_rates(optimizer, scheduler, f"{path}.optimizer", steps=common.steps, interval=interval)
    batches = values["batches"].read(_batches) if "batches" in values else None
    if batches is not None and data is None:
        raise error_at(
            values["batches"].path,
            "bad_value",
            f"{objective.name} has no data that could be cut into batches.",
        )
    noise = values["noise"].read(_noise) if "noise" in values else None
    return Run(label, objective, start, optimizer, common.same(scheduler), noise, batches, data=data, **plain)


def _function(
    values: Mapping[str, _Value], path: str
) -> tuple[ObjectiveSpec, Data | None, tuple[float, ...] | None]:
    """Objective, data and start of a run, checked against each other."""
    if "objective" not in values:
        raise error_at(
            "objective", "missing_key", f"is required, here or in {path}. There are: {', '.join(OBJECTIVES)}."
        )
    objective: ObjectiveSpec = values["objective"].read(read_objective)
    kind = OBJECTIVES[objective.name]
    data = values["data"].read(_optional_data) if "data" in values else None
    if kind.needs_data and data is None:
        raise error_at(
            "data", "missing_key", f'is required by {objective.name}, for example {{"dataset": "blobs"}}.'
        )
    if not kind.needs_data and data is not None:
        raise error_at(
            values["data"].path, "bad_value", f"must be left out or null: {objective.name} takes no data."
        )
    if data is not None:
        kind.check_data(objective.options, data, values["objective"].path)
    dim = kind.dimension(objective.options, None if data is None else data.columns)
    if dim > MAX_DIMENSION:
        raise error_at(
            values["objective"].path,
            "out_of_bounds",
            f"has {dim} parameters; at most {MAX_DIMENSION} are allowed.",
        )
    return objective, data, _start(values, kind.own_start, dim, path)


def _start(values: Mapping[str, _Value], may_be_null: bool, dim: int, path: str) -> tuple[float, ...] | None:
    wanted = f"a list of {dim} number{'s' if dim > 1 else ''}, one per dimension of the objective"
    if "start" not in values or (values["start"].raw is None and not may_be_null):
        if may_be_null:
            return None
        where = values["start"].path if "start" in values else "start"
        raise error_at(where, "missing_key", f"is required: {wanted}.")
    value = values["start"]
    if value.raw is None:
        return None
    start: tuple[float, ...] = value.read(_start_numbers)
    if len(start) != dim:
        raise error_at(value.path, "bad_value", f"must be {wanted}, not of {len(start)}.")
    return start


def _optional_data(value: object, path: str) -> Data | None:
    return None if value is None else read_data(value, path)


def _noise(value: object, path: str) -> Noise | None:
    if value is None:
        return None
    given = _fields(value, path, ("sigma", "seed"), '{"sigma": 0.1, "seed": 0}')
    return Noise(_sigma(given["sigma"], f"{path}.sigma"), _seed(given.get("seed", 0), f"{path}.seed"))


def _batches(value: object, path: str) -> Batches | None:
    if value is None:
        return None
    given = _fields(value, path, ("size", "seed"), '{"size": 16, "seed": 0}')
    return Batches(_size(given["size"], f"{path}.size"), _seed(given.get("seed", 0), f"{path}.seed"))


def _start_or_null(value: object, path: str) -> Any:
    return None if value is None else _start_numbers(value, path)


_READERS: Mapping[str, Any] = {
    "objective": read_objective,
    "start": _start_or_null,
    "noise": _noise,
    "batches": _batches,
    "data": _optional_data,
    **_PLAIN,
}


def _fields(value: object, path: str, keys: tuple[str, str], example: str) -> Mapping[str, object]:
    """An object with a required first key and an optional second."""
    if not isinstance(value, dict):
        raise error_at(path, "bad_value", f"must be null or an object such as {example}, not {show(value)}.")
    for key in value:
        if key not in keys:
            raise unknown_key(key, keys, path)
    if keys[0] not in value:
        raise error_at(f"{path}.{keys[0]}", "missing_key", f"is required, for example {example}.")
    return value


def _label(given: Mapping[str, object], index: int, labels: set[str]) -> str:
    path = f"runs[{index}].label"
    label = given.get("label", f"run {index + 1}")
    if not isinstance(label, str):
        raise error_at(
            path, "bad_value", f"must be text of at most {MAX_LABEL} characters, not {show(label)}."
        )
    if not label.strip() or len(label) > MAX_LABEL:
        raise error_at(
            path, "out_of_bounds", f"must have 1 to {MAX_LABEL} characters, not {len(label.strip())}."
        )
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in label):
        raise error_at(path, "bad_value", "must not contain control characters.")
    if label in labels:
        raise error_at(
            path, "bad_value", f"must be unique, but {show(label)} is the label of an earlier run too."
        )
    labels.add(label)
    return label


def _mapping(value: object, path: str, what: str) -> Mapping[Any, object]:
    if not isinstance(value, dict):
        raise error_at(path, "bad_value", f"must be an object describing {what}, not {show(value)}.")
    return value


def _check_size(data: object) -> None:
    """Refuse what is nested too deeply or too large, walking without recursion."""
    waiting: list[tuple[object, int]] = [(data, 1)]
    values = 0
    while waiting:
        value, depth = waiting.pop()
        if not isinstance(value, dict | list | tuple):
            continue
        if depth > MAX_NESTING:
            raise error_at("", "out_of_bounds", f"is nested deeper than {MAX_NESTING} levels.")
        values += len(value)
        if values > MAX_VALUES:
            raise error_at("", "out_of_bounds", f"holds more than {MAX_VALUES:,} values.")
        children = value.values() if isinstance(value, dict) else value
        waiting.extend((child, depth + 1) for child in children if isinstance(child, dict | list | tuple))
