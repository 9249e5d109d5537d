"""Strict parsing of a whole bank: topics, misconceptions, sources and items, with every problem found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizzes.core.content import Catalogue, ContentError, ItemContent, SourceContent, parse_item
from quizzes.core.content.fields import Fields, Problems
from quizzes.core.digests import digest_of
from quizzes.core.frozen import SliderPayload
from quizzes.core.kinds import FLASHCARD, SINGLE_CHOICE
from quizzes.services.bank.files import (
    FLASHCARDS,
    MISCONCEPTIONS,
    SOURCES,
    TOPICS,
    BankFile,
    read_folder,
)
from quizzes.services.bank.problems import BankError, BankProblem
from simulator.core.spec import Scenario


@dataclass(frozen=True, slots=True)
class TopicEntry:
    id: str
    title: str
    summary: str
    prerequisites: tuple[str, ...]
    position: int

    def digest(self) -> str:
        return digest_of([self.title, self.summary, sorted(self.prerequisites)])


@dataclass(frozen=True, slots=True)
class MisconceptionEntry:
    id: str
    belief: str
    truth: str

    def digest(self) -> str:
        return digest_of([self.belief, self.truth])


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """An item with the file that it stands in and its place among the items of that file (from 1)."""

    file: str
    position: int
    content: ItemContent


@dataclass(frozen=True, slots=True)
class BankContent:
    """A bank that is right as far as it can be told without running anything."""

    topics: tuple[TopicEntry, ...]
    misconceptions: tuple[MisconceptionEntry, ...]
    sources: tuple[SourceContent, ...]
    items: tuple[ItemEntry, ...]
    catalogue: Catalogue


def parse_bank(
    folder: Path, *, scenarios: Mapping[str, Scenario], sliders: Mapping[str, SliderPayload]
) -> BankContent:
    """Read and check all files of a folder.

    Raises:
        BankError: with every problem of every file, each naming file, item and key.
    """
    files, problems = read_folder(folder)
    if problems and not files:
        raise BankError(problems)
    topics = _read_topics(files.get(TOPICS), problems)
    misconceptions = _read_misconceptions(files.get(MISCONCEPTIONS), problems)
    sources = _read_sources(files.get(SOURCES), problems)
    catalogue = Catalogue(
        topics=frozenset(topic.id for topic in topics),
        misconceptions={entry.id: entry.belief for entry in misconceptions},
        sources={source.id: source for source in sources},
        scenarios=scenarios,
        sliders=sliders,
    )
    items = _read_items(files, catalogue, problems)
    order = {topic.id: topic.position for topic in topics}
    items.sort(key=lambda item: (order[item.content.topic], item.file, item.position))
    if problems:
        raise BankError(problems)
    return BankContent(topics, misconceptions, sources, tuple(items), catalogue)


class _Entries:
    """The entries of one file; problems are told with file and id, and an id stands once only."""

    def __init__(self, file: BankFile | None, problems: list[BankProblem]) -> None:
        self.file = file
        self.problems = problems
        self.seen: set[str] = set()

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return enumerate(self.file.entries if self.file is not None else (), start=1)

    def tell(self, number: int, data: object, problems: Mapping[str, str]) -> None:
        name = data.get("id") if isinstance(data, Mapping) else None
        item = name if isinstance(name, str) else f"entry {number}"
        file = self.file.name if self.file is not None else ""
        self.problems.extend(BankProblem(file, item, key, text) for key, text in problems.items())

    def fields(self, data: object, allowed: tuple[str, ...]) -> tuple[Fields, Problems]:
        problems: Problems = {}
        return Fields(data, path="", problems=problems, allowed=allowed), problems

    def unique(self, id_: str, problems: Problems) -> None:
        if id_ in self.seen:
            problems.setdefault("id", "This id stands twice.")
        self.seen.add(id_)


def _read_topics(file: BankFile | None, problems: list[BankProblem]) -> tuple[TopicEntry, ...]:
    entries = _Entries(file, problems)
    known = [
        data["id"] for _, data in entries if isinstance(data, Mapping) and isinstance(data.get("id"), str)
    ]
    topics: list[TopicEntry] = []
    for number, data in entries:
        fields, found = entries.fields(data, ("id", "title", "summary", "prerequisites"))
        topic = TopicEntry(
            id=fields.slug("id"),
            title=fields.text("title", max_length=120),
            summary=fields.text("summary"),
            prerequisites=fields.names("prerequisites", known[: number - 1], "earlier topic"),
            position=number,
        )
        entries.unique(topic.id, found)
        entries.tell(number, data, found)
        topics.append(topic)
    return tuple(topics)


def _read_misconceptions(
    file: BankFile | None, problems: list[BankProblem]
) -> tuple[MisconceptionEntry, ...]:
    entries = _Entries(file, problems)
    read: list[MisconceptionEntry] = []
    for number, data in entries:
        fields, found = entries.fields(data, ("id", "belief", "truth"))
        entry = MisconceptionEntry(
            id=fields.slug("id"), belief=fields.text("belief", max_length=200), truth=fields.text("truth")
        )
        entries.unique(entry.id, found)
        entries.tell(number, data, found)
        read.append(entry)
    return tuple(read)


def _read_sources(file: BankFile | None, problems: list[BankProblem]) -> tuple[SourceContent, ...]:
    entries = _Entries(file, problems)
    read: list[SourceContent] = []
    for number, data in entries:
        fields, found = entries.fields(data, ("id", "citation", "url"))
        url = fields.text("url", required=False, max_length=200)
        if url and not url.startswith(("https://", "http://")):
            fields.problem("url", "Give an address that begins with https://.")
        source = SourceContent(id=fields.slug("id"), citation=fields.text("citation"), url=url)
        entries.unique(source.id, found)
        entries.tell(number, data, found)
        read.append(source)
    return tuple(read)


def _read_items(
    files: Mapping[str, BankFile], catalogue: Catalogue, problems: list[BankProblem]
) -> list[ItemEntry]:
    items: list[ItemEntry] = []
    first_seen: dict[str, str] = {}
    for name, file in files.items():
        if "/" not in name:
            continue
        entries = _Entries(file, problems)
        for number, data in entries:
            try:
                content = parse_item(_with_defaults(data, name), catalogue=catalogue)
            except ContentError as error:
                entries.tell(number, data, error.fields)
                continue
            if content.id in first_seen:
                entries.tell(number, data, {"id": f"This id stands in {first_seen[content.id]} already."})
            first_seen.setdefault(content.id, name)
            items.append(ItemEntry(name, number, content))
    return items


def _with_defaults(data: object, name: str) -> object:
    """The topic is the folder, and the kind follows from the file."""
    if not isinstance(data, Mapping):
        return data
    topic, _, file = name.partition("/")
    kind = FLASHCARD if file == FLASHCARDS else SINGLE_CHOICE
    filled = {"kind": kind, **data}
    return filled if "topic" in filled else {**filled, "topic": topic}
