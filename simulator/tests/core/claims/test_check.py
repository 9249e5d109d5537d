"""Verdicts on runs whose every number can be worked out by hand (see bowls)."""

import math

import pytest

from simulator.core.claims import Checker, check_claim, parse_claim
from simulator.core.claims import check as check_module
from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.claims.bowls import NEVER, bowl, check, verdict


class TestStatusUnderTheLaw:
    """The limit of stability is 2 / L = 2."""

    @pytest.mark.parametrize(
        ("lr", "diverged", "converged", "oscillating"),
        [
            (0.5, "refuted", "proved", "refuted"),
            (3.0, "proved", "refuted", "refuted"),  # 4^t passes 10^8 at step 14
            (
                2.2,
                "undecided",
                "refuted",
                "undecided",
            ),  # the law says it will diverge, twenty steps do not show it
            (2.05, "undecided", "undecided", "undecided"),  # within 5 % of the limit
            (1.95, "undecided", "undecided", "undecided"),
            (1.9, "refuted", "refuted", "refuted"),  # exactly 5 % below it
            (
                0.45,
                "refuted",
                "undecided",
                "refuted",
            ),  # at 0.95 times the rate it has not converged: 0.5725^16 > 1e-4
        ],
    )
    def test_verdicts(self, lr: float, diverged: str, converged: str, oscillating: str) -> None:
        assert verdict(bowl(lr), status="diverged") == diverged
        assert verdict(bowl(lr), status="converged") == converged
        assert verdict(bowl(lr), status="oscillating") == oscillating

    def test_numbers_and_words(self) -> None:
        result = check(bowl(3.0), status="diverged")
        assert result.margin == pytest.approx(0.5)
        assert result.numbers == {
            "status": "diverged",
            "diverged_at": 14,
            "final_loss": 8 * 4.0**20,
            "limit": 2.0,
            "rate_over_limit": 1.5,
        }
        assert result.measured == "diverged at step 14; the rate 3 is 1.5 times the limit of stability, 2"

    def test_a_slow_run_is_running_and_not_converged(self) -> None:
        assert verdict(bowl(0.01), status="running") == "proved"
        assert verdict(bowl(0.01), status="converged") == "refuted"

    def test_a_run_that_only_swings_at_a_neighbouring_rate(self) -> None:
        # At 1.995 each hop is 0.995 of the last; forty steps end where the quarter began.
        assert verdict(bowl(1.9, steps=40), status="oscillating") == "undecided"

    def test_a_law_that_the_run_contradicts_decides_nothing(self) -> None:
        # Weight decay draws the run from the minimum at 1e5 to nearly 0, a stable place with a loss of 5e9.
        scenario = parse_scenario(
            {
                "objective": {"name": "quadratic", "eigenvalues": [1], "minimum": 1e5},
                "start": [1e5],
                "steps": 50,
                "runs": [{"optimizer": {"name": "SGD", "lr": 1e-3, "weight_decay": 1000}}],
            }
        )
        result = check(scenario, status="diverged")
        assert (result.numbers["status"], result.verdict) == ("diverged", "undecided")

    def test_a_run_that_rests_past_the_limit_decides_nothing(self) -> None:
        # From the minimum itself no rate leads away; from beside it, this one would.
        still = bowl(2.2, start=[0])
        assert verdict(still, status="converged") == "undecided"
        assert verdict(still, status="diverged") == "undecided"


class TestStatusByNeighbours:
    @pytest.mark.parametrize(("lr", "expected"), [(1.9, "refuted"), (2.65, "undecided"), (3.0, "proved")])
    def test_diverged(self, lr: float, expected: str) -> None:
        # At 2.65 the loss grows 2.72 times a step, past 1e8 within 20; at 0.95 times that rate 2.30 times,
        # and not.
        assert verdict(bowl(lr, scheduler=NEVER), status="diverged") == expected

    def test_numbers_and_words(self) -> None:
        result = check(bowl(3.0, scheduler=NEVER), status="diverged")
        assert result.margin == pytest.approx(0.05)
        assert result.measured == "diverged at step 14, and so at 0.95 and 1.05 times the rate"
        near = check(bowl(2.65, scheduler=NEVER), status="diverged")
        assert near.margin is None
        assert near.measured == "diverged at step 19, but not so at 0.95 times the rate"
        assert near.holds


class TestMonotone:
    @pytest.mark.parametrize(
        ("lr", "never_rises"),
        [(0.5, "proved"), (1.5, "proved"), (1.95, "undecided"), (2.05, "undecided"), (2.2, "refuted")],
    )
    def test_verdicts(self, lr: float, never_rises: str) -> None:
        opposite = {"proved": "refuted", "refuted": "proved", "undecided": "undecided"}
        assert verdict(bowl(lr), monotone=True) == never_rises
        assert verdict(bowl(lr), monotone=False) == opposite[never_rises]

    def test_numbers_and_words(self) -> None:
        result = check(bowl(3.0), monotone=True)
        assert result.numbers == {"rises": 20}
        assert result.measured.startswith(
            "the loss rises in 20 of 20 updates, the first time from step 0 to 1"
        )
        assert check(bowl(0.5), monotone=True).measured == (
            "the loss never rises in 20 updates, and so at 0.95 and 1.05 times the rate"
        )
        near = check(bowl(1.95), monotone=False)
        assert near.measured == "the loss never rises in 20 updates, but not so at 1.05 times the rate"
        assert (result.margin, near.margin, near.holds) == (0.05, None, False)


class TestNoise:
    """x^2 / 2 with noise of sigma 1 at rate 0.5 hovers at lr sigma^2 / (2 (2 - lr)) = 0.167."""

    noisy = bowl(0.5, 0.05, steps=3000, noise={"sigma": 1, "seed": 3})

    @pytest.mark.parametrize(
        ("bound", "above", "below"),
        [(0.1, "proved", "refuted"), (0.3, "refuted", "proved"), (0.167, "undecided", "undecided")],
    )
    def test_floor(self, bound: float, above: str, below: str) -> None:
        assert verdict(self.noisy, run="lr 0.5", measure="floor", above=bound) == above
        assert verdict(self.noisy, run="lr 0.5", measure="floor", below=bound) == below

    def test_several_seeds_are_measured(self) -> None:
        result = check(self.noisy, run="lr 0.5", measure="floor", above=0.1)
        low, high = result.numbers["lowest"], result.numbers["highest"]
        assert isinstance(low, float) and isinstance(high, float)
        assert 0.13 < low < high < 0.2
        assert low <= result.numbers["floor"] <= high  # type: ignore[operator]
        assert result.margin == pytest.approx(low / 0.1 - 1)
        assert "over 5 seeds" in result.measured

    def test_seeds_that_disagree_leave_it_undecided(self) -> None:
        # A single loss of a noisy run is anywhere: near 0 with one seed, far from it with another.
        result = check(self.noisy, run="lr 0.5", measure="final_loss", below=0.1)
        assert result.verdict == "undecided"

    def test_comparison_of_floors(self) -> None:
        claim = {"run": "lr 0.05", "measure": "floor"}
        assert verdict(self.noisy, **claim, below={"run": "lr 0.5", "factor": 0.2}) == "proved"
        assert verdict(self.noisy, **claim, above={"run": "lr 0.5", "factor": 0.2}) == "refuted"
        assert verdict(self.noisy, **claim, below={"run": "lr 0.5", "factor": 0.077}) == "undecided"

    def test_a_status_that_depends_on_the_seed(self) -> None:
        # At rate 1 the place is the noise: five draws must all be within 4e-4, a ten-thousandth of the start.
        walk = bowl(1.0, steps=12, noise={"sigma": 2.7e-4, "seed": 2})
        result = check(walk, status="converged")
        assert (result.verdict, result.margin) == ("undecided", None)
        assert result.measured.endswith("with every seed")

    def test_status_and_monotone(self) -> None:
        assert verdict(self.noisy, run="lr 0.5", status="running") == "proved"
        assert verdict(self.noisy, run="lr 0.5", status="converged") == "refuted"
        assert verdict(self.noisy, run="lr 0.5", monotone=False) == "proved"


class TestChecker:
    def test_a_result_at_full_resolution_is_used(self) -> None:
        scenario = bowl(0.5)
        for record in (Record(), Record(params=True), Record(points=5)):
            checker = Checker(scenario, simulate(scenario, record))
            claim = parse_claim({"measure": "step_length", "at": 0, "below": 3}, scenario)
            assert checker.check(claim) == check_claim(claim, scenario)
            claim = parse_claim({"measure": "loss", "at": 2, "below": 1}, scenario)
            assert checker.check(claim).numbers["loss"] == 0.5

    def test_many_claims_of_one_scenario(self) -> None:
        scenario = bowl(0.5, 3.0)
        checker = Checker(scenario)
        for run, status in (("lr 0.5", "converged"), ("lr 3.0", "diverged")):
            for data in (
                {"status": status},
                {"monotone": status == "converged"},
                {"measure": "max_loss", "below": 9},
            ):
                claim = parse_claim({"run": run, **data}, scenario)
                assert checker.check(claim) == check_claim(claim, scenario)

    def test_labels_are_named_where_there_are_several_runs(self) -> None:
        assert check(bowl(0.5, 3.0), run="lr 3.0", status="diverged").measured.startswith(
            "'lr 3.0': diverged"
        )

    def test_margin_is_a_plain_number_or_none(self) -> None:
        result = check(bowl(0.5), measure="steps_to", loss=1e-300, below=5)
        assert result.margin is None
        assert not any(
            isinstance(value, float) and not math.isfinite(value) for value in result.numbers.values()
        )


def test_causes_are_the_same_whether_evidence_is_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = bowl(0.5, steps=300, noise={"sigma": 1, "seed": 3})
    claims = [parse_claim({"cause": cause}, scenario) for cause in ("too_high", "noise_floor", "plateau")]
    kept = Checker(scenario)
    found = [kept.check(claim) for claim in claims]
    monkeypatch.setattr(check_module, "MOST_NUMBERS", 0)
    forgetful = Checker(scenario)
    assert [forgetful.check(claim) for claim in claims] == found
    assert kept._evidence and not forgetful._evidence
