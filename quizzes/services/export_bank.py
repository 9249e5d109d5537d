"""Writing the published bank as files, in the format that :mod:`quizzes.services.import_bank` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quizzes.core.content.item import without_empty
from quizzes.core.content.scenario import shortened_slider
from quizzes.core.kinds import FLASHCARD, SINGLE_CHOICE
from quizzes.models import ItemVersion, Misconception, Source, Topic
from quizzes.services.bank.files import FLASHCARDS, MISCONCEPTIONS, QUESTIONS, SOURCES, TOPICS
from quizzes.services.bank.writing import write_bank


def export_bank(*, folder: Path) -> list[Path]:
    """Write topics, misconceptions, sources and all published items; the paths written.

    An item is written as it was published, so that a half-edited draft is not carried into the files. Drafts
    and retired items are left out.
    """
    files: dict[str, list[dict[str, Any]]] = {
        TOPICS: [_topic(topic) for topic in Topic.objects.prefetch_related("prerequisites")],
        MISCONCEPTIONS: [
            without_empty({"id": row.slug, "belief": row.belief, "truth": row.truth})
            for row in Misconception.objects.all()
        ],
        SOURCES: [
            without_empty({"id": row.slug, "citation": row.citation, "url": row.url})
            for row in Source.objects.all()
        ],
    }
    versions = (
        ItemVersion.objects.current().in_order().select_related("topic").only("kind", "draft", "topic__slug")
    )
    for version in versions:
        file = FLASHCARDS if version.kind == FLASHCARD else QUESTIONS
        files.setdefault(f"{version.topic.slug}/{file}", []).append(entry_of(version.draft))
    return write_bank(folder, files)


def _topic(topic: Topic) -> dict[str, Any]:
    prerequisites = [required.slug for required in topic.prerequisites.all()]
    return without_empty(
        {"id": topic.slug, "title": topic.title, "summary": topic.summary, "prerequisites": prerequisites}
    )


def entry_of(draft: dict[str, Any]) -> dict[str, Any]:
    """A draft as it stands in a file, without what follows from the file: the topic and the kind."""
    left_out = {"topic"} | ({"kind"} if draft.get("kind") in (SINGLE_CHOICE, FLASHCARD) else set())
    item = {key: value for key, value in draft.items() if key not in left_out}
    if "slider" in item:
        item["slider"] = shortened_slider(item["slider"])
    return item
