"""Pictures of analyses: what was drawn is what was found."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import range_test, sharpness, step_lengths, sweep, validation
from simulator.core.analyses.model import features_at, outputs
from simulator.core.datasets import rows_of
from simulator.core.spec import Scenario, parse_scenario
from simulator.figures.axes import linear_axis
from simulator.figures.panels.analyses import fit
from simulator.figures.panels.analyses.multiples import fewer_ticks
from simulator.figures.panels.analyses.names import labels_of
from simulator.figures.panels.analyses.picture import Picture
from simulator.figures.panels.analyses.pieces import Area, Line, Plot, Points, Rule, stretches
from simulator.figures.panels.analyses.plot import spec
from simulator.figures.renderer import renderer
from simulator.figures.svg import finish
from simulator.figures.themes import DARK, LIGHT, THEMES
from simulator.services import run_scenario
from simulator.services.analysis_figures import pictures
from simulator.services.analysis_figures.pictures import picture_for
from simulator.tests.figures.drawn import Drawn, Mark, scenario_of, sgd
from simulator.tests.figures.test_descriptions import mistakes_of_layers

pytestmark = pytest.mark.django_db

RAVINE: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 100,
}  # fmt: skip
CIRCLES: dict[str, Any] = {
    "objective": {"name": "mlp", "layers": [2, 8, 1], "loss": "bce"}, "start": None, "steps": 200,
    "data": {"dataset": "circles", "n": 60},
}  # fmt: skip
POLYNOMIAL: dict[str, Any] = {
    "objective": {"name": "linear"}, "start": [0] * 13, "steps": 2000,
    "data": {"dataset": "sine", "n": 24, "noise": 0.3, "polynomial": {"degree": 12}},
}  # fmt: skip
SIX = scenario_of(*(sgd(lr, f"lr {lr}") for lr in (0.001, 0.01, 0.05, 0.079, 0.081, 0.3)), **RAVINE)
PAIR = scenario_of(sgd(0.03, "plain"), sgd(0.03, "heavy ball", momentum=0.9), **RAVINE)
WILD = scenario_of(sgd(5, "wild"), sgd(50, "wilder"), **RAVINE)
OVERFLOWING = scenario_of(sgd(1e6), **{**RAVINE, "steps": 500})
SADDLE = scenario_of(sgd(0.5), objective={"name": "saddle"}, start=[0.01, 0.01], steps=200)
ADAM = {"optimizer": {"name": "Adam", "lr": 0.05}}
NETWORK = scenario_of(ADAM, sgd(0.5, "sgd"), **CIRCLES)
FIT = scenario_of(sgd(0.5), **POLYNOMIAL)


def picture(scenario: Scenario, kind: str, *, width: int = 340, names: bool = False, run: int = 0) -> Picture:
    return picture_for(scenario, kind, scenario.runs[run], names=names, width=width)


def drawn(plot: Plot, theme: str = "light") -> Drawn:
    svg = renderer().svg(spec(plot, THEMES[theme]))
    return Drawn(finish(svg, prefix="t", title="t", description="d"), plot.frame)


def panel(scenario: Scenario, kind: str, *, number: int = 0, **settings: Any) -> Drawn:
    return drawn(picture(scenario, kind, **settings).groups[0].plots[number])


def curve(found: Drawn, colour: str) -> np.ndarray[Any, Any]:
    """Corners of the longest line of a colour, as values."""
    line: Mark = max(found.lines(colour), key=lambda mark: len(mark.points))
    return found.values(line)


ALL = [
    (SIX, ("sweep", "range-test", "overlay", "multiples", "sharpness", "step-lengths")),
    (WILD, ("sweep", "range-test", "overlay", "multiples", "sharpness", "step-lengths")),
    (OVERFLOWING, ("sweep", "range-test", "sharpness", "step-lengths")),
    (SADDLE, ("sweep", "range-test", "sharpness", "step-lengths")),
    (NETWORK, ("fit", "validation", "sweep", "multiples")),
    (FIT, ("fit", "validation", "sharpness")),
]
EVERY = [(scenario, kind) for scenario, kinds in ALL for kind in kinds]


@pytest.mark.parametrize(("scenario", "kind"), EVERY)
def test_descriptions_fit_the_schema_and_hold_no_wild_numbers(scenario: Scenario, kind: str) -> None:
    for group in picture(scenario, kind).groups:
        for plot in group.plots[:2]:
            whole = spec(plot, THEMES["css"])
            json.dumps(whole, allow_nan=False)
            assert not mistakes_of_layers(whole)


@pytest.mark.parametrize(("scenario", "kind"), EVERY)
def test_labels_stand_apart_and_inside_at_any_width(scenario: Scenario, kind: str) -> None:
    for width in (300, 340, 640):
        for group in picture(scenario, kind, width=width).groups:
            for plot in group.plots:
                boxes = [label.box() for label in labels_of(plot)]
                for left, top, right, bottom in boxes:
                    assert left >= 0 and top >= 0
                    assert right <= plot.frame.width and bottom <= plot.frame.height
                for one, other in itertools.combinations(boxes, 2):
                    apart = (
                        one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                    )
                    assert apart, (kind, width, one, other)
                if len(group.plots) > 1:
                    ticks = plot.frame.x.ticks
                    assert 2 <= len(ticks) <= 5 and 2 <= len(plot.frame.y.ticks) <= 5


@pytest.mark.parametrize(("scenario", "kind"), EVERY)
def test_every_picture_is_drawn_with_words_and_a_table(scenario: Scenario, kind: str) -> None:
    found = picture(scenario, kind)
    assert found.words and all(re.search(r"\w", words) for words in found.words)
    assert found.table.rows and all(len(row) == len(found.table.headers) for row in found.table.rows)
    for group in found.groups:
        assert len(group.description) > len(group.title)
        for plot in group.plots[:1]:
            one = drawn(plot, "dark")
            assert "NaN" not in one.svg and "Infinity" not in one.svg and LIGHT.ink not in one.svg
            for line in one.of("line"):
                if "d" in line.attributes:
                    assert np.abs(line.points).max() < 5000


def test_a_sweep_is_the_sweep_and_marks_what_diverges_at_the_upper_edge() -> None:
    found = panel(SIX, "sweep")
    rates = [float(x) for x in np.geomspace(0.08 / 300, 0.4, 61)]
    outcomes = sweep(SIX, None, sorted({0.001, *rates})).outcomes
    gone = [one for one in outcomes if one.status == "diverged"]
    *triangles, key = found.symbols(LIGHT.warn)
    assert len(triangles) == len(gone) > 5 and all(mark.place[1] <= 1e-6 for mark in triangles)
    (name,) = [mark for mark in found.of("text") if mark.text == "diverges"][-1:]
    assert 0 < name.place[0] - key.place[0] < 12 and abs(name.place[1] - key.place[1]) < 5
    assert found.value_at(triangles[0])[0] == pytest.approx(gone[0].lr, rel=0.01)
    sound = [one for one in outcomes if one.status != "diverged"]
    line = curve(found, LIGHT.s[0])
    assert np.allclose(np.log10(line[:, 0]), np.log10([one.lr for one in sound]), atol=2e-3)
    assert np.allclose(np.log10(line[:, 1]), np.log10([one.final_loss for one in sound]), atol=2e-2)
    rules = [mark for mark in found.of("rule") if mark.tag == "line"]
    assert len(rules) >= 2, "the limit, and the run's own rate"
    texts = set(found.texts)
    assert {"limit 0.08", "this run: 0.001", "diverges", "62 rates, 100 steps · limit by analysis"} <= texts


def test_a_sweep_has_fewer_rates_where_more_would_be_too_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    circles = {"data": {"dataset": "circles", "n": 2000}, "start": None, "steps": 3}
    network = {"objective": {"name": "mlp", "layers": [2, 32, 1]}, **circles}
    monkeypatch.setattr(pictures, "_COUNTS", (500, 5))  # what is just too dear with 61 takes seconds with 31
    assert picture(scenario_of(sgd(0.777), **network), "sweep").words[0].startswith("Of 6 rates ")


@pytest.mark.parametrize("lr", [1e-5, 50.0])
def test_a_sweep_goes_beyond_a_rate_far_from_the_limit(lr: float) -> None:
    axis = picture(scenario_of(sgd(lr)), "sweep").groups[0].plots[0].frame.x
    assert axis.low < min(lr, 1) / 2 and axis.high > 2 * max(lr, 1), "the limit is 1"


def test_what_becomes_of_the_run_itself_is_told_beside_the_sweep() -> None:
    for run, lr in ((1, "0.01"), (5, "0.3")):
        (told,) = [words for words in picture(SIX, "sweep", run=run).words if "own rate" in words]
        assert told.startswith(f"At its own rate of {lr}, it ") and ("diverges" in told) is (lr == "0.3")


def test_a_stretch_of_good_rates_is_told_where_there_is_more_than_one() -> None:
    alone = picture(scenario_of(sgd(0.501), steps=1), "sweep").words
    assert "0.501 ends lowest, at a loss of 4 × 10⁻⁶." in alone[0]
    assert not any("ten times" in told for told in alone)
    assert any("ten times as high" in told for told in picture(SIX, "sweep").words)


def test_a_measured_limit_is_said_to_be_measured() -> None:
    noisy = scenario_of(sgd(0.03), noise={"sigma": 0.1, "seed": 1}, **RAVINE)
    found = picture(noisy, "sweep")
    assert found.groups[0].subtitle.endswith("limit measured")
    assert "was measured" in " ".join(found.words)


def test_statuses_have_shapes_of_their_own() -> None:
    long = scenario_of(sgd(0.03), **{**RAVINE, "steps": 400})
    plot = picture(long, "sweep").groups[0].plots[0]
    looks = {(p.shape, p.hollow) for p in plot.pieces if isinstance(p, Points)}
    names = {p.name for p in plot.pieces if isinstance(p, Points)}
    assert len(looks) == len(names) >= 3 and {"converged", "diverges"} <= names


def test_a_range_test_has_its_suggestions_on_the_curve() -> None:
    own = range_test(SIX, low=0.08 / 3000, high=0.08 * 30)
    found = panel(SIX, "range-test")
    for colour, one in zip(LIGHT.s[1:5], own.suggestions, strict=True):
        assert one.lr is not None
        mark, *_ = found.symbols(colour)
        lr, loss = found.value_at(mark)
        assert lr == pytest.approx(one.lr, rel=0.02)
        assert loss == pytest.approx(np.interp(one.lr, own.lr, own.loss), rel=0.15)
    assert any(text.startswith("blows up at") for text in found.texts)
    line = curve(found, LIGHT.s[0])
    place = len(line) // 2
    assert line[place, 1] == pytest.approx(np.interp(line[place, 0], own.lr, own.smoothed), rel=0.05)


def test_a_range_test_of_a_run_that_cannot_fall_has_no_suggestion() -> None:
    found = picture(scenario_of(sgd(0.3), start=[0]), "range-test")
    assert found.words[1:] == ("The loss never falls, so no rule finds a rate.",)
    assert not [piece for piece in found.groups[0].plots[0].pieces if isinstance(piece, Points)]


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


def test_a_line_that_goes_back_keeps_its_points() -> None:
    frame = picture(SIX, "sweep").groups[0].plots[0].frame
    line = Line("r0", np.geomspace(frame.x.low, frame.x.high, 600), np.full(600, frame.y.low))
    assert [len(part) for part in stretches(replace(line, exact=True), frame)] == [600]
    assert len(stretches(line, frame)[0]) <= 240


def test_several_fits_are_small_multiples_and_a_diverged_one_has_no_curve() -> None:
    sine = {"dataset": "sine", "n": 20}
    network = {"name": "mlp", "layers": [1, 6, 1]}
    scenario = scenario_of(sgd(0.1, "a"), sgd(1e3, "b"), objective=network, data=sine, start=None)
    (group,) = picture(scenario, "fit").groups
    assert [plot.frame.title for plot in group.plots] == ["a", "b: diverged"]
    assert drawn(group.plots[0]).lines(LIGHT.s[0]) and not drawn(group.plots[1]).lines(LIGHT.s[0])
    assert group.plots[0].frame.x == group.plots[1].frame.x


def test_sharpness_against_the_limit() -> None:
    own = sharpness(PAIR)
    found = panel(PAIR, "sharpness")
    assert own.limit is not None
    assert curve(found, LIGHT.s[0])[-1, 1] == pytest.approx(own.values[-1], rel=0.01)
    assert curve(found, LIGHT.ink)[-1, 1] == pytest.approx(own.limit[-1], rel=0.01)
    assert "limit 2 / lr" in found.texts
    assert "limit 2 (1 + m) / lr" in panel(PAIR, "sharpness", run=1).texts
    cycle = {"scheduler": {"name": "CyclicLR", "base_lr": 0.01, "max_lr": 0.02, "step_size_up": 20}}
    cycled = panel(scenario_of({**sgd(0.01), **cycle}), "sharpness")
    assert "limit 2 (1 + m) / lr" in cycled.texts
    adam = picture(scenario_of(ADAM, **RAVINE), "sharpness")
    assert "no single number" in adam.words[-1]


@pytest.mark.parametrize("more", [{"weight_decay": 0.1}, {"momentum": 0.5, "dampening": 0.5}])
def test_a_limit_without_a_short_formula_has_none(more: dict[str, float]) -> None:
    words = picture(scenario_of(sgd(0.03, **more), **RAVINE), "sharpness").words
    assert any("the limit" in told for told in words) and not any("lr" in told for told in words)


def test_the_table_of_a_range_test_ends_where_the_loss_blows_up() -> None:
    own = range_test(SIX, low=0.08 / 3000, high=0.08 * 30)
    assert picture(SIX, "range-test").table.rows[-1][0] == f"{own.end}" != f"{len(own.lr) - 1}"


def test_step_lengths_with_the_rate() -> None:
    decay = {"name": "ExponentialLR", "gamma": 0.95}
    scenario = scenario_of({**sgd(0.03), "scheduler": decay}, **RAVINE)
    own, found = step_lengths(scenario), panel(scenario, "step-lengths")
    for colour, values in zip(LIGHT.s[:3], (own.lengths, own.per_rate, own.lr), strict=True):
        assert np.allclose(np.log10(curve(found, colour)[:, 1]), np.log10(values), atol=5e-3)


def test_two_runs_with_the_gap_between_them_and_what_differs() -> None:
    found = picture(PAIR, "overlay")
    plain, heavy = (run.loss for run in run_scenario(PAIR).runs)
    times = plain[-1] / heavy[-1]
    assert f"At step 100 the loss of “plain” is {times:.0f} times that of “heavy ball”" in found.words[0]
    assert found.words[-1] == "The difference is the momentum 0 against 0.9."
    one = drawn(found.groups[0].plots[0])
    (band,) = one.bands(LIGHT.ink_3)
    low, high = one.edges(band)
    assert (low[:, 1] <= high[:, 1] * 1.01).all()
    assert high[-1, 1] == pytest.approx(plain[-1], rel=0.05)
    assert f"{times:.0f} times" in one.texts
    second = picture(SIX, "overlay", run=4)
    assert "“lr 0.081”" in second.words[0] and "0.001 against 0.081" in second.words[-1]


def test_of_losses_below_zero_the_gap_is_told_and_no_ratio() -> None:
    slope = {"objective": {"name": "polynomial", "coeffs": [0, -1]}, "start": [0], "steps": 10}
    found = picture(scenario_of(sgd(0.1, "a"), sgd(0.2, "b"), **slope), "overlay")
    assert found.words[0] == "At step 10 the loss of “a” is −1, that of “b” −2: 1 higher."
    assert not any("times" in text for text in drawn(found.groups[0].plots[0]).texts)


def test_multiples_have_common_axes_and_tell_nothing_by_their_letters() -> None:
    lettered = picture(SIX, "multiples")
    (group,) = lettered.groups
    assert [plot.frame.title for plot in group.plots] == list("ABCDEF")
    assert len({(plot.frame.x, plot.frame.y) for plot in group.plots}) == 1
    told = json.dumps([lettered.words, lettered.table.headers, group.description, lettered.title])
    assert "lr" not in told and "0.081" not in told
    colours = [
        {mark.attributes["stroke"] for mark in drawn(plot).of("line") if "stroke" in mark.attributes}
        for plot in group.plots
    ]
    assert all(found == {LIGHT.s[0]} for found in colours), "one colour for all"
    losses = [run.loss for run in run_scenario(SIX).runs]
    for plot, loss in zip(group.plots[:5], losses[:5], strict=True):
        line = curve(drawn(plot), LIGHT.s[0])
        assert np.allclose(np.log10(line[:, 1]), np.log10(loss), atol=0.03)
    assert len(drawn(group.plots[5]).symbols(LIGHT.warn)) == 1
    assert [plot.frame.title for plot in picture(SIX, "multiples", names=True).groups[0].plots][
        1
    ] == "lr 0.01"


def test_a_fall_without_end_has_a_mark_that_points_down() -> None:
    falling = {"objective": {"name": "polynomial", "coeffs": [0, 0, -1]}, "start": [1], "steps": 200}
    both = scenario_of(sgd(1.0, "a"), sgd(0.5, "b"), **falling)
    for kind in ("multiples", "overlay"):
        plots = picture(both, kind).groups[0].plots
        marks = [piece for plot in plots for piece in plot.pieces if isinstance(piece, Points)]
        assert [mark.shape for mark in marks] == ["triangle-down"] * 2
    rising = [
        piece for piece in picture(WILD, "overlay").groups[0].plots[0].pieces if isinstance(piece, Points)
    ]
    assert [mark.shape for mark in rising] == ["triangle-up"] * 2


def test_noisy_runs_are_means_with_bands() -> None:
    noise = {"noise": {"sigma": 0.5, "seed": 1}, **RAVINE, "steps": 1000}
    noisy = scenario_of(sgd(0.03, "plain"), sgd(0.03, "heavy ball", momentum=0.9), **noise)
    found = picture(noisy, "overlay")
    one = drawn(found.groups[0].plots[0])
    assert one.bands(LIGHT.s[0]) and one.bands(LIGHT.s[1]) and not one.bands(LIGHT.ink_3)
    assert len(curve(one, LIGHT.s[0])) < 100 and "mean loss" in found.words[0]
    assert drawn(picture(noisy, "multiples").groups[0].plots[1]).bands(LIGHT.s[0])


def test_of_two_runs_one_of_which_is_noisy_means_are_compared() -> None:
    noise = {"noise": {"sigma": 0.5, "seed": 1}}
    for runs in ((sgd(0.03, "a") | noise, sgd(0.02, "b")), (sgd(0.02, "b"), sgd(0.03, "a") | noise)):
        found = picture(scenario_of(*runs, **{**RAVINE, "steps": 1000}), "overlay")
        one = drawn(found.groups[0].plots[0])
        assert "mean loss" in found.words[0] and not one.bands(LIGHT.ink_3)


def test_a_single_point_is_seen() -> None:
    found = panel(OVERFLOWING, "sharpness")
    assert len(found.symbols(LIGHT.s[0])) == 2, "the point, and the one beside the name"


def test_colours_follow_the_theme() -> None:
    plot = picture(PAIR, "overlay").groups[0].plots[0]
    assert DARK.s[1] in drawn(plot, "dark").svg and "var(--s1)" in drawn(plot, "css").svg


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


def test_one_update_and_one_step_are_told_as_one() -> None:
    one = scenario_of(sgd(0.5), objective={"name": "quadratic", "eigenvalues": [1]}, start=[6], steps=1)
    assert picture(one, "step-lengths").words == (
        "The only update to be seen is 3 long.",
        "Divided by the rate, that is 6.",
    )
    above = scenario_of(sgd(1e6), objective={"name": "quadratic", "eigenvalues": [1]}, start=[6], steps=9)
    words = picture(above, "sharpness").words
    assert words[0] == "The sharpness begins at 1 and is 1 at step 0."
    assert words[-1] == "It is above the limit there."


def test_steps_above_the_limit_are_counted_among_those_looked_at() -> None:
    past = picture(scenario_of(sgd(0.081), **{**RAVINE, "steps": 300}), "sharpness")
    assert "It is above the limit at 50 of the 50 steps looked at, first at step 0." in past.words


def test_a_sharpness_at_the_limit_is_neither_below_nor_above_it() -> None:
    """It was said to be above it at every step, by the last digits of a double."""
    words = picture(scenario_of(sgd(1.0)), "sharpness").words
    assert words == (
        "The sharpness is 2 all the way to step 40.",
        "At that step the limit 2 / lr is 2.",
        "The sharpness is not above the limit at any step that was looked at.",
    )


def test_small_charts_say_their_power_in_words() -> None:
    far = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [2e4], "steps": 20}
    both = scenario_of(*(sgd(lr, f"lr {lr}") for lr in (0.001, 0.002)), **far)
    (group,) = picture(both, "multiples").groups
    assert group.subtitle == "loss (× 10⁸) by step, on common axes"
    assert all(label in ("1.8", "1.9", "2.0") for plot in group.plots for label in plot.frame.y.labels)


def test_runs_of_which_one_is_lost_at_once_are_compared_where_they_begin() -> None:
    lost = {**sgd(1e9, "lost"), "noise": {"sigma": 1, "seed": 1}}
    words = picture(scenario_of(lost, sgd(0.1, "fine"), steps=200), "overlay").words
    assert words[0] == "At step 0 both have a loss of 1."


def test_losses_that_begin_alike_are_drawn_where_they_are() -> None:
    high = {"objective": {"name": "polynomial", "coeffs": [1e6, 0, 0.5]}, "start": [3], "steps": 50}
    found = panel(scenario_of(sgd(0.01, "a"), sgd(0.02, "b"), **high), "overlay")
    line = curve(found, LIGHT.s[0])
    assert line[0, 1] == pytest.approx(1000004.5, abs=0.05)
    assert line[-1, 1] == pytest.approx(1e6 + 4.5 * 0.99**100, abs=0.05)


def test_names_of_marks_have_the_mark_before_them() -> None:
    """A name away from what it names was taken for that of what it stood beside."""
    for scenario, kind in ((SIX, "sweep"), (SIX, "range-test"), (WILD, "overlay")):
        plot = picture(scenario, kind).groups[0].plots[0]
        named = {piece.name for piece in plot.pieces if isinstance(piece, Points | Rule) and piece.name}
        labels = {label.text: label for label in labels_of(plot) if label.text in named}
        assert len(labels) > 1 and all(label.mark for label in labels.values())
        assert sum(name.startswith("mark-") for name in spec(plot, LIGHT)["datasets"]) == len(
            [label for label in labels_of(plot) if label.mark]
        )


def test_sharpness_and_its_limit_stand_inside_the_plot() -> None:
    """Sharpness 2 below a limit of 2.5 looked like none below all that there is."""
    axis = picture(scenario_of(sgd(0.8)), "sharpness").groups[0].plots[0].frame.y
    assert axis.low == 0 and axis.high > 2.5
    spread = picture(scenario_of(sgd(0.01)), "sharpness").groups[0].plots[0].frame.y
    assert spread.log and spread.low < 2 and spread.high > 200
    flat = {"objective": {"name": "polynomial", "coeffs": [0, -1]}, "start": [0]}
    found = picture(scenario_of(sgd(1.0), **flat), "sharpness")
    assert not found.groups[0].plots[0].frame.y.log
    assert found.words[0] == "The sharpness is 0 all the way to step 40."


def test_a_range_test_begins_below_the_rate_of_the_run() -> None:
    """Clipping holds a run at almost any rate; from a three thousandth of that limit all was lost at once."""
    clipped = scenario_of(sgd(0.25), objective={"name": "quadratic", "eigenvalues": [10]}, start=[3],
                          steps=60, clip_norm=1)  # fmt: skip
    axis = picture(clipped, "range-test").groups[0].plots[0].frame.x
    assert axis.low < 0.25


def test_rates_and_losses_next_to_zero_and_far_beyond_are_drawn() -> None:
    far = scenario_of(sgd(1e200), objective={"name": "quadratic", "eigenvalues": [1e290]}, start=[1e5])
    assert "6.67 × 10⁻²⁹³ ends lowest" in picture(far, "sweep").words[0]
    tiny = scenario_of(
        sgd(1e-3), objective={"name": "quadratic", "eigenvalues": [1e-310]}, start=[1], steps=2
    )
    assert not picture(tiny, "range-test").groups[0].plots[0].frame.y.log


@pytest.mark.parametrize("kind", ["sharpness", "step-lengths"])
def test_a_diverging_run_is_followed_to_where_it_diverges(kind: str) -> None:
    lost = scenario_of(sgd(0.12), **RAVINE)
    diverged_at = run_scenario(lost).runs[0].diverged_at
    assert diverged_at is not None and diverged_at < 50
    assert picture(lost, kind).groups[0].plots[0].frame.x.high == diverged_at
    assert picture(SIX, kind).groups[0].plots[0].frame.x.high == 100


def test_lengths_that_keep_are_told_as_such() -> None:
    """A step is 0.998 or 0.98 times as long as the one before, forty times."""
    steady = "The updates keep about the same length."
    assert steady in picture(scenario_of(sgd(0.001)), "step-lengths").words
    assert steady not in picture(scenario_of(sgd(0.01)), "step-lengths").words


def test_a_length_at_a_rate_of_zero_is_not_divided_by_it() -> None:
    cycle = {"name": "CyclicLR", "base_lr": 0, "max_lr": 0.1, "step_size_up": 5, "cycle_momentum": False}
    words = picture(scenario_of({**sgd(0.1), "scheduler": cycle}), "step-lengths").words
    assert words[0].startswith("The first update is 0 long")
    assert words[-1] == "The rate itself lies between 0 and 0.1."
    assert not any("Divided" in told or "–" in told for told in words)


def test_updates_that_go_nowhere_are_drawn_and_told() -> None:
    found = picture(scenario_of(sgd(0.3), start=[0]), "step-lengths")
    assert found.words == ("The parameters do not move: every update has a length of 0.",)
    assert not found.groups[0].plots[0].frame.y.log


def test_axes_of_small_charts_have_two_ticks_at_least() -> None:
    for low, high in ((-1.7, 1.7), (-0.98, 0.98), (0.1, 1.9), (-2.1, 1.7)):
        axis = fewer_ticks(linear_axis("x", low, high))
        assert 2 <= len(axis.ticks) <= 5


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


def test_courses_are_told_with_the_digits_that_differ_and_no_more_words_than_needed() -> None:
    high = {"objective": {"name": "polynomial", "coeffs": [1e6, 0, 1]}, "start": [1], "steps": 5}
    words = picture(scenario_of(sgd(0.1, "one"), sgd(0.0001, "two"), **high), "multiples").words
    assert words[0] == "A begins at a loss of 1.000001 × 10⁶ and is lowest at the end, with 1.00000011 × 10⁶."
    still = picture(scenario_of(sgd(0.1, "one"), sgd(0.2, "two"), start=[0]), "multiples").words
    assert still[0] == "A begins and ends at a loss of 0."
