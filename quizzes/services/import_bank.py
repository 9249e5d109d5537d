"""Loading the bank's files into drafts and publishing them, without ever losing what an instructor wrote."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from quizzes.core.digests import digest_of
from quizzes.core.freezing import FREEZE_FORMAT, version_digest
from quizzes.models import BankImport, Item, ItemVersion, State
from quizzes.services.bank import (
    CONTENT_FOLDER,
    BankContent,
    BankError,
    BankProblem,
    ItemEntry,
    files_digest,
    parse_bank,
)
from quizzes.services.catalogue import named_sliders
from quizzes.services.check_draft import check_content
from quizzes.services.drafts import draft_digest, draft_of, write_draft
from quizzes.services.draw_figures import draw_figures
from quizzes.services.import_references import import_references
from quizzes.services.publish_item import store_version
from simulator import services as simulator
from simulator.core import SIMULATOR_VERSION

__all__ = ["BankError", "BankProblem", "ImportReport", "import_bank"]

# Number of the item, how many there are, what was done.
Tell = Callable[[int, int, str], None]


@dataclass
class ImportReport:
    """What an import did, by ids. ``kept`` were edited here and left alone; ``refused`` could not be
    published."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    refused: list[BankProblem] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)
    versions: int = 0
    skipped: bool = False


def import_bank(
    *,
    at: datetime,
    folder: Path = CONTENT_FOLDER,
    overwrite: Collection[str] = (),
    overwrite_all: bool = False,
    draw: bool = True,
    force: bool = False,
    tell: Tell | None = None,
) -> ImportReport:
    """Bring the database up to the files. Importing twice changes nothing.

    Each item is written and published in a transaction of its own. An item whose draft is no longer what the
    last import wrote was edited by an instructor: it is left alone and named, unless it is in ``overwrite``.
    So is one that was unpublished or retired here. What is in the database only is never touched.

    Args:
        at: the time of publication.
        folder: the files.
        overwrite: ids whose text is to be taken from the files.
        overwrite_all: the same for all.
        draw: draw the figures of new versions (the slow part; ``draw_figures`` can do it later).
        force: look at every item even if no file has changed since the last import.
        tell: called as it goes on, with the number of the item, their total and a few words.

    Raises:
        BankError: a file cannot be read or an item is not right; nothing was changed.
    """
    tell = tell or (lambda number, total, text: None)
    digest = _bank_digest(folder)
    last = BankImport.objects.first()
    if last is not None and last.digest == digest and not (force or overwrite or overwrite_all):
        return ImportReport(
            kept=list(last.kept), unchanged=Item.objects.exclude(bank_digest="").count(), skipped=True
        )
    scenarios = {name: named.scenario for name, named in simulator.named_scenarios().items()}
    bank = parse_bank(folder, scenarios=scenarios, sliders=named_sliders())
    _check_overwrite(bank, overwrite)
    run = _Import(bank, at, None if overwrite_all else set(overwrite), tell)
    run.report.kept += import_references(bank, overwrite=run.overwrite)
    versions = run.items()
    if draw:
        run.draw(versions)
    if not run.report.refused:
        BankImport.objects.all().delete()
        BankImport.objects.create(digest=digest, imported_at=at, kept=run.report.kept)
    return run.report


class _Import:
    """One pass over the items. ``overwrite`` None means all."""

    def __init__(self, bank: BankContent, at: datetime, overwrite: set[str] | None, tell: Tell) -> None:
        self.bank = bank
        self.at = at
        self.overwrite = overwrite
        self.tell = tell
        self.report = ImportReport()
        rows = Item.objects.with_draft().select_related("topic", "current_version")
        self.stored = {item.slug: item for item in rows}

    def items(self) -> list[ItemVersion]:
        """Write and publish what has changed; the new versions."""
        versions: list[ItemVersion] = []
        total = len(self.bank.items)
        for number, entry in enumerate(self.bank.items, start=1):
            before = len(self.report.refused)
            version = self._take(entry)
            if version is not None:
                versions.append(version)
                self.tell(number, total, f"{entry.content.id}: version {version.number}")
            for problem in self.report.refused[before:]:
                self.tell(number, total, f"refused: {problem}")
        self.report.versions = len(versions)
        return versions

    def draw(self, versions: list[ItemVersion]) -> None:
        for number, version in enumerate(versions, start=1):
            problems = draw_figures(version=version)
            self.report.undrawn += [f"{version.item.slug}: {problem}" for problem in problems]
            self.tell(number, len(versions), f"{version.item.slug}: figures drawn")

    def _take(self, entry: ItemEntry) -> ItemVersion | None:
        content = entry.content
        item = self.stored.get(content.id)
        in_file = draft_digest(content.to_dict())
        if item is not None and not self._may_write(item, in_file):
            self.report.kept.append(content.id)
            return None
        wanted = version_digest(content, self.bank.catalogue)
        current = item.current_version if item is not None else None
        if (
            item is not None
            and current is not None
            and item.state == State.PUBLISHED
            and current.digest == wanted
        ):
            self._touch(item, entry, in_file)
            return None
        return self._publish(entry, item, in_file)

    def _may_write(self, item: Item, in_file: str) -> bool:
        if self.overwrite is None or item.slug in self.overwrite:
            return True
        here = draft_digest(draft_of(item))
        if here not in (item.bank_digest, in_file):
            return False
        # Taken away from learners by somebody; a draft that was never published is only waiting for it.
        taken_away = item.state == State.RETIRED or (item.state == State.DRAFT and item.versions.exists())
        return not taken_away

    def _touch(self, item: Item, entry: ItemEntry, in_file: str) -> None:
        """The published text is the file's; only its place in the topic, or an unpublished edit, may
        differ."""
        here = draft_digest(draft_of(item))
        if here != in_file:
            write_draft(item=item, content=entry.content.to_dict())
            self.report.updated.append(item.slug)
        else:
            self.report.unchanged += 1
        if item.bank_digest != in_file or item.position != entry.position:
            Item.objects.filter(pk=item.pk).update(bank_digest=in_file, position=entry.position)

    def _publish(self, entry: ItemEntry, item: Item | None, in_file: str) -> ItemVersion | None:
        check = check_content(entry.content, self.bank.catalogue)
        if check.publishable is None:
            self.report.refused += [
                BankProblem(entry.file, entry.content.id, problem.path, problem.message)
                for problem in check.problems
            ]
            return None
        with transaction.atomic():
            locked = Item.objects.select_for_update().get(pk=item.pk) if item is not None else None
            if locked is not None and not self._may_write(locked, in_file):
                # Edited while its key was being proved.
                self.report.kept.append(entry.content.id)
                return None
            written = locked
            if written is None or draft_digest(draft_of(written)) != in_file:
                written = write_draft(item=locked, content=entry.content.to_dict())
            Item.objects.filter(pk=written.pk).update(bank_digest=in_file, position=entry.position)
            version = store_version(item=written, publishable=check.publishable, by=None, at=self.at)
        (self.report.created if item is None else self.report.updated).append(entry.content.id)
        return version


def _check_overwrite(bank: BankContent, overwrite: Collection[str]) -> None:
    known = {entry.content.id for entry in bank.items} | {topic.id for topic in bank.topics}
    known |= {entry.id for entry in bank.misconceptions} | {source.id for source in bank.sources}
    unknown = sorted(set(overwrite) - known)
    if unknown:
        raise BankError(
            [BankProblem("", name, "", "There is no entry with this id in the files.") for name in unknown]
        )


def _bank_digest(folder: Path) -> str:
    """All that decides on the versions that an import makes."""
    scenarios = {name: named.scenario.digest() for name, named in simulator.named_scenarios().items()}
    files = files_digest(folder) if folder.is_dir() else ""
    return digest_of([FREEZE_FORMAT, SIMULATOR_VERSION, files, scenarios, named_sliders()])
