from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from studyapp.api.parsing import deeper_than, parse_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=30,
)


@settings(deadline=None, max_examples=150)
@given(VALUES, st.booleans())
def test_what_is_json_is_read_as_it_is(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | st.text('[]{},:"\\eE+-.0123456789 nulNaIfity', max_size=60).map(str.encode))
def test_anything_else_is_refused_and_never_falls_over(body: bytes) -> None:
    try:
        value = parse_json(body)
    except ParseError as error:
        assert error.get_codes() in {
            *("empty_body", "not_json", "too_deep", "doubled_key", "bad_number", "bad_text"),
        }
    else:
        assert json.loads(body) == value


def depth_of(value: Any) -> int:
    if isinstance(value, list | dict):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth_of, inner), default=0)
    return 0


@settings(deadline=None, max_examples=150)
@given(VALUES, st.integers(0, 6))
def test_depth_counts_arrays_and_objects(value: Any, levels: int) -> None:
    body = json.dumps([value] * 20).encode()
    assert deeper_than(body, levels + 20) is False or depth_of(value) + 1 > levels + 20
    padded = b"[" * levels + json.dumps(value).encode() + b"]" * levels
    assert deeper_than(padded + b'"[[[[[[["', 5) is (depth_of(value) + levels > 5)


@pytest.mark.parametrize(
    "number", ["1e309", "-1E+400", "1e0999", "9" * 309, "9" * 250 + "e99", "1" + "0" * 5000, "1" * 320 + ".5"]
)
def test_numbers_beyond_a_double_are_named(number: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_json(b'{"a": [1, ' + number.encode() + b"]}")
    assert refused.value.get_codes() == "bad_number"
    assert list(refused.value.fields) == ["a[1]"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", ["1e308", "1e-400", "1e0308", "5" * 308, "0." + "3" * 400])
def test_numbers_within_a_double_are_taken(number: str) -> None:
    value = parse_json(number.encode())
    assert math.isclose(float(value), float(number))


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_json(b"\xef\xbb\xbf[1]") == [1]
