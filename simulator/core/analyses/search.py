"""Grid search and random search over two hyperparameters of a run's optimizer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.core.analyses.variation import Outcome, admit, at_rate, between, log_rates, outcomes_of, run_of
from simulator.core.errors import ScenarioError, error_at
from simulator.core.limits import MAX_RUNS, MAX_SEED
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.spec import Run, Scenario

Scale = Literal["log", "linear"]


@dataclass(frozen=True, slots=True)
class Axis:
    """A hyperparameter by its name in the optimizer (`lr`, `momentum`, `weight_decay`, …), and its range.

    `count` is the number of values on a grid; a random search does not use it.
    """

    name: str
    low: float
    high: float
    scale: Scale = "log"
    count: int = 9

    def values(self) -> tuple[float, ...]:
        """The values of a grid: `count` of them, the ends included, evenly spread on the scale."""
        if self.count == 1:
            return (self.low,)
        if self.scale == "log":
            return log_rates(self.low, self.high, self.count)
        return tuple(float(value) for value in np.linspace(self.low, self.high, self.count))

    def at(self, share: float) -> float:
        """The value at a share of 0 to 1 of the range, on the scale."""
        if self.scale == "log":
            return between(self.low, self.high, share)
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting, as (name, value) pairs in the order of the axes, and what became of the run."""

    settings: tuple[tuple[str, float], ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Search:
    """All trials in the order tried, and the one with the lowest final loss (None where all diverged)."""

    label: str
    steps: int
    method: Literal["grid", "random"]
    trials: tuple[Trial, ...]
    best: Trial | None


def grid_search(scenario: Scenario, label: str | None, axes: Sequence[Axis]) -> Search:
    """Train one run of `scenario` at every pair of values of two axes.

    Raises ScenarioError for an axis that the optimizer does not have or a value that it does not take,
    BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    first, second = _checked(run, axes)
    settings = [(one, other) for one in first.values() for other in second.values()]
    return _search(scenario.steps, run, "grid", axes, settings)


def random_search(
    scenario: Scenario, label: str | None, axes: Sequence[Axis], *, trials: int, seed: int = 0
) -> Search:
    """Train one run of `scenario` at `trials` pairs of values drawn from Generator(PCG64(seed)).

    Each trial draws the first axis, then the second, uniformly on its scale (Bergstra & Bengio 2012, "Random
    search for hyper-parameter optimization"). Errors as in :func:`grid_search`.
    """
    run = run_of(scenario, label)
    first, second = _checked(run, axes)
    if isinstance(trials, bool) or not 1 <= trials <= MAX_RUNS:
        raise error_at("trials", "out_of_bounds", f"must be a whole number from 1 to {MAX_RUNS}.")
    if isinstance(seed, bool) or not 0 <= seed <= MAX_SEED:
        raise error_at("seed", "out_of_bounds", f"must be a whole number from 0 to {MAX_SEED}.")
    shares = np.random.Generator(np.random.PCG64(seed)).random((trials, 2))
    settings = [(first.at(float(one)), second.at(float(other))) for one, other in shares]
    return _search(scenario.steps, run, "random", axes, settings)


def _checked(run: Run, axes: Sequence[Axis]) -> tuple[Axis, Axis]:
    if len(axes) != 2 or axes[0].name == axes[1].name:
        raise error_at("axes", "bad_value", "must be two different hyperparameters.")
    arguments = OPTIMIZERS[run.optimizer.name].arguments
    names = ["lr", *(one.name for one in arguments if isinstance(one.default, float))]
    for index, axis in enumerate(axes):
        path = f"axes[{index}]"
        if axis.name not in names:
            known = ", ".join(names)
            raise error_at(f"{path}.name", "bad_value", f"must be a number of {run.optimizer.name}: {known}.")
        if not 1 <= axis.count <= MAX_RUNS:
            raise error_at(f"{path}.count", "out_of_bounds", f"must be a whole number from 1 to {MAX_RUNS}.")
        if not (math.isfinite(axis.low) and math.isfinite(axis.high) and axis.low < axis.high):
            raise error_at(f"{path}.high", "out_of_bounds", "must be finite and above low.")
        if axis.scale == "log" and axis.low <= 0:
            raise error_at(f"{path}.low", "out_of_bounds", "must be above 0 on a logarithmic scale.")
        for key, value in (("low", axis.low), ("high", axis.high)):
            _changed(run, {axis.name: value}, f"{path}.{key}")
    return axes[0], axes[1]


def _changed(run: Run, changes: dict[str, float], path: str) -> Run:
    """The run with other numbers in its optimizer, refused under `path` where the optimizer refuses them."""
    try:
        return Scenario(1, (replace(run, scheduler=None),)).with_changes(changes).runs[0]
    except ScenarioError as error:
        reason = next(iter(error.fields.values()), error.message)
        raise error_at(path, error.code, reason) from None


def _search(
    steps: int,
    run: Run,
    method: Literal["grid", "random"],
    axes: Sequence[Axis],
    settings: Sequence[tuple[float, float]],
) -> Search:
    admit(steps, run, len(settings))
    names = (axes[0].name, axes[1].name)
    runs = []
    for pair in settings:
        changes = dict(zip(names, pair, strict=True))
        lr = changes.pop("lr", run.optimizer.lr)
        changed = run
        if changes:
            changed = replace(run, optimizer=_changed(run, changes, "axes").optimizer)
        runs.append(at_rate(changed, lr))
    outcomes = outcomes_of(steps, runs)
    trials = tuple(
        Trial(tuple(zip(names, pair, strict=True)), outcome)
        for pair, outcome in zip(settings, outcomes, strict=True)
    )
    best = min(trials, key=lambda trial: trial.outcome.score)
    return Search(run.label, steps, method, trials, None if math.isinf(best.outcome.score) else best)
