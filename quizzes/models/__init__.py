"""Tables of the bank (what is asked) and of learning (what was answered)."""

from quizzes.models.bank import (
    BankImport,
    Choice,
    Item,
    ItemFigure,
    ItemVersion,
    Kind,
    Level,
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
    "BankImport",
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
