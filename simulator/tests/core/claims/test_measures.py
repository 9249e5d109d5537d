"""Measures of runs whose every number can be worked out by hand (see bowls), and how they compare."""

import math
from typing import Any

import pytest

from simulator.core.claims import Check
from simulator.core.claims.measures import Comparison, compare
from simulator.core.spec import parse_scenario
from simulator.tests.core.claims.bowls import bowl, check, verdict


class TestCompare:
    def test_margin_is_relative_to_the_bound(self) -> None:
        assert compare(9, "below", 10) == Comparison(True, pytest.approx(0.1))
        assert compare(-9, "above", -10) == Comparison(True, pytest.approx(0.1))
        assert compare(10, "below", 10) == compare(10, "above", 10) == Comparison(False, 0)
        assert compare(1e-9, "above", 0) == Comparison(True, math.inf)

    def test_scale_and_rounding(self) -> None:
        assert compare(1, "above", 0, scale=4) == Comparison(True, 0.25)
        assert compare(12, "above", 10, scale=4) == Comparison(True, pytest.approx(0.2))
        assert compare(1e-9, "above", 0, rounding=1e-9) == Comparison(True, 0)
        assert compare(2e-9, "above", 0, rounding=1e-9) == Comparison(True, math.inf)

    @pytest.mark.parametrize(
        ("value", "bound", "below", "above"),
        [
            (math.inf, 1.0, False, True),
            (1.0, math.inf, True, False),
            (math.inf, math.inf, False, False),
            (math.nan, 1.0, False, False),
        ],
    )
    def test_what_is_not_finite(self, value: float, bound: float, below: bool, above: bool) -> None:
        assert compare(value, "below", bound) == Comparison(below, math.inf)
        assert compare(value, "above", bound) == Comparison(above, math.inf)


class TestMeasures:
    @pytest.mark.parametrize(
        ("lr", "measure", "value"),
        [
            (0.5, {"measure": "final_loss"}, 8 * 4.0**-20),
            (0.5, {"measure": "best_loss"}, 8 * 4.0**-20),
            (3.0, {"measure": "best_loss"}, 8),
            (0.5, {"measure": "max_loss"}, 8),
            (3.0, {"measure": "max_loss"}, 8 * 4.0**20),
            (0.5, {"measure": "floor"}, sum(8 * 4.0**-t for t in (16, 17, 18, 19, 20)) / 5),
            (0.5, {"measure": "steps_to", "loss": 0.01}, 5),  # 8 / 4^5 = 0.0078
            (0.5, {"measure": "steps_to", "loss": 2}, 1),  # reached exactly
            (0.5, {"measure": "loss", "at": 2}, 0.5),
            (0.5, {"measure": "loss"}, 8 * 4.0**-20),
            (0.5, {"measure": "final_lr"}, 0.5),
            (0.5, {"measure": "lr", "at": 7}, 0.5),
            (0.5, {"measure": "step_length", "at": 0}, 2),
            (0.5, {"measure": "step_length", "at": 2}, 0.5),
            (0.5, {"measure": "step_length"}, 2 * 0.5**19),
            (0.5, {"measure": "largest_step"}, 2),
            (1.5, {"measure": "position", "at": 1}, -2),
            (1.5, {"measure": "position", "at": 2}, 1),
            (1.5, {"measure": "position"}, 4 * 0.5**20),
            (1.5, {"measure": "distance", "at": 3}, 0.5),
            (1.5, {"measure": "distance"}, 4 * 0.5**20),
            (1.5, {"measure": "overshoots"}, 20),
            (0.5, {"measure": "overshoots"}, 0),
            (1.5, {"measure": "rises"}, 0),
            (3.0, {"measure": "rises"}, 20),
        ],
    )
    def test_value(self, lr: float, measure: dict[str, Any], value: float) -> None:
        scenario = bowl(lr)
        result = check(scenario, **measure, below=1e30)
        assert result.numbers[measure["measure"]] == pytest.approx(value, rel=1e-12)
        if measure["measure"] == "steps_to":
            return  # its levels have a margin of their own
        gap = 0.051 * abs(value) if value else 0.01
        floor = 0.051 * 4 if measure["measure"] == "position" else 0.0
        room = max(gap * 1.1, floor)
        if measure["measure"] not in ("overshoots", "rises"):
            assert verdict(scenario, **measure, below=value + room) == "proved"
            assert verdict(scenario, **measure, above=value + room) == "refuted"
            assert verdict(scenario, **measure, above=value - room) == "proved"
            assert verdict(scenario, **measure, below=value - room) == "refuted"
            assert verdict(scenario, **measure, below=value) == "undecided"

    @pytest.mark.parametrize(
        ("bound", "below", "above"),
        [
            (8 / 1.04, "undecided", "undecided"),
            (8 / 0.96, "undecided", "undecided"),
            (8 / 1.05, "refuted", "proved"),
            (8 / 0.95, "proved", "refuted"),
        ],
    )
    def test_five_per_cent_of_the_threshold(self, bound: float, below: str, above: str) -> None:
        assert verdict(bowl(0.5), measure="max_loss", below=bound) == below
        assert verdict(bowl(0.5), measure="max_loss", above=bound) == above

    def test_margin_numbers_and_words(self) -> None:
        result = check(bowl(0.5), measure="max_loss", below=10)
        assert result.margin == pytest.approx(0.2)
        assert result.numbers == {"max_loss": 8.0, "bound": 10.0}
        assert result.measured == "highest loss 8, below 10"
        assert check(bowl(0.5), measure="max_loss", below=5).measured == "highest loss 8, not below 5"
        near = check(bowl(0.5), measure="max_loss", below=8.1)
        assert (near.verdict, near.holds) == ("undecided", True)
        assert near.measured == "highest loss 8, within 5 % of 8.1"

    def test_a_level_reached_within_five_per_cent_is_undecided(self) -> None:
        # 8 / 4^5 = 0.0078: a level of 0.008 is reached at step 5, one of 0.0076 at step 6.
        near = check(bowl(0.5), measure="steps_to", loss=0.008, below=5.5)
        assert near.verdict == "undecided"
        assert near.measured == (
            "a loss of 0.008 is reached at step 5, below 5.5 (but not for a loss 5 % lower)"
        )
        assert verdict(bowl(0.5), measure="steps_to", loss=0.008, below=7) == "proved"
        assert verdict(bowl(0.5), measure="steps_to", loss=0.01, below=5.5) == "proved"

    def test_a_level_below_zero_is_lower_where_its_size_is_larger(self) -> None:
        # 8 / 4^t - 10 never gets to 5 % below -9.9.
        scenario = bowl(0.5, objective={"name": "polynomial", "coeffs": [-10, 0, 0.5]})
        near = check(scenario, measure="steps_to", loss=-9.9, below=9)
        assert near.measured == (
            "a loss of −9.9 is reached at step 4, below 9 (but not for a loss 5 % lower)"
        )

    def test_what_is_near_its_bound_is_told_no_second_reason(self) -> None:
        near = check(bowl(0.5), measure="steps_to", loss=0.008, below=5.1)
        assert (near.verdict, near.measured) == (
            "undecided",
            "a loss of 0.008 is reached at step 5, within 5 % of 5.1",
        )

    def test_a_level_never_reached_is_infinitely_far(self) -> None:
        result = check(bowl(3.0), measure="steps_to", loss=0.01, below=1000)
        assert (result.verdict, result.margin, result.numbers["steps_to"]) == ("refuted", None, None)
        assert result.measured == "a loss of 0.01 is never reached"
        assert verdict(bowl(3.0), measure="steps_to", loss=0.01, above=1000) == "proved"

    def test_a_loss_that_is_not_a_number_is_infinite(self) -> None:
        scenario = bowl(1e9, steps=40)
        assert verdict(scenario, measure="final_loss", above=1e300) == "proved"
        assert verdict(scenario, measure="final_loss", below=1e300) == "refuted"
        told = check(scenario, measure="final_loss", below=1).measured
        assert told == "final loss is infinite, not below 1"
        assert verdict(scenario, measure="floor", above=1e300) == "proved"
        assert verdict(scenario, measure="best_loss", below=9) == "proved"

    def test_counts_must_hold_at_neighbouring_rates(self) -> None:
        assert verdict(bowl(1.5), measure="overshoots", above=15.5) == "proved"
        assert verdict(bowl(1.5), measure="overshoots", above=19.5) == "undecided"  # 20 is within 5 % of it
        assert verdict(bowl(0.5), measure="overshoots", below=0.5) == "proved"
        near = check(
            bowl(1.02), measure="overshoots", above=0.5
        )  # 0.95 times the rate is 0.969: no overshoot
        assert (near.verdict, near.holds) == ("undecided", True)
        assert near.measured == ("the minimum is crossed 7 times, above 0.5 (but not at 0.95 times the rate)")

    def test_the_last_position_must_hold_at_neighbouring_rates(self) -> None:
        # From 0.3 the double well takes the run to 1, or past it and over the hill to -1, as the rate has it.
        scenario = parse_scenario(
            {
                "objective": {"name": "double_well"},
                "start": [0.3],
                "steps": 200,
                "runs": [{"optimizer": {"name": "SGD", "lr": 0.2}}],
            }
        )
        assert verdict(scenario, measure="position", above=0.5) == "proved"
        assert verdict(scenario, measure="position", below=0.5) == "refuted"
        assert verdict(scenario, measure="position", above=0.98) == "undecided"
        # 5 % of the start counts where the bound is nearer to 0: the end at 1 is far from 0, the start at 0.3
        # too.
        assert verdict(scenario, measure="position", at=0, above=0.29) == "undecided"
        assert verdict(scenario, measure="position", at=0, above=0.0) == "proved"

    def test_a_diverged_run_has_no_position(self) -> None:
        for relation in ("below", "above"):
            result = check(bowl(3.0), measure="position", **{relation: 0})
            assert (result.verdict, result.numbers["position"]) == ("refuted", None)
        assert verdict(bowl(3.0), measure="position", at=1, below=0) == "proved"

    def test_the_step_of_divergence_has_no_position(self) -> None:
        # 4 * 2^14 is far from 1e8, but the loss of step 14 has passed its bound.
        assert verdict(bowl(3.0), measure="position", at=13, below=0) == "proved"
        assert verdict(bowl(3.0), measure="position", at=14, above=0) == "refuted"

    def test_rates_of_a_schedule(self) -> None:
        # 0.5 for ten updates, 0.05 for ten more, and 0.005 after the twentieth.
        scenario = bowl(0.5, scheduler={"name": "StepLR", "step_size": 10, "gamma": 0.1})
        for measure, value in (
            ({"measure": "lr", "at": 0}, 0.5),
            ({"measure": "lr", "at": 9}, 0.5),
            ({"measure": "lr", "at": 19}, 0.05),
            ({"measure": "lr"}, 0.005),
            ({"measure": "final_lr"}, 0.005),
        ):
            assert check(scenario, **measure, below=1).numbers[measure["measure"]] == pytest.approx(value)

    @pytest.mark.parametrize(("steps", "rows"), [(1, [1]), (3, [3]), (4, [4]), (7, [7]), (8, [7, 8])])
    def test_the_last_quarter(self, steps: int, rows: list[int]) -> None:
        floor = check(bowl(0.5, steps=steps), measure="floor", below=1).numbers["floor"]
        assert floor == pytest.approx(sum(8 * 4.0**-row for row in rows) / len(rows))

    def test_coordinates_and_a_minimum_elsewhere(self) -> None:
        # From (3, -1) to the minimum at (1, -2), lr 0.5: the first offset, 2, is halved each time; the other,
        # 1, has curvature 3 and is halved and turned round.
        scenario = bowl(
            0.5, objective={"name": "quadratic", "eigenvalues": [1, 3], "minimum": [1, -2]}, start=[3, -1]
        )
        for coordinate, position, overshoots in ((0, 1 + 2 * 0.125, 0), (1, -2 - 0.125, 20)):
            along = {"coordinate": coordinate, "below": 99}
            assert check(scenario, measure="position", at=3, **along).numbers["position"] == position
            assert check(scenario, measure="overshoots", **along).numbers["overshoots"] == overshoots
        assert check(scenario, measure="distance", at=3, below=1).numbers["distance"] == pytest.approx(
            math.hypot(0.25, 0.125)
        )
        # The margin of a position is relative to the start of its own coordinate: 0.05 * 3 and 0.05 * 1.
        at = {"measure": "position", "at": 3}
        assert verdict(scenario, **at, coordinate=0, below=1.39) == "undecided"
        assert verdict(scenario, **at, coordinate=0, below=1.41) == "proved"
        at = {"measure": "position", "at": 0, "coordinate": 1}
        assert verdict(scenario, **at, below=-0.96) == "undecided"
        assert verdict(scenario, **at, below=-0.94) == "proved"

    def test_a_threshold_of_zero(self) -> None:
        assert verdict(bowl(0.5), measure="max_loss", above=0) == "proved"
        assert verdict(bowl(1.0), measure="final_loss", above=0) == "undecided"
        assert verdict(bowl(1.0), measure="final_loss", below=0) == "undecided"

    def test_rounding_is_no_difference(self) -> None:
        scenario = bowl(0.5, 0.6, steps=200)  # both losses are below 1e-110
        assert (
            verdict(scenario, run="lr 0.6", measure="final_loss", below={"run": "lr 0.5", "factor": 0.5})
            == "undecided"
        )

    def test_rounding_goes_with_the_size_of_the_start(self) -> None:
        # Both end at a loss of 8 / 4^22; the second has come down from 8 * 4^40.
        near, far = bowl(0.5, steps=22), bowl(0.5, steps=62, start=[4 * 2.0**40])
        claim = {"measure": "final_loss", "above": 1e-13}
        assert (verdict(near, **claim), verdict(far, **claim)) == ("proved", "undecided")
        # 4 / 2^60 is nothing beside a start at 4, and 4 / 2^40 is not.
        for steps, expected in ((40, "proved"), (60, "undecided")):
            assert verdict(bowl(0.5, steps=steps), measure="distance", above=1e-18) == expected

    @pytest.mark.parametrize(
        ("lr", "measure", "words"),
        [
            (0.5, {"measure": "overshoots"}, "the minimum is never crossed, below 0.5"),
            (0.5, {"measure": "rises"}, "the loss never rises, below 0.5"),
            (3.0, {"measure": "rises"}, "the loss rises 20 times, not below 0.5"),
            (0.5, {"measure": "loss", "at": 3}, "loss at step 3 is 0.125, below 0.5"),
            (0.5, {"measure": "step_length", "at": 3}, "length of step 3 is 0.25, below 0.5"),
            (3.0, {"measure": "position"}, "no position, because the run has diverged, not below 0.5"),
        ],
    )
    def test_words(self, lr: float, measure: dict[str, Any], words: str) -> None:
        assert check(bowl(lr), **measure, below=0.5).measured == words


class TestComparisons:
    scenario = bowl(0.5, 0.1, 3.0, steps=50)

    def compared(self, run: str, other: str, relation: str, factor: float) -> Check:
        return check(
            self.scenario,
            run=run,
            measure="steps_to",
            loss=0.01,
            **{relation: {"run": other, "factor": factor}},
        )

    @pytest.mark.parametrize(
        ("factor", "below", "above"),
        [(0.2, "proved", "refuted"), (0.16, "undecided", "undecided"), (0.14, "refuted", "proved")],
    )
    def test_factor(self, factor: float, below: str, above: str) -> None:
        # Step 5 against step 32, the first with 8 * 0.81^t <= 0.01: 5 / 32 = 0.156.
        assert self.compared("lr 0.5", "lr 0.1", "below", factor).verdict == below
        assert self.compared("lr 0.5", "lr 0.1", "above", factor).verdict == above

    def test_numbers_and_words(self) -> None:
        result = self.compared("lr 0.5", "lr 0.1", "below", 0.2)
        assert result.numbers == {"steps_to": 5.0, "bound": pytest.approx(6.4), "other": 32.0}
        assert result.margin == pytest.approx(1.4 / 6.4)
        assert result.measured == (
            "'lr 0.5': a loss of 0.01 is reached at step 5, against step 32 for 'lr 0.1': below 0.2 "
            "times that"
        )

    def test_each_run_is_measured_from_its_own_minimum(self) -> None:
        # From 4 the minima at 3 and 0 are 1 and 4 away, and both runs halve their distance.
        bowls = [{"name": "quadratic", "eigenvalues": [1], "minimum": at} for at in (3, 0)]
        runs = [
            {"label": label, "objective": objective, "optimizer": {"name": "SGD", "lr": 0.5}}
            for label, objective in zip("ab", bowls, strict=True)
        ]
        scenario = parse_scenario({"start": [4], "steps": 9, "runs": runs})
        result = check(scenario, run="a", measure="distance", at=2, below={"run": "b", "factor": 0.5})
        assert (result.verdict, result.numbers["distance"], result.numbers["other"]) == ("proved", 0.25, 1)

    def test_never_against_some_day_is_decided(self) -> None:
        assert self.compared("lr 0.5", "lr 3.0", "below", 1).verdict == "proved"
        assert self.compared("lr 3.0", "lr 0.5", "below", 100).verdict == "refuted"
        assert self.compared("lr 3.0", "lr 0.5", "above", 100).verdict == "proved"

    def test_never_against_never_is_neither_below_nor_above(self) -> None:
        scenario = bowl(0.01, 0.02)
        for relation in ("below", "above"):
            for factor in (0.5, 1, 2):
                claim = {relation: {"run": "lr 0.01", "factor": factor}}
                result = check(scenario, run="lr 0.02", measure="steps_to", loss=1e-6, **claim)
                assert (result.verdict, result.margin) == ("refuted", None)

    def test_the_other_run_is_measured_at_the_same_step(self) -> None:
        # After two steps 8 / 4^2 = 0.5 against 8 * 0.81^2 = 5.25; at the start both have 8.
        result = check(self.scenario, run="lr 0.5", measure="loss", at=2, below={"run": "lr 0.1"})
        assert result.numbers["other"] == pytest.approx(8 * 0.81**2)
        assert result.measured == "'lr 0.5': loss at step 2 is 0.5, against 5.25 for 'lr 0.1': below that"
        start = check(self.scenario, run="lr 0.5", measure="loss", at=2, below={"run": "lr 0.1", "at": 0})
        assert (
            start.measured == "'lr 0.5': loss at step 2 is 0.5, against 8 for 'lr 0.1' at step 0: below that"
        )

    def test_the_same_run_at_two_steps(self) -> None:
        # At a constant rate the step shrinks with the slope: by 1 - lr each time.
        claim = {"run": "lr 0.5", "measure": "step_length", "at": 3}
        assert verdict(self.scenario, **claim, below={"run": "lr 0.5", "factor": 0.2, "at": 0}) == "proved"
        assert verdict(self.scenario, **claim, below={"run": "lr 0.5", "factor": 0.1, "at": 0}) == "refuted"
        assert (
            verdict(self.scenario, **claim, below={"run": "lr 0.5", "factor": 0.125, "at": 0}) == "undecided"
        )
