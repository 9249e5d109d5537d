"""A catalogue of content that needs no database."""

from typing import Any

from quizzes.core.content import Catalogue, FlashcardContent, QuestionContent, SourceContent, parse_item
from quizzes.tests.factory import flashcard_content, question_content, scenario_content
from simulator.core.spec import parse_scenario

CATALOGUE = Catalogue(
    topics=frozenset({"too-high", "too-low", "momentum"}),
    misconceptions={"higher-is-faster": "Higher is faster.", "overshoot-fails": "Overshooting is failing."},
    sources={
        "goh-2017": SourceContent("goh-2017", "Goh (2017).", "https://distill.pub/2017/momentum/"),
        "cohen-2021": SourceContent("cohen-2021", "Cohen et al. (2021)."),
    },
    scenarios={"hopping-valley": parse_scenario(scenario_content(lr=0.9, steps=120))},
    sliders={
        "hopping-valley": {
            "run": None,
            "parameter": "lr",
            "min": 0.1,
            "max": 1.2,
            "scale": "linear",
            "steps": 60,
        }
    },
)


def question(**changes: Any) -> QuestionContent:
    parsed = parse_item(question_content(**changes), catalogue=CATALOGUE)
    assert isinstance(parsed, QuestionContent)
    return parsed


def flashcard(**changes: Any) -> FlashcardContent:
    parsed = parse_item(flashcard_content(**changes), catalogue=CATALOGUE)
    assert isinstance(parsed, FlashcardContent)
    return parsed
