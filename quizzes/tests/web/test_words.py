"""Times, shares and addresses in words."""

from datetime import UTC, datetime, timedelta

import pytest

from quizzes.templatetags.study import percent, span, time_until
from quizzes.web.numbers import whole
from quizzes.web.queries import with_query

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=-3), "now"),
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=10), "in 10 minutes"),
        (timedelta(minutes=59, seconds=40), "in 1 hour"),
        (timedelta(hours=23), "in 23 hours"),
        (timedelta(hours=23, minutes=45), "in 1 day"),
        (timedelta(days=8, hours=2), "in 8 days"),
        (timedelta(days=90), "in 3 months"),
        (timedelta(days=1000), "in 3 years"),
    ],
)
def test_when_something_comes_back(length: timedelta, words: str) -> None:
    assert time_until(NOW + length, NOW) == words


def test_the_interval_on_a_button() -> None:
    assert span(timedelta(minutes=15)) == "15 minutes"
    assert span(timedelta(seconds=5)) == "< 1 min"


def test_shares() -> None:
    assert [percent(share) for share in (None, 0.0, 0.666, 1.0)] == ["–", "0 %", "67 %", "100 %"]


def test_addresses_keep_only_what_has_a_value() -> None:
    assert with_query("/next/", topic=None, done="") == "/next/"
    assert with_query("/next/", topic="a&b", done=0) == "/next/?topic=a%26b&done=0"


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("99", 20), ("0", 1), (None, 5), ("-3", 5), ("x", 5), ("²", 5), ("9" * 40, 5)],
)
def test_whole_numbers_from_outside(text: str | None, number: int) -> None:
    assert whole(text, low=1, high=20, default=5) == number
