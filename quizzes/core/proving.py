"""Is the key of a question right? The simulator's answer, option by option.

A key is *proved* when its claim is proved and the claim of every other option is refuted; ``undecided`` (too
close to a threshold) blocks as a contradiction does. A wrong option that says ``holds_at`` must be proved
with those settings, since the figure shows them to the learner who chose it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from quizzes.core.content.item import ChoiceContent, QuestionContent
from quizzes.core.content.parsing import run_of_claim
from quizzes.core.content.scenario import apply_changes
from quizzes.core.frozen import ClaimProof, ProofPayload
from simulator.core import SIMULATOR_VERSION
from simulator.core.claims import Check, Checker, claim_in_words, parse_claim
from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario
from simulator.core.training import Result

ClaimVerdict = Literal["proved", "refuted", "undecided"]


@dataclass(frozen=True, slots=True)
class ChoiceProof:
    """The verdict on the claim of one option, the claim in words and what was measured."""

    choice: str
    verdict: ClaimVerdict
    claim: str
    measured: str


@dataclass(frozen=True, slots=True)
class ProofProblem:
    """Why a key cannot stand: ``message`` names the option, its claim and the measured number."""

    choice: str
    verdict: ClaimVerdict
    measured: str
    message: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome for one question. Without problems the key may be published."""

    verdict: Literal["proved", "cited"]
    claims: tuple[ChoiceProof, ...]
    problems: tuple[ProofProblem, ...]

    def to_payload(self) -> ProofPayload:
        claims: list[ClaimProof] = [
            {"choice": c.choice, "verdict": c.verdict, "measured": c.measured, "claim": c.claim}
            for c in self.claims
        ]
        return {"verdict": self.verdict, "claims": claims, "simulator": SIMULATOR_VERSION}


def prove(question: QuestionContent, result: Result | None = None) -> Proof:
    """Check the claim of every option, and of every ``holds_at``.

    A cited question may carry claims too: then none may contradict its key, but they need not decide it.

    Args:
        question: parsed content.
        result: the run of the question's own scenario, every point of it, if it is at hand already.

    Raises:
        BudgetExceeded: a scenario that is dearer than the simulator's budget.
    """
    scenario = question.scenario.resolved
    with_claims = [choice for choice in question.choices if choice.claim is not None]
    checker = Checker(scenario, result)  # one for all options: most of them ask for the same runs
    claims: list[ChoiceProof] = []
    for choice in with_claims:
        check, words = _check(choice, checker)
        claims.append(ChoiceProof(choice.id, check.verdict, words, check.measured))
    problems = contradictions(question, claims)
    for choice in with_claims:
        problems += _problems_of_prediction(choice, scenario)
    return Proof(question.proof, tuple(claims), tuple(problems))


def contradictions(question: QuestionContent, claims: Iterable[ChoiceProof]) -> list[ProofProblem]:
    """What speaks against the key of a question, given the verdicts on its claims. Nothing is run."""
    problems: list[ProofProblem] = []
    for claim in claims:
        is_key = claim.choice == question.key
        wanted: ClaimVerdict = "proved" if is_key else "refuted"
        if claim.verdict == wanted or (question.proof == "cited" and claim.verdict == "undecided"):
            continue
        message = (
            f"Option {claim.choice} is {'the key' if is_key else 'a wrong option'} and claims that "
            f"{claim.claim}, {_TROUBLE[claim.verdict]}. Measured: {claim.measured}"
        )
        problems.append(ProofProblem(claim.choice, claim.verdict, claim.measured, message))
    return problems


_TROUBLE = {
    "proved": "but the simulation proves it",
    "refuted": "but the simulation refutes it",
    "undecided": "but the simulation cannot decide it: it lies too close to a threshold",
}


def _check(choice: ChoiceContent, checker: Checker) -> tuple[Check, str]:
    claim = parse_claim(choice.claim, checker.scenario)
    return checker.check(claim), claim_in_words(claim, checker.scenario)


def _problems_of_prediction(choice: ChoiceContent, scenario: Scenario) -> list[ProofProblem]:
    if choice.holds_at is None:
        return []
    settings = ", ".join(f"{key} {value}" for key, value in choice.holds_at.items())
    changed = apply_changes(scenario, choice.holds_at, run_of_claim(choice.claim))
    try:
        check, words = _check(choice, Checker(changed))
    except ScenarioError as error:
        message = (
            f"Option {choice.id} would hold at {settings}, but its claim does not fit there: {error.message}"
        )
        return [ProofProblem(choice.id, "undecided", "", message)]
    if check.verdict == "proved":
        return []
    message = (
        f"Option {choice.id} says that it would hold at {settings}, but there the claim that {words} "
        f"is {check.verdict}. Measured: {check.measured}"
    )
    return [ProofProblem(choice.id, check.verdict, check.measured, message)]
