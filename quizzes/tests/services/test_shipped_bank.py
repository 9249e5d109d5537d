"""The bank that comes with the product: every key holds, and no key could be another one unnoticed."""

import dataclasses
import re
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from quizzes.core.content import ContentError, QuestionContent, parse_item
from quizzes.core.digests import digest_of
from quizzes.core.markup import plain_text
from quizzes.core.proving import contradictions, prove
from quizzes.services.bank import CONTENT_FOLDER, BankContent, parse_bank, write_bank
from quizzes.services.catalogue import named_sliders
from quizzes.services.drafts import draft_of, write_draft
from quizzes.services.export_bank import entry_of
from quizzes.services.import_references import import_references
from simulator import services as simulator


@cache
def bank() -> BankContent:
    scenarios = {name: named.scenario for name, named in simulator.named_scenarios().items()}
    return parse_bank(CONTENT_FOLDER, scenarios=scenarios, sliders=named_sliders())


def questions() -> dict[str, QuestionContent]:
    return {
        entry.content.id: entry.content
        for entry in bank().items
        if isinstance(entry.content, QuestionContent)
    }


def ids_in_files() -> list[str]:
    """Read without parsing, so that a file that is wrong fails a test instead of the collection."""
    ids: list[str] = []
    for path in sorted(Path(CONTENT_FOLDER).glob("*/questions.yaml")):
        ids += re.findall(r"^- id: *([a-z0-9-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return ids


def test_every_file_is_read_and_every_question_is_tested() -> None:
    assert sorted(questions()) == sorted(ids_in_files())


@pytest.mark.parametrize("name", ids_in_files())
def test_the_key_holds_and_no_other_key_would(name: str) -> None:
    question = questions()[name]
    proof = prove(question)
    assert not proof.problems, "\n".join(problem.message for problem in proof.problems)
    for other in (choice.id for choice in question.choices if choice.id != question.key):
        with pytest.raises(ContentError):
            parse_item({**question.to_dict(), "key": other}, catalogue=bank().catalogue)
        # Also with the misconceptions moved along, which only the simulation can find.
        if question.proof == "proved":
            moved = dataclasses.replace(question, key=other)
            found = {problem.choice for problem in contradictions(moved, proof.claims)}
            assert found == {other, question.key}


@pytest.mark.parametrize("name", ids_in_files())
def test_no_option_refers_to_the_others(name: str) -> None:
    for choice in questions()[name].choices:
        words = plain_text(choice.text).casefold()
        assert not re.search(r"\b(all|none|both|neither|any) of (the|these|those)\b", words), choice.text
        assert not re.search(r"\b(options?|answers?) [a-h]\b", words), choice.text


def test_no_scenario_with_the_same_claims_stands_twice() -> None:
    seen = Counter(
        digest_of(
            [question.scenario.resolved.to_dict(), sorted(str(choice.claim) for choice in question.choices)]
        )
        for question in questions().values()
        if question.proof == "proved"
    )
    assert max(seen.values(), default=0) <= 1


def test_every_misconception_and_source_is_used() -> None:
    used: set[str] = set()
    cited: set[str] = set()
    for entry in bank().items:
        cited |= set(entry.content.sources)
        if isinstance(entry.content, QuestionContent):
            used |= {choice.misconception for choice in entry.content.choices if choice.misconception}
    assert used == {entry.id for entry in bank().misconceptions}
    assert cited == {source.id for source in bank().sources}


def test_every_item_survives_being_written_as_a_file(tmp_path: Path) -> None:
    write_bank(
        tmp_path,
        {
            "topics.yaml": [
                {"id": topic.id, "title": topic.title, "summary": topic.summary} for topic in bank().topics
            ],
            "misconceptions.yaml": [
                {"id": entry.id, "belief": entry.belief, "truth": entry.truth}
                for entry in bank().misconceptions
            ],
            "sources.yaml": [{"id": s.id, "citation": s.citation, "url": s.url} for s in bank().sources],
            **{
                file: [entry_of(entry.content.to_dict()) for entry in entries]
                for file, entries in groupby(bank().items, lambda entry: entry.file)
            },
        },
    )
    catalogue = bank().catalogue
    again = parse_bank(tmp_path, scenarios=catalogue.scenarios, sliders=catalogue.sliders)
    assert again.items == bank().items
    assert (again.sources, again.misconceptions) == (bank().sources, bank().misconceptions)


@pytest.mark.django_db
def test_every_item_survives_being_a_draft() -> None:
    import_references(bank(), overwrite=None)
    for entry in bank().items:
        item = write_draft(item=None, content=entry.content.to_dict())
        assert draft_of(item) == entry.content.to_dict()
