"""Claims in English, one line each."""

from simulator.core.claims.grammar import (
    AllOf,
    AnyOf,
    CauseClaim,
    Claim,
    Measure,
    MeasureClaim,
    MeasureName,
    MonotoneClaim,
    Not,
    OtherRun,
    StatusClaim,
)
from simulator.core.diagnosis.causes import CauseName
from simulator.core.numbers import format_number
from simulator.core.spec import Scenario

_STATUS_VERBS = {
    "converged": ("converges", "does not converge"),
    "diverged": ("diverges", "does not diverge"),
    "oscillating": ("keeps oscillating", "does not keep oscillating"),
    "running": ("is still under way at the end", "is not still under way at the end"),
}

_CAUSES: dict[CauseName, str] = {
    "too_high": "the rate of {run} is too high",
    "too_low": "the rate of {run} is too low",
    "noise_floor": "{run} has come down to its noise floor",
    "decayed_too_early": "the rate of {run} has decayed too early",
    "badly_scaled": "{run} is held up by badly scaled directions",
    "stuck_in_basin": "{run} is stuck in a basin",
    "plateau": "{run} is on a plateau",
    "exploding": "the gradient of {run} explodes",
}

_MEASURES: dict[MeasureName, str] = {
    "final_loss": "final loss",
    "best_loss": "lowest loss",
    "max_loss": "highest loss",
    "floor": "mean loss of the last quarter",
    "steps_to": "number of steps that {run} takes to a loss of {level}",
    "loss": "loss {at}",
    "final_lr": "final rate",
    "lr": "rate {at}",
    "step_length": "length of {which}",
    "largest_step": "length of the longest step",
    "position": "position{along} {at}",
    "distance": "distance to the minimum {at}",
    "overshoots": "number of times that {run} crosses the minimum{along}",
    "rises": "number of updates in which the loss of {run} rises",
}


def claim_in_words(claim: Claim, scenario: Scenario | None = None) -> str:
    """The claim as one English clause, without a full stop: "the run 'lr 0.9' converges".

    With a scenario of a single run, that run is just "the run".
    """
    return _Teller(plain=scenario is not None and len(scenario.runs) == 1).tell(claim)


def measure_in_words(measure: Measure, run: str | None = None) -> str:
    """What is measured, of which run if that is given: "final loss", "loss at step 3 of the run 'a'"."""
    told = _MEASURES[measure.name]
    if run is not None and "{run}" not in told:
        told += " of {run}"
    return told.format(
        run="the run" if run is None else run,
        at="at the end" if measure.at is None else f"at step {measure.at}",
        which="the last step" if measure.at is None else f"step {measure.at}",
        along="" if measure.coordinate is None else f" (coordinate {measure.coordinate})",
        level=format_number(measure.loss or 0.0),
    )


class _Teller:
    def __init__(self, *, plain: bool) -> None:
        self._plain = plain

    def tell(self, claim: Claim, negated: bool = False) -> str:
        match claim:
            case StatusClaim(run, status):
                return f"{self._run(run)} {_STATUS_VERBS[status][negated]}"
            case MonotoneClaim(run, monotone):
                never = monotone is not negated
                return f"the loss of {self._run(run)} {'never rises' if never else 'rises at least once'}"
            case MeasureClaim():
                return self._measure(claim, negated)
            case CauseClaim(run, cause):
                told = _CAUSES[cause].format(run=self._run(run))
                return f"it is not so that {told}" if negated else told
            case Not(part):
                return self.tell(part, not negated)
            case AllOf(claims):
                return self._joined(claims, "or" if negated else "and", negated)
            case AnyOf(claims):
                return self._joined(claims, "and" if negated else "or", negated)

    def _run(self, label: str) -> str:
        return "the run" if self._plain else f"the run '{label}'"

    def _joined(self, claims: tuple[Claim, ...], word: str, negated: bool) -> str:
        told = [
            f"({self.tell(part, negated)})" if isinstance(part, AllOf | AnyOf) else self.tell(part, negated)
            for part in claims
        ]
        return f", {word} ".join(told)

    def _measure(self, claim: MeasureClaim, negated: bool) -> str:
        verb = f"is not {claim.relation}" if negated else f"is {claim.relation}"
        return f"the {measure_in_words(claim.measure, self._run(claim.run))} {verb} {self._bound(claim)}"

    def _bound(self, claim: MeasureClaim) -> str:
        if not isinstance(claim.bound, OtherRun):
            return format_number(claim.bound, 4)
        times = "" if claim.bound.factor == 1 else f"{format_number(claim.bound.factor, 4)} times "
        at = "" if claim.bound.at is None else f" at step {claim.bound.at}"
        owner = "itself" if claim.bound.run == claim.run else self._run(claim.bound.run)
        return f"{times}that of {owner}{at}"
