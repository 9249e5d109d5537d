"""The bank that comes with the product, parsed once for the tests about it."""

import re
from functools import cache

from quizzes.core.content import FlashcardContent, QuestionContent
from quizzes.core.content.item import ItemContent
from quizzes.services.bank import CONTENT_FOLDER, BankContent, parse_bank
from quizzes.services.catalogue import named_sliders
from simulator import services as simulator


@cache
def bank() -> BankContent:
    scenarios = {name: named.scenario for name, named in simulator.named_scenarios().items()}
    return parse_bank(CONTENT_FOLDER, scenarios=scenarios, sliders=named_sliders())


def items() -> list[ItemContent]:
    return [entry.content for entry in bank().items]


def questions() -> list[QuestionContent]:
    return [item for item in items() if isinstance(item, QuestionContent)]


def question(name: str) -> QuestionContent:
    return next(found for found in questions() if found.id == name)


def flashcards() -> list[FlashcardContent]:
    return [item for item in items() if isinstance(item, FlashcardContent)]


def question_ids() -> list[str]:
    """Read without parsing, so that a file that is wrong fails a test instead of the collection."""
    return _ids("questions")


def item_ids() -> list[str]:
    return _ids("questions") + _ids("flashcards")


def _ids(name: str) -> list[str]:
    return [
        found
        for path in sorted(CONTENT_FOLDER.glob(f"*/{name}.yaml"))
        for found in re.findall(r"^- id: *([a-z0-9-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
