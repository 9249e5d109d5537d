"""Two runs overlaid, and small multiples: what was drawn is what was found."""

from __future__ import annotations

import json

import numpy as np
import pytest

from simulator.figures.panels.analyses.pieces import Points
from simulator.figures.themes import LIGHT
from simulator.services import run_scenario
from simulator.tests.figures.analysis_pictures.pictures import PAIR, RAVINE, SIX, WILD, curve, drawn, picture
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db


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


def test_runs_of_which_one_is_lost_at_once_are_compared_where_they_begin() -> None:
    lost = {**sgd(1e9, "lost"), "noise": {"sigma": 1, "seed": 1}}
    words = picture(scenario_of(lost, sgd(0.1, "fine"), steps=200), "overlay").words
    assert words[0] == "At step 0 both have a loss of 1."


def test_courses_are_told_with_the_digits_that_differ_and_no_more_words_than_needed() -> None:
    high = {"objective": {"name": "polynomial", "coeffs": [1e6, 0, 1]}, "start": [1], "steps": 5}
    words = picture(scenario_of(sgd(0.1, "one"), sgd(0.0001, "two"), **high), "multiples").words
    assert words[0] == "A begins at a loss of 1.000001 × 10⁶ and is lowest at the end, with 1.00000011 × 10⁶."
    still = picture(scenario_of(sgd(0.1, "one"), sgd(0.2, "two"), start=[0]), "multiples").words
    assert still[0] == "A begins and ends at a loss of 0."
