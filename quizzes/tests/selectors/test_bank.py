"""Topics and their items as learners see them."""

from datetime import timedelta
from typing import Any

import pytest

from quizzes.models import Item, ItemVersion, Topic
from quizzes.selectors import ItemRetired, current_version, topic_page, topics_overview
from quizzes.selectors import bank as module
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import NOW, make_flashcard, make_guest, make_question, make_topic, publish, respond

pytestmark = pytest.mark.django_db


def test_the_current_version_comes_in_one_query_and_without_its_answer(
    django_assert_num_queries: Any,
) -> None:
    item = make_question("q")
    item.stem = "Newer"
    item.save()
    publish(item)
    with django_assert_num_queries(1):
        version = current_version("q")
        assert (version.number, version.item.slug, version.topic.slug) == (2, "q", "too-high")
        assert version.question["stem"] == "Newer"
    assert {"answer", "draft"} <= version.get_deferred_fields()


def test_kinds_can_be_asked_for() -> None:
    make_flashcard("c")
    assert current_version("c", kinds=["flashcard"]).kind == "flashcard"
    for slug, kinds in (("c", ["single_choice"]), ("nothing", None)):
        with pytest.raises(ItemVersion.DoesNotExist):
            current_version(slug, kinds)


def test_retired_is_another_error_than_never_there() -> None:
    retired, unpublished = make_question("retired"), make_question("unpublished")
    retire_item(item=retired)
    unpublish_item(item=unpublished)
    with pytest.raises(ItemRetired):
        current_version("retired")
    with pytest.raises(ItemRetired):
        current_version("retired", kinds=["single_choice"])
    with pytest.raises(ItemVersion.DoesNotExist) as caught:
        current_version("unpublished")
    assert caught.type is ItemVersion.DoesNotExist


def test_topics_with_what_was_done_of_them() -> None:
    first = make_topic("too-high")
    make_topic("too-low", prerequisites=(first,))
    learner = make_guest()
    wrong, right, gone = make_question(), make_question(), make_question()
    make_question()
    make_flashcard()
    respond(learner, wrong, "a", at=NOW - timedelta(hours=1))
    respond(learner, right, "b", at=NOW - timedelta(hours=1))
    respond(learner, gone, "b", at=NOW - timedelta(hours=1))
    retire_item(item=gone)
    high, low = topics_overview(learner, NOW)
    assert (high.questions, high.flashcards, high.answered, high.correct, high.due) == (3, 1, 2, 1, 1)
    assert (low.questions, low.answered, low.prerequisites) == (0, 0, ("too-high",))
    assert topics_overview(None)[0].answered == topics_overview(learner)[0].due == 0


def test_a_draft_that_moved_to_another_topic_is_still_listed_where_it_was_published() -> None:
    item = make_question("q", "too-high")
    Item.objects.filter(pk=item.pk).update(topic=make_topic("too-low"), title="Draft title")
    assert [row.title for row in topic_page("too-high", None).items] == ["Title of q"]
    assert topic_page("too-low", None).items == ()


def test_a_topic_lists_its_questions_in_order_with_their_state() -> None:
    learner = make_guest()
    last = make_question("last", position=9)
    first = make_question("first", position=1, level="advanced")
    make_question("middle", position=5)
    make_flashcard("card")
    respond(learner, last, "a", at=NOW - timedelta(hours=1))
    respond(learner, first, "b", at=NOW)
    page = topic_page("too-high", learner, NOW)
    assert [(row.slug, row.answered, row.correct, row.due) for row in page.items] == [
        ("first", True, True, False),
        ("middle", False, None, False),
        ("last", True, False, True),
    ]
    assert (page.items[0].level, page.items[0].verdict) == ("advanced", "proved")
    assert (page.questions, page.flashcards, page.page, page.pages) == (3, 1, 1, 1)


def test_a_long_topic_has_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    for number in range(5):
        make_question(f"q-{number}", position=number)
    assert [row.slug for row in topic_page("too-high", None, page=2).items] == ["q-2", "q-3"]
    assert topic_page("too-high", None).pages == 3
    for page in (-1, 0):
        assert topic_page("too-high", None, page=page).page == 1
    assert topic_page("too-high", None, page=99).page == 3


def test_an_unknown_topic() -> None:
    with pytest.raises(Topic.DoesNotExist):
        topic_page("nothing", None)


def test_lists_take_the_same_few_queries_for_any_size_of_the_bank(django_assert_num_queries: Any) -> None:
    learner = make_guest()
    for size in (1, 8):
        for _ in range(size):
            respond(learner, make_question())
            make_flashcard()
        with django_assert_num_queries(2):
            topics_overview(learner, NOW)
        with django_assert_num_queries(5):
            topic_page("too-high", learner, NOW)
