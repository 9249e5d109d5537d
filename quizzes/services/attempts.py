"""A sitting of a quiz: some items over the chosen topics, in an order fixed at the start."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from quizzes.core.choosing import Candidate, choose_for_attempt
from quizzes.models import Attempt, AttemptItem, ItemVersion, Learner
from quizzes.services.finish_attempt import finish_attempt
from quizzes.services.learners import acting_learner

__all__ = ["LARGEST_ATTEMPT", "NothingToAsk", "finish_attempt", "start_attempt"]

LARGEST_ATTEMPT = 50


class NothingToAsk(ValueError):
    """There is no question in the chosen topics."""


@transaction.atomic
def start_attempt(
    *, learner: Learner, topics: Sequence[str] = (), size: int = 10, at: datetime, seed: int
) -> Attempt:
    """Lay out a new attempt: what is due first, then what is new, then what was answered longest ago.

    Topics alternate as far as possible. The same seed, learner and bank give the same items in the same
    order.

    Args:
        topics: slugs; none means all.
        size: how many questions at most (1 to 50); fewer if the topics have fewer.

    Raises:
        NothingToAsk: the topics have no published question.
    """
    learner = acting_learner(learner)
    candidates = _candidates(learner, topics, at)
    if not candidates:
        raise NothingToAsk("There is no question in these topics yet. Choose another topic.")
    chosen = choose_for_attempt(candidates, size=max(1, min(size, LARGEST_ATTEMPT)), rng=random.Random(seed))
    attempt = Attempt.objects.create(learner=learner, topics=sorted(set(topics)), created_at=at)
    AttemptItem.objects.bulk_create(
        AttemptItem(attempt=attempt, position=position, version_id=candidate.version)
        for position, candidate in enumerate(chosen, start=1)
    )
    return attempt


def _candidates(learner: Learner, topics: Sequence[str], at: datetime) -> list[Candidate]:
    """Ids only: two queries whatever the size of the bank."""
    versions = ItemVersion.objects.current().questions()
    if topics:
        versions = versions.filter(topic__slug__in=topics)
    memories = dict(learner.memories.values_list("item_id", "due_at"))
    return [
        Candidate(
            version=version,
            topic=topic,
            due_at=memories.get(item),
            is_due=item in memories and memories[item] <= at,
        )
        for version, item, topic in versions.in_order().values_list("pk", "item_id", "topic_id")
    ]
