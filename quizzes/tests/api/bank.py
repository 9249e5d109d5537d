"""The question and the card that tests of the API ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.models import Item
from quizzes.tests import factory

FEEDBACK = "Feedback on option {}: told afterwards only."
EXPLANATION = "Each step multiplies the distance by $1 - 1.8 = -0.8$, so the hop shrinks."
TAKEAWAY = "Overshooting is not failing."
LOOK_AT = "Look at how every point lies on the other side."


def make_question(
    slug: str = "overshoot-converges", *, topic: str = "too-high", changes: Mapping[str, Any] | None = None
) -> Item:
    """A published question: four options with claims, the key is c."""
    content = {
        "level": "intermediate",
        "stem": "Gradient descent on a valley of curvature $L = 2$ uses `lr = 0.9`. What happens?",
        "scenario": factory.scenario_content(lr=0.9, steps=120),
        "choices": [
            choice("a", "The loss grows until it overflows", {"status": "diverged"}, {"lr": 1.2}),
            choice("b", "The weight bounces for ever", {"status": "oscillating"}),
            choice("c", "It converges, hopping from side to side", {"status": "converged"}),
            choice("d", "It barely moves", {"measure": "final_loss", "above": 0.5}),
        ],
        "key": "c",
        "explanation": EXPLANATION,
        "look_at": LOOK_AT,
        "takeaway": TAKEAWAY,
    }
    return factory.make_question(slug, topic, **content | dict(changes or {}))


def choice(
    label: str, text: str, claim: dict[str, Any], holds_at: dict[str, float] | None = None
) -> dict[str, Any]:
    return {
        "id": label,
        "text": text,
        "claim": claim,
        "feedback": FEEDBACK.format(label),
        **({"misconception": "higher-is-faster"} if label != "c" else {}),
        **({"holds_at": holds_at} if holds_at else {}),
    }


def make_questions(count: int, *, topic: str = "too-high") -> list[Item]:
    return [make_question(f"{topic}-{number}", topic=topic) for number in range(1, count + 1)]


def make_card(slug: str = "card-limit", *, topic: str = "too-high", scenario: bool = False) -> Item:
    more = {} if scenario else {"scenario": None, "slider": None}
    return factory.make_flashcard(slug, topic, **more)
