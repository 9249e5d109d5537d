"""How verdicts combine: three-valued logic."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.claims import (
    AllOf,
    AnyOf,
    Checker,
    Claim,
    MeasureClaim,
    MonotoneClaim,
    Not,
    StatusClaim,
    parse_claim,
)
from simulator.core.claims.grammar import Measure
from simulator.core.spec import parse_scenario

# x^2 / 2 from 4: the loss starts at 8, which is its highest value, and converges at rate 0.5.
SCENARIO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [1]},
        "start": [4],
        "steps": 20,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}}],
    }
)
CHECKER = Checker(SCENARIO)

PARTS: dict[str, Any] = {
    "proved": {"measure": "max_loss", "below": 10},
    "refuted": {"measure": "max_loss", "below": 6},
    "undecided": {"measure": "max_loss", "below": 8.2},
}
ORDER = {"refuted": 0, "undecided": 1, "proved": 2}


def verdict(data: Any) -> str:
    return CHECKER.check(parse_claim(data, SCENARIO)).verdict


@pytest.mark.parametrize("parts", list(product(PARTS, repeat=2)))
def test_all_is_the_weakest_and_any_the_strongest_part(parts: tuple[str, str]) -> None:
    claims = [PARTS[part] for part in parts]
    assert verdict({"all": claims}) == min(parts, key=ORDER.__getitem__)
    assert verdict({"any": claims}) == max(parts, key=ORDER.__getitem__)


@pytest.mark.parametrize(
    ("part", "opposite"), [("proved", "refuted"), ("refuted", "proved"), ("undecided",) * 2]
)
def test_not(part: str, opposite: str) -> None:
    assert verdict({"not": PARTS[part]}) == opposite


def test_margins_of_several_claims() -> None:
    def margin(form: str, *bounds: float) -> float | None:
        claims = [{"measure": "max_loss", "below": bound} for bound in bounds]
        return CHECKER.check(parse_claim({form: claims}, SCENARIO)).margin

    assert margin("all", 10, 16) == pytest.approx(0.2)  # a proof is as good as its weakest part
    assert margin("all", 4, 5) == pytest.approx(1.0)  # one clear refutation is enough
    assert margin("any", 10, 16) == pytest.approx(0.5)
    assert margin("any", 4, 5) == pytest.approx(0.6)
    assert margin("all", 10, 8.1) is None


def test_measured_parts_are_told_once() -> None:
    both = CHECKER.check(
        parse_claim({"all": [PARTS["proved"], PARTS["proved"], PARTS["undecided"]]}, SCENARIO)
    )
    assert both.measured == "highest loss 8, below 10; highest loss 8, within 5 % of 8.2"
    assert both.numbers["0.bound"] == 10
    assert both.numbers["2.bound"] == 8.2
    refuted = CHECKER.check(parse_claim({"all": [PARTS["proved"], PARTS["refuted"]]}, SCENARIO))
    assert refuted.measured == "highest loss 8, not below 6"


simple: st.SearchStrategy[Claim] = st.one_of(
    st.builds(
        StatusClaim, st.just("run 1"), st.sampled_from(["converged", "running", "oscillating", "diverged"])
    ),
    st.builds(MonotoneClaim, st.just("run 1"), st.booleans()),
    st.builds(
        MeasureClaim,
        st.just("run 1"),
        st.sampled_from([Measure("max_loss"), Measure("loss", at=1), Measure("steps_to", loss=0.01)]),
        st.sampled_from(["below", "above"]),
        st.floats(0.5, 20),
    ),
)
claims: st.SearchStrategy[Claim] = st.recursive(
    simple,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
quick = settings(deadline=None, max_examples=60)


@quick
@given(claims)
def test_not_not(claim: Claim) -> None:
    assert CHECKER.check(Not(Not(claim))) == CHECKER.check(claim)


@quick
@given(st.lists(claims, min_size=1, max_size=3))
def test_de_morgan(parts: list[Claim]) -> None:
    negations = tuple(Not(part) for part in parts)
    assert CHECKER.check(Not(AllOf(tuple(parts)))).verdict == CHECKER.check(AnyOf(negations)).verdict
    assert CHECKER.check(Not(AnyOf(tuple(parts)))).verdict == CHECKER.check(AllOf(negations)).verdict


@quick
@given(claims)
def test_what_is_decided_is_so(claim: Claim) -> None:
    check = CHECKER.check(claim)
    assert check.holds or check.verdict != "proved"
    assert not check.holds or check.verdict != "refuted"


@quick
@given(st.floats(0.01, 1e6), st.floats(0.2, 5), st.sampled_from(["below", "above"]))
def test_scaling_the_loss_changes_no_verdict(scale: float, ratio: float, relation: str) -> None:
    # scale * x^2 / 2 at rate 0.5 / scale is the same run with every loss times `scale`.
    scaled = parse_scenario(
        {
            "objective": {"name": "quadratic", "eigenvalues": [scale]},
            "start": [4],
            "steps": 20,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.5 / scale}}],
        }
    )
    claim = {"measure": "max_loss", relation: 8 * ratio * scale}
    expected = verdict({"measure": "max_loss", relation: 8 * ratio})
    if abs(abs(1 / ratio - 1) - 0.05) > 1e-6:  # at the edge of the margin rounding may tell
        assert Checker(scaled).check(parse_claim(claim, scaled)).verdict == expected


@quick
@given(st.floats(0.2, 5))
def test_margins_are_the_same_on_both_sides(ratio: float) -> None:
    below = CHECKER.check(parse_claim({"measure": "max_loss", "below": 8 * ratio}, SCENARIO))
    above = CHECKER.check(parse_claim({"measure": "max_loss", "above": 8 * ratio}, SCENARIO))
    assert below.margin == above.margin
    assert {below.verdict, above.verdict} in ({"proved", "refuted"}, {"undecided"})
