"""The builder of claims: what is typed becomes the claim, and comes back as it was typed."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any, get_args

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.admin.fields.claim import JOINED, NEGATED, ClaimField, ClaimWidget, TypedClaim, texts_of_claim
from quizzes.admin.fields.clause import part_names
from quizzes.tests.admin.page_form import read_form
from quizzes.tests.content.shipped import questions
from simulator.core.claims import (
    CauseClaim,
    Claim,
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
from simulator.core.claims.grammar import (
    MEASURES,
    NEEDS_LOSS,
    RELATIONS,
    STATUSES,
    TAKES_AT,
    TAKES_COORDINATE,
    SimpleClaim,
)
from simulator.core.diagnosis.causes import CAUSES
from simulator.core.spec import parse_scenario

FIELD = ClaimField(required=False)
WIDGET = ClaimWidget()
SCENARIO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [1, 25]},  # its minimum is known
        "start": [10, 1],
        "steps": 100,
        "runs": [{"label": label, "optimizer": {"name": "SGD", "lr": 0.03}} for label in ("plain", "other")],
    }
)
numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(1e-300, 1e300), st.floats(-1e6, -1e-6))


def every_statement() -> list[Any]:
    """One statement for each thing that the grammar can say of a run, every key of it given."""
    measures: list[Measure] = []
    for name in MEASURES:
        details = {
            "loss": 0.5 if name in NEEDS_LOSS else None,
            "at": 20 if name in TAKES_AT else None,
            "coordinate": 1 if name in TAKES_COORDINATE else None,
        }
        measures.append(Measure(name, **details))  # type: ignore[arg-type]  # names are Literals there
    bounds = [(measure, bound) for measure in measures for bound in (0.125, OtherRun("other", 0.5))]
    bounds += [
        (measure, OtherRun(run, 2.0, 3))
        for measure in measures
        if measure.name in TAKES_AT
        for run in ("plain", "other")  # the same run at another step, and another run
    ]
    return [
        *(StatusClaim("plain", status) for status in STATUSES),  # type: ignore[arg-type]
        *(MonotoneClaim("plain", falls) for falls in (True, False)),
        *(CauseClaim("plain", cause) for cause in CAUSES),  # type: ignore[arg-type]
        *(
            MeasureClaim("plain", measure, relation, bound)  # type: ignore[arg-type]
            for (measure, bound), relation in product(bounds, RELATIONS)
        ),
    ]


STATEMENTS = every_statement()


def typed(*clauses: dict[str, str], joined: str = "all") -> TypedClaim:
    """What stands in the inputs: the given ones, all others empty."""
    blank = dict.fromkeys(part_names(), "")
    return TypedClaim(joined, tuple({**blank, **clause} for clause in clauses))


def shown_and_read(claim: Any) -> Any:
    """The claim rendered into inputs by a page and read from what these inputs send."""
    page = f"<form id='f'>{WIDGET.render('claim', claim)}</form>"
    data = {name: values[0] for name, values in read_form(page, "f").values.items()}
    return FIELD.clean(WIDGET.value_from_datadict(data, {}, "claim"))


def is_built(claim: Any) -> bool:
    """Whether the builder has inputs for a claim: it is not shown as JSON."""
    return all(clause["form"] != "json" for clause in texts_of_claim(claim).clauses)


def test_the_statements_below_are_all_that_the_grammar_knows() -> None:
    """What is added to the grammar fails here until the builder has inputs for it."""
    assert {type(statement) for statement in STATEMENTS} == set(get_args(SimpleClaim))
    measured = [statement for statement in STATEMENTS if isinstance(statement, MeasureClaim)]
    for part, values in (
        (Measure, [statement.measure for statement in measured]),
        (OtherRun, [statement.bound for statement in measured if isinstance(statement.bound, OtherRun)]),
    ):
        for key in fields(part):
            assert any(getattr(value, key.name) not in (None, key.default) for value in values), key.name


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda claim: str(claim_to_dict(claim)))
def test_every_statement_of_the_grammar_has_inputs(statement: Claim) -> None:
    for claim in (statement, Not(statement)):
        data = claim_to_dict(claim)
        assert parse_claim(data, SCENARIO) == claim
        assert is_built(data)
        assert shown_and_read(data) == data


def test_the_builder_offers_each_form_of_statement_once() -> None:
    page = read_form(f"<form id='f'>{WIDGET.render('claim', None)}</form>", "f")
    offered = page.options["claim_0_form"]
    assert len(offered) == len(set(offered))
    assert set(offered) == {claim_form(statement) for statement in STATEMENTS} | {"", "json"}
    assert set(page.options["claim_0_cause"]) == {"", *CAUSES}
    assert set(page.options["claim_0_status"]) == set(STATUSES)
    assert page.values["claim_0_cause"] == [""]  # no cause is claimed that nobody chose


@st.composite
def simple_claims(draw: st.DrawFn, run: str = "") -> dict[str, Any]:
    """A statement as an author would write it: with the keys that may be left out, or without."""
    claim = claim_to_dict(draw(st.sampled_from(STATEMENTS)))
    for key in ("at", "coordinate", *(() if run else ("run",))):
        if key in claim and draw(st.booleans()):
            del claim[key]
    if "run" in claim:
        claim["run"] = run or draw(st.sampled_from(["plain", "momentum 0.9"]))
    if "loss" in claim:
        claim["loss"] = draw(numbers)
    relation = next((word for word in RELATIONS if word in claim), "")
    if relation and isinstance(claim[relation], dict):
        bound = {"run": "another"}
        if draw(st.booleans()):
            bound["factor"] = draw(st.floats(1e-9, 1e9))
        if "at" in claim[relation] and draw(st.booleans()):
            bound["at"] = draw(st.integers(0, 5000))
        claim[relation] = bound
    elif relation:
        claim[relation] = draw(numbers)
    return {"not": claim} if draw(st.booleans()) else claim


@st.composite
def several_claims(draw: st.DrawFn) -> dict[str, Any]:
    """Statements about different runs, joined in each of the ways that are offered."""
    count = draw(st.integers(2, 5))
    claims = [draw(simple_claims(run=f"run {number}")) for number in range(count)]
    joined = draw(st.sampled_from([word for word, _label in JOINED]))
    claim = {NEGATED.get(joined, joined): claims}
    return {"not": claim} if joined in NEGATED else claim


@given(st.one_of(simple_claims(), several_claims()))
@settings(max_examples=40, deadline=None)
def test_every_common_claim_is_shown_in_inputs_and_read_back(claim: dict[str, Any]) -> None:
    assert is_built(claim)
    assert shown_and_read(claim) == claim


@pytest.mark.parametrize(
    ("texts", "claim"),
    [
        ({"form": "status", "status": "diverged"}, {"status": "diverged"}),
        (
            {"form": "status", "status": "oscillating", "negate": "not", "run": "plain"},
            {"not": {"run": "plain", "status": "oscillating"}},
        ),
        (
            {"form": "final_loss", "relation": "below", "number": "1e-6"},
            {"measure": "final_loss", "below": 1e-6},
        ),
        (
            {"form": "steps_to", "loss": "0.01", "relation": "below", "number": "30"},
            {"measure": "steps_to", "loss": 0.01, "below": 30},
        ),
        (
            {"form": "compare:steps_to", "run": "fast", "loss": "0.01", "relation": "below", "other": "slow"},
            {"run": "fast", "measure": "steps_to", "loss": 0.01, "below": {"run": "slow"}},
        ),
        (
            {"form": "compare:final_loss", "run": "a", "relation": "above", "other": "b", "factor": "2"},
            {"run": "a", "measure": "final_loss", "above": {"run": "b", "factor": 2}},
        ),
        ({"form": "cause", "cause": "too_high"}, {"cause": "too_high"}),
        (
            {"form": "cause", "cause": "noise_floor", "negate": "not", "run": "plain", "status": "diverged"},
            {"not": {"run": "plain", "cause": "noise_floor"}},
        ),
        (
            {
                "form": "compare:position",
                "run": "a",
                "coordinate": "1",
                "relation": "above",
                "other": "a",
                "other_at": "0",
            },
            {"run": "a", "measure": "position", "coordinate": 1, "above": {"run": "a", "at": 0}},
        ),
        (
            {"form": "compare:final_lr", "run": "a", "relation": "below", "other": "b", "factor": "0.1"},
            {"run": "a", "measure": "final_lr", "below": {"run": "b", "factor": 0.1}},
        ),
        ({"form": "json", "json": '{"all": [{"status": "running"}]}'}, {"all": [{"status": "running"}]}),
        ({"form": ""}, None),
        ({"form": "", "number": "5"}, None),
    ],
)
def test_inputs_become_the_claim(texts: dict[str, str], claim: Any) -> None:
    assert FIELD.clean(typed(texts)) == claim


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"form": "final_loss", "relation": "below"}, "“Number” is empty"),
        ({"form": "final_loss", "number": "small"}, "“small” is not a number"),
        ({"form": "final_loss", "number": "1e400"}, "too large or not finite"),
        ({"form": "final_loss", "number": "nan"}, "too large or not finite"),
        ({"form": "final_loss", "number": "9" * 5000}, "too large or not finite"),
        ({"form": "steps_to", "number": "30"}, "“Loss to reach” is empty"),
        ({"form": "loss", "at": "2.5", "number": "30"}, "not a whole number"),
        ({"form": "compare:steps_to", "loss": "1"}, "“times that of run” is empty"),
        ({"form": "cause"}, "“Among its causes” is empty"),
        ({"form": "cause", "cause": "bad luck"}, "Choose the cause from the list"),
        ({"form": "loss", "at": "-1", "number": "30"}, "At step: “-1” is below 0"),
        ({"form": "position", "coordinate": "-1", "number": "30"}, "Parameter: “-1” is below 0"),
        ({"form": "compare:lr", "other": "b", "other_at": "-2"}, "at its step: “-2” is below 0"),
        ({"form": "compare:floor", "other": "b", "factor": "0"}, "Factor: “0” is not above 0"),
        ({"form": "compare:floor", "run": "b", "other": "b"}, "with itself. Name another run."),
        ({"form": "compare:lr", "run": "b", "other": "b"}, "with itself. Name another run or another step"),
        ({"form": "compare:lr", "run": "b", "other": "b", "at": "3", "other_at": "3"}, "with itself"),
        ({"form": "json", "json": "{"}, "not valid JSON"),
        ({"form": "json", "json": '{"status": NaN}'}, "not a number that JSON knows"),
        ({"form": "json", "json": '{"below": 1e400}'}, "too large"),
        ({"form": "json", "json": '{"a": 1, "a": 2}'}, "stands twice"),
        ({"form": "json", "json": "[1]"}, "A claim is a JSON object"),
        ({"form": "json", "json": "[" * 50_000}, "JSON"),
        ({"form": "json", "json": "1" * 10_000}, "JSON"),
        ({"form": "forged"}, "from the list"),
    ],
)
def test_bad_input_says_what_would_be_right(texts: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(typed(texts))
    assert message in " ".join(refused.value.messages)


def test_several_statements_are_joined_and_empty_ones_left_out() -> None:
    above = {"form": "final_loss", "relation": "above", "number": "3"}
    below = {"form": "final_loss", "relation": "below", "number": "8"}
    both = [{"measure": "final_loss", "above": 3}, {"measure": "final_loss", "below": 8}]
    assert FIELD.clean(typed(above, {}, below)) == {"all": both}
    assert FIELD.clean(typed(above, {}, below, joined="any")) == {"any": both}
    assert FIELD.clean(typed(above, below, joined="none")) == {"not": {"any": both}}
    assert FIELD.clean(typed(above, below, joined="not_all")) == {"not": {"all": both}}
    with pytest.raises(ValidationError, match=r"Statement 2: .*“Number” is empty"):
        FIELD.clean(typed(above, {**below, "number": ""}))


def test_one_statement_of_which_none_may_hold_is_negated() -> None:
    high = {"form": "cause", "cause": "too_high"}
    assert FIELD.clean(typed(high, {}, joined="none")) == {"not": {"cause": "too_high"}}
    assert FIELD.clean(typed({**high, "negate": "not"}, joined="not_all")) == {"cause": "too_high"}
    assert FIELD.clean(typed({}, joined="none")) is None


HIGH = {"form": "cause", "run": "a", "cause": "too_high"}
FALLING = {"form": "monotone", "run": "a", "monotone": "true"}
LOSS = {"form": "final_loss", "run": "a", "relation": "below", "number": "3"}
RATES = {"form": "compare:lr", "run": "a", "at": "4", "relation": "below", "other": "b"}


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        (HIGH, {"negate": "not"}, "Is or is not"),
        (LOSS, {"negate": "not"}, "Is or is not"),
        (FALLING, {"monotone": "false"}, "Loss"),
        ({**FALLING, "negate": "not"}, {"monotone": "false", "negate": "not"}, "Loss"),
    ],
)
def test_a_statement_and_its_contrary_are_refused(
    first: dict[str, str], second: dict[str, str], label: str
) -> None:
    both = (first, {}, {**first, **second})
    for joined, told in {"all": "contradicts statement 1", "any": "the contrary of statement 1"}.items():
        for word in (joined, {"all": "not_all", "any": "none"}[joined]):
            with pytest.raises(ValidationError, match=f"Statement 3: “{label}” .*{told}"):
                FIELD.clean(typed(*both, joined=word))


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        ({"form": "status", "status": "diverged"}, {"status": "running"}, "Status"),
        (LOSS, {"relation": "above", "number": "8"}, "Number"),
        (LOSS, {"relation": "above"}, "Number"),
        (RATES, {"relation": "above"}, "times that of run"),
    ],
)
def test_statements_that_no_run_can_fulfil_together_are_refused(
    first: dict[str, str], second: dict[str, str], label: str
) -> None:
    for both in ((first, {**first, **second}), ({**first, **second}, first)):
        with pytest.raises(ValidationError, match=f"Statement 2: “{label}” contradicts statement 1"):
            FIELD.clean(typed(*both))
        assert FIELD.clean(typed(*both, joined="any")) is not None  # one of two may hold


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HIGH, {"cause": "exploding"}),  # several causes may hold of one run
        (HIGH, {"run": "b", "negate": "not"}),
        (FALLING, {"monotone": "false", "negate": "not"}),  # says the same twice
        (LOSS, {"relation": "above", "number": "2"}),  # a range
        (LOSS, {"relation": "above", "number": "8", "negate": "not"}),
        (LOSS, {"form": "best_loss", "relation": "above"}),
        ({"form": "status", "status": "diverged", "negate": "not"}, {"status": "running"}),
        (RATES, {"relation": "above", "at": "5"}),
        (RATES, {"relation": "above", "factor": "2"}),
    ],
)
def test_statements_that_go_together_are_accepted(first: dict[str, str], second: dict[str, str]) -> None:
    claim = FIELD.clean(typed(first, {**first, **second}))
    assert claim is not None and is_built(claim) and shown_and_read(claim) == claim


@pytest.mark.parametrize(
    "claim",
    [
        {"not": {"not": {"status": "diverged"}}},
        {"not": {"all": [{"status": "diverged"}]}},
        {"not": {"all": [{"any": [{"status": "diverged"}, {"monotone": False}]}, {"status": "running"}]}},
        {"any": [{"all": [{"status": "diverged"}, {"monotone": False}]}, {"status": "running"}]},
        {"all": [{"status": "running"}] * 12},
        {"all": [{"status": "running"}]},
        {"all": 3},
        {"all": []},
        {"status": "no such"},
        {"cause": "bad luck"},
        {"cause": "too_high", "status": "diverged"},
        {"cause": None},
        {"cause": "too_high", "run": " a"},  # an input would trim this
        {"all": [{"cause": "too_high"}, {"not": {"cause": "too_high"}}]},
        {"run": "a", "measure": "floor", "below": {"run": "a"}},
    ],
)
def test_rarer_claims_are_shown_as_json(claim: Any) -> None:
    assert [clause["form"] for clause in texts_of_claim(claim).clauses] == ["json"]
    assert shown_and_read(claim) == claim


def test_every_input_has_a_label_and_a_clear_name() -> None:
    html = WIDGET.render("choices-0-claim", {"status": "diverged"}, {"id": "id_choices-0-claim"})
    for part in part_names():
        assert f'name="choices-0-claim_0_{part}"' in html
        assert f'<label for="id_choices-0-claim_0_{part}">' in html
    assert 'name="choices-0-claim_1_form"' in html and 'name="choices-0-claim_1_json"' not in html


def test_forged_names_do_no_harm() -> None:
    data = {f"claim_{index}_form": "monotone" for index in range(500)} | {"claim_joined": "x"}
    claim = FIELD.clean(WIDGET.value_from_datadict(data, {}, "claim"))
    assert claim is not None and len(claim["all"]) == 6
    assert FIELD.clean(None) is None


def test_nearly_all_claims_of_the_bank_need_no_json() -> None:
    choices = [choice for question in questions() for choice in question.to_dict()["choices"]]
    claims = [choice["claim"] for choice in choices if choice.get("claim") is not None]
    shown = [all(clause["form"] != "json" for clause in texts_of_claim(claim).clauses) for claim in claims]
    assert len(claims) > 20 and sum(shown) >= 0.9 * len(shown)
