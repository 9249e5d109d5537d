"""Grading: an answer and the frozen key in, a score out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.core.frozen import AnswerPayload
from quizzes.core.kinds import FLASHCARD, SINGLE_CHOICE
from quizzes.core.responses import ResponseError

# What an answer to an item of each kind looks like.
FORM_OF_KIND = {SINGLE_CHOICE: "choice", FLASHCARD: "rating"}


@dataclass(frozen=True, slots=True)
class Grade:
    """``score`` from 0 to 1; ``correct`` is what counts as known."""

    score: float
    correct: bool


def grade(kind: str, answer: AnswerPayload, response: Mapping[str, Any]) -> Grade:
    """Grade a parsed response (the contract's ``response`` object) against the frozen answer of a version.

    A single choice scores 1 or 0. A flashcard is graded by its reader: "again" means that the back was
    not recalled, and scores 0; the other three score 1 and differ in when the card comes back.

    Raises:
        ResponseError: ``wrong_form``, ``unknown_choice``, ``unsupported_kind``.
    """
    form = FORM_OF_KIND.get(kind)
    if form is None:
        raise ResponseError("unsupported_kind", f"Responses to items of the kind “{kind}” are not taken yet.")
    if form not in response:
        given = ", ".join(response)
        raise ResponseError(
            "wrong_form",
            f"This item takes {{“{form}”: …}}, not “{given}”.",
            {"response": f"This item takes the key “{form}”."},
        )
    if kind == FLASHCARD:
        recalled = response["rating"] != "again"
        return Grade(score=1.0 if recalled else 0.0, correct=recalled)
    known = [choice["id"] for choice in answer["choices"]]
    if response["choice"] not in known:
        message = f"There is no option “{response['choice']}”. Options: {', '.join(known)}."
        raise ResponseError("unknown_choice", message, {"response.choice": message})
    right = response["choice"] == answer["key"]
    return Grade(score=1.0 if right else 0.0, correct=right)
