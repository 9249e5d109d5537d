"""A fair comparison of optimizers: each tuned with the same budget, judged on other seeds."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.core.analyses.variation import (
    admit,
    at_rate,
    is_seeded,
    operations_of,
    outcomes_of,
    reseeded,
)
from simulator.core.errors import BudgetExceeded, error_at
from simulator.core.limits import MAX_OPERATIONS
from simulator.core.spec import Run, Scenario
from simulator.core.spec.parts import read_lr

_SEEDS = 5
_MOST_SEEDS = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant: the rate that tuning chose, and its final losses with other seeds.

    `tuning` has the median final loss of each rate of the grid over the tuning seeds (infinite where most
    diverged). `at_edge` warns that the best rate is the grid's first or last, so that a better one may lie
    outside. `losses` are the final losses of the judging seeds (infinite for a run that diverged), with their
    `median` and the quartiles `lower` and `upper`. All are None or empty where every rate diverged.
    """

    label: str
    optimizer: str
    tuning: tuple[tuple[float, float], ...]
    lr: float | None
    at_edge: bool
    losses: tuple[float, ...]
    median: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The contestants in the scenario's order. `seeded` tells whether seeds make a difference at all;
    otherwise each is judged on the one run that there is. `ranking` has the labels, best median first, those
    without one last."""

    steps: int
    seeds: int
    seeded: bool
    entries: tuple[Entry, ...]
    ranking: tuple[str, ...]


def compare_optimizers(scenario: Scenario, rates: Sequence[float], *, seeds: int = _SEEDS) -> Comparison:
    """Tune the rate of every run of `scenario` over the same grid, and judge each at its best.

    A run's rate on the grid is chosen by the median final loss over `seeds` seeds (the run's own and derived
    ones); then it is judged on as many others, which had no part in the choice. The seeds are the same for
    all contestants; they change noise, minibatches, and the initialisation of a network. A run without any
    of those has one seed, and is judged on the run that it was tuned on.

    Raises ScenarioError for rates that are none, BudgetExceeded before anything is allocated.
    """
    grid = sorted({read_lr(rate, f"rates[{index}]") for index, rate in enumerate(rates)})
    if len(grid) < 2:
        raise error_at("rates", "out_of_bounds", "must be at least two different rates.")
    if isinstance(seeds, bool) or not 1 <= seeds <= _MOST_SEEDS:
        raise error_at("seeds", "out_of_bounds", f"must be a whole number from 1 to {_MOST_SEEDS}.")
    seeded = any(is_seeded(run) for run in scenario.runs)
    count = seeds if seeded else 1
    _admit(scenario, len(grid), count)
    entries = tuple(_entry(scenario.steps, run, grid, count) for run in scenario.runs)
    ranking = sorted(entries, key=lambda one: math.inf if one.median is None else one.median)
    return Comparison(scenario.steps, count, seeded, entries, tuple(one.label for one in ranking))


def _admit(scenario: Scenario, rates: int, seeds: int) -> None:
    for run in scenario.runs:
        admit(scenario.steps, run, rates * seeds)
    total = operations_of_comparison(scenario, rates, seeds)
    if total > MAX_OPERATIONS:
        message = (
            f"This comparison would take about {total:.2g} operations; at most {MAX_OPERATIONS:.2g} are "
            "allowed. Fewer steps, runs, rates or seeds bring it within the budget."
        )
        raise BudgetExceeded(message=message)


def operations_of_comparison(scenario: Scenario, rates: int, seeds: int) -> int:
    """Operations of tuning every run at so many rates and seeds, and of judging it."""
    steps = scenario.steps
    return sum(
        operations_of(steps, run, rates * seeds) + operations_of(steps, run, seeds) for run in scenario.runs
    )


def _entry(steps: int, run: Run, grid: Sequence[float], seeds: int) -> Entry:
    tried = [at_rate(reseeded(run, seed), rate) for rate in grid for seed in range(seeds)]
    scores = [one.score for one in outcomes_of(steps, tried)]
    medians = [statistics.median(scores[place * seeds : (place + 1) * seeds]) for place in range(len(grid))]
    tuning = tuple(zip(grid, medians, strict=True))
    best = min(range(len(grid)), key=lambda place: medians[place])
    if math.isinf(medians[best]):
        return Entry(run.label, run.optimizer.name, tuning, None, False, (), None, None, None)
    judging = range(seeds, 2 * seeds) if is_seeded(run) else range(1)
    judged = outcomes_of(steps, [at_rate(reseeded(run, seed), grid[best]) for seed in judging])
    losses = sorted(one.score for one in judged)
    return Entry(
        run.label,
        run.optimizer.name,
        tuning,
        grid[best],
        best in (0, len(grid) - 1),
        tuple(losses),
        statistics.median(losses),
        _quantile(losses, 0.25),
        _quantile(losses, 0.75),
    )


def _quantile(values: Sequence[float], share: float) -> float:
    """The value at a share of the sorted values, between two of them in proportion."""
    place = share * (len(values) - 1)
    low = math.floor(place)
    part = place - low
    return values[low] if part == 0 else (1 - part) * values[low] + part * values[low + 1]
