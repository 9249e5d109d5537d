"""The runs that an analysis compares: one run at other rates, or with other seeds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.core.arguments import Options
from simulator.core.cost import estimate_alike
from simulator.core.diagnosis import Status
from simulator.core.errors import BudgetExceeded, error_at
from simulator.core.limits import MAX_BYTES, MAX_OPERATIONS, MAX_RUNS
from simulator.core.rates import cycles_momentum
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.spec.variation import derived_seed, with_rates_times, with_seed
from simulator.core.training import RunResult, simulate

_TWO_ROWS = Record(points=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run at one rate. `final_loss` may not be finite; `best_loss` is the smallest finite
    one."""

    lr: float
    status: Status
    diverged_at: int | None
    final_loss: float
    best_loss: float | None

    @property
    def score(self) -> float:
        """The final loss, infinite where the run diverged: what rates are ranked by."""
        if self.status == "diverged" or math.isnan(self.final_loss):
            return math.inf
        return self.final_loss


def run_of(scenario: Scenario, label: str | None) -> Run:
    """The run of that label, without one the first; ScenarioError where there is none."""
    if label is None:
        return scenario.runs[0]
    try:
        return scenario.run(label)
    except KeyError:
        labels = ", ".join(f"“{run.label}”" for run in scenario.runs[:10])
        raise error_at("run", "bad_value", f"must be the label of a run: {labels}.") from None


def at_rate(run: Run, lr: float) -> Run:
    """The run at another rate; rates that its scheduler names itself are multiplied by the same factor."""
    changed = with_rates_times(run, lr / run.optimizer.lr)
    return replace(changed, optimizer=replace(changed.optimizer, lr=lr))


def reseeded(run: Run, number: int) -> Run:
    """The run with the `number`-th of its seeds (0: its own): noise, minibatches, and the initialisation of a
    network that starts from its own. The data stay."""
    changed = with_seed(run, number)
    init = run.objective.options.get("init")
    if run.start is None and init is not None:
        options: dict[str, Any] = dict(run.objective.options)
        options["init"] = Options({**init, "seed": derived_seed(init["seed"], number)})
        changed = replace(changed, objective=replace(run.objective, options=Options(options)))
    return changed


def is_seeded(run: Run) -> bool:
    """Whether another seed makes another run."""
    return run.stochastic or (run.start is None and "init" in run.objective.options)


def outcomes_of(steps: int, runs: Sequence[Run]) -> list[Outcome]:
    """Simulate runs side by side and tell what became of them, each by the rate of its optimizer."""
    named = tuple(replace(run, label=f"{number}") for number, run in enumerate(runs))
    results = simulate(Scenario(steps, named), _TWO_ROWS).runs
    return [outcome(run.optimizer.lr, result) for run, result in zip(runs, results, strict=True)]


def outcome(lr: float, result: RunResult) -> Outcome:
    """What became of one simulated run."""
    return Outcome(lr, result.status, result.diverged_at, result.final_loss, result.best_loss)  # type: ignore[arg-type]


def operations_of(steps: int, run: Run, count: int = 1, simulations: int = 1) -> int:
    """Operations of simulating `count` runs like this one, at their own rates, `simulations` times."""
    # A scheduler that cycles the momentum too names the rates itself: each run has its own.
    loops = count if cycles_momentum(run) else 1
    return simulations * estimate_alike(steps, run, count, _TWO_ROWS, loops).total


def admit(steps: int, run: Run, count: int = 1, simulations: int = 1, extra: float = 0.0) -> None:
    """Raise BudgetExceeded, before anything is allocated, for an analysis that would cost too much.

    It simulates `count` runs like this one side by side, `simulations` times, and does `extra` operations
    besides.
    """
    if count > MAX_RUNS:
        message = f"This would simulate {count} runs side by side; at most {MAX_RUNS} are allowed."
        raise BudgetExceeded(message=message)
    operations = operations_of(steps, run, count, simulations) + extra
    if operations > MAX_OPERATIONS:
        raise BudgetExceeded(
            message=(
                f"This analysis would take about {operations:.2g} operations; at most {MAX_OPERATIONS:.2g} "
                "are allowed. Fewer steps, rates, seeds, parameters or rows of data bring it within the "
                "budget."
            )
        )
    size = estimate_alike(steps, run, count, _TWO_ROWS).bytes
    if size > MAX_BYTES:
        raise BudgetExceeded(
            message=(
                f"This analysis would hold about {size / 2**20:.0f} MB in memory; at most "
                f"{MAX_BYTES / 2**20:.0f} MB are allowed. Fewer steps, rates or seeds bring it within the "
                "budget."
            )
        )


def log_rates(low: float, high: float, count: int) -> tuple[float, ...]:
    """`count` rates from `low` to `high`, each the same factor above the one before; the ends are exact."""
    if not (0 < low < high < math.inf):
        raise error_at("high", "bad_value", "must be finite and above low, which must be above 0.")
    if not 2 <= count <= MAX_RUNS:
        raise error_at("count", "out_of_bounds", f"must be a whole number from 2 to {MAX_RUNS}.")
    return (low, *(between(low, high, index / (count - 1)) for index in range(1, count - 1)), high)


def between(low: float, high: float, share: float) -> float:
    """The number at a share of 0 to 1 of the way from `low` to `high`, on a logarithmic scale.

    By logarithms throughout: the quotient of the ends may be too large for a number.
    """
    return math.exp((1 - share) * math.log(low) + share * math.log(high))
