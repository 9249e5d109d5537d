"""What a learner is asked next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from quizzes.core.choosing import Due, TopicState, choose_due, order_of_new_topics
from quizzes.core.kinds import FLASHCARD, QUESTION_KINDS
from quizzes.models import ItemVersion, Learner, Memory, Response, State, Topic
from quizzes.models.bank import ItemVersionQuerySet

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
) -> ItemVersion | None:
    """The item to ask next, without its answer; None when nothing is due and nothing is new.

    1. What is due, longest due first, but of another topic than the last answer where possible, and not the
    item
       just answered.
    2. Something new: of the first topic (in the order of the bank) whose prerequisites are known and that is
    not
       the topic of the last answer; where no topic is open like that, of the first topic that has something
       new. Within a topic in its own order, which is that of its author.
    3. The item just answered, if it is due again and nothing else is left.

    A topic counts as known once three of its items (or all, if it has fewer) were answered and three in five
    of those were right the last time. At most six small queries; the bank is never loaded.

    Args:
        learner: None for a visitor who has not answered anything.
        topic: ask of this topic only (a slug).
        exclude: slugs of items that must not be asked now.
        kinds: which kinds of items.
    """
    versions = ItemVersion.objects.current().filter(kind__in=list(kinds))
    if topic is not None:
        versions = versions.filter(topic__slug=topic)
    if exclude:
        versions = versions.exclude(item__slug__in=list(exclude))
    due: list[Due] = []
    last_item: int | None = None
    last_topic: int | None = None
    if learner is not None:
        last_item, last_topic = _last_answer(learner)
        due = _due(versions, learner, at)
    chosen = choose_due(due, last_item=last_item, last_topic=last_topic)
    version = chosen.version if chosen is not None else None
    if version is None:
        version = _new(versions, learner, topic, last_topic)
    if version is None and due:
        version = due[0].version
    return ItemVersion.objects.unanswered().get(pk=version) if version is not None else None


def next_card(
    learner: Learner | None, at: datetime, topic: str | None = None, exclude: Collection[str] = ()
) -> ItemVersion | None:
    """As :func:`next_item`, among the flashcards."""
    return next_item(learner, at, topic=topic, exclude=exclude, kinds=(FLASHCARD,))


def card_counts(learner: Learner | None, at: datetime, topic: str | None = None) -> Counts:
    """How many flashcards are due and how many are new. One query."""
    cards = ItemVersion.objects.current().flashcards()
    if topic is not None:
        cards = cards.filter(topic__slug=topic)
    if learner is None:
        return Counts(due=0, new=cards.count())
    memories = Memory.objects.filter(learner=learner, item=OuterRef("item"))
    counts = cards.order_by().aggregate(
        due=Count("pk", filter=Exists(memories.filter(due_at__lte=at))),
        new=Count("pk", filter=~Exists(memories)),
    )
    return Counts(**counts)


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


def _new(
    versions: ItemVersionQuerySet, learner: Learner | None, topic: str | None, last_topic: int | None
) -> int | None:
    """The primary key of the version to show; None if nothing is new."""
    if learner is not None:
        versions = versions.filter(~Exists(Memory.objects.filter(learner=learner, item=OuterRef("item"))))
    if topic is None:
        with_new = set(versions.order_by().values_list("topic_id", flat=True).distinct())
        order = order_of_new_topics(_topic_states(learner), last_topic=last_topic)
        first = next((topic_id for topic_id in order if topic_id in with_new), None)
        # A topic may have nothing new by the counts and still have it (of another kind, or not excluded).
        first = first if first is not None else next(iter(sorted(with_new)), None)
        if first is None:
            return None
        versions = versions.filter(topic_id=first)
    return versions.order_by("current_of__position", "item_id").values_list("pk", flat=True).first()


def _topic_states(learner: Learner | None) -> list[TopicState]:
    """Every topic in order, with how much of its questions the learner has met."""
    questions = ItemVersion.objects.current().questions().order_by()
    items = dict(questions.values_list("topic_id").annotate(count=Count("pk")))
    met: dict[int, tuple[int, int]] = {}
    if learner is not None:
        rows = (
            Memory.objects.filter(
                learner=learner, item__state=State.PUBLISHED, item__current_version__kind__in=QUESTION_KINDS
            )
            .values_list("item__current_version__topic_id")
            .annotate(met=Count("pk"), right=Count("pk", filter=Q(last_correct=True)))
        )
        met = {topic_id: (count, right) for topic_id, count, right in rows}
    return [
        TopicState(
            id=topic.pk,
            prerequisites=frozenset(required.pk for required in topic.prerequisites.all()),
            items=items.get(topic.pk, 0),
            met=met.get(topic.pk, (0, 0))[0],
            right=met.get(topic.pk, (0, 0))[1],
        )
        for topic in Topic.objects.only("pk", "position", "slug").prefetch_related("prerequisites")
    ]
