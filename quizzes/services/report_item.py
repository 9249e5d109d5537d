"""A learner's remark that something is wrong with an item."""

from __future__ import annotations

from datetime import datetime

from quizzes.core.content.fields import clean_text
from quizzes.models import Item, ItemVersion, Learner, Report

LONGEST_TEXT = 2000


def report_item(
    *,
    learner: Learner | None,
    item: Item,
    version: ItemVersion | None,
    reason: str,
    text: str,
    at: datetime,
) -> Report:
    """Store a report; it shows up in the instructors' inbox.

    Raises:
        ValueError: an unknown reason, or a text that is too long.
    """
    if reason not in Report.Reason.values:
        raise ValueError(f"Give one of {', '.join(Report.Reason.values)}.")
    text = clean_text(text)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"At most {LONGEST_TEXT} characters; this has {len(text)}.")
    return Report.objects.create(
        learner=learner, item=item, version=version, reason=reason, text=text, created_at=at
    )
