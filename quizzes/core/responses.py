"""Strict parsing of a response as a client sends it (the contract's object of ``POST responses/``).

Error codes: ``not_an_object``, ``unknown_key``, ``missing_key``, ``bad_value`` (a key has the wrong type or
range), ``bad_id`` (not a UUID), ``naive_time`` (``answered_at`` without an offset), ``future_time`` (more
than five minutes ahead), ``unsupported_kind`` (a form of answer that no item of the bank takes yet). Grading
adds ``wrong_form`` and ``unknown_choice``; recording adds ``unknown_item``, ``retired_item``,
``unknown_version``, ``unknown_variant``, ``unknown_attempt``, ``not_in_attempt`` and ``id_not_available``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

CONFIDENCES = ("guess", "unsure", "sure")
RATINGS = ("again", "hard", "good", "easy")
FORMS = ("choice", "rating")
# Forms of the contract whose kinds of items are not served yet.
LATER_FORMS = ("choices", "number", "settings", "text")
KEYS = (
    *("id", "item", "version", "variant", "response", "confidence", "answered_at", "elapsed_ms", "attempt"),
    "shown_order",
)
REQUIRED = ("id", "item", "response", "answered_at")
TOLERANCE = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LARGEST_INTEGER = 2**31 - 1  # of a database column
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)


class ResponseError(ValueError):
    """A response that cannot be recorded. ``response_id`` is its id, where that much could be read."""

    def __init__(
        self,
        code: str,
        message: str,
        fields: Mapping[str, str] | None = None,
        response_id: UUID | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.response_id = response_id
        super().__init__(message)

    def to_dict(self) -> dict[str, Any]:
        """The contract's ``error`` object."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            error["fields"] = self.fields
        return error


@dataclass(frozen=True, slots=True)
class ResponseIn:
    """A response, checked as far as it can be without the item. ``answered_at`` is in UTC."""

    id: UUID
    item: str
    response: Mapping[str, Any]
    answered_at: datetime
    version: int | None = None
    variant: str = ""
    confidence: str = ""
    elapsed_ms: int | None = None
    attempt: UUID | None = None
    shown_order: tuple[str, ...] | None = None


def parse_response(data: object, at: datetime) -> ResponseIn:
    """Check one response; ``at`` is the time of the server.

    Raises:
        ResponseError: see the module's list of codes; ``response_id`` is filled in where the id is a UUID.
    """
    if not isinstance(data, Mapping):
        raise ResponseError("not_an_object", "A response is a JSON object.")
    response_id = _uuid_or_none(data.get("id"))
    try:
        return _parse(data, at, response_id)
    except ResponseError as error:
        error.response_id = response_id
        raise


def _parse(data: Mapping[str, Any], at: datetime, response_id: UUID | None) -> ResponseIn:
    for key in data:
        if key not in KEYS:
            raise _problem("unknown_key", str(key), f"Unknown key. Known keys: {', '.join(KEYS)}.")
    for key in REQUIRED:
        if data.get(key) is None:
            raise _problem("missing_key", key, "This key is missing.")
    if response_id is None:
        raise _problem("bad_id", "id", "Give a UUID, for example 0f8fad5b-d9cb-469f-a165-70867728950e.")
    return ResponseIn(
        id=response_id,
        item=_text(data, "item", 80),
        version=_whole(data, "version", low=1),
        variant=_text(data, "variant", 40) if data.get("variant") is not None else "",
        response=_parse_answer(data["response"]),
        confidence=_one_of(data, "confidence", CONFIDENCES),
        answered_at=_parse_time(data["answered_at"], at),
        elapsed_ms=_whole(data, "elapsed_ms", low=0),
        attempt=_parse_attempt(data.get("attempt")),
        shown_order=_parse_order(data.get("shown_order")),
    )


def _parse_answer(data: object) -> dict[str, Any]:
    if not isinstance(data, Mapping) or not data:
        raise _problem("bad_value", "response", "Give an object, for example {“choice”: “a”}.")
    later = [key for key in data if key in LATER_FORMS]
    if later:
        message = f"Answers of the form “{later[0]}” are not taken yet; no item of the bank asks for one."
        raise _problem("unsupported_kind", f"response.{later[0]}", message)
    for key in data:
        if key not in FORMS:
            raise _problem("unknown_key", f"response.{key}", f"Unknown key. Known keys: {', '.join(FORMS)}.")
    if len(data) > 1:
        raise _problem("bad_value", "response", "Give one answer: either “choice” or “rating”.")
    if "rating" in data:
        rating = _one_of(data, "rating", RATINGS, path="response.rating")
        if not rating:
            raise _problem("bad_value", "response.rating", f"Give one of {', '.join(RATINGS)}.")
        return {"rating": rating}
    choice = data["choice"]
    if not isinstance(choice, str) or not 0 < len(choice) <= 20:
        raise _problem("bad_value", "response.choice", "Give the id of an option, for example “a”.")
    return {"choice": choice}


def _parse_time(value: object, at: datetime) -> datetime:
    example = "Give a time with its offset in ISO 8601, for example 2026-05-04T12:30:00+02:00."
    if not isinstance(value, str) or len(value) > 40:
        raise _problem("bad_value", "answered_at", example)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _problem("bad_value", "answered_at", example) from None
    if moment.tzinfo is None:
        raise _problem("naive_time", "answered_at", f"The offset is missing. {example}")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise _problem("bad_value", "answered_at", example) from None
    if moment > at + TOLERANCE:
        raise _problem(
            "future_time", "answered_at", "This time lies ahead; at most five minutes are tolerated."
        )
    if moment < EARLIEST:
        raise _problem("bad_value", "answered_at", "This time lies before the year 2000; check the clock.")
    return moment


def _parse_attempt(value: object) -> UUID | None:
    if value is None:
        return None
    attempt = _uuid_or_none(value)
    if attempt is None:
        raise _problem("bad_id", "attempt", "Give the UUID of an attempt.")
    return attempt


def _parse_order(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > 20 or not all(isinstance(name, str) for name in value):
        raise _problem("bad_value", "shown_order", "Give the ids of the options in the order shown.")
    if any(len(name) > 20 for name in value):
        raise _problem("bad_value", "shown_order", "Give the ids of the options in the order shown.")
    return tuple(value)


def _uuid_or_none(value: object) -> UUID | None:
    return UUID(value) if isinstance(value, str) and _UUID.match(value) else None


def _text(data: Mapping[str, Any], key: str, max_length: int) -> str:
    value = data[key]
    if not isinstance(value, str) or not 0 < len(value) <= max_length or "\x00" in value:
        raise _problem("bad_value", key, f"Give a text of 1 to {max_length} characters.")
    return value


def _whole(data: Mapping[str, Any], key: str, *, low: int) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= LARGEST_INTEGER:
        raise _problem("bad_value", key, f"Give a whole number from {low} to {LARGEST_INTEGER}.")
    return value


def _one_of(data: Mapping[str, Any], key: str, known: tuple[str, ...], path: str = "") -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or value not in known:
        raise _problem("bad_value", path or key, f"Give one of {', '.join(known)}.")
    return value


def _problem(code: str, path: str, message: str) -> ResponseError:
    return ResponseError(code, f"{path}: {message}", {path: message})
