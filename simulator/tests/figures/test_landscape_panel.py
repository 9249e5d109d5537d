"""The landscape: the loss as a curve, and the hops on it."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.figures.panels import landscape
from simulator.figures.series import Series
from simulator.figures.themes import LIGHT
from simulator.services import run_scenario
from simulator.services.simulation import Record
from simulator.tests.figures.drawn import Drawn, draw, scenario_of, sgd


def test_the_hops_decode_to_the_iterates() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.9)))
    (hops,) = drawn.lines(LIGHT.s[0])
    values = drawn.values(hops)
    expected = (-0.8) ** np.arange(41)
    seen = [expected[np.abs(expected - x).argmin()] for x in values[:, 0]]
    assert np.allclose(values[:, 0], seen, atol=0.01)
    assert np.allclose(values[:8, 0], expected[:8], atol=0.01)
    assert np.allclose(values[:, 1], values[:, 0] ** 2, atol=0.02)


def test_the_surface_is_the_loss() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.9)))
    (surface,) = drawn.lines(LIGHT.ink_3)
    x, y = drawn.values(surface).T
    assert np.allclose(y, x**2, atol=0.02)
    assert x.min() < -1 and x.max() > 1


def test_the_first_steps_are_numbered_beside_their_points() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.9)))
    (hops,) = drawn.lines(LIGHT.s[0])
    numbers = {mark.text: mark.place for mark in drawn.of("text") if mark.text.isdigit()}
    assert {"0", "1", "2", "3"} <= set(numbers)
    for step in range(3):
        assert np.abs(np.subtract(numbers[str(step)], hops.points[step])).max() < 25


def dots(drawn: Drawn, colour: str) -> np.ndarray:
    """Places (n, 2) of a run's marks, in pixels, without the one in its label."""
    found = [mark.place for mark in drawn.symbols(colour) if mark.attributes.get("stroke") == LIGHT.card]
    return np.array(found).reshape(-1, 2)


def test_the_first_hops_have_a_mark_each_and_none_covers_another() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.9)))
    (hops,) = drawn.lines(LIGHT.s[0])
    marks = dots(drawn, LIGHT.s[0])
    assert np.allclose(marks[:5], hops.points[:5], atol=0.02)
    assert np.allclose(marks[-1], hops.points[-1], atol=0.02), "the last step has one too"
    gaps = np.abs(marks[:, None] - marks[None]).max(axis=2)[~np.eye(len(marks), dtype=bool)]
    assert gaps.min() >= 6.9


@pytest.mark.parametrize("lr", [0.005, 0.04])
def test_marks_of_runs_that_creep_along_one_curve_take_turns(lr: float) -> None:
    valley = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [10], "steps": 500}
    drawn = draw("landscape", scenario_of(sgd(0.01, "a"), sgd(0.02, "b"), **valley), changes={"lr": lr})
    runs = [dots(drawn, colour) for colour in (*LIGHT.s[:2], LIGHT.warn)]
    assert all(4 <= len(marks) <= 25 for marks in runs)
    places = np.concatenate(runs)
    gaps = np.abs(places[:, None] - places[None]).max(axis=2)[~np.eye(len(places), dtype=bool)]
    assert (gaps >= 4).mean() > 0.99, "hardly a mark covers another"
    widths = [
        float(drawn.lines(colour)[0].attributes["stroke-width"]) for colour in (*LIGHT.s[:2], LIGHT.warn)
    ]
    assert widths == sorted(widths, reverse=True) and widths[0] >= 1.5 * widths[1] >= 2 * widths[2]


def test_steps_too_near_to_be_told_apart_have_no_number_but_the_first() -> None:
    valley = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [10], "steps": 500}
    texts = draw("landscape", scenario_of(sgd(0.01), **valley)).texts
    assert {text for text in texts if text.isdigit()} == {"0"}


def test_numbers_stop_where_a_step_comes_back() -> None:
    texts = draw("landscape", scenario_of(sgd(1.0))).texts  # to and fro between two places
    assert {text for text in texts if text.isdigit()} == {"0", "1"}


def test_a_diverging_run_ends_at_the_edge_with_a_mark_and_words() -> None:
    scenario = scenario_of(sgd(1.5), steps=100)
    drawn = draw("landscape", scenario)
    (hops,) = drawn.lines(LIGHT.s[0])
    end = hops.points[-1]
    frame = drawn.frame
    assert min(end[0], end[1], frame.width - end[0], frame.height - end[1]) == pytest.approx(0, abs=0.1)
    told = f"diverges at step {run_scenario(scenario).runs[0].diverged_at}"
    assert any(text.endswith(told) for text in drawn.texts)


def test_a_run_that_leaves_without_diverging_is_told_so() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.9)), changes={"lr": 1.05})
    assert any(text.startswith("out of view at step") for text in drawn.texts)
    assert not any("diverges" in text for text in drawn.texts)


def test_nothing_is_drawn_far_outside() -> None:
    drawn = draw("landscape", scenario_of(sgd(3.0, "wild"), sgd(0.5, "calm"), steps=3000))
    for line in drawn.of("line"):
        assert np.abs(line.points).max() < 2000


def test_runs_on_different_curves_have_each_their_own() -> None:
    flat, steep = ({"name": "quadratic", "eigenvalues": [k]} for k in (1, 4))
    scenario = scenario_of(
        {**sgd(0.3, "flat"), "objective": flat}, {**sgd(0.3, "steep"), "objective": steep}, steps=20
    )
    drawn = draw("landscape", scenario)
    assert len(drawn.lines(LIGHT.ink_3)) == 2


def test_the_barrier_between_two_wells_is_in_the_picture() -> None:
    drawn = draw("landscape", scenario_of(sgd(0.1), objective={"name": "double_well"}, start=[0.8]))
    assert drawn.frame.y.high > 0.25, "the barrier of (x^2-1)^2/4 is 1/4 high"
    assert drawn.frame.x.low < -1


def test_a_barrier_with_a_flat_top_is_in_the_picture() -> None:
    class Mesa:
        """Wells at -2 and 2, and a loss of 1 between them."""

        dim = 1
        minimum = None

        def loss(self, theta: np.ndarray) -> np.ndarray:
            return np.minimum((np.abs(theta[..., 0]) - 2) ** 2, 1)

    path = np.array([[2.5], [2.2], [2.0]])
    run = Series("r0", "a", "happens", Mesa().loss(path), np.full(3, 0.1), path)
    assert landscape.frame([run], [Mesa()], [[-2.5], [2.5]]).y.high > 1


def test_the_words_below_the_title_say_what_the_steps_do() -> None:
    assert (
        "every step lands on the other side, a little lower" in draw("landscape", scenario_of(sgd(0.9))).texts
    )
    assert "every step stays on its side and goes down" in draw("landscape", scenario_of(sgd(0.1))).texts
    assert "every step lands on the other side, and higher" in draw("landscape", scenario_of(sgd(1.1))).texts


def test_places_in_the_result_are_those_of_the_run() -> None:
    result = run_scenario(scenario_of(sgd(0.9)), Record(params=True))
    assert result.runs[0].params is not None
    assert np.allclose(result.runs[0].params[:, 0], (-0.8) ** np.arange(41))


def test_a_way_without_end_is_followed_to_its_end() -> None:
    downhill = {"objective": {"name": "polynomial", "coeffs": [0, -1]}, "start": [0]}
    drawn = draw("landscape", scenario_of(sgd(1.0), **downhill))
    assert drawn.frame.x.high > 40 and not any("out of view" in text for text in drawn.texts)


def test_the_place_where_a_run_leaves_the_view_has_no_number() -> None:
    """Step 2 lies far away, not at the edge."""
    drawn = draw("landscape", scenario_of(sgd(1.25)))
    numbers = [text for text in drawn.texts if text in ("0", "1", "2", "3")]
    (exit_label,) = [text for text in drawn.texts if "diverges" in text][-1:]
    assert exit_label and "1" in numbers and "2" not in numbers
