"""Words and tables of a figure."""

from __future__ import annotations

from simulator.figures.words import limit_in_words
from simulator.services import build_figure, describe, figure_table, run_scenario
from simulator.services.controls import Prediction
from simulator.tests.figures.drawn import draw, scenario_of, sgd


def test_one_run_is_told_without_its_name() -> None:
    text = describe(scenario_of(sgd(0.9)))
    assert text.startswith("The loss falls from 1 to 1.77 × 10⁻⁸ in 40 steps")


def test_several_runs_are_told_by_name() -> None:
    text = describe(scenario_of(sgd(0.9, "high"), sgd(1.5, "too high"), steps=100))
    assert text.startswith("high: ") and "too high: " in text and "the run diverges: at step 14" in text


def test_the_table_has_the_measured_losses() -> None:
    table = figure_table(scenario_of(sgd(0.9, "high"), sgd(1.5, "too high"), steps=100))
    assert table.headers == ("Step", "high", "too high")
    assert table.rows[0] == ("0", "1", "1")
    by_step = {row[0]: row for row in table.rows}
    assert by_step["2"][1] == "0.41"
    assert table.rows[-1][0] == "100" and table.rows[-1][2] == "diverged"
    steps = [int(row[0]) for row in table.rows]
    assert steps == sorted(set(steps))


def test_a_run_is_told_as_diverged_from_the_very_step_on() -> None:
    scenario = scenario_of(sgd(5.0), steps=8)
    (run,) = run_scenario(scenario).runs
    assert run.diverged_at is not None and 1 < run.diverged_at < 8
    told = [row[1] for row in figure_table(scenario).rows]
    assert told.index("diverged") == run.diverged_at and set(told[run.diverged_at :]) == {"diverged"}


def test_short_runs_are_told_step_by_step() -> None:
    table = figure_table(scenario_of(sgd(0.9), steps=5))
    assert [row[0] for row in table.rows] == ["0", "1", "2", "3", "4", "5"]


def test_every_length_has_rising_steps_that_end_at_the_last() -> None:
    for steps in (1, 7, 9, 10, 16, 40, 99, 250, 1500, 5000):
        found = [int(row[0]) for row in figure_table(scenario_of(sgd(0.1), steps=steps)).rows]
        assert found == sorted(set(found)) and found[0] == 0 and found[-1] == steps


def test_a_moved_run_says_its_rate() -> None:
    scenario = scenario_of(sgd(0.9))
    figure = build_figure(scenario, prediction=Prediction(changes={"lr": 1.05}), lr="0.2")
    assert [name for name, _words in figure.told] == [f"lr {figure.lr:.4g}", "lr 1.05: your answer"]


def test_one_step_is_one_step() -> None:
    figure = build_figure(scenario_of(sgd(0.1), steps=1))
    assert any("against the step, 1 step." in panel.description for panel in figure.panels)
    assert not any("1 steps" in panel.description for panel in figure.panels)
    assert not any("every step" in text for text in draw("landscape", scenario_of(sgd(0.1), steps=1)).texts)


def test_where_a_run_has_arrived_rounding_says_nothing_of_its_side() -> None:
    bowl = {"objective": {"name": "quadratic", "eigenvalues": [2], "minimum": [0.1]}, "start": [1]}
    texts = draw("landscape", scenario_of(sgd(0.2), **bowl, steps=200)).texts
    assert "every step stays on its side and goes down" in texts


def test_a_limit_that_runs_share_has_a_formula_only_where_they_share_it() -> None:
    flat, steep = ({"name": "quadratic", "eigenvalues": [curvature]} for curvature in (2, 3))
    heavy = {**sgd(0.1, "heavy", momentum=0.5), "objective": steep}  # 2 (1 + 0.5) / 3
    runs = scenario_of({**sgd(0.1, "plain"), "objective": flat}, heavy).runs
    assert limit_in_words(runs[:1]) == "the limit is 2/L = 1"
    assert limit_in_words(runs) == limit_in_words(runs[::-1]) == "the limit is 1"


def test_losses_that_begin_alike_are_told_apart() -> None:
    """The curve was seen to fall, and the table said 10⁶ in every row."""
    high = {"objective": {"name": "polynomial", "coeffs": [1e6, 0, 1]}, "start": [1], "steps": 5}
    column = [row[1] for row in figure_table(scenario_of(sgd(0.1), **high)).rows]
    assert column[0] == "1.000001 × 10⁶" and len(set(column)) == len(column)
