"""Progress of learners, and statistics for instructors."""

from datetime import timedelta
from typing import Any

import pytest

from quizzes.selectors import item_statistics, progress
from quizzes.services.retire_item import retire_item
from quizzes.tests.factory import NOW, make_flashcard, make_guest, make_question, make_topic, publish, respond

pytestmark = pytest.mark.django_db


def test_progress_counts_answers_and_predicts_recall() -> None:
    learner = make_guest()
    make_topic("too-high")
    right, wrong = make_question(), make_question()
    make_topic("too-low")
    respond(learner, right, "a", at=NOW - timedelta(days=1))
    respond(learner, right, "b", at=NOW)
    respond(learner, wrong, "a", at=NOW)
    high, low = progress(learner, NOW).topics
    assert (high.topic, high.responses, high.correct, high.due) == ("too-high", 3, 1, 0)
    assert high.remembered == pytest.approx(0.5)
    assert (low.responses, low.remembered) == (0, None)
    later = progress(learner, NOW + timedelta(days=60))
    assert later.due == later.topics[0].due == 2
    remembered = later.topics[0].remembered
    assert remembered is not None and 0 < remembered < 0.5
    assert progress(None, NOW).due == 0 and len(progress(None, NOW).topics) == 2


def test_retired_items_count_as_answered_but_are_not_due() -> None:
    learner, item = make_guest(), make_question()
    respond(learner, item, "a", at=NOW - timedelta(days=1))
    retire_item(item=item)
    (topic,) = progress(learner, NOW).topics
    assert (topic.responses, topic.due, topic.remembered) == (1, 0, None)


def test_progress_takes_three_queries(django_assert_num_queries: Any) -> None:
    learner = make_guest()
    for _ in range(5):
        respond(learner, make_question())
    with django_assert_num_queries(3):
        progress(learner, NOW)


def test_statistics_by_option_confidence_and_version() -> None:
    ada, bob = make_guest(), make_guest()
    item = make_question("q")
    respond(ada, item, "a", confidence="sure")
    item.stem = "Newer"
    item.save()
    publish(item)
    respond(ada, item, "b", confidence="sure")
    respond(bob, item, "b")
    respond(bob, item, "c", confidence="guess")
    statistics = item_statistics(item)
    assert (statistics.responses, statistics.learners, statistics.correct) == (4, 2, 0.5)
    assert statistics.version == 2
    assert [(c.choice, c.count) for c in statistics.by_choice] == [("b", 2), ("c", 1)]
    assert sum(c.share for c in statistics.by_choice) == pytest.approx(1)
    assert [(c.confidence, c.count, c.correct) for c in statistics.by_confidence] == [
        ("guess", 1, 0),
        ("sure", 2, 1),
        ("", 1, 1),
    ]
    assert [(v.version, v.count, v.correct) for v in statistics.by_version] == [(1, 1, 0), (2, 3, 2)]


def test_statistics_of_cards_and_of_what_nobody_answered(django_assert_max_num_queries: Any) -> None:
    card = make_flashcard("c")
    for rating in ("again", "good", "good"):
        respond(make_guest(), card, rating)
    assert [(c.choice, c.count) for c in item_statistics(card).by_choice] == [("again", 1), ("good", 2)]
    with django_assert_max_num_queries(4):
        assert item_statistics(card).responses == 3
    empty = item_statistics(make_question())
    assert (empty.responses, empty.correct, empty.by_choice) == (0, None, ())
