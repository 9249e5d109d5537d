"""Taking items away from learners. Their versions and the responses to them stay.

``by`` and ``at`` are taken for callers that have them at hand; who did it is kept by the admin's log.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from quizzes.models import Item, State


@transaction.atomic
def unpublish_item(*, item: Item, by: User | None = None, at: datetime | None = None) -> Item:
    """Back to a draft: learners no longer see it, as if it had never been there. Publishing brings it
    back."""
    locked = Item.objects.select_for_update().get(pk=item.pk)
    locked.state = State.DRAFT
    locked.current_version = None
    locked.save(update_fields=["state", "current_version", "updated_at"])
    item.refresh_from_db()
    return item


@transaction.atomic
def retire_item(*, item: Item, by: User | None = None, at: datetime | None = None) -> Item:
    """For good: its address says that it is gone. The current version is kept for those who answered it."""
    locked = Item.objects.select_for_update().get(pk=item.pk)
    locked.state = State.RETIRED
    locked.save(update_fields=["state", "updated_at"])
    item.refresh_from_db()
    return item
