"""Reading of ``scenario``, ``changes``, ``slider`` and ``holds_at``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from quizzes.core.content.errors import join_path
from quizzes.core.content.fields import Fields, Problems
from quizzes.core.content.item import Catalogue, ScenarioContent
from quizzes.core.frozen import SliderPayload
from simulator.core.errors import ScenarioError
from simulator.core.spec import Run, Scenario, parse_scenario

SLIDER_KEYS = ("run", "parameter", "min", "max", "scale", "steps")
SLIDER_SCALES = ("log", "linear")
SLIDER_STEPS = 120
SLIDER_DEFAULTS = {"run": None, "parameter": "lr", "scale": "log", "steps": SLIDER_STEPS}


def read_scenario(fields: Fields, catalogue: Catalogue, *, required: bool) -> ScenarioContent | None:
    """The scenario of an item; problems (also those that the simulator finds) go to ``fields.problems``."""
    written = fields.data.get("scenario")
    changes = fields.mapping("changes")
    if written is None or written == "":
        if required:
            fields.problem("scenario", "Name a scenario of the catalogue, or write a whole one.")
        elif changes is not None:
            fields.problem("changes", "There is no scenario to change.")
        return None
    if isinstance(written, str):
        base = catalogue.scenarios.get(written)
        if base is None:
            fields.problem("scenario", f"There is no scenario “{written}” in the catalogue.")
            return None
    elif isinstance(written, Mapping):
        try:
            base = parse_scenario(written)
        except ScenarioError as error:
            add_scenario_problems(fields.problems, join_path(fields.path, "scenario"), error)
            return None
    else:
        fields.problem("scenario", "Name a scenario of the catalogue, or write a whole one.")
        return None
    try:
        resolved = apply_changes(base, changes) if changes else base
    except ScenarioError as error:
        add_change_problems(fields.problems, join_path(fields.path, "changes"), error)
        return None
    if isinstance(written, str):
        return ScenarioContent(resolved=resolved, name=written, changes=changes or None)
    return ScenarioContent(resolved=resolved, own=dict(written), changes=changes or None)


def apply_changes(scenario: Scenario, changes: Mapping[str, Any], default_run: str | None = None) -> Scenario:
    """``scenario`` with the settings of one run changed: of the run named by ``changes["run"]``, else of
    ``default_run``, else of the first.

    Raises:
        ScenarioError: an unknown run, an unknown setting or a refused value.
    """
    settings = {key: value for key, value in changes.items() if key != "run"}
    label = run_label(changes, default_run)
    if label is not None:
        run_of(scenario, label)
    return scenario.with_changes(settings, label)


def run_label(changes: Mapping[str, Any], default_run: str | None = None) -> str | None:
    label = changes.get("run")
    return label if isinstance(label, str) else default_run


def run_of(scenario: Scenario, label: str | None) -> Run:
    """The run of that label (None: the first).

    Raises:
        ScenarioError: there is no such run.
    """
    if label is None:
        return scenario.runs[0]
    try:
        return scenario.run(label)
    except KeyError:
        known = ", ".join(f"“{run.label}”" for run in scenario.runs[:8])
        message = f"There is no run “{label}”. Runs: {known}."
        raise ScenarioError("unknown_run", message, {"run": message}) from None


def shortened_slider(slider: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a slider has anyway when nothing is said."""
    return {key: value for key, value in slider.items() if value != SLIDER_DEFAULTS.get(key, ...)}


def read_slider(fields: Fields, scenario: ScenarioContent | None) -> SliderPayload | None:
    """The slider, with its defaults filled in. Its range must hold the rate that the run really uses."""
    written = fields.mapping("slider")
    if written is None:
        return None
    slider = Fields(
        written, path=join_path(fields.path, "slider"), problems=fields.problems, allowed=SLIDER_KEYS
    )
    if scenario is None:
        fields.problem("slider", "There is no scenario to move.")
        return None
    run = slider.text("run", required=False) or None
    slider.one_of("parameter", ("lr",), default="lr")
    low, high = slider.number("min"), slider.number("max")
    scale = slider.one_of("scale", SLIDER_SCALES, default="log")
    steps = slider.whole("steps", default=SLIDER_STEPS, low=2, high=1000)
    if low is None or high is None:
        return None
    if not 0 < low < high:
        slider.problem("min", "The range must run from a number above 0 to a larger one.")
        return None
    try:
        rate = run_of(scenario.resolved, run).optimizer.lr
    except ScenarioError as error:
        slider.problem("run", error.message)
        return None
    if not low <= rate <= high:
        slider.problem("min" if rate < low else "max", f"The range must hold the rate of the run, {rate:g}.")
    return {
        "run": run,
        "parameter": "lr",
        "min": low,
        "max": high,
        "scale": "linear" if scale == "linear" else "log",
        "steps": steps,
    }


def add_scenario_problems(problems: Problems, path: str, error: ScenarioError) -> None:
    """Carry the simulator's own field errors over, below ``path``."""
    for field, message in (error.fields or {"": error.message}).items():
        problems.setdefault(join_path(path, field), message)


def add_change_problems(problems: Problems, path: str, error: ScenarioError) -> None:
    """As :func:`add_scenario_problems` for changed settings, named as they were written: ``lr``, not
    ``runs[0].optimizer.lr``."""
    for field, message in (error.fields or {"": error.message}).items():
        written = re.sub(r"^runs\[\d+\]\.(optimizer\.)?", "", field)
        problems.setdefault(join_path(path, written), message)
