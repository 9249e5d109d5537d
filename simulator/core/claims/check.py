"""Checking claims on real runs: proved, refuted or undecided, with the margin and the numbers.

Everything is decided with room to spare (docs/claims.md, "Verdicts"): a value within 5 % of its threshold, a
status that a rate 5 % away would change, or a result that another seed would change is undecided.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.core.claims.grammar import (
    COUNTS,
    NEEDS_MINIMUM,
    NEEDS_PARAMS,
    AllOf,
    AnyOf,
    CauseClaim,
    Claim,
    Measure,
    MeasureClaim,
    MonotoneClaim,
    Not,
    OtherRun,
    StatusClaim,
)
from simulator.core.claims.laws import StabilityLaw, stability_law
from simulator.core.claims.measured import (
    law_measured,
    measure_measured,
    monotone_measured,
    status_measured,
)
from simulator.core.claims.measures import (
    Comparison,
    compare,
    measured_value,
    rounding_of,
    scale_of,
)
from simulator.core.claims.variants import NEIGHBOURING_RATES, Variant, Variants, varied
from simulator.core.claims.verdicts import (
    ENOUGH,
    MARGIN,
    Check,
    Number,
    Verdict,
    all_of,
    negated,
    number,
    unanimous,
)
from simulator.core.diagnosis.causes import cause_of
from simulator.core.diagnosis.evidence import Evidence
from simulator.core.diagnosis.shape import rises
from simulator.core.diagnosis.status import FloatArray
from simulator.core.objectives import build
from simulator.core.spec import Scenario
from simulator.core.training import Result, RunResult


def check_claim(claim: Claim, scenario: Scenario, result: Result | None = None) -> Check:
    """The verdict on one claim; for several claims about one scenario keep a `Checker`."""
    return Checker(scenario, result).check(claim)


# Of losses and parameters that evidence is kept of, for the next claim about the same run: 160 MB. What goes
# beyond is worked out again, so that many long runs with many parameters do not fill the memory.
MOST_NUMBERS = 20_000_000


class Checker:
    """Checks claims about one scenario, simulating each run that it needs once.

    `result` is a result of the scenario that is there already; it is used where it is at full resolution.
    """

    def __init__(self, scenario: Scenario, result: Result | None = None) -> None:
        self.scenario = scenario
        self._variants = Variants(scenario, result)
        self._laws: dict[str, StabilityLaw | None] = {}
        self._minima: dict[str, FloatArray | None] = {}
        self._evidence: dict[Variant, Evidence] = {}

    def check(self, claim: Claim) -> Check:
        match claim:
            case StatusClaim():
                return self._status(claim)
            case MonotoneClaim():
                return self._monotone(claim)
            case MeasureClaim():
                return self._measure(claim)
            case CauseClaim():
                return self._cause(claim)
            case AllOf(claims):
                return all_of([self.check(part) for part in claims])
            case AnyOf(claims):
                # By De Morgan, so that there is one rule for verdicts and margins.
                return negated(all_of([negated(self.check(part)) for part in claims]))
            case Not(part):
                return negated(self.check(part))

    def _subject(self, label: str) -> str:
        return "" if len(self.scenario.runs) == 1 else f"'{label}': "

    def _status(self, claim: StatusClaim) -> Check:
        run = self._own(claim.run)
        law = self._law(claim.run)
        told = status_measured(run, self._subject(claim.run))
        numbers: dict[str, Number] = {
            "status": run.status,
            "diverged_at": run.diverged_at,
            "final_loss": number(run.final_loss),
        }
        holds = run.status == claim.status
        if law is not None:
            numbers |= {"limit": number(law.limit), "rate_over_limit": number(law.ratio)}
            verdict = _verdict_by_law(claim, run, law)
            if verdict is not None:
                margin = number(law.margin)
                return Check(verdict, holds, margin, f"{told}; {law_measured(law)}", numbers)
        variants = self._robust(claim.run)
        runs = self._variants.runs(variants, params=False)
        verdict = unanimous([neighbour.status == claim.status for neighbour in runs])
        told += _changed([neighbour.status for neighbour in runs], variants, run.status)
        return Check(verdict, holds, None if verdict == "undecided" else MARGIN, told, numbers)

    def _monotone(self, claim: MonotoneClaim) -> Check:
        own = self._own(claim.run)
        variants = self._robust(claim.run)
        runs = self._variants.runs(variants, params=False)
        answers = [(rises(run.loss) == 0) is claim.monotone for run in runs]
        holds = (rises(own.loss) == 0) is claim.monotone
        verdict = unanimous(answers)
        told = monotone_measured(own, self._subject(claim.run)) + _changed(answers, variants, holds)
        numbers: dict[str, Number] = {"rises": rises(own.loss)}
        return Check(verdict, holds, None if verdict == "undecided" else MARGIN, told, numbers)

    def _cause(self, claim: CauseClaim) -> Check:
        variants = self._robust(claim.run)
        causes = [cause_of(self._evidence_of(variant), claim.cause) for variant in variants]
        own = causes[variants.index(Variant(claim.run))]
        answers = [cause.holds for cause in causes]
        verdict = unanimous(answers) if own.margin >= ENOUGH else "undecided"
        told = self._subject(claim.run) + own.evidence
        if own.margin < ENOUGH:
            told += f", within 5 % of where it would {'not ' if own.holds else ''}count as {claim.cause}"
        elif verdict == "undecided":
            told += _changed(answers, variants, own.holds)
        numbers: dict[str, Number] = {one.name: number(one.value) for one in own.conditions}
        return Check(verdict, own.holds, number(own.margin), told, numbers)

    def _measure(self, claim: MeasureClaim) -> Check:
        other = claim.bound.run if isinstance(claim.bound, OtherRun) else claim.run
        seeds = self._variants.seeds(claim.run, other)
        robust = claim.measure.name in COUNTS or (
            claim.measure.name == "position" and claim.measure.at is None
        )
        rates = NEIGHBOURING_RATES if robust else (1.0,)
        pairs = [
            (self._variant(claim.run, rate, seed), self._variant(other, rate, seed))
            for rate in rates
            for seed in seeds
        ]
        params = claim.measure.name in NEEDS_PARAMS
        self._variants.runs([variant for pair in pairs for variant in pair], params=params)
        exact = [self._reading(claim, pair) for pair in pairs if pair[0].rate == 1.0]
        near = {
            f"at {rate:g} times the rate": [
                self._reading(claim, pair) for pair in pairs if pair[0].rate == rate
            ]
            for rate in rates
            if rate != 1.0
        }
        if claim.measure.loss:
            near |= {
                f"for a loss 5 % {side}": [self._reading(claim, pair, level) for pair in pairs]
                for side, level in (("lower", -MARGIN), ("higher", MARGIN))
            }
        return self._judged(claim, exact, near)

    def _judged(
        self, claim: MeasureClaim, exact: list["_Reading"], near: dict[str, list["_Reading"]]
    ) -> Check:
        own = exact[0]
        margin = min(reading.comparison.margin for reading in exact)
        groups = {"with every seed": exact, **near}
        differing = [
            name
            for name, readings in groups.items()
            if any(reading.comparison.true != own.comparison.true for reading in readings)
        ]
        verdict: Verdict = "proved" if own.comparison.true else "refuted"
        if differing or margin < ENOUGH:
            verdict = "undecided"
        values = [reading.value for reading in exact]
        others = [reading.other for reading in exact if reading.other is not None]
        told = measure_measured(claim, self._subject(claim.run), values, others, _side(claim, own, margin))
        if differing and margin >= ENOUGH:
            told += f" (but not {differing[0]})"
        numbers: dict[str, Number] = {claim.measure.name: number(own.value), "bound": number(own.bound)}
        if own.other is not None:
            numbers["other"] = number(own.other)
        if len(exact) > 1:
            numbers |= {"lowest": number(min(values)), "highest": number(max(values))}
        return Check(verdict, own.comparison.true, number(margin), told, numbers)

    def _reading(self, claim: MeasureClaim, pair: tuple[Variant, Variant], level: float = 0.0) -> "_Reading":
        measure = claim.measure
        if level and measure.loss is not None:
            measure = replace(measure, loss=measure.loss + level * abs(measure.loss))
        params = measure.name in NEEDS_PARAMS
        run, other_run = self._variants.runs(pair, params=params)
        minimum = self._minimum(claim.run, measure)
        value = measured_value(measure, run, minimum)
        rounding = rounding_of(measure, run, minimum)
        scale = scale_of(measure, run)
        if not isinstance(claim.bound, OtherRun):
            comparison = compare(value, claim.relation, claim.bound, scale=scale, rounding=rounding)
            return _Reading(value, claim.bound, None, comparison)
        at = measure.at if claim.bound.at is None else claim.bound.at
        other_measure = replace(measure, at=at)
        other = measured_value(other_measure, other_run, self._minimum(claim.bound.run, measure))
        bound = claim.bound.factor * other
        comparison = compare(value, claim.relation, bound, scale=scale, rounding=rounding)
        return _Reading(value, bound, other, comparison)

    def _own(self, label: str) -> RunResult:
        return self._variants.runs([Variant(label)], params=False)[0]

    def _variant(self, label: str, rate: float, seed: int) -> Variant:
        return Variant(label, rate, seed if self.scenario.run(label).stochastic else 0)

    def _robust(self, label: str) -> list[Variant]:
        """The run itself and its neighbours: at other rates and, where it has any, with other seeds."""
        seeds = self._variants.seeds(label)
        return [Variant(label, rate, seed) for seed in seeds for rate in NEIGHBOURING_RATES]

    def _evidence_of(self, variant: Variant) -> Evidence:
        found = self._evidence.get(variant)
        if found is None:
            run = varied(self.scenario.run(variant.label), variant)
            found = Evidence(self.scenario.steps, run)
            if (len(self._evidence) + 1) * found.numbers <= MOST_NUMBERS:
                self._evidence[variant] = found
        return found

    def _law(self, label: str) -> StabilityLaw | None:
        if label not in self._laws:
            self._laws[label] = stability_law(self.scenario.run(label))
        return self._laws[label]

    def _minimum(self, label: str, measure: Measure) -> FloatArray | None:
        if measure.name not in NEEDS_MINIMUM:
            return None
        if label not in self._minima:
            self._minima[label] = build(self.scenario.run(label)).minimum
        return self._minima[label]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A value, the bound that it is compared with, and the other run's value where the bound comes from
    one."""

    value: float
    bound: float
    other: float | None
    comparison: Comparison


def _verdict_by_law(claim: StatusClaim, run: RunResult, law: StabilityLaw) -> Verdict | None:
    """What the law and the run say together; None where the run's neighbours must tell.

    The claim is about the finite run and the law about the long run: where they disagree on divergence,
    nothing is decided.
    """
    if law.margin < ENOUGH:
        return "undecided"
    diverged = run.status == "diverged"
    if law.stable:
        if diverged:
            return "undecided"
        return "refuted" if claim.status == "diverged" else None
    if diverged:
        return "proved" if claim.status == "diverged" else "refuted"
    return "refuted" if claim.status == "converged" and run.status != "converged" else "undecided"


def _changed(answers: Sequence[object], variants: Sequence[Variant], own: object) -> str:
    """What the neighbours of a run say: the same, or where it changes."""
    differing = [variant for variant, answer in zip(variants, answers, strict=True) if answer != own]
    if not differing:
        return ", and so at 0.95 and 1.05 times the rate"
    if any(variant.rate == 1.0 for variant in differing):
        return ", but not so with every seed"
    return f", but not so at {differing[0].rate:g} times the rate"


def _side(claim: MeasureClaim, own: _Reading, margin: float) -> str:
    if margin < ENOUGH:
        return "within 5 % of"
    return claim.relation if own.comparison.true else f"not {claim.relation}"
