"""The frozen payloads of a published version, as stored in ``ItemVersion.question`` and
``ItemVersion.answer``.

A version is written once and read for ever, so keys are only ever added, never renamed. ``question`` is what
a learner may see before responding. ``answer`` is what may be seen only after; nothing of it may reach a
page, an API answer or an address before the response is stored.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ShownChoice(TypedDict):
    """An option as it is shown before the answer."""

    id: str
    text: str
    text_html: str


class QuestionPayload(TypedDict):
    """``ItemVersion.question`` of a choice item."""

    title: str
    stem: str
    stem_html: str
    choices: list[ShownChoice]


class FlashcardPayload(TypedDict):
    """``ItemVersion.question`` of a flashcard: the back is no secret, a card is revealed at will."""

    title: str
    front: str
    front_html: str
    back: str
    back_html: str


class ChoiceAnswer(TypedDict):
    """What is told about one option after the answer. ``holds_at`` are the settings at which it would be
    right, with the label of the ``run`` that they change."""

    id: str
    text_html: str
    feedback: str
    feedback_html: str
    misconception: str | None
    belief: str | None
    holds_at: dict[str, Any] | None


class ClaimProof(TypedDict):
    """The verdict on the claim of one option, with the numbers measured, in words."""

    choice: str
    verdict: Literal["proved", "refuted", "undecided"]
    measured: str
    claim: str


class ProofPayload(TypedDict):
    """How the key is known: by claims on every option, or by the literature."""

    verdict: Literal["proved", "cited"]
    claims: list[ClaimProof]
    simulator: str


class SourcePayload(TypedDict):
    id: str
    citation: str
    url: str


class SliderPayload(TypedDict):
    """The control of the figure: which run's learning rate it moves, and over what range."""

    run: str | None
    parameter: Literal["lr"]
    min: float
    max: float
    scale: Literal["log", "linear"]
    steps: int


class AnswerPayload(TypedDict):
    """``ItemVersion.answer``. A flashcard has ``scenario`` (or None) and empty values elsewhere."""

    key: str
    choices: list[ChoiceAnswer]
    explanation: str
    explanation_html: str
    look_at: str
    look_at_html: str
    takeaway: str
    takeaway_html: str
    scenario: dict[str, Any] | None
    slider: SliderPayload | None
    description: str
    proof: ProofPayload | None
    sources: list[SourcePayload]
    variables: NotRequired[dict[str, Any]]
