"""Grading of responses against frozen answers."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.freezing import freeze_answer
from quizzes.core.frozen import AnswerPayload
from quizzes.core.grading import Grade, grade
from quizzes.core.responses import RATINGS, ResponseError
from quizzes.tests.core.catalogue import CATALOGUE, flashcard, question

QUESTION: AnswerPayload = freeze_answer(question(), CATALOGUE, proof=None, result=None)
CARD: AnswerPayload = freeze_answer(flashcard(), CATALOGUE, proof=None, result=None)


def test_the_key_scores_one_and_everything_else_nothing() -> None:
    assert grade("single_choice", QUESTION, {"choice": "b"}) == Grade(1.0, True)
    assert grade("single_choice", QUESTION, {"choice": "a"}) == Grade(0.0, False)


@pytest.mark.parametrize("rating", RATINGS)
def test_a_card_counts_as_known_unless_it_was_forgotten(rating: str) -> None:
    assert grade("flashcard", CARD, {"rating": rating}).correct is (rating != "again")


@pytest.mark.parametrize(
    ("kind", "response", "code"),
    [
        ("single_choice", {"choice": "d"}, "unknown_choice"),
        ("single_choice", {"choice": "B"}, "unknown_choice"),
        ("single_choice", {"rating": "good"}, "wrong_form"),
        ("flashcard", {"choice": "b"}, "wrong_form"),
        ("numeric", {"number": 1}, "unsupported_kind"),
    ],
)
def test_what_cannot_be_graded_is_named(kind: str, response: dict[str, Any], code: str) -> None:
    with pytest.raises(ResponseError) as caught:
        grade(kind, QUESTION if kind != "flashcard" else CARD, response)
    assert caught.value.code == code


@settings(deadline=None, max_examples=60)
@given(key=st.sampled_from("abcdefgh"), count=st.integers(2, 8), chosen=st.sampled_from("abcdefgh"))
def test_exactly_one_option_is_right(key: str, count: int, chosen: str) -> None:
    options: Any = [{"id": option} for option in "abcdefgh"[:count]]
    answer: AnswerPayload = {**QUESTION, "key": key, "choices": options}
    try:
        result = grade("single_choice", answer, {"choice": chosen})
    except ResponseError:
        assert chosen not in "abcdefgh"[:count]
    else:
        assert result.correct is (chosen == key)
        assert result.score == float(result.correct)
