"""Topics, misconceptions and sources of the bank's files into the database."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from quizzes.core.content import SourceContent
from quizzes.core.digests import digest_of
from quizzes.models import Misconception, Source, Topic
from quizzes.services.bank import BankContent


@transaction.atomic
def import_references(bank: BankContent, *, overwrite: set[str] | None) -> list[str]:
    """Write what items refer to; what was edited here is left alone (``overwrite`` None: nothing is).

    Returns:
        The ids that were left alone.
    """
    kept = _import_topics(bank, overwrite)
    beliefs = {
        entry.id: ({"belief": entry.belief, "truth": entry.truth}, entry.digest())
        for entry in bank.misconceptions
    }
    kept += _import_rows(Misconception, beliefs, overwrite, lambda row: digest_of([row.belief, row.truth]))
    sources = {
        entry.id: ({"citation": entry.citation, "url": entry.url}, _source_digest(entry))
        for entry in bank.sources
    }
    kept += _import_rows(Source, sources, overwrite, lambda row: digest_of([row.citation, row.url]))
    return kept


def _source_digest(source: SourceContent) -> str:
    return digest_of([source.citation, source.url])


def _import_rows(
    model: Any, entries: dict[str, tuple[dict[str, Any], str]], overwrite: set[str] | None, digest_here: Any
) -> list[str]:
    stored = {row.slug: row for row in model.objects.all()}
    kept: list[str] = []
    for slug, (values, digest) in entries.items():
        row = stored.get(slug)
        if row is None:
            model.objects.create(slug=slug, bank_digest=digest, **values)
            continue
        here = digest_here(row)
        if here not in (row.bank_digest, digest) and overwrite is not None and slug not in overwrite:
            kept.append(slug)
        elif here != digest or row.bank_digest != digest:
            model.objects.filter(pk=row.pk).update(bank_digest=digest, **values)
    return kept


def _import_topics(bank: BankContent, overwrite: set[str] | None) -> list[str]:
    rows = {topic.slug: topic for topic in Topic.objects.prefetch_related("prerequisites")}
    kept: list[str] = []
    for entry in bank.topics:
        row = rows.get(entry.id)
        if row is None:
            rows[entry.id] = row = Topic(slug=entry.id)
        elif row.bank_digest == entry.digest() == _topic_digest(row) and row.position == entry.position:
            continue
        elif _topic_digest(row) not in (row.bank_digest, entry.digest()) and (
            overwrite is not None and entry.id not in overwrite
        ):
            kept.append(entry.id)
            continue
        row.title, row.summary, row.position = entry.title, entry.summary, entry.position
        row.bank_digest = entry.digest()
        row.save()
        # An earlier topic is in the database by now: prerequisites name earlier topics only.
        row.prerequisites.set([rows[slug] for slug in entry.prerequisites])
    return kept


def _topic_digest(row: Topic) -> str:
    return digest_of([row.title, row.summary, sorted(topic.slug for topic in row.prerequisites.all())])
