"""Sittings: what is asked, in which order, and when they end."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from quizzes.models import Attempt
from quizzes.selectors import attempt_places, attempt_summary
from quizzes.services.attempts import NothingToAsk, finish_attempt, start_attempt
from quizzes.tests.factory import NOW, make_flashcard, make_guest, make_question, respond

pytestmark = pytest.mark.django_db


def slugs(attempt: Attempt) -> list[str]:
    return [place.version.item.slug for place in attempt_places(attempt)]


def test_ten_questions_over_the_chosen_topics_alternating() -> None:
    for number in range(8):
        make_question(f"high-{number}", "too-high")
        make_question(f"low-{number}", "too-low")
        make_question(f"momentum-{number}", "momentum")
        make_flashcard(f"card-{number}", "too-low")
    attempt = start_attempt(learner=make_guest(), topics=["too-high", "too-low"], at=NOW, seed=7)
    asked = slugs(attempt)
    assert len(asked) == len(set(asked)) == 10
    assert {slug.split("-")[0] for slug in asked} == {"high", "low"}
    assert all(a.split("-")[0] != b.split("-")[0] for a, b in pairwise(asked))
    assert attempt.topics == ["too-high", "too-low"]


def test_the_seed_decides_and_nothing_else() -> None:
    for number in range(12):
        make_question(f"q-{number}")
    one, other = make_guest(), make_guest()
    first = slugs(start_attempt(learner=one, at=NOW, seed=3))
    assert first == slugs(start_attempt(learner=other, at=NOW, seed=3))
    assert first != slugs(start_attempt(learner=one, at=NOW, seed=4))


def test_due_items_come_into_it_before_new_ones_and_those_before_the_rest() -> None:
    learner = make_guest()
    due, fresh, known = make_question("due"), make_question("fresh"), make_question("known")
    respond(learner, due, "a", at=NOW - timedelta(days=2))
    respond(learner, known, "b", at=NOW - timedelta(hours=1))
    assert set(slugs(start_attempt(learner=learner, size=2, at=NOW, seed=1))) == {due.slug, fresh.slug}
    assert slugs(start_attempt(learner=learner, size=1, at=NOW, seed=1)) == [due.slug]


def test_an_empty_topic_has_nothing_to_ask() -> None:
    make_flashcard(topic="too-low")
    with pytest.raises(NothingToAsk):
        start_attempt(learner=make_guest(), topics=["too-low"], at=NOW, seed=1)


def test_the_last_answer_ends_it_and_the_first_answer_to_a_place_counts() -> None:
    learner = make_guest()
    right, wrong = make_question("right", "too-high"), make_question("wrong", "too-low")
    attempt = start_attempt(learner=learner, at=NOW, seed=1)
    respond(learner, wrong, "a", attempt=str(attempt.pk))
    attempt.refresh_from_db()
    assert attempt.finished_at is None
    assert attempt_summary(attempt).answered == 1
    respond(learner, wrong, "b", attempt=str(attempt.pk), at=NOW + timedelta(minutes=1))
    last = respond(learner, right, "b", attempt=str(attempt.pk), at=NOW + timedelta(minutes=2))
    attempt.refresh_from_db()
    assert attempt.finished_at == last.recorded_at
    summary = attempt_summary(attempt)
    assert (summary.correct, summary.answered, summary.total) == (1, 2, 2)
    assert [place.version.item.slug for place in summary.misses] == ["wrong"]
    assert {(score.topic, score.correct, score.total) for score in summary.topics} == {
        ("too-high", 1, 1),
        ("too-low", 0, 1),
    }


def test_answers_outside_the_attempt_do_not_count_in_it() -> None:
    learner, item = make_guest(), make_question()
    attempt = start_attempt(learner=learner, at=NOW, seed=1)
    respond(learner, item)
    assert attempt_summary(attempt).answered == 0


def test_ending_early_and_twice() -> None:
    make_question()
    attempt = start_attempt(learner=make_guest(), at=NOW, seed=1)
    finish_attempt(attempt=attempt, at=NOW + timedelta(minutes=1))
    finish_attempt(attempt=attempt, at=NOW + timedelta(minutes=9))
    assert attempt.finished_at == NOW + timedelta(minutes=1)


def test_places_and_summary_take_the_same_queries_for_any_size(django_assert_num_queries: Any) -> None:
    for _ in range(6):
        make_question()
    learner = make_guest()
    for size in (2, 6):
        attempt = start_attempt(learner=learner, size=size, at=NOW, seed=1)
        with django_assert_num_queries(3):
            summary = attempt_summary(attempt)
        assert "answer" in summary.places[0].version.get_deferred_fields()
