"""Noisy runs: their level can be read, and what is drawn is what was measured."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from simulator.core.spec import Scenario
from simulator.figures.smoothing import Smoothed, smoothed, window_of
from simulator.figures.themes import LIGHT
from simulator.services import Slider, run_scenario
from simulator.services.drawing import datasets_of
from simulator.services.scenes import frame_of, series_of
from simulator.services.simulation import Record
from simulator.tests.figures.drawn import Drawn, draw, scenario_of, scene_for, sgd
from simulator.tests.figures.test_labels import apart, boxes_of_rows

BOWL: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 1]}, "start": [4, 2], "steps": 4000,
    "noise": {"sigma": 1, "seed": 11},
}  # fmt: skip
TWO = scenario_of(sgd(0.4, "lr 0.4"), sgd(0.04, "lr 0.04"), **BOWL)
SLIDER = Slider("lr 0.04", 0.002, 1.9)
SAME: dict[str, Any] = {"changes": {"lr": 0.4}, "slider": SLIDER}  # falls on the other run


def means(scenario: Scenario, place: int) -> Smoothed:
    return smoothed(run_scenario(scenario).runs[place].loss, window_of(scenario.steps))


@pytest.fixture(scope="module")
def loss() -> Drawn:
    return draw("loss", TWO, **SAME)


@pytest.fixture(scope="module")
def path() -> Drawn:
    return draw("path", TWO, **SAME)


def close(found: Any, expected: Any, drawn: Drawn) -> bool:
    """Whether values are the same but for a hundredth of a pixel."""
    axis = drawn.frame.y
    return bool(np.allclose(axis.fraction(found), axis.fraction(expected), atol=0.02 / drawn.frame.height))


@pytest.mark.parametrize("place", [0, 1])
def test_the_line_decodes_to_the_means(loss: Drawn, place: int) -> None:
    (line,) = loss.lines(LIGHT.s[place])
    values, expected = loss.values(line), means(TWO, place)
    assert values[:-1, 0] == pytest.approx(expected.middle, abs=4000 / 27000)
    assert close(values[:-1, 1], expected.mean, loss)
    assert values[-1, 0] == pytest.approx(4000) and values[-1, 1] == values[-2, 1]
    assert len(values) < 80


@pytest.mark.parametrize("place", [0, 1])
def test_the_band_decodes_to_the_spread_and_holds_the_mean(loss: Drawn, place: int) -> None:
    (band,), (line,) = loss.bands(LIGHT.s[place]), loss.lines(LIGHT.s[place])
    low, high = loss.edges(band)
    values, expected = loss.values(line), means(TWO, place)
    assert np.allclose(low[:, 0], values[:, 0]) and np.allclose(high[:, 0], values[:, 0])
    slack = 1.002  # half a hundredth of a pixel
    assert (low[:, 1] <= values[:, 1] * slack).all() and (values[:, 1] <= high[:, 1] * slack).all()
    seen = expected.low >= loss.frame.y.low / 10
    assert close(low[:-1, 1][seen], expected.low[seen], loss) and close(high[:-1, 1], expected.high, loss)
    assert float(band.attributes["opacity"]) <= 0.3


def test_the_levels_are_far_apart_in_the_picture(loss: Drawn) -> None:
    high, low = (loss.lines(colour)[0].points for colour in LIGHT.s[:2])
    late = [line[line[:, 0] > loss.frame.width / 4, 1] for line in (high, low)]
    assert late[0].max() < late[1].min(), "the lines do not touch once both are down"
    assert late[1].mean() - late[0].mean() > 0.15 * loss.frame.height


def test_the_axis_follows_the_means_not_the_dips(loss: Drawn) -> None:
    dips = [run.loss.min() for run in run_scenario(TWO).runs]
    level = means(TWO, 1).mean[-20:].mean()
    assert min(dips) < loss.frame.y.low / 50
    assert level / 60 < loss.frame.y.low < means(TWO, 1).mean.min()


@pytest.mark.parametrize("place", range(0, 121, 10))
def test_where_the_slider_brings_the_run_its_line_stays_in_the_picture(loss: Drawn, place: int) -> None:
    moved = series_of(scene_for(TWO, **SAME), SLIDER.values[place])[1]
    late = smoothed(moved.loss, window_of(TWO.steps)).mean[-20:]
    assert (late < loss.frame.y.low).mean() <= 0.15


def test_it_says_what_line_and_band_are(loss: Drawn) -> None:
    assert "line: mean of 100 steps · band: 80 % of them" in loss.texts
    mixed = scenario_of(
        {**sgd(0.3, "noisy"), "noise": {"sigma": 1, "seed": 1}}, sgd(0.3, "exact"), **{**BOWL, "noise": None}
    )
    drawn = draw("loss", mixed)
    assert "noisy runs: mean of 100 steps, band of 80 %" in drawn.texts
    assert len(drawn.bands(LIGHT.s[0])) == 1 and not drawn.bands(LIGHT.s[1])


def test_a_prediction_that_falls_on_another_run_is_seen_on_top_of_it(loss: Drawn, path: Drawn) -> None:
    for drawn in (loss, path):
        lines = drawn.of("line")
        (below,), (above,) = drawn.lines(LIGHT.s[0]), drawn.lines(LIGHT.warn)
        assert lines.index(above) > lines.index(below)
        dash, gap = map(float, above.attributes["stroke-dasharray"].split(","))
        assert gap >= 0.8 * dash, "the other colour shows between its dashes"
        assert {"lr 0.4", "lr 0.4: your answer"} <= set(drawn.texts)
    assert np.allclose(loss.lines(LIGHT.warn)[0].points, loss.lines(LIGHT.s[0])[0].points)
    assert series_of(scene_for(TWO, **SAME))[-1].words == "This run is the same as “lr 0.4”."


def test_a_short_run_is_drawn_step_by_step() -> None:
    scenario = scenario_of(sgd(0.4, "short"), **{**BOWL, "steps": 90})
    drawn = draw("loss", scenario)
    (line,) = drawn.lines(LIGHT.s[0])
    assert close(
        drawn.values(line)[:, 1], run_scenario(scenario).runs[0].loss.clip(drawn.frame.y.low / 10), drawn
    )
    assert not drawn.of("area")


def test_a_noisy_run_that_diverges_ends_at_the_edge() -> None:
    drawn = draw("loss", scenario_of(sgd(2.05, "too high"), sgd(0.4, "fine"), **BOWL))
    (line,) = drawn.lines(LIGHT.s[0])
    assert line.points[-1, 1] == pytest.approx(0, abs=0.01)
    diverged_at = run_scenario(scenario_of(sgd(2.05), **BOWL)).runs[0].diverged_at
    assert any(text.endswith(f"diverges at step {diverged_at}") for text in drawn.texts)


def test_the_cloud_is_where_the_run_was(path: Drawn) -> None:
    result = run_scenario(TWO, Record(params=True))
    clouds = []
    for place, colour in enumerate((LIGHT.s[0], LIGHT.s[1], LIGHT.warn)):
        points = [mark for mark in path.symbols(colour) if float(mark.attributes.get("opacity", 1)) < 1]
        assert 60 <= len(points) <= 120
        places = np.array([path.value_at(mark) for mark in points])
        params = result.runs[place % 2].params
        assert params is not None
        nearest = np.abs(params[None, 1:] - places[:, None]).max(axis=2).min(axis=1)
        assert nearest.max() < 0.02, "every point is an iterate"
        clouds.append(places)
    wide, narrow, same = (cloud.std(axis=0).mean() for cloud in clouds)
    assert narrow < 0.5 * wide and same == pytest.approx(wide, rel=0.3)
    shared = {tuple(place) for place in clouds[0]} & {tuple(place) for place in clouds[2]}
    assert len(shared) < 20, "runs that coincide are both seen"


def test_the_way_into_the_cloud_is_a_line_and_the_rest_is_none(path: Drawn) -> None:
    for place, colour in enumerate(LIGHT.s[:2]):
        (line,) = path.lines(colour)
        values = path.values(line)
        assert values[0] == pytest.approx([4, 2], abs=0.02)
        loss = run_scenario(TWO).runs[place].loss
        settled = int((loss <= loss[2000:].mean()).argmax())
        assert len(values) <= settled + 1


def test_the_widest_cloud_is_below() -> None:
    scenario = scenario_of(sgd(0.04, "narrow"), sgd(0.9, "wide"), **BOWL)
    points = [mark.attributes["fill"] for mark in draw("path", scenario).of("symbol")
              if float(mark.attributes.get("opacity", 1)) < 1]  # fmt: skip
    assert points[0] == LIGHT.s[1] and points[-1] == LIGHT.s[0]
    assert points == sorted(points, key=[LIGHT.s[1], LIGHT.s[0]].index)


def test_a_run_without_noise_stays_a_line() -> None:
    scenario = scenario_of(sgd(0.4, "exact"), **{**BOWL, "noise": None})
    drawn = draw("path", scenario)
    assert len(drawn.lines(LIGHT.s[0])) == 1
    assert not [mark for mark in drawn.of("symbol") if float(mark.attributes.get("opacity", 1)) < 1]


def test_on_a_curve_a_noisy_run_has_no_thicket() -> None:
    valley = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [5], "steps": 400}
    drawn = draw("landscape", scenario_of(sgd(0.5, "a"), **{**valley, "noise": BOWL["noise"]}))
    (line,) = drawn.lines(LIGHT.s[0])
    assert len(line.points) < 20
    assert 5 <= len(drawn.symbols(LIGHT.s[0])) <= 40
    cloud = draw(
        "landscape", scenario_of(sgd(0.5, "a"), **{**valley, "start": [0.5], "noise": BOWL["noise"]})
    )
    told = sorted({int(text) for text in cloud.texts if text.isdigit()})
    assert told == list(range(len(told))), "in a cloud, where steps are left out, none is counted"


@pytest.mark.parametrize("lr", [None, 0.002, 1.9])
def test_names_are_all_there_and_apart(lr: float | None) -> None:
    five = scenario_of(
        sgd(0.3, "as it was"), sgd(0.06, "a fifth of the rate"), sgd(1.5, "five times the rate"),
        sgd(0.3, "momentum 0.9", momentum=0.9), {**sgd(0.3, "a nearer start"), "start": [0.1, 0.1]},
        **{**BOWL, "steps": 3000},
    )  # fmt: skip
    for scenario, changes in ((TWO, {"lr": 0.4}), (five, {"lr": 0.05})):
        scene = scene_for(scenario, changes=changes, slider=Slider(scenario.runs[1].label, 0.002, 1.9))
        series = series_of(scene, lr)
        for kind in scene.panels:
            frame = frame_of(scene, kind)
            rows = datasets_of(scene, kind, series)["labels"]
            boxes = boxes_of_rows(rows)
            assert {run.id for run in series} <= {row["id"] for row in rows}
            assert all(box[0] >= 0 and box[2] <= frame.width for box in boxes)
            assert all(apart(one, other) for one, other in combinations(boxes, 2)), kind
