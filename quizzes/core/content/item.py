"""The frozen types of parsed content, made by :mod:`quizzes.core.content.parsing` and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from quizzes.core.frozen import SliderPayload
from quizzes.core.kinds import FLASHCARD, SINGLE_CHOICE
from simulator.core.spec import Scenario


@dataclass(frozen=True, slots=True)
class SourceContent:
    """A publication, as it is printed below an explanation."""

    id: str
    citation: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What an item may refer to: topics, beliefs by misconception, sources and named scenarios by id."""

    topics: frozenset[str]
    misconceptions: Mapping[str, str]
    sources: Mapping[str, SourceContent]
    scenarios: Mapping[str, Scenario]
    sliders: Mapping[str, SliderPayload] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioContent:
    """A scenario as it was written (``name`` and ``changes``, or ``own``) and what it comes to."""

    resolved: Scenario
    name: str = ""
    changes: Mapping[str, Any] | None = None
    own: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ChoiceContent:
    """One option. ``holds_at`` are changed settings (and optionally ``run``) with which it would be right."""

    id: str
    text: str
    feedback: str
    claim: Mapping[str, Any] | None = None
    misconception: str | None = None
    holds_at: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        return without_empty(
            {
                "id": self.id,
                "text": self.text,
                "claim": dict(self.claim) if self.claim is not None else None,
                "misconception": self.misconception,
                "holds_at": dict(self.holds_at) if self.holds_at is not None else None,
                "feedback": self.feedback,
            }
        )


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """A single-choice question, checked. ``slider`` is the one written for it, if any."""

    id: str
    topic: str
    title: str
    level: str
    also: tuple[str, ...]
    stem: str
    scenario: ScenarioContent
    slider: SliderPayload | None
    choices: tuple[ChoiceContent, ...]
    key: str
    proof: Literal["proved", "cited"]
    explanation: str
    look_at: str
    takeaway: str
    sources: tuple[str, ...]
    kind: str = SINGLE_CHOICE

    def to_dict(self) -> dict[str, Any]:
        """The content format again; ``parse_item(q.to_dict()) == q``."""
        return without_empty(
            {
                "id": self.id,
                "kind": self.kind,
                "topic": self.topic,
                "title": self.title,
                "level": self.level,
                "also": list(self.also),
                "stem": self.stem,
                **scenario_keys(self.scenario, self.slider),
                "choices": [choice.to_dict() for choice in self.choices],
                "key": self.key,
                "proof": self.proof,
                "explanation": self.explanation,
                "look_at": self.look_at,
                "takeaway": self.takeaway,
                "sources": list(self.sources),
            }
        )


@dataclass(frozen=True, slots=True)
class FlashcardContent:
    """A flashcard, checked. It may go without a scenario."""

    id: str
    topic: str
    title: str
    level: str
    also: tuple[str, ...]
    front: str
    back: str
    scenario: ScenarioContent | None
    slider: SliderPayload | None
    sources: tuple[str, ...]
    kind: str = FLASHCARD

    def to_dict(self) -> dict[str, Any]:
        """The content format again; ``parse_item(c.to_dict()) == c``."""
        return without_empty(
            {
                "id": self.id,
                "kind": self.kind,
                "topic": self.topic,
                "title": self.title,
                "level": self.level,
                "also": list(self.also),
                "front": self.front,
                "back": self.back,
                **scenario_keys(self.scenario, self.slider),
                "sources": list(self.sources),
            }
        )


ItemContent = QuestionContent | FlashcardContent


def scenario_keys(scenario: ScenarioContent | None, slider: SliderPayload | None) -> dict[str, Any]:
    """The keys ``scenario``, ``changes`` and ``slider`` of the content format."""
    written: Any = None
    changes = None
    if scenario is not None:
        written = scenario.name or (dict(scenario.own) if scenario.own is not None else None)
        changes = dict(scenario.changes) if scenario.changes is not None else None
    return {"scenario": written, "changes": changes, "slider": dict(slider) if slider is not None else None}


def without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """``data`` without the keys that say nothing."""
    return {key: value for key, value in data.items() if value not in (None, "", [])}
