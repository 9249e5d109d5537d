"""Claims are parsed strictly: every form, its canonical form, and every way to get it wrong."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.claims import (
    AllOf,
    AnyOf,
    ClaimError,
    Measure,
    MeasureClaim,
    MonotoneClaim,
    Not,
    OtherRun,
    StatusClaim,
    claim_form,
    claim_to_dict,
    parse_claim,
)
from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario

ONE = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [1]},
        "start": [4],
        "steps": 20,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}}],
    }
)
TWO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [1, 4]},
        "start": [4, 1],
        "steps": 20,
        "runs": [
            {"label": "slow", "optimizer": {"name": "SGD", "lr": 0.01}},
            {"label": "fast", "optimizer": {"name": "SGD", "lr": 0.1}},
        ],
    }
)
WELLS = parse_scenario(
    {
        "objective": {"name": "double_well"},
        "start": [0.3],
        "steps": 20,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
    }
)


@pytest.mark.parametrize(
    ("data", "claim", "form"),
    [
        ({"status": "diverged"}, StatusClaim("run 1", "diverged"), "status"),
        ({"run": "run 1", "monotone": False}, MonotoneClaim("run 1", False), "monotone"),
        (
            {"measure": "final_loss", "below": 1},
            MeasureClaim("run 1", Measure("final_loss"), "below", 1.0),
            "final_loss",
        ),
        (
            {"measure": "steps_to", "loss": 1e-3, "above": 5},
            MeasureClaim("run 1", Measure("steps_to", loss=1e-3), "above", 5.0),
            "steps_to",
        ),
        (
            {"measure": "position", "above": 0.5},
            MeasureClaim("run 1", Measure("position"), "above", 0.5),
            "position",
        ),
        (
            {"measure": "loss", "at": 3, "below": {"run": "run 1", "at": 0}},
            MeasureClaim("run 1", Measure("loss", at=3), "below", OtherRun("run 1", 1.0, 0)),
            "compare:loss",
        ),
        (
            {"not": {"any": [{"status": "running"}, {"all": [{"monotone": True}]}]}},
            Not(AnyOf((StatusClaim("run 1", "running"), AllOf((MonotoneClaim("run 1", True),))))),
            "not",
        ),
    ],
)
def test_forms(data: Any, claim: Any, form: str) -> None:
    parsed = parse_claim(data, ONE)
    assert parsed == claim
    assert claim_form(parsed) == form
    assert parse_claim(claim_to_dict(parsed), ONE) == parsed


def test_the_same_step_said_in_several_ways() -> None:
    claim = {"run": "slow", "measure": "loss"}
    plain = parse_claim(claim | {"below": {"run": "fast"}}, TWO)
    assert parse_claim(claim | {"at": 20, "below": {"run": "fast", "at": 20}}, TWO) == plain
    early = parse_claim(claim | {"at": 3, "below": {"run": "fast"}}, TWO)
    assert parse_claim(claim | {"at": 3, "below": {"run": "fast", "at": 3}}, TWO) == early != plain
    late = parse_claim(claim | {"at": 3, "below": {"run": "fast", "at": 20}}, TWO)
    assert claim_to_dict(late)["below"] == {"run": "fast", "factor": 1.0, "at": 20}


def test_the_coordinate_of_one_dimension_goes_without_saying() -> None:
    claim = {"measure": "overshoots", "above": 0.5}
    assert parse_claim(claim | {"coordinate": 0}, ONE) == parse_claim(claim, ONE)
    along = parse_claim({"run": "slow", **claim, "coordinate": 0}, TWO)
    assert claim_to_dict(along) == {"run": "slow", **claim, "coordinate": 0}


def test_comparison_of_two_runs() -> None:
    data = {"run": "fast", "measure": "steps_to", "loss": 0.1, "below": {"run": "slow", "factor": 0.2}}
    claim = parse_claim(data, TWO)
    assert claim == MeasureClaim("fast", Measure("steps_to", loss=0.1), "below", OtherRun("slow", 0.2))
    assert claim_to_dict(claim) == data
    assert claim_form(claim) == "compare:steps_to"


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ("diverged", "claim", "object"),
        (None, "claim", "object"),
        ({}, "claim", "exactly one"),
        ({1: 2}, "claim", "object"),
        ({"run": "slow"}, "claim", "exactly one"),
        ({"run": "slow", "status": "diverged", "monotone": True}, "claim", "contradict"),
        ({"run": "slow", "status": "exploded"}, "claim.status", "`diverged`"),
        ({"run": "slow", "status": "convergd"}, "claim.status", "did you mean 'converged'"),
        ({"run": "slow", "status": None}, "claim.status", "`running`"),
        ({"run": "slow", "status": "running", "below": 1}, "claim.below", "Unknown key"),
        ({"run": "slow", "monotone": "true"}, "claim.monotone", "true"),
        ({"run": "slow", "monotone": 1}, "claim.monotone", "true"),
        ({"status": "diverged"}, "claim.run", "`slow`, `fast`"),
        ({"run": "fats", "status": "diverged"}, "claim.run", "did you mean 'fast'"),
        ({"run": 1, "status": "diverged"}, "claim.run", "`slow`, `fast`"),
        ({"run": "slow", "measure": "loss_at_end", "below": 1}, "claim.measure", "`final_loss`"),
        ({"run": "slow", "measure": "final_loss"}, "claim", "`below` and `above`"),
        ({"run": "slow", "measure": "final_loss", "below": 1, "above": 0}, "claim", "`below` and `above`"),
        ({"run": "slow", "measure": "final_loss", "below": "1"}, "claim.below", "number"),
        ({"run": "slow", "measure": "final_loss", "below": True}, "claim.below", "number"),
        ({"run": "slow", "measure": "final_loss", "below": float("inf")}, "claim.below", "finite"),
        ({"run": "slow", "measure": "final_loss", "below": 10**400}, "claim.below", "finite"),
        (
            {"run": "slow", "measure": "final_loss", "loss": 1, "below": 1},
            "claim.loss",
            "for the measure final_loss",
        ),
        ({"run": "slow", "measure": "final_loss", "at": 1, "below": 1}, "claim.at", "Unknown key"),
        ({"run": "slow", "measure": "steps_to", "below": 1}, "claim.loss", "needs `loss`"),
        ({"run": "slow", "measure": "steps_to", "loss": "a", "below": 1}, "claim.loss", "number"),
        ({"run": "slow", "measure": "loss", "at": 21, "below": 1}, "claim.at", "0 to 20"),
        ({"run": "slow", "measure": "step_length", "at": 20, "below": 1}, "claim.at", "0 to 19"),
        ({"run": "slow", "measure": "loss", "at": True, "below": 1}, "claim.at", "whole number"),
        ({"run": "slow", "measure": "loss", "at": -1, "below": 1}, "claim.at", "0 to 20"),
        ({"run": "slow", "measure": "position", "below": 1}, "claim.coordinate", "0 to 1"),
        ({"run": "slow", "measure": "position", "coordinate": 2, "below": 1}, "claim.coordinate", "0 to 1"),
        ({"run": "slow", "measure": "position", "coordinate": 0.0, "below": 1}, "claim.coordinate", "whole"),
        ({"run": "slow", "measure": "final_loss", "below": {"factor": 2}}, "claim.below.run", "missing"),
        ({"run": "slow", "measure": "final_loss", "below": {"run": "slow"}}, "claim.below", "itself"),
        (
            {"run": "slow", "measure": "loss", "at": 20, "below": {"run": "slow", "factor": 2}},
            "claim.below",
            "itself",
        ),
        ({"run": "slow", "measure": "final_loss", "below": {"run": "x"}}, "claim.below.run", "`fast`"),
        (
            {"run": "slow", "measure": "final_loss", "below": {"run": "fast", "factor": 0}},
            "claim.below.factor",
            "0",
        ),
        (
            {"run": "slow", "measure": "final_loss", "below": {"run": "fast", "at": 1}},
            "claim.below.at",
            "Unknown",
        ),
        ({"all": []}, "claim.all", "at least one"),
        ({"any": "abc"}, "claim.any", "list"),
        ({"all": [{"run": "slow", "status": "running"}], "run": "slow"}, "claim.run", "Unknown key"),
        (
            {"all": [{"run": "slow", "status": "running"}, {"not": {"status": "running"}}]},
            "claim.all[1].not.run",
            "?",
        ),
    ],
)
def test_what_is_refused(data: Any, field: str, says: str) -> None:
    with pytest.raises(ClaimError) as refused:
        parse_claim(data, TWO)
    assert isinstance(refused.value, ScenarioError)
    assert list(refused.value.fields) == [field]
    assert says in refused.value.fields[field]
    assert field in refused.value.message


@pytest.mark.parametrize("measure", ["distance", "overshoots"])
def test_measures_that_need_a_known_minimum(measure: str) -> None:
    assert parse_claim({"measure": measure, "below": 1}, ONE)
    with pytest.raises(ClaimError, match="minimum is known"):
        parse_claim({"measure": measure, "below": 1}, WELLS)


def test_the_path_names_the_place() -> None:
    with pytest.raises(ClaimError) as refused:
        parse_claim({"status": "x"}, ONE, "choices[2].claim")
    assert list(refused.value.fields) == ["choices[2].claim.status"]


def test_nesting_and_size_are_bounded() -> None:
    deep: Any = {"status": "running"}
    for _ in range(5):
        deep = {"not": deep}
    assert parse_claim(deep, ONE)
    with pytest.raises(ClaimError, match="deep"):
        parse_claim({"not": deep}, ONE)
    many = [{"status": "running"}] * 24
    assert parse_claim({"all": many}, ONE)
    with pytest.raises(ClaimError, match="at most 24"):
        parse_claim({"all": [*many, {"status": "running"}]}, ONE)
    with pytest.raises(ClaimError, match="at most 24"):
        parse_claim({"all": [{"any": many}, {"status": "running"}]}, ONE)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["run", "status", "monotone", "measure", "all", "any", "not", "below", "loss", "at"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(json_values)
def test_whatever_comes_in_a_claim_or_a_claim_error_comes_out(data: Any) -> None:
    try:
        claim = parse_claim(data, TWO)
    except ClaimError as error:
        assert error.fields
    else:
        assert parse_claim(claim_to_dict(claim), TWO) == claim
