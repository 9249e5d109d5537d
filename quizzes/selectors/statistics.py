"""What learners answered, for those who write the items."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from quizzes.core.kinds import FLASHCARD
from quizzes.models import Item, Response


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How often one option (or one rating of a flashcard) was chosen."""

    choice: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class ConfidenceCount:
    """How answers of one confidence ("" where none was given) turned out."""

    confidence: str
    count: int
    correct: int


@dataclass(frozen=True, slots=True)
class VersionCount:
    version: int
    count: int
    correct: int


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """``correct`` is the share of right answers, None without an answer. ``by_choice`` is that of
    ``version``, the last one that was answered, since another version may have other options."""

    responses: int
    learners: int
    correct: float | None
    version: int | None
    by_choice: tuple[ChoiceCount, ...]
    by_confidence: tuple[ConfidenceCount, ...]
    by_version: tuple[VersionCount, ...]


def item_statistics(item: Item) -> ItemStatistics:
    """Counts over all responses to an item. Four queries."""
    responses = Response.objects.filter(item=item).order_by()
    right = Count("pk", filter=Q(correct=True))
    totals = responses.aggregate(count=Count("pk"), learners=Count("learner", distinct=True), right=right)
    by_version = [
        VersionCount(version=version, count=count, correct=correct)
        for version, count, correct in responses.values_list("version__number")
        .annotate(count=Count("pk"), right=right)
        .order_by("version__number")
    ]
    by_confidence = [
        ConfidenceCount(confidence=confidence, count=count, correct=correct)
        for confidence, count, correct in responses.values_list("confidence").annotate(
            count=Count("pk"), right=right
        )
    ]
    order = {"guess": 0, "unsure": 1, "sure": 2, "": 3}
    last = by_version[-1].version if by_version else None
    return ItemStatistics(
        responses=totals["count"],
        learners=totals["learners"],
        correct=totals["right"] / totals["count"] if totals["count"] else None,
        version=last,
        by_choice=_by_choice(item, last),
        by_confidence=tuple(sorted(by_confidence, key=lambda row: order.get(row.confidence, 9))),
        by_version=tuple(by_version),
    )


def _by_choice(item: Item, version: int | None) -> tuple[ChoiceCount, ...]:
    if version is None:
        return ()
    key = "rating" if item.kind == FLASHCARD else "choice"
    rows = (
        Response.objects.filter(item=item, version__number=version)
        .order_by()
        .annotate(answer=KeyTextTransform(key, "response"))
        .values_list("answer")
        .annotate(count=Count("pk"))
    )
    counts = {answer: count for answer, count in rows if answer is not None}
    total = sum(counts.values())
    return tuple(ChoiceCount(name, count, count / total) for name, count in sorted(counts.items()))
