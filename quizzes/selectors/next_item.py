"""What a learner is asked next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from quizzes.core.choosing import Due, choose_due, order_of_new_topics
from quizzes.core.kinds import FLASHCARD, QUESTION_KINDS
from quizzes.models import ItemVersion, Learner, Memory, Response
from quizzes.models.versions import ItemVersionQuerySet
from quizzes.selectors.study_map import StudyMap, study_map

# Of the due items only the longest due are looked at: enough to find one of another topic.
_DUE_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are due, and how many were never answered."""

    due: int
    new: int


def next_item(
    learner: Learner | None,
    at: datetime,
    topic: str | None = None,
    exclude: Collection[str] = (),
    kinds: Collection[str] = QUESTION_KINDS,
    *,
    known_map: StudyMap | None = None,
) -> ItemVersion | None:
    """The item to ask next, without its answer; None when nothing is due and nothing is new.

    1. What is due, longest due first, but of another topic than the last answer where possible, and not the
       item just answered.
    2. Something new: of the first topic (in the order of the bank) whose prerequisites are known and that is
       not the topic of the last answer; where no topic is open like that, of the first topic that has
       something new. Within a topic in its own order, which is that of its author.
    3. The item just answered, if it is due again and nothing else is left.

    A topic counts as known once three of its items (or all, if it has fewer) were answered and three in five
    of those were right the last time. At most five small queries; the bank is never loaded.

    Args:
        learner: None for a visitor who has not answered anything.
        topic: ask of this topic only (a slug).
        exclude: slugs of items that must not be asked now.
        kinds: which kinds of items.
        known_map: the map of topics for this learner and time, where the caller has it (two queries less).
    """
    shown = ItemVersion.objects.unanswered()
    return next(_choose(learner, at, topic, exclude, kinds, known_map, shown), None)


def next_card(
    learner: Learner | None,
    at: datetime,
    topic: str | None = None,
    exclude: Collection[str] = (),
    *,
    known_map: StudyMap | None = None,
) -> ItemVersion | None:
    """As :func:`next_item`, among the flashcards, with :func:`with_session` annotated."""
    shown = with_session(ItemVersion.objects.unanswered(), learner)
    return next(_choose(learner, at, topic, exclude, (FLASHCARD,), known_map, shown), None)


def with_session(versions: ItemVersionQuerySet, learner: Learner | None) -> ItemVersionQuerySet:
    """With what a session shows beside a card: ``memory_card`` (the scheduler's state of it, or None) and
    ``has_run`` (it has a scenario)."""
    memory = (
        Memory.objects.filter(learner=learner, item=OuterRef("item")) if learner else Memory.objects.none()
    )
    return versions.annotate(
        memory_card=Subquery(memory.values("card")[:1]),
        has_run=Q(answer__scenario__isnull=False) & ~Q(answer__scenario=None),
    )


def card_counts(learner: Learner | None, at: datetime, topic: str | None = None) -> Counts:
    """How many flashcards are due and how many are new. Two queries."""
    standing = study_map(learner, at).cards(topic)
    return Counts(due=standing.due, new=standing.new)


def _choose(
    learner: Learner | None,
    at: datetime,
    topic: str | None,
    exclude: Collection[str],
    kinds: Collection[str],
    known_map: StudyMap | None,
    shown: ItemVersionQuerySet,
) -> Iterator[ItemVersion]:
    """What may be asked, best first; each step is asked of the database only when it is reached."""
    versions = ItemVersion.objects.current().filter(kind__in=list(kinds))
    if topic is not None:
        versions = versions.filter(topic__slug=topic)
    if exclude:
        versions = versions.exclude(item__slug__in=list(exclude))
    last_item, last_topic = _last_answer(learner) if learner is not None else (None, None)
    due = _due(versions, learner, at) if learner is not None else []
    chosen = choose_due(due, last_item=last_item, last_topic=last_topic)
    if chosen is not None:
        yield shown.get(pk=chosen.version)
    if learner is not None:
        versions = versions.filter(~Exists(Memory.objects.filter(learner=learner, item=OuterRef("item"))))
    if topic is not None:
        yield from _first(shown, versions)
    else:
        known_map = known_map or study_map(learner, at)
        for topic_id in _topics_with_new(known_map, kinds, last_topic):
            # All of a topic's new items may be excluded; then the one after it has its turn.
            yield from _first(shown, versions.filter(topic_id=topic_id))
    if due:
        yield shown.get(pk=due[0].version)


def _first(shown: ItemVersionQuerySet, versions: ItemVersionQuerySet) -> ItemVersionQuerySet:
    """The first of these versions in the order of their authors, as it is shown."""
    within = shown.filter(pk__in=versions.order_by().values("pk"))
    return within.order_by("current_of__position", "item_id")[:1]


def _topics_with_new(known_map: StudyMap, kinds: Collection[str], last_topic: int | None) -> list[int]:
    with_new = [topic.pk for topic in known_map.topics if topic.standing(kinds).new > 0]
    order = order_of_new_topics([topic.state for topic in known_map.topics], last_topic=last_topic)
    # A topic may have no new question and still have a new item of another kind.
    return [pk for pk in order if pk in with_new] + [pk for pk in with_new if pk not in order]


def _last_answer(learner: Learner) -> tuple[int | None, int | None]:
    row = (
        Response.objects.filter(learner=learner)
        .order_by("-recorded_at", "-answered_at")
        .values_list("item_id", "version__topic_id")
        .first()
    )
    return row if row is not None else (None, None)


def _due(versions: ItemVersionQuerySet, learner: Learner, at: datetime) -> list[Due]:
    rows = (
        Memory.objects.filter(
            learner=learner, due_at__lte=at, item__current_version__in=versions.values("pk")
        )
        .order_by("due_at", "item_id")
        .values_list("item_id", "item__current_version_id", "item__current_version__topic_id")
    )
    return [Due(item=item, version=version, topic=topic) for item, version, topic in rows[:_DUE_LOOKED_AT]]
