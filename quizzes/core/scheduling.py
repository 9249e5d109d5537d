"""When an item comes back: spaced repetition by FSRS, as a pure function of the responses.

The model is FSRS-6 with its published default weights (the ``fsrs`` package; Ye, Su & Cao 2022, "A
Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling", KDD). It aims at recalling
nine items in ten at the moment when they come back. Random spreading of the intervals is off: the same
responses always give the same memory, on every machine.

There is one learning step, of ten minutes, instead of the package's one and ten: a question is answered with
its explanation at once, and a minute later would only test whether the page was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict

CardState = dict[str, Any]

_SCHEDULER = Scheduler(
    desired_retention=0.9,
    learning_steps=(timedelta(minutes=10),),
    relearning_steps=(timedelta(minutes=10),),
    enable_fuzzing=False,
)
_RATINGS = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good, "easy": Rating.Easy}


@dataclass(frozen=True, slots=True)
class Review:
    """One answer as the scheduler sees it."""

    at: datetime
    rating: str
    correct: bool


@dataclass(frozen=True, slots=True)
class MemoryState:
    """What is known of one learner and one item after all reviews so far."""

    card: CardState
    due_at: datetime
    last_review_at: datetime
    last_correct: bool
    reviews: int


def rating_for(correct: bool, confidence: str = "") -> str:
    """The scheduler's rating of an answer to a question, from its correctness and the learner's confidence.

    =====================  ======  =====================================================================
    wrong                  again   whatever the confidence: what was said to be known is not
    right, a guess         hard    chance alone gives one right answer in four; it should come back soon
    right, unsure          good    recalled with effort: the ordinary success
    right, nothing said    good    no evidence of ease
    right, sure            easy    recalled without doubt: the longest interval
    =====================  ======  =====================================================================

    A right answer is never ``again``: FSRS takes that as forgetting, and a lucky guess does not show that
    something once known is lost.
    """
    if not correct:
        return "again"
    return {"guess": "hard", "sure": "easy"}.get(confidence, "good")


def review(card: CardState | None, rating: str, at: datetime) -> tuple[CardState, datetime]:
    """The state after one more review, and when the item is due. ``card`` is None for the first review.

    ``at`` is aware, and not earlier than the review before.
    """
    moment = at.astimezone(UTC)
    before = Card.from_dict(cast(CardDict, card)) if card is not None else Card(card_id=0, due=moment)
    after, _ = _SCHEDULER.review_card(before, _RATINGS[rating], moment)
    return cast(CardState, after.to_dict()), after.due


def advance(memory: MemoryState | None, step: Review) -> MemoryState:
    """The memory after one more review."""
    card, due_at = review(memory.card if memory else None, step.rating, step.at)
    return MemoryState(
        card=card,
        due_at=due_at,
        last_review_at=step.at,
        last_correct=step.correct,
        reviews=(memory.reviews if memory else 0) + 1,
    )


def replay(reviews: Iterable[Review]) -> MemoryState | None:
    """The memory that these reviews, in the order of the answers, leave behind; None without any."""
    memory: MemoryState | None = None
    for step in reviews:
        memory = advance(memory, step)
    return memory


def retrievability(card: CardState | None, at: datetime) -> float:
    """The predicted probability (0 to 1) of a right answer at ``at``; 0 without a review."""
    if card is None:
        return 0.0
    return float(_SCHEDULER.get_card_retrievability(Card.from_dict(cast(CardDict, card)), at.astimezone(UTC)))


def remembered(card: CardState, last_correct: bool, at: datetime) -> float:
    """As :func:`retrievability`, but 0 while the last answer was wrong.

    FSRS counts a review as seeing the answer, so right after a wrong answer it predicts certain recall. As a
    measure of progress that would reward answering wrongly.
    """
    return retrievability(card, at) if last_correct else 0.0
