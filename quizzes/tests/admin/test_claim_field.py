"""The builder of claims: what is typed becomes the claim, and comes back as it was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.admin.fields.claim import COMPARED, ONE_RUN, ClaimField, ClaimWidget, texts_of_claim

NAMES = [part.name for part in ClaimWidget().parts]
runs = st.sampled_from(["", "plain", "momentum 0.9"])
numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(1e-300, 1e300), st.floats(-1e6, -1e-6))
relations = st.sampled_from(["below", "above"])


def typed(**texts: str) -> list[str]:
    return [texts.get(name, "") for name in NAMES]


@st.composite
def buildable_claims(draw: st.DrawFn) -> dict[str, Any]:
    """Claims that the builder has inputs for."""
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
        if claim["measure"] in ("loss", "lr"):
            claim["at"] = draw(st.integers(0, 5000))
        bound: Any = draw(numbers)
        if form in COMPARED:
            bound = {"run": "other"} | ({"factor": draw(numbers)} if draw(st.booleans()) else {})
        claim[draw(relations)] = bound
    return {"not": claim} if draw(st.booleans()) else claim


@given(buildable_claims())
@settings(max_examples=150, deadline=None)
def test_every_common_claim_is_shown_in_inputs_and_read_back(claim: dict[str, Any]) -> None:
    texts = texts_of_claim(claim)
    assert texts["form"] != "json"
    assert ClaimField(required=False).clean(ClaimWidget().decompress(claim)) == claim
    assert not ClaimField(required=False).has_changed(claim, ClaimWidget().decompress(claim))


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
    assert ClaimField(required=False).clean(typed(**texts)) == claim


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
        ClaimField(required=False).clean(typed(**texts))
    assert message in " ".join(refused.value.messages)


def test_rarer_claims_are_shown_as_json() -> None:
    claim = {"any": [{"status": "diverged"}, {"measure": "rises", "above": 3}]}
    texts = texts_of_claim(claim)
    assert texts["form"] == "json"
    assert ClaimField(required=False).clean(ClaimWidget().decompress(claim)) == claim


def test_every_input_has_a_label_and_a_clear_name() -> None:
    html = ClaimWidget().render("choices-0-claim", {"status": "diverged"}, {"id": "id_choices-0-claim"})
    for part in NAMES:
        assert f'name="choices-0-claim_{part}"' in html
        assert f'<label for="id_choices-0-claim_{part}">' in html
