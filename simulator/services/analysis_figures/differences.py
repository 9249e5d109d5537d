"""In what the settings of two runs differ, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from simulator.core.numbers import format_number
from simulator.core.spec import Run

_LONGEST = 24  # characters of a value; what is longer is told to differ, not how


def differences(first: Run, second: Run) -> tuple[str, ...]:
    """A phrase for each setting that is not the same: "momentum 0 against 0.9"."""
    one, other = _settings(first), _settings(second)
    if first.optimizer.name != second.optimizer.name:
        # Arguments of different optimizers say nothing beside one another.
        one, other = (
            {key: value for key, value in found.items() if key[0] != "option"} for found in (one, other)
        )
    if _scheduler(first) != _scheduler(second):
        one, other = (
            {key: value for key, value in found.items() if key[0] != "schedule"} for found in (one, other)
        )
    found = []
    for key in dict.fromkeys([*one, *other]):
        a, b = one.get(key), other.get(key)
        if a != b:
            found.append(_phrase(key[1], _text(a), _text(b)))
    return tuple(found)


def _phrase(name: str, a: str, b: str) -> str:
    if not a or not b:
        return name
    return _("%(name)s %(first)s against %(second)s") % {"name": name, "first": a, "second": b}


def _settings(run: Run) -> dict[tuple[str, str], Any]:
    """Every setting by its group and its name, for readers."""
    found: dict[tuple[str, str], Any] = {("run", _("optimizer")): run.optimizer.name}
    found["run", _("learning rate")] = run.optimizer.lr
    found |= _named("option", run.optimizer.options)
    found["run", _("scheduler")] = _scheduler(run) or _("none")
    if run.scheduler is not None:
        found |= _named("schedule", run.scheduler.options, _("scheduler’s "))
    found["run", _("objective")] = run.objective.name
    found |= _named("objective", run.objective.options, _("objective’s "))
    found["run", _("noise")] = 0.0 if run.noise is None else run.noise.sigma
    if run.noise is not None:
        found["run", _("seed of the noise")] = run.noise.seed
    found["run", _("batch size")] = _("all rows") if run.batches is None else run.batches.size
    if run.batches is not None:
        found["run", _("seed of the batches")] = run.batches.seed
    found["run", _("clipping")] = _("none") if run.clip_norm is None else run.clip_norm
    found["run", _("interval of the scheduler")] = run.scheduler_interval
    found["run", _("start")] = run.start
    if run.data is not None:
        found |= _named("data", run.data.options, _("data’s "))
    return found


def _scheduler(run: Run) -> str:
    return "" if run.scheduler is None else run.scheduler.name


def _named(group: str, options: Mapping[str, Any], before: str = "") -> dict[tuple[str, str], Any]:
    return {(group, f"{before}{name.replace('_', ' ')}"): value for name, value in options.items()}


def _text(value: Any) -> str:
    """A value in words, "" where it is too long for that."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, int | float):
        return format_number(value, 4)
    if isinstance(value, tuple) and all(isinstance(part, int | float) for part in value):
        text = "(" + ", ".join(format_number(part) for part in value) + ")"
    else:
        text = value if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST else ""
