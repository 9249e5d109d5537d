"""Data with what a model makes of them, and rows kept apart: what was drawn is what was found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import validation
from simulator.core.analyses.model import features_at, outputs
from simulator.core.datasets import rows_of
from simulator.core.spec import parse_scenario
from simulator.figures.panels.analyses import fit
from simulator.figures.panels.analyses.pieces import Area, Points
from simulator.figures.themes import LIGHT
from simulator.services import run_scenario
from simulator.tests.figures.analysis_pictures.pictures import (
    ADAM,
    CIRCLES,
    FIT,
    NETWORK,
    curve,
    drawn,
    panel,
    picture,
)
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db


def test_validation_marks_the_best_step_and_has_accuracy_for_labels() -> None:
    own = validation(FIT)
    found = picture(FIT, "validation")
    assert len(found.groups) == 1 and f"step {own.best_at} " in found.words[0]
    one = drawn(found.groups[0].plots[0])
    mark = one.symbols(LIGHT.s[1])[0]  # the other is the name's
    assert one.value_at(mark)[0] == pytest.approx(own.best_at, abs=10)
    assert "stopping at step" in " ".join(found.words)
    both = picture(NETWORK, "validation")
    assert [group.kind for group in both.groups] == ["validation", "accuracy"]
    accuracy = validation(NETWORK).accuracy
    assert accuracy is not None
    axis = both.groups[1].plots[0].frame.y
    assert axis.low == 50 < 100 < axis.high, "who guesses has half of two labels right"
    line = curve(drawn(both.groups[1].plots[0]), LIGHT.s[1])
    assert line[-1, 1] == pytest.approx(100 * accuracy[-1], abs=0.5)


def test_the_fitted_curve_is_what_the_model_gives() -> None:
    found = panel(FIT, "fit")
    theta = run_scenario(FIT, _params()).runs[0].params
    run = FIT.runs[0]
    assert theta is not None and run.data is not None
    line = curve(found, LIGHT.s[0])
    inside = (line[:, 1] > found.frame.y.low) & (line[:, 1] < found.frame.y.high)
    x, y = line[inside].T
    X = features_at(run.data, x[:, None])
    assert np.allclose(outputs(run, X, theta[-1]), y, atol=0.05)
    assert len(found.symbols(LIGHT.ink_3)) == 24


def _params() -> Any:
    from simulator.core.training import Record

    return Record(points=2, params=True)


def test_features_of_the_rows_are_those_trained_on() -> None:
    for settings in ({"standardize": True}, {"polynomial": {"degree": 4}, "standardize": True}, {}):
        columns = 5 if "polynomial" in settings else 1
        scenario = scenario_of(
            sgd(0.1), objective={"name": "linear"}, start=[0] * columns, data={"dataset": "sine", **settings}
        )
        data = scenario.runs[0].data
        assert data is not None
        plain = parse_scenario({**scenario.to_dict(), "data": {"dataset": "sine"}, "start": [0]}).runs[0].data
        assert plain is not None
        assert np.allclose(features_at(data, rows_of(plain).X), rows_of(data).X)


def test_the_border_lies_where_the_model_is_undecided() -> None:
    found = panel(scenario_of(ADAM, **CIRCLES), "fit")
    run = scenario_of(ADAM, **CIRCLES).runs[0]
    theta = run_scenario(scenario_of(ADAM, **CIRCLES), _params()).runs[0].params
    assert theta is not None
    borders = [mark for mark in found.lines(LIGHT.ink) if len(mark.points) > 5]
    assert borders
    for mark in borders:
        logits = outputs(run, found.values(mark), theta[-1])
        assert np.abs(logits).max() < 0.8 and abs(logits.mean()) < 0.1, "a half is a logit of 0"
    ones, zeros = found.symbols(LIGHT.s[0]), found.symbols(LIGHT.s[3])
    assert len(ones) + len(zeros) == 60 and ones[0].attributes["d"] != zeros[0].attributes["d"]


def test_a_region_with_a_hole_is_one_closed_ring() -> None:
    X = np.array([[-2.0, -2.0], [2.0, 2.0], [0.0, 0.5]])
    y = np.array([1.0, 1.0, 0.0])
    outside = fit.Fitted(
        "a", "running", 0.1, X, y, lambda x: 0 * x[:, 0], lambda x: np.hypot(*x.T) / 2, labels=True
    )
    (plot,) = fit.picture([outside], 340).groups[0].plots
    (ring,) = [piece.ring for piece in plot.pieces if isinstance(piece, Area)]
    assert (ring[0] == ring[-1]).all()
    x, y = ring.T
    whole = (plot.frame.x.high - plot.frame.x.low) * (plot.frame.y.high - plot.frame.y.low)
    assert abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 == pytest.approx(
        whole - np.pi, rel=0.01
    )


def test_several_fits_are_small_multiples_and_a_diverged_one_has_no_curve() -> None:
    sine = {"dataset": "sine", "n": 20}
    network = {"name": "mlp", "layers": [1, 6, 1]}
    scenario = scenario_of(sgd(0.1, "a"), sgd(1e3, "b"), objective=network, data=sine, start=None)
    (group,) = picture(scenario, "fit").groups
    assert [plot.frame.title for plot in group.plots] == ["a", "b: diverged"]
    assert drawn(group.plots[0]).lines(LIGHT.s[0]) and not drawn(group.plots[1]).lines(LIGHT.s[0])
    assert group.plots[0].frame.x == group.plots[1].frame.x


def test_a_validation_loss_that_is_lowest_at_the_end_is_still_falling() -> None:
    short = {"objective": {"name": "linear"}, "start": [0], "data": {"dataset": "sine", "n": 24}, "steps": 20}
    words = picture(scenario_of(sgd(0.01), **short), "validation").words
    assert "lowest at step 20 of 20" in words[0] and words[1] == "It is still falling at the end."


def test_a_model_that_is_lost_is_right_about_no_row() -> None:
    """What is no number lies below one half as little as above it."""
    blobs = {"objective": {"name": "linear"}, "start": [0, 0], "steps": 3000, "data": {"dataset": "blobs"}}
    lost = picture(scenario_of(sgd(10), **blobs), "validation")
    assert not [words for words in lost.words if "classified correctly" in words]
    assert lost.table.rows[-1][-2:] == ("–", "–")
    assert picture(scenario_of(sgd(10), **blobs), "fit").words == (
        "The run diverges: no model is left to draw.",
    )


def test_a_wild_run_that_does_not_diverge_is_on_the_axis() -> None:
    circles = {**CIRCLES, "data": {"dataset": "circles", "n": 100, "noise": 0.05}}
    plot = picture(scenario_of(sgd(1000), **circles), "validation").groups[0].plots[0]
    found = validation(scenario_of(sgd(1000), **circles))
    assert plot.frame.y.high >= max(*found.loss, *found.train_loss)


def test_a_model_without_a_border_is_said_to_have_none() -> None:
    (words,) = picture(scenario_of(sgd(0.01), **CIRCLES), "fit").words
    assert "puts all of them on the side of label" in words
    assert "puts all" not in picture(NETWORK, "fit").words[0]


def test_what_came_of_regressions_has_no_column_of_labels() -> None:
    line = {"objective": {"name": "linear"}, "data": {"X": [[-1], [0], [1]], "y": [-1, 0, 2]}, "start": [0]}
    assert picture(scenario_of(sgd(0.1), **line), "fit").table.headers == ("Run", "Status", "Final loss")
    assert picture(NETWORK, "fit").table.headers[-1] == "Accuracy"


@pytest.mark.parametrize(("rows", "drawn"), [(300, 300), (301, 300), (800, 300)])
def test_of_many_rows_some_are_drawn_and_that_is_told(rows: int, drawn: int) -> None:
    many = {"objective": {"name": "linear"}, "start": [0], "data": {"dataset": "sine", "n": rows}}
    found = picture(scenario_of(sgd(0.1), **many), "fit")
    (points,) = [one for one in found.groups[0].plots[0].pieces if isinstance(one, Points)]
    assert len(np.unique(points.x)) == drawn
    told = () if drawn == rows else (f"{drawn} of {rows} rows are drawn.",)
    assert found.words[1:] == told and f"misses the {rows} points" in found.words[0]
