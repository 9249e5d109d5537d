"""A small bank in a folder, for tests that read files."""

from pathlib import Path
from typing import Any

from quizzes.services.bank.writing import write_bank
from quizzes.tests.factory import flashcard_content, question_content


def small_bank(folder: Path, *, questions: int = 3) -> Path:
    """Two topics, ``questions`` questions and two flashcards."""
    files: dict[str, list[dict[str, Any]]] = {
        "topics.yaml": [
            {"id": "too-high", "title": "Too high", "summary": "What happens above."},
            {"id": "too-low", "title": "Too low", "summary": "And below.", "prerequisites": ["too-high"]},
        ],
        "misconceptions.yaml": [
            {"id": "higher-is-faster", "belief": "Higher is faster.", "truth": "Only up to an optimum."}
        ],
        "sources.yaml": [
            {
                "id": "goh-2017",
                "citation": "Goh, G. (2017). Why: Momentum.",
                "url": "https://distill.pub/2017/momentum/",
            }
        ],
        "too-high/questions.yaml": [
            _for_file(question_content(f"q-{number}", also=["too-low"])) for number in range(1, questions + 1)
        ],
        "too-low/flashcards.yaml": [
            _for_file(flashcard_content(f"c-{number}", "too-low")) for number in (1, 2)
        ],
    }
    write_bank(folder, files)
    return folder


def edit(folder: Path, name: str, old: str, new: str, count: int = 1) -> None:
    """Replace a text in a file of the bank; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def _for_file(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in ("topic", "kind")}
