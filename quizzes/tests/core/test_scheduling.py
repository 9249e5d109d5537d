"""Spaced repetition: what comes back when, and that order and machine do not matter."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.responses import RATINGS
from quizzes.core.scheduling import (
    Review,
    advance,
    rating_for,
    remembered,
    replay,
    retrievability,
    review,
)
from quizzes.tests.factory import NOW


@pytest.mark.parametrize(
    ("correct", "confidence", "rating"),
    [
        (False, "", "again"),
        (False, "guess", "again"),
        (False, "sure", "again"),
        (True, "guess", "hard"),
        (True, "unsure", "good"),
        (True, "", "good"),
        (True, "sure", "easy"),
    ],
)
def test_rating_from_correctness_and_confidence(correct: bool, confidence: str, rating: str) -> None:
    assert rating_for(correct, confidence) == rating


def test_first_intervals_grow_with_the_rating() -> None:
    due = {rating: review(None, rating, NOW)[1] - NOW for rating in RATINGS}
    assert due["again"] == timedelta(minutes=10)
    assert due["hard"] == timedelta(minutes=15)
    assert timedelta(days=1) <= due["good"] < due["easy"]


def test_intervals_grow_with_every_success_and_collapse_with_a_failure() -> None:
    at, card, interval = NOW, None, timedelta(0)
    for _ in range(4):
        card, due = review(card, "good", at)
        assert due - at > interval
        interval, at = due - at, due
    card, due = review(card, "again", at)
    assert due - at == timedelta(minutes=10)


def test_recall_fades_and_aims_at_nine_in_ten_when_due() -> None:
    card, due = review(None, "easy", NOW)
    assert retrievability(card, NOW) == 1
    assert retrievability(card, due) == pytest.approx(0.9, abs=0.02)
    assert retrievability(card, due + timedelta(days=300)) < 0.7
    assert retrievability(None, NOW) == 0


def test_a_wrong_answer_is_not_remembered_however_fresh() -> None:
    card, _ = review(None, "again", NOW)
    assert remembered(card, False, NOW) == 0
    assert remembered(card, True, NOW) == 1


def test_the_zone_of_a_time_does_not_matter() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert review(None, "good", elsewhere) == review(None, "good", NOW)


REVIEWS = st.lists(
    st.tuples(st.integers(0, 400 * 24 * 3600), st.sampled_from(RATINGS)), min_size=1, max_size=8
).map(
    lambda steps: [
        Review(at=NOW + timedelta(seconds=seconds), rating=rating, correct=rating != "again")
        for seconds, rating in sorted(steps)
    ]
)


@settings(deadline=None, max_examples=60)
@given(reviews=REVIEWS, cut=st.integers(0, 8))
def test_replaying_all_at_once_or_in_two_parts_is_the_same(reviews: list[Review], cut: int) -> None:
    memory = replay(reviews[:cut])
    for step in reviews[cut:]:
        memory = advance(memory, step)
    assert memory == replay(reviews)
    assert memory is not None
    assert memory.reviews == len(reviews)
    assert memory.last_review_at == reviews[-1].at
    assert memory.due_at > memory.last_review_at


@settings(deadline=None, max_examples=30)
@given(reviews=REVIEWS, days=st.integers(0, 2000))
def test_recall_is_a_probability(reviews: list[Review], days: int) -> None:
    memory = replay(reviews)
    assert memory is not None
    assert 0 <= retrievability(memory.card, memory.last_review_at + timedelta(days=days)) <= 1


def test_times_of_long_ago_are_no_trouble() -> None:
    card, _ = review(None, "good", datetime(2000, 1, 1, tzinfo=UTC))
    assert review(card, "good", NOW)[1] > NOW
