"""Content of the bank: frozen types and strict parsing."""

from quizzes.core.content.errors import ContentError, join_path
from quizzes.core.content.item import (
    Catalogue,
    ChoiceContent,
    FlashcardContent,
    ItemContent,
    QuestionContent,
    ScenarioContent,
    SourceContent,
)
from quizzes.core.content.parsing import parse_item

__all__ = [
    "Catalogue",
    "ChoiceContent",
    "ContentError",
    "FlashcardContent",
    "ItemContent",
    "QuestionContent",
    "ScenarioContent",
    "SourceContent",
    "join_path",
    "parse_item",
]
