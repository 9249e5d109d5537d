"""What there is to study: topics and their items, with what one learner did of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from quizzes.core.kinds import FLASHCARD, QUESTION_KINDS
from quizzes.models import Item, ItemVersion, Learner, Memory, State, Topic
from quizzes.selectors.study_map import MapTopic, StudyMap, study_map

PAGE_SIZE = 60


class ItemRetired(ItemVersion.DoesNotExist):
    """The item was there and is gone for good."""


@dataclass(frozen=True, slots=True)
class TopicOverview:
    """A topic in a list. ``answered`` counts items, ``correct`` those whose last answer was right."""

    slug: str
    title: str
    summary: str
    position: int
    prerequisites: tuple[str, ...]
    questions: int
    flashcards: int
    answered: int
    correct: int
    due: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the list of its topic. ``correct`` is that of the last answer, None without one."""

    slug: str
    kind: str
    title: str
    level: str
    verdict: str
    answered: bool
    correct: bool | None
    due: bool


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic: ``items`` are the questions of one page of the list; ``flashcards`` is how many there
    are."""

    slug: str
    title: str
    summary: str
    prerequisites: tuple[tuple[str, str], ...]
    items: tuple[ItemRow, ...]
    questions: int
    flashcards: int
    page: int
    pages: int


def current_version(slug: str, kinds: Collection[str] | None = None) -> ItemVersion:
    """The version of an item that learners see now, without its answer; item and topic come along. One query.

    Raises:
        ItemRetired: the item was retired.
        ItemVersion.DoesNotExist: there is no published item of this id (and kind).
    """
    versions = ItemVersion.objects.unanswered().filter(current_of__slug=slug)
    if kinds is not None:
        versions = versions.filter(kind__in=list(kinds))
    version = versions.first()
    if version is None:
        if kinds is None and Item.objects.filter(slug=slug, state=State.RETIRED).exists():
            raise ItemRetired(f"“{slug}” was retired.")
        raise ItemVersion.DoesNotExist(f"There is no item “{slug}”.")
    if version.item.state == State.RETIRED:
        raise ItemRetired(f"“{slug}” was retired.")
    return version


def topics_overview(
    learner: Learner | None, at: datetime | None = None, *, known_map: StudyMap | None = None
) -> list[TopicOverview]:
    """All topics in order with their counts; ``due`` is 0 where no time is given.

    Two queries, or none where the caller has the map already.
    """
    known_map = known_map or study_map(learner, at)
    return [_overview(topic) for topic in known_map.topics]


def _overview(topic: MapTopic) -> TopicOverview:
    everything = topic.standing()
    return TopicOverview(
        slug=topic.slug,
        title=topic.title,
        summary=topic.summary,
        position=topic.position,
        prerequisites=tuple(slug for _, slug in topic.prerequisites),
        questions=topic.standing(QUESTION_KINDS).items,
        flashcards=topic.standing((FLASHCARD,)).items,
        answered=everything.met,
        correct=everything.right,
        due=everything.due,
    )


def topic_page(slug: str, learner: Learner | None, at: datetime | None = None, page: int = 1) -> TopicPage:
    """A topic with one page of its questions, lean: no text but the titles is loaded. Five queries.

    Raises:
        Topic.DoesNotExist: there is no such topic.
    """
    topic = Topic.objects.prefetch_related("prerequisites").get(slug=slug)
    counts = _counts(topic)
    pages = max(1, -(-counts["questions"] // PAGE_SIZE))
    page = max(1, min(page, pages))
    versions = ItemVersion.objects.current().questions().filter(topic=topic).in_order()
    rows = list(
        versions.values_list("item_id", "item__slug", "kind", "question__title", "level", "verdict")[
            (page - 1) * PAGE_SIZE : page * PAGE_SIZE
        ]
    )
    memories = _memories_of(learner, [row[0] for row in rows])
    return TopicPage(
        slug=topic.slug,
        title=topic.title,
        summary=topic.summary,
        prerequisites=tuple((required.slug, required.title) for required in topic.prerequisites.all()),
        items=tuple(_row(row, memories.get(row[0]), at) for row in rows),
        page=page,
        pages=pages,
        **counts,
    )


def _row(row: tuple[Any, ...], memory: tuple[bool, datetime] | None, at: datetime | None) -> ItemRow:
    _, slug, kind, title, level, verdict = row
    return ItemRow(
        slug=slug,
        kind=kind,
        title=title,
        level=level,
        verdict=verdict,
        answered=memory is not None,
        correct=memory[0] if memory is not None else None,
        due=memory is not None and at is not None and memory[1] <= at,
    )


def _counts(topic: Topic) -> dict[str, int]:
    """Published questions and flashcards of a topic."""
    is_card = Q(kind=FLASHCARD)
    return (
        ItemVersion.objects.current()
        .filter(topic=topic)
        .order_by()
        .aggregate(questions=Count("pk", filter=~is_card), flashcards=Count("pk", filter=is_card))
    )


def _memories_of(learner: Learner | None, items: list[int]) -> dict[int, tuple[bool, datetime]]:
    if learner is None or not items:
        return {}
    rows = Memory.objects.filter(learner=learner, item_id__in=items)
    return {
        item: (correct, due_at)
        for item, correct, due_at in rows.values_list("item_id", "last_correct", "due_at")
    }
