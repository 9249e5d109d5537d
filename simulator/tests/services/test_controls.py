"""Sliders and rates: strict, bounded, on a grid."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.errors import ScenarioError
from simulator.services.controls import Slider, default_slider, parse_rate, parse_slider
from simulator.tests.figures.drawn import scenario_of, sgd

VALLEY = scenario_of(sgd(0.9))
sliders = st.builds(
    Slider,
    min=st.floats(1e-6, 0.5),
    max=st.floats(0.6, 100),
    scale=st.sampled_from(["log", "linear"]),
    steps=st.integers(2, 200),
)


@settings(max_examples=60, deadline=None)
@given(sliders)
def test_the_grid_rises_from_end_to_end(slider: Slider) -> None:
    assert len(slider.values) == slider.steps + 1
    assert slider.values[0] == slider.min and slider.values[-1] == slider.max
    assert list(slider.values) == sorted(slider.values)


@settings(max_examples=60, deadline=None)
@given(sliders, st.floats(1e-7, 200))
def test_snapping_gives_a_grid_value_and_stays_there(slider: Slider, value: float) -> None:
    snapped = slider.snapped(value)
    assert snapped in slider.values
    assert slider.snapped(snapped) == snapped


def test_a_log_grid_is_even_in_ratio() -> None:
    values = Slider(min=0.01, max=1.0, steps=20).values
    ratios = [b / a for a, b in pairwise(values)]
    assert max(ratios) / min(ratios) < 1.01


@pytest.mark.parametrize("text", ["0.5", " 0.5 ", "5e-1", ".5", "+0.5", "0.50000000001"])
def test_rates_are_read_and_snapped(text: str) -> None:
    slider = Slider(min=0.1, max=1.1, scale="linear", steps=100)
    assert parse_rate(text, slider) == 0.5


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_the_ends_of_a_slider_can_be_asked_for_as_the_form_writes_them(scale: Any) -> None:
    slider = Slider(min=0.012345649, max=1.2345678, scale=scale)
    for value in slider.values:
        assert parse_rate(f"{value:.6g}", slider) == value


def test_the_questions_own_rate_is_kept_exactly() -> None:
    slider = Slider(min=0.1, max=1.1, scale="linear", steps=10)
    assert parse_rate("0.937", slider) == 0.9
    assert parse_rate("0.937", slider, exact=(0.937,)) == 0.937


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "nan",
        "inf",
        "-0.5",
        "1e400",
        "0x1p3",
        "1_0",
        "0.5;1",
        "٠٫٥",
        "1" * 5000,
        "5",
        "0.01",
        "1e-9999",
        "true",
    ],
)
def test_what_is_no_rate_of_the_slider_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_rate(text, Slider(min=0.1, max=1.1))
    assert caught.value.fields == {"lr": "Must be a number from 0.1 to 1.1."}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"min": 0.1}, "slider.max"),
        ({"min": "0.1", "max": 1}, "slider.min"),
        ({"min": True, "max": 1}, "slider.min"),
        ({"min": 0, "max": 1}, "slider.min"),
        ({"min": float("nan"), "max": 1}, "slider.min"),
        ({"min": 0.1, "max": 1e300}, "slider.max"),
        ({"min": 1, "max": 0.1}, "slider.max"),
        ({"min": 1, "max": 1}, "slider.max"),
        ({"min": 0.1, "max": 1, "scale": "cubic"}, "slider.scale"),
        ({"min": 0.1, "max": 1, "steps": 1}, "slider.steps"),
        ({"min": 0.1, "max": 1, "steps": 10**9}, "slider.steps"),
        ({"min": 0.1, "max": 1, "steps": 2.5}, "slider.steps"),
        ({"min": 0.1, "max": 1, "parameter": "momentum"}, "slider.parameter"),
        ({"min": 0.1, "max": 1, "run": "nobody"}, "slider.run"),
        ({"min": 0.1, "max": 1, "colour": "red"}, "slider.colour"),
        ([], "slider"),
    ],
)
def test_a_wrong_slider_is_refused_naming_the_key(data: Any, field: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_slider(data, VALLEY)
    assert list(caught.value.fields) == [field]


def test_a_slider_reads_back() -> None:
    slider = Slider("run 1", 0.1, 1.0, "linear", 50)
    assert parse_slider(slider.to_dict(), VALLEY) == slider


def test_the_default_reaches_past_the_limit() -> None:
    slider = default_slider(VALLEY)
    assert slider is not None and slider.min < 0.05 and slider.max >= 1.3
    low = default_slider(scenario_of(sgd(0.002)))
    assert low is not None and low.min < 0.002 and low.max >= 1.3


def test_several_runs_have_no_default() -> None:
    assert default_slider(scenario_of(sgd(0.9, "a"), sgd(0.5, "b"))) is None
