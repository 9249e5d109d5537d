"""An attempt ends when every place of it is answered, or when its learner ends it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from quizzes.models import Attempt, AttemptItem, Response


def finish_attempt(*, attempt: Attempt, at: datetime) -> Attempt:
    """End an attempt, answered or not; ending it twice changes nothing."""
    Attempt.objects.filter(pk=attempt.pk, finished_at__isnull=True).update(finished_at=at)
    attempt.refresh_from_db(fields=["finished_at"])
    return attempt


def finish_attempts(*, attempt_ids: Collection[UUID], at: datetime) -> None:
    """End those of these attempts in which nothing is left to answer."""
    if not attempt_ids:
        return
    answered = Response.objects.filter(attempt=OuterRef("attempt"), version=OuterRef("version"))
    left = AttemptItem.objects.filter(~Exists(answered), attempt=OuterRef("pk"))
    open_ones = Attempt.objects.filter(pk__in=attempt_ids, finished_at__isnull=True)
    open_ones.filter(~Exists(left)).update(finished_at=at)
