"""What is asked next: due before new, topics mixed, prerequisites first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.models import Item, ItemVersion, Memory
from quizzes.selectors import card_counts, next_card, next_item
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import NOW, make_flashcard, make_guest, make_question, make_topic, respond

pytestmark = pytest.mark.django_db


def slug(version: ItemVersion | None) -> str | None:
    return version.item.slug if version is not None else None


def test_an_empty_bank_has_nothing() -> None:
    assert next_item(None, NOW) is None
    assert next_item(make_guest(), NOW) is None
    assert next_card(None, NOW) is None


def test_a_visitor_begins_with_the_first_question_of_the_first_topic() -> None:
    first = make_topic("too-high")
    make_topic("too-low", prerequisites=(first,))
    make_question("low", "too-low", position=1)
    make_question("second", "too-high", position=2)
    make_question("first", "too-high", position=1)
    make_flashcard("card", "too-high", position=0)
    version = next_item(None, NOW)
    assert slug(version) == "first"
    assert version is not None and "answer" in version.get_deferred_fields()
    assert slug(next_card(None, NOW)) == "card"


def test_what_is_due_comes_before_what_is_new_the_longest_due_first() -> None:
    learner = make_guest()
    make_question("new", "momentum")
    long_due, due = make_question("long-due", "too-high"), make_question("due", "too-low")
    respond(learner, long_due, "a", at=NOW - timedelta(days=2))
    respond(learner, due, "a", at=NOW - timedelta(days=1))
    respond(learner, make_question("known", "choosing"), "b", at=NOW)
    assert slug(next_item(learner, NOW)) == "long-due"
    assert slug(next_item(learner, NOW, exclude=["long-due"])) == "due"
    assert slug(next_item(learner, NOW, exclude=["long-due", "due"])) == "new"


def test_due_items_of_the_topic_just_answered_wait_if_another_topic_is_due() -> None:
    learner = make_guest()
    high, also_high, low = (
        make_question(n, t) for n, t in (("a", "too-high"), ("b", "too-high"), ("c", "too-low"))
    )
    for number, item in enumerate((high, also_high, low)):
        respond(learner, item, "a", at=NOW - timedelta(days=9 - number))
    respond(learner, high, "b", confidence="sure", at=NOW - timedelta(minutes=1))
    assert slug(next_item(learner, NOW)) == "c"
    assert slug(next_item(learner, NOW, exclude=["c"])) == "b"


def test_a_question_just_missed_does_not_come_straight_back() -> None:
    learner = make_guest()
    missed, other = make_question("missed"), make_question("other")
    respond(learner, missed, "a", at=NOW - timedelta(minutes=30))
    assert slug(next_item(learner, NOW)) == "other"
    retire_item(item=other)
    assert slug(next_item(learner, NOW)) == "missed"


def test_new_topics_open_when_their_prerequisites_are_known_and_then_alternate() -> None:
    first = make_topic("too-high")
    make_topic("momentum", prerequisites=(first,))
    highs = [make_question(f"high-{n}", "too-high", position=n) for n in range(5)]
    make_question("momentum-1", "momentum", position=1)
    learner = make_guest()
    for number in range(3):
        assert slug(next_item(learner, NOW)) == f"high-{number}"
        respond(learner, highs[number], "b", at=NOW)
    assert slug(next_item(learner, NOW)) == "momentum-1"
    assert slug(next_item(learner, NOW, topic="too-high")) == "high-3"


def test_a_topic_that_was_answered_wrongly_does_not_open_the_next() -> None:
    first = make_topic("too-high")
    make_topic("momentum", prerequisites=(first,))
    highs = [make_question(f"high-{n}", "too-high", position=n) for n in range(4)]
    make_question("momentum-1", "momentum", position=1)
    learner = make_guest()
    for item in highs[:3]:
        respond(learner, item, "a", at=NOW - timedelta(minutes=1))
    assert slug(next_item(learner, NOW)) == "high-3"
    respond(learner, highs[3], "a", at=NOW - timedelta(minutes=1))
    # Nothing open is left; rather a closed topic than nothing.
    assert slug(next_item(learner, NOW)) == "momentum-1"


def test_nothing_due_and_nothing_new_is_nothing() -> None:
    learner, item = make_guest(), make_question("q")
    respond(learner, item, "b")
    assert next_item(learner, NOW + timedelta(hours=1)) is None
    assert slug(next_item(learner, NOW + timedelta(days=30))) == "q"
    assert next_item(learner, NOW, topic="no-such-topic") is None


def test_items_that_are_gone_are_not_asked() -> None:
    learner = make_guest()
    retired, unpublished = make_question("retired"), make_question("unpublished")
    for item in (retired, unpublished):
        respond(learner, item, "a", at=NOW - timedelta(days=1))
    retire_item(item=retired)
    unpublish_item(item=unpublished)
    assert next_item(learner, NOW) is None and next_item(None, NOW) is None


def test_cards_due_and_new_are_counted() -> None:
    learner = make_guest()
    due, later = make_flashcard("due"), make_flashcard("later", "too-low")
    make_flashcard("new")
    make_question("q")
    respond(learner, due, "again", at=NOW - timedelta(hours=1))
    respond(learner, later, "easy", at=NOW)
    counts = card_counts(learner, NOW)
    assert (counts.due, counts.new) == (1, 1)
    assert card_counts(learner, NOW, "too-low").due == card_counts(learner, NOW, "too-low").new == 0
    assert card_counts(None, NOW).new == 3
    assert slug(next_card(learner, NOW)) == "due"
    assert slug(next_card(learner, NOW, exclude=["due"])) == "new"


def test_the_bank_is_never_loaded() -> None:
    """As many queries with 610 items as with 10."""
    topics = [make_topic(name) for name in ("too-high", "too-low")]
    items = [make_question(None, topic) for topic in topics for _ in range(5)]
    learner = make_guest()
    for item in items[:4]:
        respond(learner, item, "b")
    counts: list[int] = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert slug(next_item(learner, NOW)) is not None
        counts.append(len(queries))
        if len(counts) == 1:
            _multiply(items[-1], 600)
    assert counts[0] == counts[1] <= 6


def _multiply(item: Item, count: int) -> None:
    """Copies of a published item, and memories of some of them, without the cost of publishing."""
    version = ItemVersion.objects.get(pk=item.current_version_id)
    offset = Item.objects.count()
    copies = [
        Item(slug=f"copy-{offset + n}", topic=item.topic, title="Copy", state="published", kind=item.kind)
        for n in range(count)
    ]
    Item.objects.bulk_create(copies)
    for copy in copies:
        version.pk, version.item = None, copy
        version._state.adding = True
        version.save(force_insert=True)
        copy.current_version_id = version.pk
    Item.objects.bulk_update(copies, ["current_version"])
    memory = Memory.objects.first()
    assert memory is not None
    Memory.objects.bulk_create(
        Memory(
            learner=memory.learner,
            item=copy,
            card=memory.card,
            due_at=NOW + timedelta(days=5),
            last_review_at=NOW,
            last_correct=True,
            reviews=1,
        )
        for copy in copies[: count // 2]
    )
