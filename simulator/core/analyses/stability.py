"""The largest stable learning rate of a run: by analysis where it is known, otherwise searched for."""

import math
from dataclasses import dataclass
from typing import Literal

from simulator.core.analyses.variation import Outcome, admit, at_rate, log_rates, outcomes_of, run_of
from simulator.core.claims.laws import stability_law
from simulator.core.spec import Run, Scenario

_DOUBLINGS = 20  # the search spans the run's own rate times 2^-20 … 2^20
_PARTS = 40  # of a bracket, in each of the refinements
_REFINEMENTS = 2
RATES = max(2 * _DOUBLINGS + 1, _PARTS - 1)  # tried side by side
SEARCHES = 1 + _REFINEMENTS


@dataclass(frozen=True, slots=True)
class StabilityLimit:
    """Between which rates a run ceases to be stable.

    `analytic`: `lr` is the limit in the long run, whatever the number of steps (0 where no rate is stable,
    infinite where every one is), and so are `stable` and `unstable`. `measured`: the run does not diverge
    within its T steps at `stable` and does at `unstable`, the smallest rate of the search that does, and `lr`
    lies between them; 0 or infinite where every rate tried diverges or none does.

    A measured limit is an upper estimate of the one in the long run. Slightly above that one the run needs
    many steps to diverge: the excess is about 2 ln(1e4) / T of the limit on a quadratic. A window of rates
    narrower than a factor of two that diverges below `stable` can have been missed.
    """

    label: str
    steps: int
    kind: Literal["analytic", "measured"]
    lr: float
    stable: float
    unstable: float


def stability_limit(scenario: Scenario, label: str | None = None) -> StabilityLimit:
    """The limit of stability of one run of `scenario` (without a label: its first).

    Analytic for constant-rate SGD on objectives of constant curvature (claims.laws); otherwise the smallest
    rate that diverges is bracketed by doublings and refined to 0.05 %. Raises BudgetExceeded before anything
    is allocated.
    """
    run = run_of(scenario, label)
    law = stability_law(run)
    if law is not None:
        return StabilityLimit(run.label, scenario.steps, "analytic", law.limit, law.limit, law.limit)
    return _measured(scenario.steps, run)


def _measured(steps: int, run: Run) -> StabilityLimit:
    admit(steps, run, RATES, SEARCHES)
    middle = run.optimizer.lr
    lowest, highest = max(middle * 2.0**-_DOUBLINGS, 1e-300), min(middle * 2.0**_DOUBLINGS, 1e300)
    tried = _tried(steps, run, log_rates(lowest, highest, 2 * _DOUBLINGS + 1))
    first = _first_diverging(tried)
    if first is None:
        return StabilityLimit(run.label, steps, "measured", math.inf, tried[-1].lr, math.inf)
    if first == 0:
        return StabilityLimit(run.label, steps, "measured", 0.0, 0.0, tried[0].lr)
    stable, unstable = tried[first - 1].lr, tried[first].lr
    for _ in range(_REFINEMENTS):
        inner = log_rates(stable, unstable, _PARTS + 1)[1:-1]
        tried = _tried(steps, run, inner)
        first = _first_diverging(tried)
        if first is None:
            stable = inner[-1]
        else:
            stable, unstable = stable if first == 0 else inner[first - 1], inner[first]
    return StabilityLimit(
        run.label, steps, "measured", math.sqrt(stable) * math.sqrt(unstable), stable, unstable
    )


def _tried(steps: int, run: Run, rates: tuple[float, ...]) -> list[Outcome]:
    return outcomes_of(steps, [at_rate(run, rate) for rate in rates])


def _first_diverging(tried: list[Outcome]) -> int | None:
    return next((place for place, one in enumerate(tried) if one.status == "diverged"), None)
