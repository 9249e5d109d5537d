"""Sharpness with its limit, and lengths of updates: what was drawn is what was found."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.core.analyses import sharpness, step_lengths
from simulator.figures.themes import LIGHT
from simulator.services import run_scenario
from simulator.tests.figures.analysis_pictures.pictures import ADAM, PAIR, RAVINE, SIX, curve, panel, picture
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db


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


def test_step_lengths_with_the_rate() -> None:
    decay = {"name": "ExponentialLR", "gamma": 0.95}
    scenario = scenario_of({**sgd(0.03), "scheduler": decay}, **RAVINE)
    own, found = step_lengths(scenario), panel(scenario, "step-lengths")
    for colour, values in zip(LIGHT.s[:3], (own.lengths, own.per_rate, own.lr), strict=True):
        assert np.allclose(np.log10(curve(found, colour)[:, 1]), np.log10(values), atol=5e-3)


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
