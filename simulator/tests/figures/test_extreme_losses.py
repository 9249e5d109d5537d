"""Losses that are hardly numbers any more, or none, have figures too: a scenario is accepted before they are
known."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest

from simulator.figures.axes import LARGEST, log_axis
from simulator.services.drawing import spec_of
from simulator.services.figures import figure_data
from simulator.services.scenes import Scene, frame_of, make_scene
from simulator.tests.figures.drawn import scenario_of, sgd

NOISE = {"sigma": 1, "seed": 1}
VALLEY = {"name": "quadratic", "eigenvalues": [1, 25]}
WELLS = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8]}
FALLING = {"name": "polynomial", "coeffs": [0, 0, -1]}
STEEP = {"name": "polynomial", "coeffs": [1e300, 1e300, 1e300, 1e300]}
CASES: dict[str, dict[str, Any]] = {
    "high": {"objective": {"name": "double_well"}, "start": [1e77]},
    "high in two dimensions": {"objective": VALLEY, "start": [1e150, 1e150], "noise": NOISE},
    "infinite": {"objective": WELLS, "start": [1e200]},
    "infinite in two dimensions": {"objective": {"name": "rippled", "dim": 2}, "start": [1e154, 1e154]},
    "infinite downwards": {"objective": FALLING, "start": [1e200]},
    "no number": {"objective": STEEP, "start": [-1e3]},
    "next to zero": {"objective": {"name": "quadratic", "eigenvalues": [1e-322]}, "start": [1]},
}


def scene_of(**settings: Any) -> Scene:
    return make_scene(scenario_of(sgd(0.1), **settings))


def assert_drawn(scene: Scene) -> None:
    """At rest and with its slider moved, in numbers that JSON has."""
    for kind in scene.panels:
        json.dumps(spec_of(scene, kind, theme="css"), allow_nan=False)
    assert scene.slider is not None
    for rate in (scene.slider.min, scene.slider.max):
        orjson.dumps(figure_data(scene, rate))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("steps", [1, 200])
def test_every_panel_can_be_drawn(case: str, steps: int) -> None:
    assert_drawn(scene_of(steps=steps, **CASES[case]))


@pytest.mark.parametrize("steps", [30, 300])
def test_a_run_that_noise_throws_far_above_its_start_is_in_the_picture(steps: int) -> None:
    """It starts beside the minimum, never comes as near again, and diverges."""
    scene = scene_of(objective=VALLEY, start=[1e-3, 1e-3], noise=NOISE, steps=steps)
    assert_drawn(scene)
    axis = frame_of(scene, "loss").y
    assert axis.low < axis.high and axis.high > 1


def test_a_logarithmic_axis_ends_where_numbers_do() -> None:
    assert log_axis("loss", 1.0, math.inf).high == LARGEST
    axis = log_axis("loss", math.inf, math.inf)
    assert 0 < axis.low < axis.high == LARGEST
