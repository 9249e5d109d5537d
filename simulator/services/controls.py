"""What a learner can move in a figure, and what an answer foretells: strict values with bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from simulator.core.claims.laws import stability_law
from simulator.core.errors import ScenarioError
from simulator.core.numbers import format_number
from simulator.core.spec import Scenario

SMALLEST, LARGEST, MOST_STEPS = 1e-12, 1e6, 1000
_WRITTEN = 1e-5  # relative: forms write rates with six digits, the ends of a slider too
_NUMBER = re.compile(r"\+?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")
_KEYS = ("run", "parameter", "min", "max", "scale", "steps")


@dataclass(frozen=True)
class Slider:
    """The control of a figure: it moves the learning rate of one run (None: the first) over a grid of
    `steps` + 1 values from `min` to `max`, evenly spaced on the scale."""

    run: str | None = None
    min: float = 1e-3
    max: float = 1.0
    scale: Literal["log", "linear"] = "log"
    steps: int = 120
    parameter: Literal["lr"] = "lr"

    def __post_init__(self) -> None:
        # Equal sliders have equal public forms, and so figures of one digest: 2 and 2.0 are the same bound.
        object.__setattr__(self, "min", float(self.min))
        object.__setattr__(self, "max", float(self.max))

    @cached_property
    def values(self) -> tuple[float, ...]:
        """The grid. Values are rounded to four digits, so that they are the same on every machine."""
        shares = [number / self.steps for number in range(self.steps + 1)]
        if self.scale == "log":
            ratio = math.log(self.max / self.min)
            inner = [float(f"{self.min * math.exp(ratio * share):.4g}") for share in shares[1:-1]]
        else:
            inner = [float(f"{self.min + (self.max - self.min) * share:.4g}") for share in shares[1:-1]]
        return (self.min, *inner, self.max)

    def index_of(self, value: float) -> int:
        """The number of the grid value nearest to `value` on the slider's scale."""
        if self.scale == "log":
            share = math.log(max(value, self.min) / self.min) / math.log(self.max / self.min)
        else:
            share = (value - self.min) / (self.max - self.min)
        return round(min(max(share, 0.0), 1.0) * self.steps)

    def snapped(self, value: float, *, exact: tuple[float, ...] = ()) -> float:
        """The grid value nearest to `value`; values of `exact` (the question's own rate, say) stay as they
        are."""
        for kept in exact:
            if math.isclose(value, kept, rel_tol=1e-9):
                return kept
        return self.values[self.index_of(value)]

    def to_dict(self) -> dict[str, Any]:
        """The public form; `parse_slider` reads it back."""
        return {
            "run": self.run, "parameter": self.parameter, "min": self.min, "max": self.max,
            "scale": self.scale, "steps": self.steps,
        }  # fmt: skip


def parse_slider(data: object, scenario: Scenario, path: str = "slider") -> Slider:
    """A slider from its public form. Raises ScenarioError naming the key that is wrong."""
    if not isinstance(data, Mapping):
        raise _error(path, "bad_value", _("must be a mapping with the keys min and max"))
    for key in data:
        if key not in _KEYS:
            raise _error(
                f"{path}.{key}", "unknown_key", _("is not a key of a slider; they are ") + ", ".join(_KEYS)
            )
    low, high = (_bound(data, key, path) for key in ("min", "max"))
    if not low < high:
        raise _error(f"{path}.max", "bad_value", _("must be above min"))
    scale = data.get("scale", "log")
    if scale not in ("log", "linear"):
        raise _error(f"{path}.scale", "bad_value", _("must be log or linear"))
    if data.get("parameter", "lr") != "lr":
        raise _error(f"{path}.parameter", "bad_value", _("must be lr"))
    steps = data.get("steps", 120)
    if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        raise _error(f"{path}.steps", "bad_value", _("must be a whole number from 2 to %d") % MOST_STEPS)
    run = data.get("run")
    if run is not None and run not in [one.label for one in scenario.runs]:
        raise _error(f"{path}.run", "bad_value", _("must be the label of a run of the scenario"))
    return Slider(run, low, high, scale, steps)


def _bound(data: Mapping[str, Any], key: str, path: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not SMALLEST <= value <= LARGEST:
        raise _error(f"{path}.{key}", "bad_value", _("must be a number from 1e-12 to 1e6"))
    return float(value)


def default_slider(scenario: Scenario) -> Slider | None:
    """The slider of a figure whose author named none: about the rate of its only run, past the limit of
    stability where that is known. None for several runs, where it would not be plain which one it moves."""
    if len(scenario.runs) != 1:
        return None
    run = scenario.runs[0]
    lr = run.optimizer.lr
    low, high = lr / 30, lr * 4
    law = stability_law(run)
    if law is not None and 0 < law.limit < math.inf:
        low, high = min(low, law.limit / 30), max(lr * 1.3, law.limit * 1.3)
    return Slider(min=float(f"{max(low, SMALLEST):.2g}"), max=float(f"{min(high, LARGEST):.3g}"))


def parse_rate(text: str | float, slider: Slider, *, exact: tuple[float, ...] = ()) -> float:
    """A learning rate that somebody asked for, on the slider's grid. Raises ScenarioError about `lr`."""
    value = math.nan
    if isinstance(text, str):
        if _NUMBER.fullmatch(text.strip()):
            value = float(text)
    elif not isinstance(text, bool):
        value = float(text)
    within = slider.min * (1 - _WRITTEN) <= value <= slider.max * (1 + _WRITTEN)
    if not within and value not in exact:
        low, high = format_number(slider.min, 4), format_number(slider.max, 4)
        raise _error(
            "lr", "bad_value", _("must be a number from %(low)s to %(high)s") % {"low": low, "high": high}
        )
    return slider.snapped(value, exact=exact)


@dataclass(frozen=True)
class Prediction:
    """What the chosen option would need: the run `label` (empty: the slider's) with `changes`, as
    `Scenario.with_changes` takes them. It is drawn dashed beside what happens and called `name`."""

    label: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


def _error(path: str, code: str, text: Any) -> ScenarioError:
    return ScenarioError(code, f"{path} {text}.", {path: f"{str(text)[:1].upper()}{str(text)[1:]}."})
