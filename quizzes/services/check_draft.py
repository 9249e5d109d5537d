"""What would happen if a draft were published: problems, verdicts and the parts of its figure. Writes
nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.core.content import Catalogue, ContentError, ItemContent, QuestionContent, parse_item
from quizzes.core.freezing import freeze_answer, freeze_question, slider_of, version_digest
from quizzes.core.frozen import AnswerPayload, FlashcardPayload, QuestionPayload, SliderPayload
from quizzes.core.proving import Proof, prove
from quizzes.models import Verdict
from quizzes.services.catalogue import current_catalogue
from simulator import services as simulator
from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario
from simulator.core.training import Result


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """``path`` is the key of the content format (``choices[1].claim``); ``choice`` and ``measured`` where a
    claim is contradicted."""

    path: str
    message: str
    choice: str = ""
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Publishable:
    """Everything that a version is made of."""

    draft: dict[str, Any]
    question: QuestionPayload | FlashcardPayload
    answer: AnswerPayload
    verdict: str
    digest: str


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """The outcome for one draft. ``proof`` is there even when the key is contradicted; ``publishable`` only
    without problems. ``scenario`` and ``slider`` are those of the figure, where the scenario could be
    read."""

    problems: tuple[DraftProblem, ...]
    content: ItemContent | None = None
    proof: Proof | None = None
    scenario: Scenario | None = None
    slider: SliderPayload | None = None
    publishable: Publishable | None = None

    @property
    def ok(self) -> bool:
        return not self.problems


def check_draft(*, content: Mapping[str, Any], catalogue: Catalogue | None = None) -> DraftCheck:
    """Parse a draft strictly, run its scenario and check every claim."""
    catalogue = catalogue if catalogue is not None else current_catalogue()
    try:
        parsed = parse_item(content, catalogue=catalogue)
    except ContentError as error:
        return DraftCheck(tuple(DraftProblem(path, message) for path, message in error.fields.items()))
    return check_content(parsed, catalogue)


def check_content(content: ItemContent, catalogue: Catalogue) -> DraftCheck:
    """As :func:`check_draft`, for content that is parsed already."""
    scenario = content.scenario.resolved if content.scenario is not None else None
    slider = slider_of(content, catalogue)
    proof: Proof | None = None
    try:
        result: Result | None = simulator.run_scenario(scenario) if scenario is not None else None
        if isinstance(content, QuestionContent):
            proof = prove(content, result)
    except ScenarioError as error:
        problem = DraftProblem("scenario", error.message)
        return DraftCheck((problem,), content=content, scenario=scenario, slider=slider)
    problems: tuple[DraftProblem, ...] = ()
    if proof is not None:
        problems = tuple(
            DraftProblem(_path_of(content, problem.choice), problem.message, problem.choice, problem.measured)
            for problem in proof.problems
        )
    publishable = None
    if not problems:
        publishable = Publishable(
            draft=content.to_dict(),
            question=freeze_question(content),
            answer=freeze_answer(
                content, catalogue, proof=proof.to_payload() if proof is not None else None, result=result
            ),
            verdict=proof.verdict if proof is not None else Verdict.NONE,
            digest=version_digest(content, catalogue),
        )
    return DraftCheck(problems, content, proof, scenario, slider, publishable)


def _path_of(content: ItemContent, choice: str) -> str:
    if isinstance(content, QuestionContent):
        for index, option in enumerate(content.choices):
            if option.id == choice:
                return f"choices[{index}].claim"
    return ""
