"""Why a run ends where it ends: causes that a learner can name, each decided by measuring what another run
does.

A cause is a statement about what would have helped: a rate is too high when a lower one ends lower, a floor
is the noise's when the run without noise ends lower. So each cause compares the run with others that differ
from it in one thing (a lower rate, a higher one, no noise, no schedule, more steps). The
rules, and the numbers in them, are in docs/claims.md.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from simulator.core.diagnosis import told
from simulator.core.diagnosis.evidence import Evidence
from simulator.core.spec import Scenario

CauseName = Literal[
    "too_high",
    "too_low",
    "noise_floor",
    "decayed_too_early",
    "badly_scaled",
    "stuck_in_basin",
    "plateau",
    "exploding",
]
CAUSES: tuple[str, ...] = get_args(CauseName)

HELPS = 0.5  # of what is left: another run helps when it leaves less than this
LEFT = 1e-3  # of what there was at the start: with less left a run has done its work
FAR = 0.01  # the same in the flattest direction, roughly
SETTLED = 2.0  # the mean losses of the last two quarters lie within this factor
DECAYED = 0.01  # of the largest rate
STANDSTILL = 0.01  # of what is left, gained over the last quarter
FLAT = 0.1  # of the largest gradient of the run
BOTTOM = 0.01  # of the largest gradient of the run
ILL_CONDITIONED = 30.0  # largest over smallest curvature
LOWER = 0.05  # of the fall from the start: a minimum that is this much lower is another one
_TIMES = {
    1 / 3: "a third of",
    1 / 10: "a tenth of",
    1 / 100: "a hundredth of",
    1 / 1000: "a thousandth of",
    3.0: "3 times",
    10.0: "10 times",
    30.0: "30 times",
    100.0: "100 times",
}
ACCELERATION = 1.5  # growth of the gradient in one update over that in the update before, as logarithms


@dataclass(frozen=True, slots=True)
class Condition:
    """A measured number on one side of a bound."""

    name: str
    value: float
    relation: Literal["below", "above"]
    bound: float

    @property
    def holds(self) -> bool:
        return self.value < self.bound if self.relation == "below" else self.value > self.bound

    @property
    def margin(self) -> float:
        """Relative distance to the bound; infinite for what is not finite."""
        if not math.isfinite(self.value):
            return math.inf
        return abs(self.value - self.bound) / abs(self.bound)


@dataclass(frozen=True, slots=True)
class Cause:
    """Whether a cause is at work, by how much, and what was measured.

    `margin` is the relative distance to the nearest threshold that decided: the smallest of all conditions
    where they all hold, otherwise the largest of those that fail.
    """

    name: CauseName
    conditions: tuple[Condition, ...]
    evidence: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.conditions)

    @property
    def margin(self) -> float:
        if self.holds:
            return min(one.margin for one in self.conditions)
        return max(one.margin for one in self.conditions if not one.holds)


def causes_of(scenario: Scenario, label: str | None = None) -> tuple[Cause, ...]:
    """Every cause, checked on one run of `scenario` (without a label: its first). Several may hold.

    KeyError for an unknown label, BudgetExceeded where the runs to compare with would cost too much.
    """
    evidence = Evidence(scenario.steps, scenario.runs[0] if label is None else scenario.run(label))
    return tuple(cause_of(evidence, name) for name in _RULES)


def cause_of(evidence: Evidence, name: CauseName) -> Cause:
    """One cause, checked on one run; the evidence may be kept for others."""
    with np.errstate(all="ignore"):
        return _RULES[name](evidence)


def _too_high(evidence: Evidence) -> Cause:
    own, (factor, lower) = evidence.left("quiet"), evidence.best_lower()
    here, there = told.ends(evidence, "quiet", lower)
    conditions = (
        Condition("left with a lower rate, over left", _ratio(evidence.left(lower), own), "below", HELPS),
        Condition("left, over left at the start", evidence.share_left("quiet"), "above", LEFT),
    )
    words = f"the run {here}; at {_TIMES[factor]} the rate it {there}"
    return Cause("too_high", conditions, words, {"factor": factor})


def _too_low(evidence: Evidence) -> Cause:
    own, (factor, higher) = evidence.left("quiet"), evidence.best_higher()
    here, there = told.ends(evidence, "quiet", higher)
    conditions = (
        Condition("left with a higher rate, over left", _ratio(evidence.left(higher), own), "below", HELPS),
        Condition("left, over left at the start", evidence.share_left("quiet"), "above", LEFT),
        Condition("last rate, over the largest", evidence.decay(), "above", DECAYED),
        Condition("gradient at the end, over the largest", evidence.slope_at_end(), "above", FLAT),
    )
    words = f"the run {here}; at {_TIMES[factor]} the rate it {there}"
    return Cause("too_low", conditions, words, {"factor": factor})


def _noise_floor(evidence: Evidence) -> Cause:
    if not evidence.run.stochastic:
        return Cause("noise_floor", (_never("noise"),), "the run has neither noise nor minibatches")
    own, quiet = evidence.left("own"), evidence.left("quiet")
    conditions = (
        Condition("left without noise, over left", _ratio(quiet, own), "below", HELPS),
        Condition("larger over smaller mean of the last two quarters", evidence.drift(), "below", SETTLED),
    )
    return Cause("noise_floor", conditions, told.averages(evidence))


def _decayed_too_early(evidence: Evidence) -> Cause:
    if evidence.run.scheduler is None:
        return Cause("decayed_too_early", (_never("schedule"),), "the rate is constant")
    own, kept = evidence.left("own"), evidence.left("constant")
    conditions = (
        Condition("last rate, over the largest", evidence.decay(), "below", DECAYED),
        Condition("gain over the last quarter, over left", evidence.gain(), "below", STANDSTILL),
        Condition("left with the rate kept, over left", _ratio(kept, own), "below", HELPS),
    )
    return Cause("decayed_too_early", conditions, told.decay(evidence))


def _badly_scaled(evidence: Evidence) -> Cause:
    own, condition = evidence.left("quiet"), evidence.condition_number()
    (up, higher), (down, lower) = evidence.best_higher(), evidence.best_lower()
    here, above, below = told.ends(evidence, "quiet", higher, lower)
    words = (
        f"{told.curvatures(evidence)}the run {here}; at {_TIMES[up]} the rate it {above}, at {_TIMES[down]} "
        f"the rate it {below}"
    )
    # The flattest direction has but a small share of the loss, however far the run is from the minimum.
    far = evidence.share_left("quiet") * condition
    conditions = (
        Condition("largest curvature over smallest", condition, "above", ILL_CONDITIONED),
        Condition("left with a higher rate, over left", _ratio(evidence.left(higher), own), "above", HELPS),
        Condition("left with a lower rate, over left", _ratio(evidence.left(lower), own), "above", HELPS),
        Condition("left, over left at the start, times the first", far, "above", FAR),
    )
    return Cause("badly_scaled", conditions, words, {"condition_number": condition})


def _stuck_in_basin(evidence: Evidence) -> Cause:
    conditions = (
        Condition("gradient at the end, over the largest", evidence.slope_at_end(), "below", BOTTOM),
        Condition("smallest curvature over largest", evidence.convexity(), "above", 1e-6),
        Condition(
            "loss above the lowest known, over the start's", evidence.share_left("quiet"), "above", LOWER
        ),
    )
    return Cause("stuck_in_basin", conditions, told.resting_place(evidence))


def _plateau(evidence: Evidence) -> Cause:
    own, longer = evidence.left("quiet"), evidence.left_with_more_steps()
    conditions = (
        Condition("gain over the last quarter, over left", evidence.gain("quiet"), "below", STANDSTILL),
        Condition("left after more steps, over left", _ratio(longer, own), "below", HELPS),
        Condition("left, over left at the start", evidence.share_left("quiet"), "above", LEFT),
        Condition("last rate, over the largest", evidence.decay(), "above", DECAYED),
    )
    return Cause("plateau", conditions, told.standstill(evidence))


def _exploding(evidence: Evidence) -> Cause:
    at = evidence.result("own").diverged_at
    if at is None:
        return Cause("exploding", (_never("divergence"),), "the run does not diverge")
    before, last = evidence.growth()
    if math.isnan(before):
        return Cause(
            "exploding", (_never("growth"),), f"the run diverges at step {at}, too soon to see it grow"
        )
    faster = last / before if before > 0 else math.inf
    condition = Condition("growth of the gradient, over the growth before", faster, "above", ACCELERATION)
    return Cause("exploding", (condition,), told.growth(at, before, last))


def _never(name: str) -> Condition:
    """A condition that fails by definition."""
    return Condition(name, math.nan, "above", 0.0)


def _ratio(part: float, whole: float) -> float:
    """part / whole of losses; 1 where both are infinite or nothing, so that neither is better."""
    if part == whole:
        return 1.0
    if math.isinf(part):
        return math.inf
    return part / whole if whole > 0 else math.inf


_RULES: Mapping[CauseName, Callable[[Evidence], Cause]] = {
    "too_high": _too_high,
    "too_low": _too_low,
    "noise_floor": _noise_floor,
    "decayed_too_early": _decayed_too_early,
    "badly_scaled": _badly_scaled,
    "stuck_in_basin": _stuck_in_basin,
    "plateau": _plateau,
    "exploding": _exploding,
}
