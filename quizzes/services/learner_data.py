"""A learner's own data: all of it to take away, and all of it gone."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from quizzes.models import Learner, Report

EXPORT_FORMAT = 1


def export_data(learner: Learner) -> dict[str, Any]:
    """Everything that is stored about a learner, as JSON-able values (times in ISO 8601)."""
    user = learner.user
    return {
        "format": EXPORT_FORMAT,
        "learner": {"since": learner.created_at.isoformat(), "guest": learner.is_guest},
        "account": None
        if user is None
        else {
            "username": user.get_username(),
            "email": user.email,
            "joined": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
        },
        "responses": _responses_of(learner),
        "memories": _memories_of(learner),
        "attempts": _attempts_of(learner),
        "reports": _reports_of(learner),
    }


@transaction.atomic
def delete_learner(learner: Learner) -> None:
    """Delete a learner's responses, memories and attempts, and the account with them.

    The account of a member of staff stays (its items and versions are not the learner's), only the learning
    goes. Reports stay without a name, so that a mistake in an item can still be mended.
    """
    user = learner.user
    learner.delete()
    if user is not None and not user.is_staff and not user.is_superuser:
        user.delete()


def _responses_of(learner: Learner) -> list[dict[str, Any]]:
    rows = learner.responses.order_by("answered_at", "id").values(
        *("id", "item__slug", "version__number", "response", "confidence", "score", "correct"),
        *("answered_at", "recorded_at", "elapsed_ms", "due_at", "attempt_id"),
    )
    return [
        {
            "id": str(row["id"]),
            "item": row["item__slug"],
            "version": row["version__number"],
            "response": row["response"],
            "confidence": row["confidence"] or None,
            "score": row["score"],
            "correct": row["correct"],
            "answered_at": row["answered_at"].isoformat(),
            "recorded_at": row["recorded_at"].isoformat(),
            "elapsed_ms": row["elapsed_ms"],
            "due": row["due_at"].isoformat() if row["due_at"] else None,
            "attempt": str(row["attempt_id"]) if row["attempt_id"] else None,
        }
        for row in rows
    ]


def _memories_of(learner: Learner) -> list[dict[str, Any]]:
    rows = learner.memories.order_by("item__slug").values(
        *("item__slug", "card", "due_at", "last_review_at", "last_correct", "reviews")
    )
    return [
        {
            "item": row["item__slug"],
            "stability_days": row["card"]["stability"],
            "difficulty": row["card"]["difficulty"],
            "due": row["due_at"].isoformat(),
            "last_review": row["last_review_at"].isoformat(),
            "last_correct": row["last_correct"],
            "reviews": row["reviews"],
        }
        for row in rows
    ]


def _attempts_of(learner: Learner) -> list[dict[str, Any]]:
    attempts = learner.attempts.prefetch_related("places__version__item").order_by("created_at", "id")
    return [
        {
            "id": str(attempt.pk),
            "topics": attempt.topics,
            "started": attempt.created_at.isoformat(),
            "finished": attempt.finished_at.isoformat() if attempt.finished_at else None,
            "items": [place.version.item.slug for place in attempt.places.all()],
        }
        for attempt in attempts
    ]


def _reports_of(learner: Learner) -> list[dict[str, Any]]:
    rows = Report.objects.filter(learner=learner).order_by("created_at", "pk")
    return [
        {
            "item": report.item.slug,
            "reason": report.reason,
            "text": report.text,
            "at": report.created_at.isoformat(),
        }
        for report in rows.select_related("item")
    ]
