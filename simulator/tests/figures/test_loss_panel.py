"""The loss panel: what was drawn is what the runs were."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.figures.axes import linear_axis
from simulator.figures.panels.curves import curve_of
from simulator.figures.themes import LIGHT
from simulator.services import run_scenario
from simulator.services.controls import Slider
from simulator.services.drawing import datasets_of
from simulator.services.scenes import frame_of, series_of
from simulator.tests.figures.drawn import draw, scenario_of, scene_for, sgd


def test_one_line_per_run_with_a_corner_for_every_step() -> None:
    scenario = scenario_of(sgd(0.9, "high"), sgd(0.2, "low"), sgd(0.002, "tiny"))
    drawn = draw("loss", scenario)
    assert len(drawn.of("line")) == 3
    for colour in LIGHT.s[:3]:
        (line,) = drawn.lines(colour)
        assert len(line.points) == 41
    assert not drawn.lines(LIGHT.warn)


def test_the_line_decodes_to_the_losses() -> None:
    scenario = scenario_of(sgd(0.9))
    (line,) = draw("loss", scenario).lines(LIGHT.s[0])
    values = draw("loss", scenario).values(line)
    closed_form = (1 - 0.9 * 2) ** (2 * np.arange(41))
    assert np.allclose(values[:, 0], np.arange(41), atol=0.01)
    # Half a hundredth of a pixel on eleven decades over two hundred pixels.
    assert np.allclose(np.log10(values[:, 1]), np.log10(closed_form), atol=2e-3)
    assert np.allclose(run_scenario(scenario).runs[0].loss, closed_form)


def test_long_runs_keep_their_extremes() -> None:
    scenario = scenario_of(sgd(1.0, "bouncing"), objective={"name": "double_well"}, start=[0.3], steps=3000)
    drawn = draw("loss", scenario.with_lr(1.05))
    (line,) = drawn.lines(LIGHT.s[0])
    values = drawn.values(line)
    loss = run_scenario(scenario.with_lr(1.05)).runs[0].loss
    assert len(values) <= 260
    late = values[values[:, 0] > 1500]
    assert late[:, 1].max() == pytest.approx(loss[1500:].max(), rel=0.02)
    assert late[:, 1].min() == pytest.approx(loss[1500:].min(), rel=0.02)


def test_the_prediction_is_dashed_in_the_warning_colour_and_named() -> None:
    drawn = draw("loss", scenario_of(sgd(0.9)), changes={"lr": 1.05})
    (line,) = drawn.lines(LIGHT.warn)
    assert line.attributes["stroke-dasharray"] == "7,6"
    (happens,) = drawn.lines(LIGHT.s[0])
    assert happens.attributes.get("stroke-dasharray") in (None, "1,0")
    assert "lr 1.05: your answer" in drawn.texts
    assert "lr 0.9: what happens" in drawn.texts


def test_every_run_has_dashes_and_a_shape_of_its_own() -> None:
    scenario = scenario_of(*(sgd(lr, f"lr {lr}") for lr in (0.002, 0.02, 0.1, 0.3, 0.7, 0.95)))
    drawn = draw("loss", scenario, changes={"lr": 0.5})
    dashes = {line.attributes.get("stroke-dasharray", "1,0") for line in drawn.of("line")}
    assert len(drawn.of("line")) == len(dashes) == 7
    swatches = {colour: drawn.symbols(colour)[-1].attributes["d"] for colour in (*LIGHT.s, LIGHT.warn)}
    assert len(set(swatches.values())) == 7


@pytest.mark.parametrize(("lr", "steps"), [(0.9, 40), (1.05, 40), (1.2, 40), (1.5, 200)])
def test_divergence_is_marked_exactly_where_the_run_diverged(lr: float, steps: int) -> None:
    scenario = scenario_of(sgd(lr), steps=steps)
    diverged_at = run_scenario(scenario).runs[0].diverged_at
    drawn = draw("loss", scenario)
    told = [text for text in drawn.texts if "diverges" in text]
    ends = [mark for mark in drawn.symbols(LIGHT.s[0]) if mark.place[1] <= 1e-6]
    if diverged_at is None:
        assert not told and not ends
    else:
        assert len(set(told)) == 1 and told[0].endswith(f"diverges at step {diverged_at}")
        assert len(ends) == 1, "a mark at the upper edge"


def test_a_mark_far_before_the_divergence_says_that_the_run_grows_on() -> None:
    ravine = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 500}
    texts = draw("loss", scenario_of(sgd(0.081), **ravine)).texts
    assert "keeps growing, diverges at step 406" in texts
    assert "diverges at step 5" in draw("loss", scenario_of(sgd(5.0), steps=400)).texts


def test_overflowing_losses_stay_drawable() -> None:
    scenario = scenario_of(sgd(3.0, "wild"), sgd(0.5, "calm"), steps=5000)
    assert not np.isfinite(run_scenario(scenario).runs[0].loss[-1])
    drawn = draw("loss", scenario)
    for line in drawn.of("line"):
        assert np.abs(line.points).max() < 2000
    assert "NaN" not in drawn.svg and "Infinity" not in drawn.svg and "e+" not in drawn.svg


def test_a_loss_that_reaches_zero_leaves_at_the_bottom() -> None:
    scenario = scenario_of(sgd(0.5))  # 1 - lr L = 0: there in one step
    drawn = draw("loss", scenario)
    (line,) = drawn.lines(LIGHT.s[0])
    assert drawn.frame.y.log
    assert line.points[0][1] < line.points[1][1]
    assert line.points[1:, 1].min() >= drawn.frame.height


def test_negative_losses_have_a_linear_axis() -> None:
    wells = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8]}
    drawn = draw("loss", scenario_of(sgd(0.1), objective=wells, start=[-1.5], steps=30))
    assert not drawn.frame.y.log
    (line,) = drawn.lines(LIGHT.s[0])
    loss = run_scenario(scenario_of(sgd(0.1), objective=wells, start=[-1.5], steps=30)).runs[0].loss
    assert drawn.values(line)[-1, 1] == pytest.approx(loss[-1], abs=0.01)
    slope = {"name": "polynomial", "coeffs": [1, -1]}
    axis = frame_of(scene_for(scenario_of(sgd(0.1), objective=slope, start=[0], steps=30)), "loss").y
    assert not axis.log and axis.low < 1 - 3 < 1 < axis.high, "from above zero to below it"


def test_the_axes_stay_where_they_are_when_the_slider_moves() -> None:
    slider = Slider(min=0.01, max=1.3)
    drawn = [draw("loss", scenario_of(sgd(0.9)), slider=slider, lr=lr) for lr in (0.01, 0.5, 1.3)]
    ticks = [[m.text for m in one.marks if m.kind == "mark-text role-axis-label"] for one in drawn]
    assert ticks[0] == ticks[1] == ticks[2]


def test_exponents_are_readable() -> None:
    drawn = draw("loss", scenario_of(sgd(0.9)))
    ticks = [mark.text for mark in drawn.marks if mark.kind == "mark-text role-axis-label"]
    assert "10⁻⁶" in ticks and "1" in ticks


def test_the_limit_of_stability_is_told() -> None:
    assert "the limit is 2/L = 1" in draw("loss", scenario_of(sgd(0.9))).texts
    assert not any(
        "limit" in text for text in draw("loss", scenario_of(sgd(0.9), noise={"sigma": 1, "seed": 0})).texts
    )


def test_a_limit_is_told_only_where_the_prediction_has_it_too() -> None:
    assert "the limit is 2/L = 1" in draw("loss", scenario_of(sgd(0.9)), changes={"lr": 1.05}).texts
    heavy = draw("loss", scenario_of(sgd(0.9)), changes={"momentum": 0.5})
    assert not any("limit" in text for text in heavy.texts)


def test_more_runs_than_colours_are_thinned_and_that_is_told() -> None:
    from simulator.services import build_figure

    scenario = scenario_of(*(sgd(0.02 * k, f"lr {k}") for k in range(1, 31)))
    assert len(draw("loss", scenario).of("line")) == 6
    assert build_figure(scenario).left_out == "6 of 30 runs are drawn."


def test_losses_that_begin_alike_are_told_with_the_digits_that_tell_them_apart() -> None:
    high = {"objective": {"name": "polynomial", "coeffs": [1e6, 0, 0.5]}, "start": [3], "steps": 50}
    scene = scene_for(scenario_of(sgd(0.01), **high))
    (run,) = series_of(scene)
    data = {kind: datasets_of(scene, kind, [run]) for kind in ("loss", "landscape")}
    (curve,), (moves,) = data["loss"]["curves"], data["landscape"]["moves"]
    assert np.abs(np.array(curve["loss"]) - run.loss[curve["step"]]).max() < 0.01
    assert np.abs(np.array(moves["y"]) - run.loss[moves["step"]]).max() < 0.01
    assert frame_of(scene_for(scenario_of(sgd(0.01))), "loss").y.digits == 5


def test_a_loss_of_zero_is_drawn() -> None:
    """On a logarithmic axis it was nowhere."""
    drawn = draw("loss", scenario_of(sgd(0.3), start=[0]))
    (line,) = drawn.lines(LIGHT.s[0])
    assert not drawn.frame.y.log and np.allclose(drawn.values(line)[:, 1], 0, atol=1e-3)


def test_a_curve_leaves_the_picture_where_it_crosses_the_edge() -> None:
    """Its last stretch was bent, as if the loss had slowed down."""
    drawn = draw("loss", scenario_of(sgd(0.2), objective={"name": "quadratic", "eigenvalues": [4]}, start=[5],
                                     steps=10), changes={"lr": 1})  # fmt: skip
    (line,) = drawn.lines(LIGHT.warn)
    x, y = drawn.values(line).T
    slopes = np.diff(np.log(y)) / np.diff(x)
    assert y[-1] == pytest.approx(drawn.frame.y.high) and x[-1] != int(x[-1])
    assert np.allclose(slopes, slopes[0], rtol=0.02)
    (mark,) = [one for one in drawn.symbols(LIGHT.warn) if one.place[1] < 1e-6]
    assert drawn.value_at(mark)[0] == pytest.approx(x[-1], abs=0.01)


def test_beside_others_a_run_that_leaves_is_told_with_a_piece_of_its_line() -> None:
    def told(*runs: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        scene = scene_for(scenario_of(*runs))
        rows = datasets_of(scene, kind, series_of(scene))["labels"]
        return [row for row in rows if "diverges" in row["text"]]

    for kind in ("loss", "landscape"):
        both = told(sgd(1.5, "high"), sgd(2.5, "higher"), kind=kind)
        assert {row["run"] for row in both if "x0" in row} == {"r0", "r1"}
        (one,) = told(sgd(0.9, "low"), sgd(2.5, "higher"), kind=kind)
        assert one["run"] == "r1" and one["x0"] < one["x"]
        (alone,) = told(sgd(1.5), kind=kind)
        assert "x0" not in alone


def test_a_fall_without_end_leaves_at_the_bottom() -> None:
    """It was said to keep growing, with a mark that pointed up, or none."""
    falling = scenario_of(
        sgd(1.0), objective={"name": "polynomial", "coeffs": [0, 0, -1]}, start=[1], steps=200
    )
    scene = scene_for(falling)
    (run,) = [one for one in series_of(scene) if one.role == "happens"]
    assert run.end_in_words(3) == "keeps falling, diverges at step 17"
    axis = linear_axis("loss", -1e4, 0)
    curve = curve_of(run, run.loss, axis, 0)
    # The loss is −9^t: −6561 at step 4, −59049 at step 5.
    assert curve.values[-1] == axis.low and curve.x[-1] == pytest.approx(
        4 + (1e4 - 6561) / (59049 - 6561), abs=1e-3
    )
    (end,) = datasets_of(scene, "loss", [run])["ends"]
    assert end["down"] and not end["off"]


def test_a_noisy_fall_without_end_leaves_at_the_bottom_too() -> None:
    """Where means are drawn, it had no mark: the last value lay below the axis."""
    falling = scenario_of(
        sgd(0.3), objective={"name": "quadratic", "eigenvalues": [-1, 1]}, start=[1, 1], steps=400,
        noise={"sigma": 1.0, "seed": 0},
    )  # fmt: skip
    scene = scene_for(falling)
    (run,) = [one for one in series_of(scene) if one.role == "happens"]
    axis = linear_axis("loss", -1e9, 0)
    curve = curve_of(run, run.loss, axis, 20)
    assert curve.low is not None and curve.values[-1] == axis.low
    (end,) = datasets_of(scene, "loss", [run])["ends"]
    assert end["down"] and not end["off"]
