"""Tables of the bank (what is asked) and of learning (what was answered)."""

from quizzes.models.bank import (
    Choice,
    Item,
    ItemFigure,
    ItemVersion,
    Level,
    Kind,
    Misconception,
    Source,
    State,
    Topic,
    Verdict,
)
from quizzes.models.learning import Attempt, AttemptItem, Confidence, Learner, Memory, Report, Response

__all__ = [
    "Attempt",
    "AttemptItem",
    "Choice",
    "Confidence",
    "Item",
    "ItemFigure",
    "ItemVersion",
    "Kind",
    "Learner",
    "Level",
    "Memory",
    "Misconception",
    "Report",
    "Response",
    "Source",
    "State",
    "Topic",
    "Verdict",
]
