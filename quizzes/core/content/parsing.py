"""Strict parsing of items in the format of the bank (docs/content-format.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from quizzes.core.content.errors import ContentError, join_path
from quizzes.core.content.fields import Fields, Problems
from quizzes.core.content.item import (
    Catalogue,
    ChoiceContent,
    FlashcardContent,
    ItemContent,
    QuestionContent,
    ScenarioContent,
)
from quizzes.core.content.scenario import (
    add_change_problems,
    add_scenario_problems,
    apply_changes,
    read_scenario,
    read_slider,
)
from quizzes.core.kinds import FLASHCARD, KINDS, LEVELS, SINGLE_CHOICE
from quizzes.core.markup import FormulaError, check_formulas, count_words
from simulator.core.claims import parse_claim
from simulator.core.errors import ScenarioError

HEAD_KEYS = ("id", "kind", "topic", "title", "level", "also")
QUESTION_KEYS = (
    *HEAD_KEYS,
    *("stem", "scenario", "changes", "slider", "choices", "key", "proof"),
    *("explanation", "look_at", "takeaway", "sources"),
)
FLASHCARD_KEYS = (*HEAD_KEYS, "front", "back", "scenario", "changes", "slider", "sources")
CHOICE_KEYS = ("id", "text", "claim", "misconception", "holds_at", "feedback")

CHOICE_IDS = "abcdefgh"
TITLE_LENGTH = 80
TAKEAWAY_LENGTH = 300
EXPLANATION_WORDS = 120
TEXT_LENGTH = 4000


def parse_item(data: object, *, catalogue: Catalogue) -> ItemContent:
    """Check one item and return it as a frozen value.

    ``data`` is the mapping of the content format with ``topic`` filled in; ``kind`` defaults to
    ``single_choice``.

    Raises:
        ContentError: with every problem found, by path.
    """
    if isinstance(data, Mapping) and data.get("kind") == FLASHCARD:
        return _parse_flashcard(data, catalogue)
    return _parse_question(data, catalogue)


def _parse_question(data: object, catalogue: Catalogue) -> QuestionContent:
    problems: Problems = {}
    fields = Fields(data, path="", problems=problems, allowed=QUESTION_KEYS)
    if not isinstance(data, Mapping):
        raise ContentError(problems)
    head = _read_head(fields, catalogue)
    scenario = read_scenario(fields, catalogue, required=True)
    choices = _read_choices(fields, catalogue, scenario)
    proof = fields.one_of("proof", ("proved", "cited"))
    key = fields.text("key")
    _check_key(fields, choices, key, proof)
    sources = fields.names("sources", catalogue.sources, "source")
    if not sources:
        fields.problem("sources", "Give at least one source.")
    content: dict[str, Any] = {
        "stem": _text(fields, "stem"),
        "slider": read_slider(fields, scenario),
        "explanation": _explanation(fields),
        "look_at": _text(fields, "look_at"),
        "takeaway": _text(fields, "takeaway", max_length=TAKEAWAY_LENGTH),
    }
    if problems or scenario is None:
        raise ContentError(problems)
    known_by = cast(Literal["proved", "cited"], proof)
    return QuestionContent(
        **head, **content, scenario=scenario, choices=choices, key=key, proof=known_by, sources=sources
    )


def _parse_flashcard(data: Mapping[str, Any], catalogue: Catalogue) -> FlashcardContent:
    problems: Problems = {}
    fields = Fields(data, path="", problems=problems, allowed=FLASHCARD_KEYS)
    head = _read_head(fields, catalogue)
    scenario = read_scenario(fields, catalogue, required=False)
    card = FlashcardContent(
        **head,
        front=_text(fields, "front"),
        back=_text(fields, "back"),
        scenario=scenario,
        slider=read_slider(fields, scenario),
        sources=fields.names("sources", catalogue.sources, "source"),
    )
    if problems:
        raise ContentError(problems)
    return card


def _read_head(fields: Fields, catalogue: Catalogue) -> dict[str, Any]:
    fields.one_of("kind", KINDS, default=SINGLE_CHOICE)
    topic = fields.text("topic")
    if topic and topic not in catalogue.topics:
        fields.problem("topic", f"There is no topic “{topic}”.")
    also = fields.names("also", catalogue.topics, "topic")
    if topic in also:
        fields.problem("also", "An item's own topic need not stand here.")
    return {
        "id": fields.slug("id"),
        "topic": topic,
        "title": fields.text("title", max_length=TITLE_LENGTH),
        "level": fields.one_of("level", LEVELS),
        "also": also,
    }


def _text(fields: Fields, key: str, *, max_length: int = TEXT_LENGTH) -> str:
    """A text in Markdown: there, not too long, its formulas readable."""
    text = fields.text(key, max_length=max_length)
    try:
        check_formulas(text)
    except FormulaError as error:
        fields.problem(key, str(error))
    return text


def _explanation(fields: Fields) -> str:
    text = _text(fields, "explanation")
    words = count_words(text)
    if words > EXPLANATION_WORDS:
        fields.problem("explanation", f"At most {EXPLANATION_WORDS} words; this has {words}.")
    return text


def _read_choices(
    fields: Fields, catalogue: Catalogue, scenario: ScenarioContent | None
) -> tuple[ChoiceContent, ...]:
    written = fields.data.get("choices")
    if not isinstance(written, list) or not 2 <= len(written) <= len(CHOICE_IDS):
        fields.problem("choices", f"Give a list of two to {len(CHOICE_IDS)} options.")
        return ()
    choices = tuple(
        _read_choice(data, f"choices[{index}]", fields.problems, catalogue, scenario)
        for index, data in enumerate(written)
    )
    if [choice.id for choice in choices] != list(CHOICE_IDS[: len(choices)]):
        expected = ", ".join(CHOICE_IDS[: len(choices)])
        fields.problem("choices", f"The ids of these options must be {expected}, in this order.")
    seen: dict[str, str] = {}
    for index, choice in enumerate(choices):
        text = re.sub(r"\W+", " ", choice.text).strip().casefold() or choice.text
        if choice.text and text in seen:
            fields.problem(f"choices[{index}].text", f"Says the same as option {seen[text]}.")
        seen.setdefault(text, choice.id)
    return choices


def _read_choice(
    data: object, path: str, problems: Problems, catalogue: Catalogue, scenario: ScenarioContent | None
) -> ChoiceContent:
    fields = Fields(data, path=path, problems=problems, allowed=CHOICE_KEYS)
    misconception = fields.text("misconception", required=False) or None
    if misconception is not None and misconception not in catalogue.misconceptions:
        fields.problem("misconception", f"There is no misconception “{misconception}”.")
    claim = fields.mapping("claim")
    holds_at = fields.mapping("holds_at")
    if scenario is not None:
        _check_claim(problems, path, claim, holds_at, scenario)
    return ChoiceContent(
        id=fields.text("id", max_length=1),
        text=_text(fields, "text"),
        feedback=_text(fields, "feedback"),
        claim=claim,
        misconception=misconception,
        holds_at=holds_at,
    )


def _check_claim(
    problems: Problems,
    path: str,
    claim: Mapping[str, Any] | None,
    holds_at: Mapping[str, Any] | None,
    scenario: ScenarioContent,
) -> None:
    if claim is not None:
        try:
            parse_claim(claim, scenario.resolved, join_path(path, "claim"))
        except ScenarioError as error:
            add_scenario_problems(problems, "", error)
    if holds_at is not None:
        if not [key for key in holds_at if key != "run"]:
            problems.setdefault(
                join_path(path, "holds_at"), "Give at least one changed setting, for example lr."
            )
            return
        try:
            apply_changes(scenario.resolved, holds_at, run_of_claim(claim))
        except ScenarioError as error:
            add_change_problems(problems, join_path(path, "holds_at"), error)


def run_of_claim(claim: Mapping[str, Any] | None) -> str | None:
    """The run that a claim is about, where all its parts are about the same one; None means the first run."""
    runs = set(_runs_named(claim))
    return runs.pop() if len(runs) == 1 else None


def _runs_named(claim: object) -> Iterator[str]:
    """The ``run`` of each simple claim; a run that is only compared with does not count."""
    if not isinstance(claim, Mapping):
        return
    if isinstance(claim.get("run"), str):
        yield claim["run"]
    yield from _runs_named(claim.get("not"))
    for key in ("all", "any"):
        parts = claim.get(key)
        for part in parts if isinstance(parts, list) else ():
            yield from _runs_named(part)


def _check_key(fields: Fields, choices: tuple[ChoiceContent, ...], key: str, proof: str) -> None:
    """The key is an option, and misconceptions and claims stand where they must.

    A wrong option without a misconception, or a key with one, is refused: so that a key which is moved to
    another option cannot pass, whether or not the simulator can check it.
    """
    if not choices:
        return
    if key and key not in [choice.id for choice in choices]:
        fields.problem("key", f"There is no option “{key}”.")
        return
    with_claim = [choice for choice in choices if choice.claim is not None]
    for index, choice in enumerate(choices):
        path = f"choices[{index}]"
        if choice.id == key:
            if choice.misconception is not None:
                fields.problem(f"{path}.misconception", "The key cannot be a misconception.")
            if choice.holds_at is not None:
                fields.problem(f"{path}.holds_at", "The key holds with the settings of the scenario.")
        elif choice.misconception is None:
            fields.problem(f"{path}.misconception", "Every wrong option needs a misconception.")
        if choice.claim is None and (with_claim or proof == "proved"):
            fields.problem(
                f"{path}.claim",
                "This option has no claim. A proved key needs one on every option; else give none at all.",
            )
        if choice.claim is None and choice.holds_at is not None:
            fields.problem(
                f"{path}.holds_at", "Without a claim it cannot be checked where this option would hold."
            )
