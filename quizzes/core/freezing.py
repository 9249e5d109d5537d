"""From checked content to the frozen payloads of a version."""

from __future__ import annotations

from typing import Any

from quizzes.core.content.item import (
    Catalogue,
    ChoiceContent,
    FlashcardContent,
    ItemContent,
    QuestionContent,
)
from quizzes.core.content.parsing import run_of_claim
from quizzes.core.content.scenario import run_label, run_of
from quizzes.core.digests import digest_of
from quizzes.core.frozen import (
    AnswerPayload,
    ChoiceAnswer,
    FlashcardPayload,
    ProofPayload,
    QuestionPayload,
    SliderPayload,
    SourcePayload,
)
from quizzes.core.markup import render, render_inline
from simulator.core import SIMULATOR_VERSION
from simulator.core.spec import Scenario
from simulator.core.training import Result

# Part of every version's digest: raise it when the payloads or their HTML are made differently.
FREEZE_FORMAT = 2


def freeze_question(content: ItemContent) -> QuestionPayload | FlashcardPayload:
    """What a learner may see before responding."""
    if isinstance(content, FlashcardContent):
        return {
            "title": content.title,
            "front": content.front,
            "front_html": render(content.front),
            "back": content.back,
            "back_html": render(content.back),
        }
    return {
        "title": content.title,
        "stem": content.stem,
        "stem_html": render(content.stem),
        "choices": [
            {"id": choice.id, "text": choice.text, "text_html": render_inline(choice.text)}
            for choice in content.choices
        ],
    }


def freeze_answer(
    content: ItemContent, catalogue: Catalogue, *, proof: ProofPayload | None, result: Result | None
) -> AnswerPayload:
    """What may be seen only after the response; ``result`` is the run of the scenario, for the
    description."""
    scenario = content.scenario.resolved if content.scenario is not None else None
    answer: AnswerPayload = {
        "key": "",
        "choices": [],
        "explanation": "",
        "explanation_html": "",
        "look_at": "",
        "look_at_html": "",
        "takeaway": "",
        "takeaway_html": "",
        "scenario": scenario.to_dict() if scenario is not None else None,
        "slider": slider_of(content, catalogue),
        "description": describe_runs(result) if result is not None else "",
        "proof": proof,
        "sources": [_freeze_source(name, catalogue) for name in content.sources],
    }
    if isinstance(content, QuestionContent):
        answer["key"] = content.key
        answer["choices"] = [
            _freeze_choice(choice, catalogue, content.scenario.resolved) for choice in content.choices
        ]
        answer["explanation"] = content.explanation
        answer["explanation_html"] = render(content.explanation)
        answer["look_at"] = content.look_at
        answer["look_at_html"] = render(content.look_at)
        answer["takeaway"] = content.takeaway
        answer["takeaway_html"] = render_inline(content.takeaway)
    return answer


def slider_of(content: ItemContent, catalogue: Catalogue) -> SliderPayload | None:
    """The item's own slider, else that of its named scenario where its range holds the rate that is used."""
    if content.slider is not None or content.scenario is None:
        return content.slider
    inherited = catalogue.sliders.get(content.scenario.name)
    if inherited is None:
        return None
    rate = run_of(content.scenario.resolved, inherited["run"]).optimizer.lr
    return inherited if inherited["min"] <= rate <= inherited["max"] else None


def describe_runs(result: Result) -> str:
    """One sentence for every run of a figure with few runs, with the numbers measured."""
    if len(result.runs) == 1:
        return result.runs[0].words
    return " ".join(f"{run.label}: {run.words}" for run in result.runs[:8])


def version_digest(content: ItemContent, catalogue: Catalogue) -> str:
    """Digest of everything that a version is made from: the same digest means the same version.

    Beside the draft that is what it refers to (the scenario with its changes, beliefs, citations, the slider)
    and what turns it into numbers and HTML (the simulator, the format of the payloads).
    """
    beliefs: dict[str, str] = {}
    if isinstance(content, QuestionContent):
        beliefs = {
            choice.misconception: catalogue.misconceptions[choice.misconception]
            for choice in content.choices
            if choice.misconception is not None
        }
    inputs: dict[str, Any] = {
        "format": FREEZE_FORMAT,
        "simulator": SIMULATOR_VERSION,
        "draft": content.to_dict(),
        "scenario": content.scenario.resolved.to_dict() if content.scenario is not None else None,
        "slider": slider_of(content, catalogue),
        "beliefs": beliefs,
        "sources": [dict(_freeze_source(name, catalogue)) for name in content.sources],
    }
    return digest_of(inputs)


def _freeze_choice(choice: ChoiceContent, catalogue: Catalogue, scenario: Scenario) -> ChoiceAnswer:
    belief = catalogue.misconceptions[choice.misconception] if choice.misconception is not None else None
    holds_at = None
    if choice.holds_at is not None:
        # The run that was changed when this was proved, always by its label.
        label = run_label(choice.holds_at, run_of_claim(choice.claim)) or scenario.runs[0].label
        holds_at = {**choice.holds_at, "run": label}
    return {
        "id": choice.id,
        "text_html": render_inline(choice.text),
        "feedback": choice.feedback,
        "feedback_html": render(choice.feedback),
        "misconception": choice.misconception,
        "belief": belief,
        "holds_at": holds_at,
    }


def _freeze_source(name: str, catalogue: Catalogue) -> SourcePayload:
    source = catalogue.sources[name]
    return {"id": source.id, "citation": source.citation, "url": source.url}
