"""How a question is put: what its page needs, and the reading of the form that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from quizzes.core.frozen import QuestionPayload, ShownChoice
from quizzes.models import Confidence, ItemVersion, Topic

LONGEST_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a quiz a question stands. ``number`` counts from 1; ``done`` are the answered ones."""

    number: int
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is shown before the answer: ``ItemVersion.question`` alone, which holds no key."""

    question: QuestionPayload
    topic: Topic
    level: str
    version_number: int
    response_id: UUID
    action: str
    place: Place | None = None
    error: str = ""
    picked: str = ""
    confidence: str = ""

    @property
    def choices(self) -> list[ShownChoice]:
        return self.question["choices"]

    @property
    def confidences(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Confidence.choices]


def ask(version: ItemVersion, *, action: str, place: Place | None = None) -> AskedQuestion:
    """Put a question for the first time: it gets the UUID that its answer will be stored under."""
    return AskedQuestion(
        question=version.question,
        topic=version.topic,
        level=version.get_level_display(),
        version_number=version.number,
        response_id=uuid4(),
        action=action,
        place=place,
    )


def ask_again(
    version: ItemVersion, post: Mapping[str, Any], *, action: str, error: str, place: Place | None = None
) -> AskedQuestion:
    """Put a question again after a form that could not be taken, with all that was filled in."""
    return AskedQuestion(
        question=version.question,
        topic=version.topic,
        level=version.get_level_display(),
        version_number=version.number,
        response_id=uuid4(),
        action=action,
        place=place,
        error=error,
        picked=post.get("choice", ""),
        confidence=post.get("confidence", ""),
    )


def response_data(
    request: HttpRequest, item: str, response: dict[str, str], at: datetime, attempt: UUID | None = None
) -> dict[str, Any]:
    """The form of a question or card as the contract's object of one response, for ``parse_response``."""
    post = request.POST
    data: dict[str, Any] = {
        "id": post.get("id", ""),
        "item": item,
        "response": response,
        "answered_at": at.isoformat(),
        "elapsed_ms": _milliseconds(post.get("elapsed_ms", "")),
    }
    if post.get("version", "").isdecimal():
        data["version"] = int(post["version"])
    if post.get("confidence"):
        data["confidence"] = post["confidence"]
    if attempt is not None:
        data["attempt"] = str(attempt)
    return data


def _milliseconds(text: str) -> int | None:
    # A tab left open over night says nothing about thinking.
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) <= LONGEST_MS else None


def no_option_error() -> str:
    return _("Choose an option first. A guess is fine.")
