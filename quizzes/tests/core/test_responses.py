"""Strict parsing of responses: the contract's object and nothing else."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.responses import KEYS, ResponseError, parse_response
from quizzes.tests.factory import NOW

GOOD: dict[str, Any] = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "item": "overshoot-converges",
    "version": 3,
    "response": {"choice": "a"},
    "confidence": "sure",
    "answered_at": "2026-03-02T13:30:00+02:00",
    "elapsed_ms": 8400,
    "attempt": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "shown_order": ["c", "a", "b"],
}


def error_of(data: object) -> ResponseError:
    with pytest.raises(ResponseError) as caught:
        parse_response(data, NOW)
    return caught.value


def test_a_full_response() -> None:
    parsed = parse_response(GOOD, NOW)
    assert parsed.answered_at == NOW - timedelta(minutes=30)
    assert parsed.answered_at.tzinfo is UTC
    assert (parsed.item, parsed.version, parsed.confidence) == ("overshoot-converges", 3, "sure")
    assert parsed.shown_order == ("c", "a", "b")


def test_the_least_that_is_needed() -> None:
    least = {key: GOOD[key] for key in ("id", "item", "response", "answered_at")}
    parsed = parse_response(least, NOW)
    assert (parsed.version, parsed.confidence, parsed.variant, parsed.attempt) == (None, "", "", None)
    assert parse_response({**least, "version": None, "variant": None}, NOW) == parsed


def test_five_minutes_ahead_are_tolerated() -> None:
    ahead = (NOW + timedelta(minutes=5)).isoformat()
    assert parse_response({**GOOD, "answered_at": ahead}, NOW)
    late = (NOW + timedelta(minutes=5, seconds=1)).isoformat()
    assert error_of({**GOOD, "answered_at": late}).code == "future_time"


@pytest.mark.parametrize(
    ("key", "value", "code", "field"),
    [
        ("id", "17", "bad_id", "id"),
        ("id", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "bad_id", "id"),
        ("id", 17, "bad_id", "id"),
        ("id", None, "missing_key", "id"),
        ("item", None, "missing_key", "item"),
        ("item", 3, "bad_value", "item"),
        ("item", "x" * 81, "bad_value", "item"),
        ("item", "", "bad_value", "item"),
        ("item", "a\x00b", "bad_value", "item"),
        ("version", 0, "bad_value", "version"),
        ("version", True, "bad_value", "version"),
        ("version", "3", "bad_value", "version"),
        ("version", 2**40, "bad_value", "version"),
        ("elapsed_ms", -1, "bad_value", "elapsed_ms"),
        ("elapsed_ms", 1.5, "bad_value", "elapsed_ms"),
        ("elapsed_ms", 2**31, "bad_value", "elapsed_ms"),
        ("confidence", "certain", "bad_value", "confidence"),
        ("confidence", 3, "bad_value", "confidence"),
        ("attempt", "x", "bad_id", "attempt"),
        ("shown_order", "abc", "bad_value", "shown_order"),
        ("shown_order", ["a"] * 21, "bad_value", "shown_order"),
        ("answered_at", None, "missing_key", "answered_at"),
        ("answered_at", 1767000000, "bad_value", "answered_at"),
        ("answered_at", "yesterday", "bad_value", "answered_at"),
        ("answered_at", "2026-03-02T12:00:00", "naive_time", "answered_at"),
        ("answered_at", "2026-03-02", "naive_time", "answered_at"),
        ("answered_at", "2027-03-02T12:00:00Z", "future_time", "answered_at"),
        ("answered_at", "1970-01-01T00:00:00Z", "bad_value", "answered_at"),
        ("answered_at", "0001-01-01T00:00:00+23:59", "bad_value", "answered_at"),
        ("response", None, "missing_key", "response"),
        ("response", "a", "bad_value", "response"),
        ("response", {}, "bad_value", "response"),
        ("response", {"choice": 1}, "bad_value", "response.choice"),
        ("response", {"choice": ""}, "bad_value", "response.choice"),
        ("response", {"choice": "a", "rating": "good"}, "bad_value", "response"),
        ("response", {"rating": "fine"}, "bad_value", "response.rating"),
        ("response", {"rating": None}, "bad_value", "response.rating"),
        ("response", {"rating": ""}, "bad_value", "response.rating"),
        ("response", {"choice": None}, "bad_value", "response.choice"),
        ("response", {"answer": "a"}, "unknown_key", "response.answer"),
        ("response", {"number": 0.2}, "unsupported_kind", "response.number"),
        ("response", {"choices": ["a"]}, "unsupported_kind", "response.choices"),
        ("response", {"settings": {"lr": 0.1}}, "unsupported_kind", "response.settings"),
        ("response", {"text": "…", "concepts": []}, "unsupported_kind", "response.text"),
        ("score", 1, "unknown_key", "score"),
        ("learner", 1, "unknown_key", "learner"),
    ],
)
def test_what_is_wrong_is_named(key: str, value: Any, code: str, field: str) -> None:
    error = error_of({**GOOD, key: value})
    assert error.code == code
    assert field in error.fields
    assert error.to_dict()["fields"] == error.fields


def test_a_response_is_an_object() -> None:
    for data in (None, [], "x", 3):
        assert error_of(data).code == "not_an_object"


def test_the_id_is_told_even_if_the_rest_is_wrong() -> None:
    assert str(error_of({**GOOD, "item": 3}).response_id) == GOOD["id"]
    assert error_of({**GOOD, "id": "x"}).response_id is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=120)
@given(key=st.sampled_from(KEYS), value=JSON)
def test_whatever_is_sent_the_error_is_one_of_the_contract(key: str, value: Any) -> None:
    try:
        parse_response({**GOOD, key: value}, NOW)
    except ResponseError as error:
        assert error.code and error.message
