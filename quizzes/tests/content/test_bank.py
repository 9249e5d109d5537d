"""What holds for the bank as a whole: enough of everything, nothing that gives a key away, nothing unused.

That each key holds, and that no other one would, is tested in
``quizzes/tests/services/test_shipped_bank.py``.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from quizzes.core.content import QuestionContent
from quizzes.core.content.item import ChoiceContent
from quizzes.core.content.parsing import run_of_claim
from quizzes.core.markup import plain_text
from quizzes.tests.content.shipped import bank, flashcards, items, question_ids, questions
from quizzes.tests.content.shipped import question as question_named
from simulator.core.claims import Claim, StatusClaim, claim_form, claims_digest, parse_claim, simple_claims

TOPICS_WITH_FOUR = (
    "what-is-a-learning-rate",
    "too-high",
    "too-low",
    "choosing",
    "curvature-and-conditioning",
    "noise-and-batch-size",
    "decay-schedules",
    "adaptive-methods",
)
WORDS_OF_AN_EXPLANATION = 120
LENGTHS_OF_OPTIONS = 1.8


def claims_of(question: QuestionContent) -> list[Claim]:
    return [
        parse_claim(choice.claim, question.scenario.resolved)
        for choice in question.choices
        if choice.claim is not None
    ]


def key_of(question: QuestionContent) -> ChoiceContent:
    return next(choice for choice in question.choices if choice.id == question.key)


def lengths(question: QuestionContent) -> dict[str, int]:
    return {choice.id: len(plain_text(choice.text)) for choice in question.choices}


def every_simple_claim() -> Iterator[Claim]:
    for question in questions():
        for claim in claims_of(question):
            yield from simple_claims(claim)


def test_there_are_enough_items() -> None:
    assert len(questions()) >= 40
    assert len(flashcards()) >= 20
    assert sum(question.proof == "proved" for question in questions()) >= 28


@pytest.mark.parametrize("topic", TOPICS_WITH_FOUR)
def test_a_main_topic_has_enough_questions_and_a_card(topic: str) -> None:
    assert sum(question.topic == topic for question in questions()) >= 4
    assert any(card.topic == topic for card in flashcards())


def test_the_bank_opens_with_the_question_about_generative_models() -> None:
    first = min(
        (entry for entry in bank().items if entry.content.topic == bank().topics[0].id),
        key=lambda entry: (not isinstance(entry.content, QuestionContent), entry.position),
    ).content
    assert first.id == "effect-on-a-generative-model"
    assert "generative-models" in first.also


def test_claims_and_objectives_are_varied() -> None:
    forms = Counter(claim_form(claim) for claim in every_simple_claim())
    assert len(forms) >= 4
    objectives = {run.objective.name for question in questions() for run in question.scenario.resolved.runs}
    assert len(objectives) >= 4
    assert sum(isinstance(claim, StatusClaim) for claim in every_simple_claim()) <= 0.4 * forms.total()


def test_no_two_questions_ask_the_same_of_the_simulator() -> None:
    """Also not with the options in another order or the runs under other names."""
    asked = Counter(
        claims_digest(question.scenario.resolved, claims_of(question))
        for question in questions()
        if question.proof == "proved"
    )
    assert max(asked.values()) == 1


def test_the_place_of_the_key_tells_nothing() -> None:
    places = Counter(question.key for question in questions() if len(question.choices) == 4)
    for place in "abcd":
        assert 0.15 <= places[place] / places.total() <= 0.35, places


def test_the_length_of_the_key_tells_nothing() -> None:
    longest = sum(
        lengths(question)[question.key]
        > max(length for place, length in lengths(question).items() if place != question.key)
        for question in questions()
    )
    assert longest <= 0.4 * len(questions())


@pytest.mark.parametrize("name", question_ids())
def test_options_are_alike_in_length(name: str) -> None:
    question = question_named(name)
    sizes = lengths(question).values()
    assert max(sizes) <= LENGTHS_OF_OPTIONS * min(sizes), lengths(question)


@pytest.mark.parametrize("name", question_ids())
def test_the_title_does_not_hold_the_key(name: str) -> None:
    question = question_named(name)
    key = plain_text(key_of(question).text).casefold().rstrip(".")
    parts = [key, *(part.strip() for part in key.replace(":", ",").split(",") if len(part.split()) >= 3)]
    for part in parts:
        assert part not in plain_text(question.title).casefold()


@pytest.mark.parametrize("name", question_ids())
def test_an_explanation_is_short(name: str) -> None:
    question = question_named(name)
    assert len(plain_text(question.explanation).split()) <= WORDS_OF_AN_EXPLANATION


@pytest.mark.parametrize("name", question_ids())
def test_every_option_has_feedback_and_every_question_a_look_and_a_takeaway(name: str) -> None:
    question = question_named(name)
    assert all(plain_text(choice.feedback) for choice in question.choices)
    assert plain_text(question.look_at)
    assert plain_text(question.takeaway)


@pytest.mark.parametrize("name", question_ids())
def test_the_slider_reaches_what_the_answers_would_need(name: str) -> None:
    question = question_named(name)
    if question.slider is None:
        return
    first = question.scenario.resolved.runs[0].label
    moved = question.slider["run"] or first
    for choice in question.choices:
        needed = choice.holds_at or {}
        meant = needed.get("run") or run_of_claim(choice.claim) or first
        if "lr" in needed and meant == moved:
            assert question.slider["min"] <= needed["lr"] <= question.slider["max"], choice.id


def test_most_questions_show_what_a_wrong_answer_would_need() -> None:
    shown = sum(any(choice.holds_at for choice in question.choices) for question in questions())
    assert shown >= len(questions()) / 2


def test_no_misconception_and_no_source_is_listed_in_vain() -> None:
    held = {choice.misconception for question in questions() for choice in question.choices}
    assert {entry.id for entry in bank().misconceptions} <= held
    cited = {source for item in items() for source in item.sources}
    assert {source.id for source in bank().sources} <= cited


def test_every_question_cites_a_source() -> None:
    assert all(question.sources for question in questions())
