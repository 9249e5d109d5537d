"""What holds for every picture of an analysis, and for the parts that they are made of."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from simulator.core.spec import Scenario
from simulator.figures.axes import linear_axis
from simulator.figures.panels.analyses.multiples import fewer_ticks
from simulator.figures.panels.analyses.names import labels_of
from simulator.figures.panels.analyses.pieces import Line, Points, Rule, stretches
from simulator.figures.panels.analyses.plot import spec
from simulator.figures.themes import DARK, LIGHT, THEMES
from simulator.tests.figures.analysis_pictures.pictures import (
    EVERY,
    OVERFLOWING,
    PAIR,
    RAVINE,
    SIX,
    WILD,
    curve,
    drawn,
    panel,
    picture,
)
from simulator.tests.figures.drawn import scenario_of, sgd
from simulator.tests.figures.test_descriptions import mistakes_of_layers

pytestmark = pytest.mark.django_db


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


def test_statuses_have_shapes_of_their_own() -> None:
    long = scenario_of(sgd(0.03), **{**RAVINE, "steps": 400})
    plot = picture(long, "sweep").groups[0].plots[0]
    looks = {(p.shape, p.hollow) for p in plot.pieces if isinstance(p, Points)}
    names = {p.name for p in plot.pieces if isinstance(p, Points)}
    assert len(looks) == len(names) >= 3 and {"converged", "diverges"} <= names


def test_a_line_that_goes_back_keeps_its_points() -> None:
    frame = picture(SIX, "sweep").groups[0].plots[0].frame
    line = Line("r0", np.geomspace(frame.x.low, frame.x.high, 600), np.full(600, frame.y.low))
    assert [len(part) for part in stretches(replace(line, exact=True), frame)] == [600]
    assert len(stretches(line, frame)[0]) <= 240


def test_a_single_point_is_seen() -> None:
    found = panel(OVERFLOWING, "sharpness")
    assert len(found.symbols(LIGHT.s[0])) == 2, "the point, and the one beside the name"


def test_colours_follow_the_theme() -> None:
    plot = picture(PAIR, "overlay").groups[0].plots[0]
    assert DARK.s[1] in drawn(plot, "dark").svg and "var(--s1)" in drawn(plot, "css").svg


def test_small_charts_say_their_power_in_words() -> None:
    far = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [2e4], "steps": 20}
    both = scenario_of(*(sgd(lr, f"lr {lr}") for lr in (0.001, 0.002)), **far)
    (group,) = picture(both, "multiples").groups
    assert group.subtitle == "loss (× 10⁸) by step, on common axes"
    assert all(label in ("1.8", "1.9", "2.0") for plot in group.plots for label in plot.frame.y.labels)


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


def test_axes_of_small_charts_have_two_ticks_at_least() -> None:
    for low, high in ((-1.7, 1.7), (-0.98, 0.98), (0.1, 1.9), (-2.1, 1.7)):
        axis = fewer_ticks(linear_axis("x", low, high))
        assert 2 <= len(axis.ticks) <= 5
