"""Drafts between rows and the format of the bank's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from quizzes.core.content.fields import clean_text
from quizzes.core.content.item import without_empty
from quizzes.core.content.scenario import shortened_slider
from quizzes.core.digests import digest_of
from quizzes.core.kinds import FLASHCARD, SINGLE_CHOICE
from quizzes.models import Choice, Item, Misconception, Source, Topic, Verdict

QUESTION_TEXTS = ("stem", "explanation", "look_at", "takeaway", "key")
FLASHCARD_TEXTS = ("front", "back")


def draft_of(item: Item) -> dict[str, Any]:
    """The draft of an item in the content format, with ``topic`` and ``kind``; empty keys are left out.

    The draft may be unfinished or wrong: :func:`quizzes.core.content.parse_item` tells. Use
    ``Item.objects.with_draft()`` to read many without a query for each.
    """
    head: dict[str, Any] = {
        "id": item.slug,
        "kind": item.kind,
        "topic": item.topic.slug,
        "title": clean_text(item.title),
        "level": item.level,
        "also": sorted(topic.slug for topic in item.also.all()),
    }
    figure: dict[str, Any] = {
        "scenario": item.scenario_name or item.scenario,
        "changes": item.scenario_changes or None,
        "slider": item.slider,
    }
    sources = sorted(source.slug for source in item.sources.all())
    if item.kind == FLASHCARD:
        texts = {key: clean_text(getattr(item, key)) for key in FLASHCARD_TEXTS}
        return without_empty({**head, **texts, **figure, "sources": sources})
    texts = {key: clean_text(getattr(item, key)) for key in QUESTION_TEXTS}
    return without_empty(
        {
            **head,
            **texts,
            **figure,
            "choices": [_choice_of(choice) for choice in item.choices.all()],
            "proof": item.proof,
            "sources": sources,
        }
    )


def draft_digest(draft: Mapping[str, Any]) -> str:
    """Digest of what a draft says, however it is written down: the order of topics and sources does not
    count, and a setting of the slider that is the default need not be there."""
    plain = dict(draft)
    for key in ("also", "sources"):
        plain[key] = sorted(draft.get(key) or [])
    if isinstance(draft.get("slider"), Mapping):
        plain["slider"] = shortened_slider(draft["slider"])
    return digest_of(plain)


def draft_differs(item: Item) -> bool:
    """Whether publishing would show learners another text than the current version's."""
    current = item.current_version
    return current is None or draft_digest(draft_of(item)) != draft_digest(current.draft)


def differing_items(items: QuerySet[Item]) -> set[int]:
    """The primary keys of those whose draft differs; a handful of queries for any number of them."""
    frozen = ("current_version__question", "current_version__answer")
    rows = items.with_draft().select_related("current_version").defer(*frozen)  # type: ignore[attr-defined]
    return {item.pk for item in rows if draft_differs(item)}


def _choice_of(choice: Choice) -> dict[str, Any]:
    return without_empty(
        {
            "id": choice.label,
            "text": clean_text(choice.text),
            "claim": choice.claim,
            "misconception": choice.misconception.slug if choice.misconception is not None else None,
            "holds_at": choice.holds_at or None,
            "feedback": clean_text(choice.feedback),
        }
    )


@transaction.atomic
def write_draft(*, item: Item | None, content: Mapping[str, Any], by: User | None = None) -> Item:
    """Write a draft in the content format into the rows of ``item`` (None: a new one).

    The draft need not be publishable, but what it names must exist. Who wrote it is kept by the admin's log,
    and by the version once it is published; ``by`` is taken for callers that have it at hand.

    Raises:
        Topic.DoesNotExist, Misconception.DoesNotExist, Source.DoesNotExist: an unknown id.
    """
    item = item or Item()
    item.slug = content["id"]
    item.kind = content.get("kind", SINGLE_CHOICE)
    item.topic = Topic.objects.get(slug=content["topic"])
    item.title = content.get("title", "")
    item.level = content.get("level", "")
    item.proof = Verdict.NONE if item.kind == FLASHCARD else content.get("proof", Verdict.PROVED)
    for key in (*QUESTION_TEXTS, *FLASHCARD_TEXTS):
        setattr(item, key, content.get(key, ""))
    scenario = content.get("scenario")
    item.scenario_name = scenario if isinstance(scenario, str) else ""
    item.scenario = None if isinstance(scenario, str) else scenario
    item.scenario_changes = content.get("changes")
    item.slider = content.get("slider")
    item.save()
    item.also.set(_rows(Topic, content.get("also", ())))
    item.sources.set(_rows(Source, content.get("sources", ())))
    _write_choices(item, content.get("choices", ()))
    item.refresh_from_db()  # relations that were read before hold the old rows
    return item


def _write_choices(item: Item, choices: list[Mapping[str, Any]] | tuple[()]) -> None:
    item.choices.exclude(label__in=[choice["id"] for choice in choices]).delete()
    beliefs = {
        row.slug: row
        for row in _rows(Misconception, [c["misconception"] for c in choices if c.get("misconception")])
    }
    for position, choice in enumerate(choices):
        Choice.objects.update_or_create(
            item=item,
            label=choice["id"],
            defaults={
                "position": position,
                "text": choice.get("text", ""),
                "feedback": choice.get("feedback", ""),
                "misconception": beliefs.get(choice.get("misconception", "")),
                "claim": choice.get("claim"),
                "holds_at": choice.get("holds_at"),
            },
        )


def _rows(model: type[Any], slugs: Any) -> list[Any]:
    """The rows of these ids; an unknown id is an error."""
    wanted = set(slugs)
    if not wanted:
        return []
    rows = list(model.objects.filter(slug__in=wanted))
    missing = wanted - {row.slug for row in rows}
    if missing:
        raise model.DoesNotExist(f"There is no {model._meta.verbose_name} {', '.join(sorted(missing))}.")
    return rows
