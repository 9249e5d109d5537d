"""What a figure shows, before it is drawn: the runs that are in it and the axes they are seen on."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from simulator.core import SIMULATOR_VERSION
from simulator.core.cost import estimate
from simulator.core.errors import error_at
from simulator.core.numbers import format_number
from simulator.core.objectives import Objective, build
from simulator.core.spec import Run, Scenario
from simulator.core.training import Record, RunResult
from simulator.figures import FIGURES_VERSION, words
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.panels import landscape, loss, path, rate
from simulator.figures.series import MOST, PREDICTION, Role, Series
from simulator.figures.surface import landmarks
from simulator.services.controls import Prediction, Slider, default_slider
from simulator.services.simulation import run_scenario
from simulator.services.sliding import Places, places_of

VERSION = f"{SIMULATOR_VERSION}.{FIGURES_VERSION}"
_REACH = 9  # rates of the slider whose runs the axes make room for
_REACH_OPERATIONS = 150_000_000  # of all of them together


@dataclass(frozen=True)
class Scene:
    """A figure's ingredients. `shown` are the runs drawn, at most six; `predicted` the run of the chosen
    option."""

    scenario: Scenario
    slider: Slider | None
    predicted: Scenario | None
    prediction_name: str
    prediction_changes: str  # canonical JSON
    prediction_run: str

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Scenes are looked up several times in every request, and hashing all of a scenario takes long."""
        return hash((self.scenario, self.slider, self.predicted, self.prediction_name))

    @cached_property
    def shown(self) -> Scenario:
        """The scenario with the runs that are drawn: all of them, or six spread evenly."""
        runs = self.scenario.runs
        if len(runs) > MOST:
            runs = tuple(runs[i] for i in np.linspace(0, len(runs) - 1, MOST).round().astype(int).tolist())
            if self.slider is not None and self.moved not in runs:
                runs = (self.moved, *runs[1:])
        return replace(self.scenario, runs=runs)

    @property
    def left_out(self) -> int:
        """How many runs are not drawn."""
        return len(self.scenario.runs) - len(self.shown.runs)

    @cached_property
    def moved(self) -> Run:
        """The run that the slider moves."""
        label = self.slider.run if self.slider is not None else None
        return self.scenario.runs[0] if label is None else self.scenario.run(label)

    @property
    def place(self) -> int:
        """Where the moved run is among the runs drawn."""
        return next(i for i, run in enumerate(self.shown.runs) if run.label == self.moved.label)

    @property
    def rates_kept(self) -> tuple[float, ...]:
        """Rates that are never snapped to the slider's grid: the question's and the prediction's."""
        rates = [self.moved.optimizer.lr]
        if self.predicted is not None:
            rates.append(self.predicted.runs[0].optimizer.lr)
        return tuple(rates)

    @cached_property
    def panels(self) -> tuple[str, ...]:
        """The kinds of its panels, in the order of display."""
        return panels_for(self.shown)

    def to_dict(self) -> dict[str, Any]:
        """What an address must carry to make the same figure again."""
        return {
            "s": self.scenario.to_dict(),
            "r": None if self.slider is None else self.slider.to_dict(),
            "p": None
            if self.predicted is None
            else [self.prediction_name, json.loads(self.prediction_changes), self.prediction_run],
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the figure's ingredients and of everything else that its drawing depends on."""
        text = json.dumps([VERSION, get_language(), self.to_dict()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def make_scene(
    scenario: Scenario, *, slider: Slider | None = None, prediction: Prediction | None = None
) -> Scene:
    """The scene of a scenario; without a slider of its own it has the default one. A prediction that
    changes nothing is none. Raises ScenarioError where the changes do not fit, or name a run that is not
    there."""
    slider = slider or default_slider(scenario)
    if prediction is None or not prediction.changes:
        return Scene(scenario, slider, None, "", "{}", "")
    run = prediction.label or (slider.run if slider is not None and slider.run else scenario.runs[0].label)
    labels = [one.label for one in scenario.runs]
    if run not in labels:
        raise error_at("prediction", "bad_value", "names a run that the scenario does not have")
    changed = scenario.with_changes(dict(prediction.changes), run)
    if changed == scenario:
        return Scene(scenario, slider, None, "", "{}", "")
    alone = replace(changed, runs=(changed.runs[labels.index(run)],))
    changes = json.dumps(dict(prediction.changes), sort_keys=True)
    return Scene(scenario, slider, alone, prediction.name or _("your answer"), changes, run)


def panels_for(scenario: Scenario) -> tuple[str, ...]:
    """Which panels a scenario's figure has, in the order of display."""
    shared = all(run.objective == scenario.runs[0].objective and run.data == scenario.runs[0].data
                 for run in scenario.runs)  # fmt: skip
    dims = {run.dim for run in scenario.runs}
    kinds = ["loss"]
    if dims == {1}:
        kinds.insert(0, "landscape")
    elif dims == {2} and shared:
        kinds.insert(0, "path")
    if any(run.scheduler is not None for run in scenario.runs):
        kinds.append("rate")
    return tuple(kinds)


def series_of(scene: Scene, lr: float | None = None) -> list[Series]:
    """The runs to draw, in order, then the prediction. `lr` moves the slider's run. What stands still is the
    same object every time, so that what was worked out of it can be remembered."""
    still, prediction = _still_series(scene, get_language())
    found = list(still)
    if lr is not None and scene.slider is not None and lr != scene.moved.optimizer.lr:
        place, run = scene.place, scene.moved
        result = _places(scene).run_at(lr)
        name = _name(scene, run, lr)
        rest = found[place]
        found[place] = _series(rest.id, name, "happens", result, run, rest.surface, at_rest=rest)
    if prediction is not None:
        found.append(_told_apart(prediction, found))
    return found


@lru_cache(maxsize=48)
def _places(scene: Scene) -> Places:
    """The places of its slider."""
    if scene.slider is None:
        raise ValueError("a figure without a slider has one place")
    return places_of(scene.shown, scene.moved, scene.slider, _record(scene.shown))


@lru_cache(maxsize=48)
def _still_series(scene: Scene, language: str | None) -> tuple[tuple[Series, ...], Series | None]:
    """The runs of the scene as it is, and the prediction."""
    surfaces = _surface_numbers(scene.shown)
    results = run_scenario(scene.shown, _record(scene.shown)).runs
    found = tuple(
        _series(f"r{index}", _name(scene, run, run.optimizer.lr), "happens", result, run, surfaces[index])
        for index, (run, result) in enumerate(zip(scene.shown.runs, results, strict=True))
    )
    if scene.predicted is None:
        return found, None
    (run,) = scene.predicted.runs
    result = run_scenario(scene.predicted, _record(scene.predicted)).runs[0]
    place = next((i for i, run in enumerate(scene.shown.runs) if run.label == scene.prediction_run), 0)
    name = _prediction_name(scene, run.optimizer.lr)
    return found, _series(PREDICTION, name, "prediction", result, run, surfaces[place])


def _told_apart(prediction: Series, happening: list[Series]) -> Series:
    """The prediction; where it falls exactly on a run that happens, its words say that and nothing twice."""
    for run in happening:
        if np.array_equal(run.loss, prediction.loss, equal_nan=True):
            return replace(prediction, words=_("This run is the same as “%(run)s”.") % {"run": run.name})
    return prediction


def _record(scenario: Scenario) -> Record:
    return Record(params=all(run.dim <= 2 for run in scenario.runs))


def _series(
    name_id: str,
    name: str,
    role: Role,
    result: RunResult,
    run: Run,
    surface: int,
    at_rest: Series | None = None,
) -> Series:
    return Series(
        id=name_id, name=name, role=role, loss=result.loss, rate=result.lr, params=result.params,
        surface=surface, noisy=run.stochastic, status=result.status, diverged_at=result.diverged_at,
        words=result.words if role != "reach" else "", at_rest=at_rest,
    )  # fmt: skip


def _name(scene: Scene, run: Run, lr: float) -> str:
    """What a run is called beside its curve: its label, with its rate where that tells none or another."""
    if lr != run.optimizer.lr:
        told = _around_rate(run.label, run.optimizer.lr)
        if told is not None:
            return format_number(lr, 4).join(told)
    rate = _("lr %(lr)s") % {"lr": format_number(lr, 4)}
    unnamed = re.fullmatch(r"run \d+", run.label) is not None
    if lr != run.optimizer.lr:
        return rate if unnamed else f"{run.label}, {rate}"
    if len(scene.shown.runs) == 1 and scene.predicted is not None:
        return _("%(run)s: what happens") % {"run": rate if unnamed else run.label}
    return rate if unnamed and len(scene.shown.runs) == 1 else run.label


@lru_cache(maxsize=256)
def _around_rate(label: str, lr: float) -> tuple[str, str] | None:
    """What stands before and after the rate in a label; None where it does not tell the rate."""
    found = re.search(rf"(?<![\d.]){re.escape(f'{lr:g}')}(?![\d.])", label)
    return None if found is None else (label[: found.start()], label[found.end() :])


def _prediction_name(scene: Scene, lr: float) -> str:
    if "lr" not in json.loads(scene.prediction_changes):
        return scene.prediction_name
    rate = _("lr %(lr)s") % {"lr": format_number(lr, 4)}
    return f"{rate}: {scene.prediction_name}"


def _surface_numbers(scenario: Scenario) -> list[int]:
    """For every run the number of its objective among the different ones."""
    seen: list[Any] = []
    for run in scenario.runs:
        if (run.objective, run.data) not in seen:
            seen.append((run.objective, run.data))
    return [seen.index((run.objective, run.data)) for run in scenario.runs]


@lru_cache(maxsize=64)
def surfaces_of(scene: Scene) -> tuple[Objective, ...]:
    """The different objectives of the runs drawn."""
    numbers = _surface_numbers(scene.shown)
    return tuple(build(scene.shown.runs[numbers.index(number)]) for number in range(max(numbers) + 1))


def limit_of(scene: Scene) -> str:
    """What there is to say of the limit of stability."""
    return _limit_of(scene, get_language())


@lru_cache(maxsize=64)
def _limit_of(scene: Scene, language: str | None) -> str:
    return words.limit_in_words([*scene.shown.runs, *(scene.predicted.runs if scene.predicted else ())])


def landmarks_of(scenario: Scenario) -> list[list[float]]:
    """Points that every view of the scenario's objectives should hold."""
    found: list[list[float]] = []
    for run in scenario.runs:
        marks = landmarks(run.objective.name, run.objective.options, run.start)
        found += [mark for mark in marks if mark not in found]
    return found


def frame_of(scene: Scene, kind: str, width: int = WIDTH) -> Frame:
    """The axes of one panel: the same wherever the slider stands."""
    return _frame_of(scene, kind, width, get_language())


@lru_cache(maxsize=128)
def _frame_of(scene: Scene, kind: str, width: int, language: str | None) -> Frame:
    series = [*series_of(scene), *_reach(scene)]
    if kind == "landscape":
        return landscape.frame(series, surfaces_of(scene), landmarks_of(scene.shown), width)
    if kind == "path":
        return path.frame(series, surfaces_of(scene)[0], landmarks_of(scene.shown), width)
    return rate.frame(series, width) if kind == "rate" else loss.frame(series, width)


def _reach(scene: Scene) -> list[Series]:
    """Runs at a few rates of the slider, which are not drawn; fewer, or none, where one run is dear."""
    if scene.slider is None:
        return []
    one = replace(scene.scenario, runs=(scene.moved,))
    count = int(min(_REACH, _REACH_OPERATIONS // max(estimate(one, _record(one)).operations, 1)))
    if count < 2:
        return []
    values = scene.slider.values
    rates = [values[i] for i in np.linspace(0, len(values) - 1, count).round().astype(int).tolist()]
    surface = _surface_numbers(scene.shown)[scene.place]
    results = _places(scene).runs_at(rates)
    return [
        _series(f"reach{i}", "", "reach", result, scene.moved, surface) for i, result in enumerate(results)
    ]
