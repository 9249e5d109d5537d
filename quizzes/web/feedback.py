"""What a learner sees after an answer: everything of a version's ``answer``, seen from the option chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from quizzes.core.frozen import AnswerPayload, ProofPayload, QuestionPayload, SourcePayload
from quizzes.models import Confidence, Response, Topic
from quizzes.web.asking import Place
from quizzes.web.queries import with_query
from simulator.services import Figure


@dataclass(frozen=True, slots=True)
class ChoiceFeedback:
    """One option after the answer; ``belief`` is the misconception that leads to it."""

    number: int
    id: str
    inline_html: str
    feedback_html: str
    belief: str
    is_key: bool
    is_yours: bool


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """The claim of one option, its verdict and what the simulator measured, all in words."""

    number: int
    claim: str
    verdict: str
    measured: str


@dataclass(frozen=True, slots=True)
class ProofShown:
    verdict: str
    claims: list[ClaimShown]
    simulator: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """All that the feedback of one response needs."""

    question: QuestionPayload
    topic: Topic
    level: str
    correct: bool
    choices: list[ChoiceFeedback]
    yours: ChoiceFeedback
    key: ChoiceFeedback
    remark: str
    is_repeat: bool
    explanation_html: str
    look_at_html: str
    takeaway_html: str
    proof: ProofShown | None
    sources: Sequence[SourcePayload]
    figure: Figure | None
    due_at: datetime | None
    now: datetime
    next_url: str
    next_label: str
    report_url: str
    place: Place | None


def feedback_on(
    response: Response,
    *,
    figure: Figure | None,
    now: datetime,
    next_url: str,
    next_label: str,
    place: Place | None = None,
    is_repeat: bool = False,
) -> Feedback:
    """The feedback on a stored response to a choice item (its version and topic loaded along)."""
    version = response.version
    answer: AnswerPayload = version.answer
    choices = _choices(version.question, answer, picked=response.response["choice"])
    return Feedback(
        question=version.question,
        topic=version.topic,
        level=version.get_level_display(),
        correct=response.correct,
        choices=choices,
        yours=next(choice for choice in choices if choice.is_yours),
        key=next(choice for choice in choices if choice.is_key),
        remark=_remark(response),
        is_repeat=is_repeat,
        explanation_html=answer["explanation_html"],
        look_at_html=answer["look_at_html"],
        takeaway_html=answer["takeaway_html"],
        proof=_proof(answer["proof"], {choice.id: choice.number for choice in choices}),
        sources=answer["sources"],
        figure=figure,
        due_at=response.due_at,
        now=now,
        next_url=next_url,
        next_label=next_label,
        report_url=with_query(
            reverse("quizzes:report", args=[response.item.slug]), back=response.get_absolute_url()
        ),
        place=place,
    )


def _choices(question: QuestionPayload, answer: AnswerPayload, picked: str) -> list[ChoiceFeedback]:
    told = {choice["id"]: choice for choice in answer["choices"]}
    return [
        ChoiceFeedback(
            number=number,
            id=shown["id"],
            inline_html=shown["text_html"],
            feedback_html=told[shown["id"]]["feedback_html"],
            belief=told[shown["id"]]["belief"] or "",
            is_key=shown["id"] == answer["key"],
            is_yours=shown["id"] == picked,
        )
        for number, shown in enumerate(question["choices"], 1)
    ]


def _proof(proof: ProofPayload | None, numbers: dict[str, int]) -> ProofShown | None:
    if proof is None:
        return None
    claims = [
        ClaimShown(
            number=numbers[claim["choice"]],
            claim=claim["claim"],
            verdict=claim["verdict"],
            measured=claim["measured"],
        )
        for claim in proof["claims"]
    ]
    return ProofShown(proof["verdict"], claims, proof["simulator"])


def _remark(response: Response) -> str:
    """A kind word where confidence and outcome disagree.

    Errors made with confidence are the ones that feedback corrects best (the hypercorrection effect;
    Butterfield & Metcalfe 2001).
    """
    if response.confidence == Confidence.SURE and not response.correct:
        return _("You were sure. Good to have found out: surprises like this are remembered best.")
    if response.confidence == Confidence.GUESS and response.correct:
        return _("A guess that came out right. It comes back sooner, so that you can be sure next time.")
    return ""
