"""Causes: each holds where it is made to be at work, and no other does."""

import math
from typing import Any

import pytest

from simulator.core.claims import Checker, check_claim, claim_form, claim_in_words, claim_to_dict, parse_claim
from simulator.core.diagnosis import told
from simulator.core.diagnosis.causes import CAUSES, Cause, Condition, causes_of
from simulator.core.errors import ScenarioError
from simulator.core.numbers import format_number
from simulator.core.spec import Scenario, parse_scenario

WELLS = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8], "k": 0.05}
STIFF = {"objective": {"name": "quadratic", "eigenvalues": [1, 1000]}}
BOWL = {"objective": {"name": "quadratic", "eigenvalues": [1, 4]}}
FLAT = {"objective": {"name": "quadratic", "eigenvalues": [0.1]}, "start": [3], "steps": 400}
QUARTIC = {"objective": {"name": "polynomial", "coeffs": [0, 0, 0, 0, 0.25]}, "start": [3], "steps": 50}
DEEP = {"objective": {"name": "deep_linear", "depth": 20}, "start": [1.5] * 20, "steps": 50}
SADDLE = {"objective": {"name": "saddle"}, "start": [1, 1e-6], "steps": 100}


def scenario(lr: float, *, optimizer: str = "SGD", scheduler: Any = None, **more: Any) -> Scenario:
    run = {"optimizer": {"name": optimizer, "lr": lr}, "scheduler": scheduler}
    return parse_scenario({"start": [1, 1], "steps": 100, "runs": [run]} | more)


CASES: dict[str, tuple[Scenario, set[str]]] = {
    "nothing is wrong": (scenario(0.4, **BOWL), set()),
    "past the limit": (scenario(0.8, **BOWL), {"too_high"}),
    "far past the limit": (scenario(10, **BOWL), {"too_high"}),
    "at the limit": (scenario(0.4999, **BOWL), {"too_high"}),
    "bounded chaos": (
        scenario(1.8, objective={"name": "double_well"}, start=[0.3], steps=120),
        {"too_high"},
    ),
    "a hundredth of the best": (scenario(0.002, **BOWL, steps=60), {"too_low"}),
    "slow Adam": (scenario(0.001, optimizer="Adam", **BOWL, start=[5, 5], steps=60), {"too_low"}),
    "noise": (
        scenario(
            0.2, objective={"name": "quadratic", "eigenvalues": [1]}, start=[3], steps=800, noise={"sigma": 1}
        ),
        {"noise_floor"},
    ),
    "noise, on the way down": (
        # The quiet run ends below half of the mean of the last quarter, and so does the noisy one.
        scenario(
            0.05, objective={"name": "quadratic", "eigenvalues": [1]}, start=[30], noise={"sigma": 0.01}
        ),
        set(),
    ),
    "decay to nothing": (
        scenario(0.5, scheduler={"name": "ExponentialLR", "gamma": 0.8}, **FLAT),
        {"decayed_too_early"},
    ),
    "a slow enough decay": (
        scenario(0.5, scheduler={"name": "ExponentialLR", "gamma": 0.995}, **FLAT),
        set(),
    ),
    "a decay that has not come to a standstill": (
        # It ends at 0.005 of the rate, and gains a tenth of what is left in the last quarter.
        scenario(0.5, scheduler={"name": "ExponentialLR", "gamma": 0.005 ** (1 / 400)}, **FLAT),
        set(),
    ),
    "a narrow valley": (scenario(0.0018, **STIFF), {"badly_scaled"}),
    "from wall to wall of a narrow valley": (scenario(0.00199999, **STIFF), {"too_high"}),
    "a narrow valley, walked through": (
        scenario(0.045, objective={"name": "quadratic", "eigenvalues": [1, 40]}, steps=400),
        set(),
    ),
    "a sharp well": (scenario(0.1, objective=WELLS, start=[-1.5], steps=400), {"stuck_in_basin"}),
    "the broad well": (scenario(0.1, objective=WELLS, start=[0.5], steps=400), set()),
    "beside a saddle": (scenario(0.1, **SADDLE), {"plateau"}),
    "a quartic": (scenario(0.5, **QUARTIC), {"exploding", "too_high"}),
    "twenty factors above one": (scenario(0.01, **DEEP), {"exploding"}),
}


@pytest.mark.parametrize("name", list(CASES))
def test_each_cause_is_found_where_it_is_at_work_and_nowhere_else(name: str) -> None:
    case, expected = CASES[name]
    found = causes_of(case)
    assert [cause.name for cause in found] == list(CAUSES)
    assert {cause.name for cause in found if cause.holds} == expected
    for cause in found:
        assert cause.evidence
        assert cause.margin > 0.05, cause


def test_a_cause_is_as_clear_as_its_weakest_condition_and_as_far_as_its_clearest_failure() -> None:
    at = [Condition("", value, "above", 1.0) for value in (1.2, 1.5, 0.9, 0.6)]
    for conditions, holds, margin in (
        (at[:2], True, 0.2),
        (at[1:3], False, 0.1),  # what holds has no part in it
        (at, False, 0.4),
        ((*at[:2], Condition("", math.inf, "above", 1.0)), True, 0.2),
    ):
        cause = Cause("plateau", tuple(conditions), "")
        assert (cause.holds, cause.margin) == (holds, pytest.approx(margin))
    assert not Condition("", 1.0, "above", 1.0).holds and not Condition("", 1.0, "below", 1.0).holds


def test_the_evidence_is_what_the_other_run_does() -> None:
    """At a third of the rate, x^2 / 2 ends at the loss of its closed form."""
    case = scenario(2.4, objective={"name": "quadratic", "eigenvalues": [1]}, start=[1], steps=20)
    found = next(cause for cause in causes_of(case) if cause.name == "too_high")
    here, there = (format_number(0.5 * abs(1 - rate) ** 40) for rate in (2.4, 0.8))
    assert (
        found.evidence
        == f"the run ends at a loss of {here}; at a third of the rate it ends at a loss of {there}"
    )


@pytest.mark.parametrize(
    ("lr", "words"),
    [
        (2.02, f"the loss rises by {format_number(100 * (1.02**20 - 1))} % of what was left"),
        (0.05, f"the loss gains {format_number(100 * (1 - 0.95**20))} % of what is left"),
    ],
)
def test_a_last_quarter_that_loses_is_told_as_a_rise(lr: float, words: str) -> None:
    """On x^2 / 2 the ten updates of the last quarter multiply the loss by (1 - lr)^20."""
    case = scenario(lr, objective={"name": "quadratic", "eigenvalues": [1]}, start=[1], steps=40)
    assert words in causes_of(case)[CAUSES.index("plateau")].evidence


def test_the_growth_of_a_gradient_in_words() -> None:
    two, five = math.log(2), math.log(5)
    assert told.growth(1, two, five) == (
        "the run diverges at step 1: the last update multiplies the gradient by 5, where its curvature "
        "accounts for 2"
    )
    assert told.growth(2, two, five) == (
        "the run diverges at step 2: the last update multiplies the gradient by 5, the one before by 2"
    )
    assert told.growth(2, two, math.inf) == (
        "the run diverges at step 2: the last update takes the gradient beyond all numbers, the one before "
        "multiplies it by 2"
    )


def test_the_condition_number_is_measured() -> None:
    found = next(cause for cause in causes_of(CASES["a narrow valley"][0]) if cause.name == "badly_scaled")
    assert found.numbers["condition_number"] == pytest.approx(1000)
    assert "curves 1000 times as much" in found.evidence


def claim(cause: str, **more: Any) -> dict[str, Any]:
    return {"cause": cause} | more


@pytest.mark.parametrize(
    "name", ["past the limit", "noise", "decay to nothing", "a sharp well", "beside a saddle"]
)
def test_a_claim_of_a_cause_is_proved_and_the_others_are_refuted(name: str) -> None:
    case, (expected,) = CASES[name]
    checker = Checker(case)
    for cause in CAUSES:
        check = checker.check(parse_claim(claim(cause), case))
        assert check.verdict == ("proved" if cause == expected else "refuted"), (cause, check)
        assert check.holds is (cause == expected)
        assert check.measured


def test_a_cause_that_a_rate_nearby_would_change_is_undecided() -> None:
    # 2/L = 0.5: at 1.05 times this rate the run is past the limit, at 0.95 times it converges in time.
    case = scenario(0.485, **BOWL)
    check = check_claim(parse_claim(claim("too_high"), case), case)
    assert check.verdict == "undecided"
    assert "times the rate" in check.measured or "within 5 %" in check.measured


@pytest.mark.parametrize(("largest", "verdict"), [(31, "undecided"), (40, "proved"), (29, "undecided")])
def test_a_cause_within_five_per_cent_of_its_bound_is_undecided(largest: float, verdict: str) -> None:
    """Bad scaling begins at 30 times the curvature, whatever a rate nearby would change."""
    objective = {"name": "quadratic", "eigenvalues": [1, largest]}
    case = scenario(1.8 / largest, objective=objective, steps=20)
    check = check_claim(parse_claim(claim("badly_scaled"), case), case)
    assert check.verdict == verdict
    assert check.holds is (largest > 30)
    near = f", within 5 % of where it would {'not ' if check.holds else ''}count as badly_scaled"
    assert check.measured.endswith(near) is (verdict == "undecided")


def test_the_form_of_a_claim_of_a_cause() -> None:
    case = parse_scenario(
        STIFF | {"start": [1, 1], "steps": 9, "runs": [{"optimizer": {"name": "SGD", "lr": 1e-3}}] * 2}
    )
    parsed = parse_claim(claim("plateau", run="run 2"), case)
    assert claim_to_dict(parsed) == claim("plateau", run="run 2")
    assert claim_form(parsed) == "cause"
    assert claim_in_words(parsed) == "the run 'run 2' is on a plateau"
    negated = parse_claim({"not": claim("noise_floor", run="run 1")}, case)
    assert claim_in_words(negated) == "it is not so that the run 'run 1' has come down to its noise floor"
    for wrong, field in (
        (claim("plateu", run="run 1"), "claim.cause"),
        (claim("plateau"), "claim.run"),
        (claim("plateau", run="run 1", below=1), "claim.below"),
        (claim("plateau", run="run 1", status="running"), "claim"),
    ):
        with pytest.raises(ScenarioError) as raised:
            parse_claim(wrong, case)
        assert field in raised.value.fields


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop", "Adagrad", "NAdam"])
@pytest.mark.parametrize("lr", [3, 1e4, 1e9, 1e160, 1e200])
def test_no_gradient_explodes_on_a_quadratic(optimizer: str, lr: float) -> None:
    """Not even one whose square is no number any more."""
    exploding = causes_of(scenario(lr, optimizer=optimizer, **BOWL))[CAUSES.index("exploding")]
    assert not exploding.holds, exploding.evidence


HARD_TO_TELL = {
    "diverging": scenario(0.8, **BOWL),
    "diverging in the first update": scenario(0.01, **(DEEP | {"steps": 200})),
    "beyond all numbers": scenario(1e200, **BOWL),
    "beyond the square root of all numbers": scenario(1e200, **QUARTIC),
    "diverging under noise": scenario(0.8, noise={"sigma": 1}, **BOWL),
    "at the minimum": scenario(0.4, **BOWL, start=[0, 0]),
    "flat everywhere": scenario(0.5, objective={"name": "polynomial", "coeffs": [3]}, start=[1]),
    "going up": parse_scenario(
        {
            "objective": BOWL["objective"],
            "start": [1, 1],
            "steps": 20,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.1, "maximize": True}}],
        }
    ),
    "a network that diverges": scenario(
        50,
        objective={"name": "mlp", "layers": [1, 8, 1]},
        start=None,
        data={"dataset": "sine", "n": 60},
    ),
}


@pytest.mark.parametrize("name", list(HARD_TO_TELL))
def test_the_evidence_is_words_about_numbers_that_there_are(name: str) -> None:
    for cause in causes_of(HARD_TO_TELL[name]):
        assert "not a number" not in cause.evidence, cause
        assert "infinity" not in cause.evidence, cause
        assert "gains −" not in cause.evidence, cause
        assert "10³⁰⁴" not in cause.evidence, cause


def test_losses_that_are_compared_are_told_apart() -> None:
    above_ten = {"objective": {"name": "polynomial", "coeffs": [10, 0, 0.5]}, "start": [1], "steps": 50}
    found = causes_of(scenario(0.05, **above_ten))[CAUSES.index("too_low")]
    assert found.evidence == "the run ends at a loss of 10.003; at 10 times the rate it ends at a loss of 10"
