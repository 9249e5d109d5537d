"""A sweep: the same run at many learning rates, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.core.analyses.variation import Outcome, admit, at_rate, outcomes_of, run_of
from simulator.core.claims.laws import stability_law
from simulator.core.errors import error_at
from simulator.core.limits import MAX_RUNS
from simulator.core.spec import Scenario
from simulator.core.spec.parts import read_lr

_TENFOLD = 10.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """What became of a run at each of several rates, ascending.

    `best` has the lowest final loss; None where every rate diverged. `tenfold` is the stretch of neighbouring
    rates around it whose final loss is at most ten times as large (None where the best loss is not above 0,
    so that ten times as large means nothing). `limit` is the limit of stability where it is known by
    analysis.
    """

    label: str
    steps: int
    outcomes: tuple[Outcome, ...]
    best: Outcome | None
    tenfold: tuple[float, float] | None
    limit: float | None

    @property
    def diverging(self) -> float:
        """The share of the rates that diverge."""
        return sum(one.status == "diverged" for one in self.outcomes) / len(self.outcomes)


def sweep(scenario: Scenario, label: str | None, rates: Sequence[float]) -> Sweep:
    """Train one run of `scenario` (without a label: its first) at each rate, all side by side.

    Noise and minibatches are the same at every rate, so that rates differ in nothing else. A rate is that of
    the optimizer; rates that a scheduler names itself (`max_lr`, `eta_min`, …) are multiplied along with it.
    Raises ScenarioError for rates that are none, BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    wanted = sorted({read_lr(rate, f"rates[{index}]") for index, rate in enumerate(rates)})
    if not 1 <= len(wanted) <= MAX_RUNS:
        raise error_at("rates", "out_of_bounds", f"must be 1 to {MAX_RUNS} different rates.")
    admit(scenario.steps, run, len(wanted))
    outcomes = tuple(outcomes_of(scenario.steps, [at_rate(run, rate) for rate in wanted]))
    best = min(outcomes, key=lambda one: one.score)
    found = None if best.score == float("inf") else best
    law = stability_law(run)
    return Sweep(
        run.label,
        scenario.steps,
        outcomes,
        found,
        None if found is None else _tenfold(outcomes, outcomes.index(found)),
        None if law is None or law.limit == float("inf") else law.limit,
    )


def _tenfold(outcomes: Sequence[Outcome], place: int) -> tuple[float, float] | None:
    bound = _TENFOLD * outcomes[place].score
    if bound <= 0:
        return None
    low = high = place
    while low > 0 and outcomes[low - 1].score <= bound:
        low -= 1
    while high + 1 < len(outcomes) and outcomes[high + 1].score <= bound:
        high += 1
    return outcomes[low].lr, outcomes[high].lr
