"""A new sitting of what was missed in an earlier one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from quizzes.models import Attempt, AttemptItem, ItemVersion, Response
from quizzes.services.attempts import NothingToAsk


@transaction.atomic
def repeat_misses(*, attempt: Attempt, at: datetime) -> Attempt:
    """Lay out an attempt of the questions that were answered wrongly in ``attempt``, in the same order.

    They are asked in their current versions; what was taken out of the bank since is left out.

    Raises:
        NothingToAsk: nothing was missed, or nothing of it is asked any more.
    """
    missed = Response.objects.filter(attempt=attempt, correct=False).values("item_id")
    order = list(attempt.places.order_by("position").values_list("version__item_id", flat=True))
    current = dict(
        ItemVersion.objects.current().questions().filter(item__in=missed).values_list("item_id", "pk")
    )
    versions = [current[item] for item in dict.fromkeys(order) if item in current]
    if not versions:
        raise NothingToAsk("Nothing of this quiz is left to repeat.")
    again = Attempt.objects.create(learner_id=attempt.learner_id, topics=attempt.topics, created_at=at)
    AttemptItem.objects.bulk_create(
        AttemptItem(attempt=again, position=position, version_id=version)
        for position, version in enumerate(versions, start=1)
    )
    return again
