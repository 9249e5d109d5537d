"""An attempt as it stands: its places, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.models import Attempt, AttemptItem, ItemVersion, Response


@dataclass(frozen=True, slots=True)
class AttemptPlace:
    """``version`` comes without its answer; ``response`` is the first one given in this attempt, if any."""

    position: int
    version: ItemVersion
    response: Response | None


@dataclass(frozen=True, slots=True)
class TopicScore:
    topic: str
    title: str
    correct: int
    total: int


@dataclass(frozen=True, slots=True)
class AttemptSummary:
    """``misses`` are the places answered wrongly; ``topics`` in the order in which they came up."""

    places: tuple[AttemptPlace, ...]
    answered: int
    correct: int
    total: int
    misses: tuple[AttemptPlace, ...]
    topics: tuple[TopicScore, ...]


def attempt_places(attempt: Attempt) -> list[AttemptPlace]:
    """The places in order. Two queries; no answers are loaded."""
    responses: dict[int, Response] = {}
    for response in Response.objects.filter(attempt=attempt).order_by("recorded_at", "id"):
        responses.setdefault(response.item_id, response)
    places = list(AttemptItem.objects.filter(attempt=attempt).order_by("position"))
    versions = ItemVersion.objects.unanswered().in_bulk([place.version_id for place in places])
    return [
        AttemptPlace(
            position=place.position,
            version=versions[place.version_id],
            response=responses.get(versions[place.version_id].item_id),
        )
        for place in places
    ]


def attempt_summary(attempt: Attempt) -> AttemptSummary:
    """The outcome so far; the first answer to each place counts. Three queries."""
    places = tuple(attempt_places(attempt))
    by_topic: dict[str, list[AttemptPlace]] = {}
    for place in places:
        by_topic.setdefault(place.version.topic.slug, []).append(place)
    return AttemptSummary(
        places=places,
        answered=sum(place.response is not None for place in places),
        correct=_correct(places),
        total=len(places),
        misses=tuple(p for p in places if p.response is not None and not p.response.correct),
        topics=tuple(
            TopicScore(
                topic=slug, title=group[0].version.topic.title, correct=_correct(group), total=len(group)
            )
            for slug, group in by_topic.items()
        ),
    )


def _correct(places: tuple[AttemptPlace, ...] | list[AttemptPlace]) -> int:
    return sum(place.response is not None and place.response.correct for place in places)
