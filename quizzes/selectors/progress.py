"""How far a learner has come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from quizzes.core.scheduling import remembered
from quizzes.models import Learner, Memory, Response, State, Topic


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """``responses`` and ``correct`` count answers; ``remembered`` is the mean predicted chance (0 to 1) of a
    right answer now over the items answered, None without any."""

    topic: str
    title: str
    responses: int
    correct: int
    due: int
    remembered: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    topics: tuple[TopicProgress, ...]
    due: int


def progress(learner: Learner | None, at: datetime) -> Progress:
    """Every topic in order, also those without an answer. Three queries."""
    answers: dict[int, tuple[int, int]] = {}
    chances: dict[int, list[float]] = defaultdict(list)
    due: dict[int, int] = defaultdict(int)
    if learner is not None:
        rows = Response.objects.filter(learner=learner).order_by().values_list("version__topic_id")
        counted = rows.annotate(count=Count("pk"), right=Count("pk", filter=Q(correct=True)))
        answers = {topic: (count, right) for topic, count, right in counted}
        memories = Memory.objects.filter(learner=learner, item__state=State.PUBLISHED).values_list(
            "item__current_version__topic_id", "card", "last_correct", "due_at"
        )
        for topic_id, card, last_correct, due_at in memories:
            chances[topic_id].append(remembered(card, last_correct, at))
            due[topic_id] += due_at <= at
    topics = tuple(
        TopicProgress(
            topic=topic.slug,
            title=topic.title,
            responses=answers.get(topic.pk, (0, 0))[0],
            correct=answers.get(topic.pk, (0, 0))[1],
            due=due[topic.pk],
            remembered=sum(chances[topic.pk]) / len(chances[topic.pk]) if chances[topic.pk] else None,
        )
        for topic in Topic.objects.only("slug", "title", "position")
    )
    return Progress(topics=topics, due=sum(due.values()))
