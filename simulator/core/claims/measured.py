"""What was measured for a claim, as one short sentence."""

import math
from collections.abc import Sequence

from simulator.core.claims.grammar import TAKES_AT, Measure, MeasureClaim, OtherRun
from simulator.core.claims.laws import StabilityLaw
from simulator.core.claims.words import measure_in_words
from simulator.core.diagnosis.shape import rising
from simulator.core.numbers import format_number
from simulator.core.training import RunResult


def status_measured(run: RunResult, subject: str) -> str:
    """ "'lr 0.9': diverged at step 29"."""
    steps = run.loss.size - 1
    loss = format_number(run.final_loss)
    match run.status:
        case "diverged":
            told = f"diverged at step {run.diverged_at}"
        case "converged":
            told = f"converged within {steps} steps, at a final loss of {loss}"
        case "oscillating":
            told = f"still oscillating after {steps} steps, at a loss of {loss}"
        case _:
            told = f"still under way after {steps} steps, at a loss of {loss}"
    return subject + told


def law_measured(law: StabilityLaw) -> str:
    if law.limit == 0:
        return "no rate is stable here, because a curvature is negative"
    if math.isinf(law.limit):
        return "every rate is stable here"
    return (
        f"the rate {format_number(law.lr, 4)} is {format_number(law.ratio)} times the limit of stability, "
        f"{format_number(law.limit, 4)}"
    )


def monotone_measured(run: RunResult, subject: str) -> str:
    """ "the loss rises in 71 of 200 updates, the first time in update 3"."""
    up = rising(run.loss)
    if not up.any():
        return f"{subject}the loss never rises in {up.size} updates"
    count, first = int(up.sum()), int(up.argmax())
    where = f"the first time from step {first} to {first + 1}"
    return f"{subject}the loss rises in {count} of {up.size} updates, {where}"


def measure_measured(
    claim: MeasureClaim, subject: str, values: Sequence[float], others: Sequence[float], verdict_words: str
) -> str:
    """The measured value, what it is compared with, and on which side it lies.

    `values` holds one value per seed, the scenario's own first, and `others` those of the run compared with
    (empty for a bound that is a number).
    """
    value = value_in_words(claim.measure, values[0]) + _range(values)
    if not isinstance(claim.bound, OtherRun):
        if claim.measure.name == "steps_to" and all(map(math.isinf, values)):
            return f"{subject}{value}"  # "not below 65" would say nothing more
        return f"{subject}{value}, {verdict_words} {format_number(claim.bound, 4)}"
    other = claim.bound
    against = f"{_bare(claim.measure, others[0])}{_range(others)}"
    if other.run != claim.run:
        against += f" for '{other.run}'"
    if other.at is not None:
        against += f" at step {other.at}"
    times = "that" if other.factor == 1 else f"{format_number(other.factor, 4)} times that"
    return f"{subject}{value}, against {against}: {verdict_words} {times}"


def value_in_words(measure: Measure, value: float) -> str:
    number = format_number(value)
    match measure.name:
        case "steps_to":
            level = format_number(measure.loss or 0.0)
            if math.isinf(value):
                return f"a loss of {level} is never reached"
            return f"a loss of {level} is reached at step {number}"
        case "position" if math.isnan(value):
            return "no position, because the run has diverged"
        case "overshoots":
            along = "" if measure.coordinate is None else f" along coordinate {measure.coordinate}"
            return f"the minimum is {'never crossed' if value == 0 else 'crossed ' + _times(value)}{along}"
        case "rises":
            return f"the loss {'never rises' if value == 0 else 'rises ' + _times(value)}"
        case _:
            # "final loss 0.5", but "loss at step 2 is 0.5": two numbers side by side cannot be read.
            if math.isinf(value):
                return f"{measure_in_words(measure)} is infinite"
            link = " is" if measure.name in TAKES_AT else ""
            return f"{measure_in_words(measure)}{link} {number}"


def joined(parts: Sequence[str]) -> str:
    """Several sentences in one, those that say the same once."""
    return "; ".join(dict.fromkeys(parts))


def _bare(measure: Measure, value: float) -> str:
    if measure.name == "steps_to":
        return "never" if math.isinf(value) else f"step {format_number(value)}"
    return format_number(value)


def _range(values: Sequence[float]) -> str:
    low, high = format_number(min(values)), format_number(max(values))
    return "" if low == high else f" ({low} to {high} over {len(values)} seeds)"


def _times(value: float) -> str:
    return "once" if value == 1 else f"{format_number(value)} times"
