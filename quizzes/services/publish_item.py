"""Publishing: a checked draft becomes a frozen version that learners see."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from quizzes.models import Item, ItemVersion, State
from quizzes.services.check_draft import (
    DraftCheck,
    DraftProblem,
    Publishable,
    check_draft,
)
from quizzes.services.drafts import draft_digest, draft_of
from quizzes.services.draw_figures import draw_figures

__all__ = ["DraftCheck", "DraftProblem", "PublishRefused", "check_draft", "publish_item", "store_version"]


class PublishRefused(ValueError):
    """A draft that may not be published; ``problems`` name the place and, for a claim, the measured
    number."""

    def __init__(self, problems: tuple[DraftProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.path}: {p.message}" if p.path else p.message for p in problems))


def publish_item(*, item: Item, by: User | None, at: datetime, draw: bool = True) -> ItemVersion:
    """Check the draft of ``item`` and publish it; an unchanged draft gives the current version again.

    With ``draw`` the figures are drawn right after; what goes wrong there does not undo the publication and
    is listed in ``drawing_problems`` of the version that is returned.

    Raises:
        PublishRefused: the draft is not complete, or its key is contradicted or undecided.
    """
    draft = draft_of(Item.objects.with_draft().get(pk=item.pk))
    # Outside the transaction: a proof may take a second, and on SQLite the transaction holds the write lock.
    check = check_draft(content=draft)
    if check.publishable is None:
        raise PublishRefused(check.problems)
    with transaction.atomic():
        locked = Item.objects.select_for_update().get(pk=item.pk)
        if draft_digest(draft_of(locked)) != draft_digest(draft):
            raise PublishRefused(
                (DraftProblem("", "The draft was changed meanwhile. Look at it and publish again."),)
            )
        version = store_version(item=locked, publishable=check.publishable, by=by, at=at)
    item.refresh_from_db(fields=["current_version", "state"])
    if draw:
        version.drawing_problems = tuple(draw_figures(version=version))
    return version


def store_version(*, item: Item, publishable: Publishable, by: User | None, at: datetime) -> ItemVersion:
    """Make ``publishable`` the current version of ``item``; inside the caller's transaction, without
    drawing."""
    latest = item.versions.order_by("-number").first()
    if latest is not None and latest.digest == publishable.digest:
        version = latest
    else:
        version = ItemVersion.objects.create(
            item=item,
            number=latest.number + 1 if latest is not None else 1,
            kind=item.kind,
            topic=item.topic,
            level=item.level,
            question=publishable.question,
            answer=publishable.answer,
            draft=publishable.draft,
            verdict=publishable.verdict,
            digest=publishable.digest,
            published_at=at,
            published_by=by,
        )
    if item.current_version_id != version.pk or item.state != State.PUBLISHED:
        item.current_version = version
        item.state = State.PUBLISHED
        item.save(update_fields=["current_version", "state", "updated_at"])
    return version
