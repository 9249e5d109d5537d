"""Tables of the bank (what is asked) and of learning (what was answered)."""

from quizzes.models.bank import Choice, Item
from quizzes.models.learning import Attempt, AttemptItem, Confidence, Learner, Memory, Report, Response
from quizzes.models.references import Misconception, Source, Topic
from quizzes.models.versions import BankImport, ItemFigure, ItemVersion
from quizzes.models.vocabulary import Kind, Level, State, Verdict

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
