"""All topics with how much there is and how far a learner is: two queries whatever the size of the bank."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, FilteredRelation, Q

from quizzes.core.choosing import TopicState
from quizzes.core.kinds import FLASHCARD, KINDS, QUESTION_KINDS
from quizzes.models import ItemVersion, Learner, Topic

ALL_KINDS = KINDS


@dataclass(frozen=True, slots=True)
class Standing:
    """Published items, of one or several kinds: ``met`` were answered, ``right`` the last time."""

    items: int = 0
    met: int = 0
    right: int = 0
    due: int = 0

    @property
    def new(self) -> int:
        return self.items - self.met

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            self.items + other.items, self.met + other.met, self.right + other.right, self.due + other.due
        )


@dataclass(frozen=True, slots=True)
class MapTopic:
    """A topic with the keys and slugs of its prerequisites, and its standing by kind."""

    pk: int
    slug: str
    title: str
    summary: str
    position: int
    prerequisites: tuple[tuple[int, str], ...]
    by_kind: dict[str, Standing]

    def standing(self, kinds: Collection[str] = ALL_KINDS) -> Standing:
        return sum((self.by_kind[kind] for kind in kinds if kind in self.by_kind), Standing())

    @property
    def state(self) -> TopicState:
        """As the choice of new items sees it: by its questions."""
        questions = self.standing(QUESTION_KINDS)
        return TopicState(
            id=self.pk,
            prerequisites=frozenset(pk for pk, _ in self.prerequisites),
            items=questions.items,
            met=questions.met,
            right=questions.right,
        )


@dataclass(frozen=True, slots=True)
class StudyMap:
    """The topics in the order of the bank."""

    topics: tuple[MapTopic, ...]

    def standing(self, kinds: Collection[str], topic: str | None = None) -> Standing:
        """Of all topics together, or of one (a slug)."""
        chosen = (row for row in self.topics if topic is None or row.slug == topic)
        return sum((row.standing(kinds) for row in chosen), Standing())

    def cards(self, topic: str | None = None) -> Standing:
        return self.standing((FLASHCARD,), topic)


def study_map(learner: Learner | None, at: datetime | None) -> StudyMap:
    """The map as a learner has it; ``due`` is 0 where no time is given. Two queries."""
    standings = _standings(learner, at)
    rows = Topic.objects.order_by("position", "slug", "prerequisites__position").values_list(
        *("pk", "slug", "title", "summary", "position", "prerequisites__pk", "prerequisites__slug")
    )
    prerequisites: dict[int, list[tuple[int, str]]] = {}
    texts: dict[int, tuple[str, str, str, int]] = {}
    for pk, slug, title, summary, position, before_pk, before_slug in rows:
        texts[pk] = (slug, title, summary, position)
        prerequisites.setdefault(pk, [])
        if before_pk is not None:
            prerequisites[pk].append((before_pk, before_slug))
    return StudyMap(
        tuple(
            MapTopic(pk, *texts[pk], tuple(before), standings.get(pk, {}))
            for pk, before in prerequisites.items()
        )
    )


def _standings(learner: Learner | None, at: datetime | None) -> dict[int, dict[str, Standing]]:
    """By topic and kind. One query."""
    versions = ItemVersion.objects.current().order_by().values_list("topic_id", "kind")
    rows = versions.annotate(items=Count("pk"))
    if learner is not None:
        due = Q(mine__due_at__lte=at) if at is not None else Q(pk=None)
        rows = (
            versions.annotate(
                mine=FilteredRelation("item__memories", condition=Q(item__memories__learner=learner))
            )
            .annotate(items=Count("pk"), met=Count("mine__pk"))
            .annotate(
                right=Count("mine__pk", filter=Q(mine__last_correct=True)),
                due=Count(F("mine__pk"), filter=due),
            )
        )
    found: dict[int, dict[str, Standing]] = {}
    for topic_id, kind, *numbers in rows:
        found.setdefault(topic_id, {})[kind] = Standing(*numbers)
    return found
