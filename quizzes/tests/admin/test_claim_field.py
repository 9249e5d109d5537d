"""The builder of claims: what is typed becomes the claim, and comes back as it was typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from quizzes.admin.fields.claim import ClaimField, ClaimWidget, TypedClaim, texts_of_claim
from quizzes.admin.fields.clause import COMPARED, ONE_RUN, WITH_OTHER_STEP, part_names
from quizzes.tests.admin.page_form import read_form
from simulator.core.claims.grammar import MEASURES, TAKES_AT, TAKES_COORDINATE

FIELD = ClaimField(required=False)
WIDGET = ClaimWidget()
runs = st.sampled_from(["", "plain", "momentum 0.9"])
numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(1e-300, 1e300), st.floats(-1e6, -1e-6))
relations = st.sampled_from(["below", "above"])


def typed(*clauses: dict[str, str], joined: str = "all") -> TypedClaim:
    """What stands in the inputs: the given ones, all others empty."""
    blank = dict.fromkeys(part_names(), "")
    return TypedClaim(joined, tuple({**blank, **clause} for clause in clauses))


def shown_and_read(claim: Any) -> Any:
    """The claim rendered into inputs by a page and read from what these inputs send."""
    page = f"<form id='f'>{WIDGET.render('claim', claim)}</form>"
    data = {name: values[0] for name, values in read_form(page, "f").values.items()}
    return FIELD.clean(WIDGET.value_from_datadict(data, {}, "claim"))


@st.composite
def simple_claims(draw: st.DrawFn) -> dict[str, Any]:
    """Statements that the builder has inputs for."""
    label = draw(runs)
    claim: dict[str, Any] = {"run": label} if label else {}
    form = draw(st.sampled_from(["status", "monotone", *ONE_RUN, *COMPARED]))
    if form == "status":
        claim["status"] = draw(st.sampled_from(["converged", "running", "oscillating", "diverged"]))
    elif form == "monotone":
        claim["monotone"] = draw(st.booleans())
    else:
        claim["measure"] = form.removeprefix("compare:")
        if claim["measure"] == "steps_to":
            claim["loss"] = draw(numbers)
        if claim["measure"] in TAKES_AT and draw(st.booleans()):
            claim["at"] = draw(st.integers(0, 5000))
        if claim["measure"] in TAKES_COORDINATE and draw(st.booleans()):
            claim["coordinate"] = draw(st.integers(0, 9))
        bound: Any = draw(numbers)
        if form in COMPARED:
            bound = {"run": "other"} | ({"factor": draw(numbers)} if draw(st.booleans()) else {})
            if form in WITH_OTHER_STEP and draw(st.booleans()):
                bound["at"] = draw(st.integers(0, 5000))
        claim[draw(relations)] = bound
    return {"not": claim} if draw(st.booleans()) else claim


several_claims = st.builds(
    lambda word, claims: {word: claims},
    st.sampled_from(["all", "any"]),
    st.lists(simple_claims(), min_size=2, max_size=5),
)


@given(st.one_of(simple_claims(), several_claims))
@settings(max_examples=40, deadline=None)
def test_every_common_claim_is_shown_in_inputs_and_read_back(claim: dict[str, Any]) -> None:
    assert all(clause["form"] != "json" for clause in texts_of_claim(claim).clauses)
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


def test_every_measure_of_the_simulator_is_offered() -> None:
    assert set(ONE_RUN) == set(MEASURES)


def test_several_statements_are_joined_and_empty_ones_left_out() -> None:
    above = {"form": "final_loss", "relation": "above", "number": "3"}
    below = {"form": "final_loss", "relation": "below", "number": "8"}
    both = [{"measure": "final_loss", "above": 3}, {"measure": "final_loss", "below": 8}]
    assert FIELD.clean(typed(above, {}, below)) == {"all": both}
    assert FIELD.clean(typed(above, below, joined="any")) == {"any": both}
    with pytest.raises(ValidationError, match=r"Statement 2: .*“Number” is empty"):
        FIELD.clean(typed(above, {**below, "number": ""}))


@pytest.mark.parametrize(
    "claim",
    [
        {"not": {"all": [{"status": "diverged"}, {"monotone": False}]}},
        {"any": [{"all": [{"status": "diverged"}, {"monotone": False}]}, {"status": "running"}]},
        {"all": [{"status": "running"}] * 12},
        {"all": [{"status": "running"}]},
        {"all": 3},
        {"status": "no such"},
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
    folder = Path(__file__).resolve().parents[2] / "content"
    items = [
        item for path in folder.glob("*/questions.yaml") for item in YAML(typ="safe", pure=True).load(path)
    ]
    claims = [choice["claim"] for item in items for choice in item["choices"] if "claim" in choice]
    shown = [all(clause["form"] != "json" for clause in texts_of_claim(claim).clauses) for claim in claims]
    assert len(claims) > 20 and sum(shown) >= 0.9 * len(shown)
