"""The result of a stored response, as the contract of the API gives it."""

from __future__ import annotations

from typing import Any

from quizzes.core.frozen import AnswerPayload, SourcePayload
from quizzes.models import Response


def result_of(response: Response) -> dict[str, Any]:
    """Score, key, feedback, explanation, proof and due time of a response; no query if its version is loaded.

    The contract's ``simulation`` is made of ``scenario`` and ``description`` and of addresses that the doors
    know. ``look_at``, ``takeaway`` and the beliefs behind wrong options are additions.
    """
    answer: AnswerPayload = response.version.answer
    question = response.version.question
    texts = {choice["id"]: choice["text"] for choice in question.get("choices", [])}
    return {
        "score": response.score,
        "correct": response.correct,
        "key": {"choice": answer["key"]} if answer["key"] else None,
        "feedback": [
            {
                "choice": choice["id"],
                "choice_text": texts.get(choice["id"], ""),
                "text": choice["feedback"],
                "text_html": choice["feedback_html"],
                "belief": choice["belief"],
            }
            for choice in answer["choices"]
        ],
        "explanation": answer["explanation"],
        "explanation_html": answer["explanation_html"],
        "look_at": answer["look_at"],
        "look_at_html": answer["look_at_html"],
        "takeaway": answer["takeaway"],
        "takeaway_html": answer["takeaway_html"],
        "proof": _proof_of(answer),
        "scenario": answer["scenario"],
        "description": answer["description"],
        "due": response.due_at,
    }


def _proof_of(answer: AnswerPayload) -> dict[str, Any] | None:
    proof = answer["proof"]
    if proof is None:
        return None
    return {
        "verdict": proof["verdict"],
        "claims": [
            {"choice": claim["choice"], "verdict": claim["verdict"], "measured": claim["measured"]}
            for claim in proof["claims"]
        ],
        "sources": [_print_source(source) for source in answer["sources"]],
    }


def _print_source(source: SourcePayload) -> str:
    return f"{source['citation']} {source['url']}".strip()
