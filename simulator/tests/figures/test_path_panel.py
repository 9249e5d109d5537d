"""The path on a contour map."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.core.objectives import build
from simulator.figures.contours import LEVELS, regions
from simulator.figures.themes import LIGHT
from simulator.services.scenes import frame_of
from simulator.tests.figures.drawn import draw, scenario_of, scene_for, sgd

RAVINE = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 60}


def area(ring: np.ndarray) -> float:
    x, y = ring.T
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def test_the_path_decodes_to_the_iterates() -> None:
    drawn = draw("path", scenario_of(sgd(0.07), **RAVINE))
    (path,) = drawn.lines(LIGHT.s[0])
    values = drawn.values(path)
    steps = np.arange(61)
    expected = np.column_stack([10 * 0.93**steps, (1 - 0.07 * 25.0) ** steps])
    for value in values:
        assert np.abs(expected - value).max(axis=1).min() < 0.05
    assert np.allclose(values[:5], expected[:5], atol=0.05)


@pytest.mark.parametrize(
    ("objective", "start"),
    [
        ({"name": "quadratic", "eigenvalues": [1, 25]}, [10, 1]),
        ({"name": "rosenbrock"}, [-1.2, 1]),
        ({"name": "saddle"}, [1, 0.001]),
    ],
)
def test_levels_rise_and_are_painted_from_the_largest(
    objective: dict[str, object], start: list[float]
) -> None:
    scenario = scenario_of(sgd(0.001), objective=objective, start=start, steps=20)
    surface = build(scenario.runs[0])
    frame = frame_of(scene_for(scenario), "path")
    found = regions(surface, frame)
    levels = [region.level for region in found]
    assert levels == sorted(levels, reverse=True)
    assert len({region.rank for region in found}) == len(set(levels)) <= LEVELS
    assert len(set(levels)) >= 8
    for region in found:
        assert np.allclose(region.ring[0], region.ring[-1]), "rings are closed"
        corners = np.array([[frame.x.low, frame.y.low], [frame.x.high, frame.y.high]])
        assert (region.ring >= corners[0] - 1e-9).all() and (region.ring <= corners[1] + 1e-9).all()
        # The loss on a ring is its level, except where the ring runs along the edge of the view.
        inner = (region.ring > [frame.x.low + 1e-6, frame.y.low + 1e-6]).all(axis=1)
        inner &= (region.ring < [frame.x.high - 1e-6, frame.y.high - 1e-6]).all(axis=1)
        # Between two lines of the grid a level is found by straight interpolation.
        tolerance = 0.12 * (levels[0] - float(np.min(levels))) + 1e-9
        if inner.any():
            assert np.abs(surface.loss(region.ring[inner]) - region.level).max() < tolerance


def test_a_larger_level_covers_more() -> None:
    scenario = scenario_of(sgd(0.07), **RAVINE)
    found = regions(build(scenario.runs[0]), frame_of(scene_for(scenario), "path"))
    areas = [area(region.ring) for region in found]
    assert areas == sorted(areas, reverse=True)


def test_every_region_is_filled_by_its_rank() -> None:
    scenario = scenario_of(sgd(0.07), **RAVINE)
    found = regions(build(scenario.runs[0]), frame_of(scene_for(scenario), "path"))
    drawn = draw("path", scenario)
    fills = [
        mark.attributes["fill"] for mark in drawn.of("line") if mark.attributes.get("fill") in LIGHT.fill
    ]
    assert fills == [LIGHT.fill[region.rank] for region in found]


def test_regions_with_a_hole_are_one_ring() -> None:
    class Dome:
        """Low at the edge and high in the middle: every level but the lowest has a hole."""

        dim = 2
        minimum = None

        def loss(self, theta: np.ndarray) -> np.ndarray:
            return -(theta**2).sum(axis=-1)

    frame = frame_of(scene_for(scenario_of(sgd(0.07), **{**RAVINE, "start": [1, 1]})), "path")
    found = regions(Dome(), frame)
    biggest = found[0]
    whole = (frame.x.high - frame.x.low) * (frame.y.high - frame.y.low)
    assert np.allclose(biggest.ring[0], biggest.ring[-1])
    assert 0.5 * whole < area(biggest.ring) < whole


def test_start_and_minimum_are_marked() -> None:
    drawn = draw("path", scenario_of(sgd(0.07), **RAVINE))
    rings = [mark for mark in drawn.of("symbol") if mark.attributes.get("stroke") == LIGHT.ink]
    places = {tuple(round(value, 1) for value in drawn.value_at(mark)) for mark in rings}
    assert places == {(10.0, 1.0), (0.0, 0.0)}


def test_a_path_that_leaves_ends_at_the_edge() -> None:
    drawn = draw("path", scenario_of(sgd(0.12), **{**RAVINE, "steps": 200}))
    (path,) = drawn.lines(LIGHT.s[0])
    end, frame = path.points[-1], drawn.frame
    assert min(end[0], end[1], frame.width - end[0], frame.height - end[1]) == pytest.approx(0, abs=0.1)
    assert any("diverges at step" in text for text in drawn.texts)
