"""The bank that comes with the product: every key holds, and no key could be another one unnoticed."""

import dataclasses
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from quizzes.core.content import ContentError, QuestionContent, parse_item
from quizzes.core.digests import digest_of
from quizzes.core.markup import plain_text
from quizzes.core.proving import contradictions, prove
from quizzes.services.bank import parse_bank, write_bank
from quizzes.services.drafts import draft_of, write_draft
from quizzes.services.export_bank import entry_of
from quizzes.services.import_references import import_references
from quizzes.tests.content import shipped


def questions() -> dict[str, QuestionContent]:
    return {question.id: question for question in shipped.questions()}


def test_every_file_is_read_and_every_question_is_tested() -> None:
    assert sorted(questions()) == sorted(shipped.question_ids())


@pytest.mark.parametrize("name", shipped.question_ids())
def test_the_key_holds_and_no_other_key_would(name: str) -> None:
    question = questions()[name]
    proof = prove(question)
    assert not proof.problems, "\n".join(problem.message for problem in proof.problems)
    for other in (choice.id for choice in question.choices if choice.id != question.key):
        with pytest.raises(ContentError):
            parse_item({**question.to_dict(), "key": other}, catalogue=shipped.bank().catalogue)
        # Also with the misconceptions moved along, which only the simulation can find.
        if question.proof == "proved":
            moved = dataclasses.replace(question, key=other)
            found = {problem.choice for problem in contradictions(moved, proof.claims)}
            assert found == {other, question.key}


@pytest.mark.parametrize("name", shipped.question_ids())
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
    for entry in shipped.bank().items:
        cited |= set(entry.content.sources)
        if isinstance(entry.content, QuestionContent):
            used |= {choice.misconception for choice in entry.content.choices if choice.misconception}
    assert used == {entry.id for entry in shipped.bank().misconceptions}
    assert cited == {source.id for source in shipped.bank().sources}


def test_every_item_survives_being_written_as_a_file(tmp_path: Path) -> None:
    write_bank(
        tmp_path,
        {
            "topics.yaml": [
                {"id": topic.id, "title": topic.title, "summary": topic.summary}
                for topic in shipped.bank().topics
            ],
            "misconceptions.yaml": [
                {"id": entry.id, "belief": entry.belief, "truth": entry.truth}
                for entry in shipped.bank().misconceptions
            ],
            "sources.yaml": [
                {"id": s.id, "citation": s.citation, "url": s.url} for s in shipped.bank().sources
            ],
            **{
                file: [entry_of(entry.content.to_dict()) for entry in entries]
                for file, entries in groupby(shipped.bank().items, lambda entry: entry.file)
            },
        },
    )
    catalogue = shipped.bank().catalogue
    again = parse_bank(tmp_path, scenarios=catalogue.scenarios, sliders=catalogue.sliders)
    assert again.items == shipped.bank().items
    assert (again.sources, again.misconceptions) == (shipped.bank().sources, shipped.bank().misconceptions)


@pytest.mark.django_db
def test_every_item_survives_being_a_draft() -> None:
    import_references(shipped.bank(), overwrite=None)
    for entry in shipped.bank().items:
        item = write_draft(item=None, content=entry.content.to_dict())
        assert draft_of(item) == entry.content.to_dict()
