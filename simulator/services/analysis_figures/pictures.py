"""From a scenario to the picture of an analysis: what is computed for it, and with which settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.core.analyses.model import features_at, gives_logits, outputs, plain_inputs
from simulator.core.datasets import rows_of
from simulator.core.errors import BudgetExceeded
from simulator.core.objectives.logistic import sigmoid
from simulator.core.rates import cycles_momentum
from simulator.core.spec import Run, Scenario
from simulator.core.training import Record
from simulator.figures.panels.analyses import (
    fit,
    multiples,
    overlay,
    range_test,
    sharpness,
    step_lengths,
    sweep,
    validation,
)
from simulator.figures.panels.analyses.picture import Picture
from simulator.figures.series import MOST, Series
from simulator.services.analyses import answer_analysis
from simulator.services.analysis_figures.differences import differences
from simulator.services.analysis_figures.kinds import can_be_fitted
from simulator.services.scenes import make_scene, series_of
from simulator.services.simulation import run_scenario

Floats = NDArray[np.float64]

_COUNTS = (61, 31, 15)  # rates of a sweep: fewer where more would be too dear
_BELOW, _ABOVE = 300.0, 5.0  # times the limit of stability: from where to where a sweep goes
_TESTED_BELOW, _TESTED_ABOVE = 3000.0, 30.0  # the same for a range test
_LOWEST_TESTED = 1e-9  # of the limit: a longer way would have too few steps for each power of ten
_AROUND = 100.0  # times the rate itself, where the limit is not known
_BESIDE = 3.0  # and in any case so far below and above the rate itself


def picture_for(scenario: Scenario, kind: str, run: Run, *, names: bool, width: int) -> Picture:
    """The picture of a kind that makes sense here. Raises BudgetExceeded, SimulatorBusy, SimulatorFailed."""
    if kind == "multiples":
        return _multiples(scenario, names, width)
    if kind == "overlay":
        return _overlay(scenario, run, width)
    if kind == "fit":
        return _fit(scenario, width)
    return _OF_RUN[kind](scenario, run, width)


def _answer(kind: str, scenario: Scenario, run: Run, **options: Any) -> Mapping[str, Any]:
    """What the analysis finds. It is of the run alone, so that no other run of the scenario costs anything
    and equal runs share an answer."""
    alone = Scenario(scenario.steps, (run,))
    found: dict[str, Any] = orjson.loads(answer_analysis(kind, {**alone.to_dict(), kind: options}, 0))
    return found


def _while_sound(scenario: Scenario, run: Run) -> Scenario:
    """The scenario as far as the run goes without diverging: the steps after that would have no room in a
    picture for those that can be seen."""
    result = run_scenario(Scenario(scenario.steps, (run,)), Record(points=2)).runs[0]
    return scenario if not result.diverged_at else Scenario(result.diverged_at, scenario.runs)


def _limit(scenario: Scenario, run: Run) -> Mapping[str, Any] | None:
    """The limit of stability, None where looking for it would cost too much."""
    try:
        return _answer("stability", scenario, run)
    except BudgetExceeded:
        return None


def _sweep(scenario: Scenario, run: Run, width: int) -> Picture:
    limit, lr = _limit(scenario, run), run.optimizer.lr
    border = limit["lr"] if limit is not None and limit["lr"] else None
    if border is None:
        low, high = lr / _AROUND, lr * _AROUND
    else:
        low, high = min(border / _BELOW, lr / _BESIDE), max(border * _ABOVE, lr * _BESIDE)
    for place, count in enumerate(_COUNTS):
        rates = sorted({lr, *np.geomspace(max(low, 1e-300), min(high, 1e300), count).tolist()})
        try:
            return sweep.picture(_answer("sweep", scenario, run, rates=rates), limit, lr, width)
        except BudgetExceeded:
            if place == len(_COUNTS) - 1:
                raise
    raise AssertionError("the last count returns or raises")


def _range_test(scenario: Scenario, run: Run, width: int) -> Picture:
    limit = _limit(scenario, run)
    if limit is None or not limit["lr"]:
        return range_test.picture(_answer("range_test", scenario, run), width)
    low, high = limit["lr"] / _TESTED_BELOW, limit["lr"] * _TESTED_ABOVE
    # A limit that holds by clipping, say, may lie far above all rates that work.
    low = min(low, max(run.optimizer.lr / _BESIDE, limit["lr"] * _LOWEST_TESTED))
    return range_test.picture(_answer("range_test", scenario, run, low=low, high=high), width)


def _validation(scenario: Scenario, run: Run, width: int) -> Picture:
    return validation.picture(_answer("validation", scenario, run), width)


def _sharpness(scenario: Scenario, run: Run, width: int) -> Picture:
    return sharpness.picture(_answer("sharpness", _while_sound(scenario, run), run), _formula(run), width)


def _formula(run: Run) -> str:
    """The limit of sharpness as a formula, where it is short."""
    options = run.optimizer.options
    if run.optimizer.name != "SGD" or options["weight_decay"] or options["dampening"]:
        return ""
    if not options["momentum"] and not cycles_momentum(run):
        return "2 / lr"
    return "2 (1 + m) / ((1 + 2 m) lr)" if options["nesterov"] else "2 (1 + m) / lr"


def _step_lengths(scenario: Scenario, run: Run, width: int) -> Picture:
    return step_lengths.picture(_answer("step_lengths", _while_sound(scenario, run), run), width)


def _multiples(scenario: Scenario, names: bool, width: int) -> Picture:
    scene = make_scene(scenario)
    found = multiples.picture(series_of(scene), width, names=names)
    if not scene.left_out:
        return found
    remark = _("%(count)d of %(total)d runs are drawn.") % {"count": MOST, "total": len(scenario.runs)}
    return replace(found, words=(*found.words, remark))


def _overlay(scenario: Scenario, run: Run, width: int) -> Picture:
    """The run beside the scenario's first; the first beside the second."""
    first, second = scenario.runs[0], run if run != scenario.runs[0] else scenario.runs[1]
    series: list[Series] = series_of(make_scene(Scenario(scenario.steps, (first, second))))
    return overlay.picture(series[0], series[1], differences(first, second), width)


def _fit(scenario: Scenario, width: int) -> Picture:
    """All runs whose data are of the same number of columns as the first one's that can be drawn."""
    runs = [one for one in scenario.runs if can_be_fitted(one)]
    columns = [0 if one.data is None else one.data.own_columns for one in runs]
    runs = [one for one, count in zip(runs, columns, strict=True) if count == columns[0]]
    chosen = runs if len(runs) <= MOST else [runs[i] for i in np.linspace(0, len(runs) - 1, MOST).astype(int)]
    results = run_scenario(Scenario(scenario.steps, tuple(chosen)), Record(points=2, params=True)).runs
    fitted = []
    for run, result in zip(chosen, results, strict=True):
        assert run.data is not None and result.params is not None  # noqa: S101 (asked for)
        sound = result.status != "diverged" and bool(np.isfinite(result.params[-1]).all())
        fitted.append(
            fit.Fitted(
                run.label, result.status, result.final_loss,
                plain_inputs(run.data), rows_of(run.data).y[:, 0],
                _model(run, result.params[0]), _model(run, result.params[-1]) if sound else None,
                labels=run.data.binary,
            )
        )  # fmt: skip
    found = fit.picture(fitted, width)
    if len(chosen) == len(scenario.runs):
        return found
    remark = _("%(count)d of %(total)d runs are drawn.") % {
        "count": len(chosen), "total": len(scenario.runs),
    }  # fmt: skip
    return replace(found, words=(*found.words, remark))


def _model(run: Run, theta: Floats) -> Callable[[Floats], Floats]:
    """What the model gives for inputs (m, columns): labels as probabilities."""
    data = run.data
    assert data is not None  # noqa: S101 (only runs on data come here)

    def model(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            found = outputs(run, features_at(data, x), theta)
            return sigmoid(found) if gives_logits(run) else found

    return model


_OF_RUN: Mapping[str, Callable[[Scenario, Run, int], Picture]] = {
    "sweep": _sweep,
    "range-test": _range_test,
    "validation": _validation,
    "sharpness": _sharpness,
    "step-lengths": _step_lengths,
}
