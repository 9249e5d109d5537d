"""What a scenario will cost, estimated from its numbers alone, and the budget of one simulation.

The estimate counts operations and bytes, so that the same scenario is admitted or refused on every machine.
"""

from dataclasses import dataclass

from simulator.core.errors import BudgetExceeded
from simulator.core.limits import ALWAYS_ADMITTED, ALWAYS_ADMITTED_MLP, MAX_BYTES, MAX_OPERATIONS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario

_PER_ROW = 8.0  # lr, loss, recorded and gathered
_PER_STEP = 3.0  # noise, clipping and copies, per coordinate


@dataclass(frozen=True)
class Cost:
    """Elementary floating-point operations, and bytes held at the same time."""

    operations: int
    bytes: int


def estimate(scenario: Scenario, record: Record | None = None) -> Cost:
    """Cost of simulating `scenario`; nothing is allocated."""
    record = record or Record()
    points = scenario.steps + 1 if record.points is None else min(record.points, scenario.steps + 1)
    operations = 0.0
    numbers = 0
    for run in scenario.runs:
        dim = run.dim
        operations += scenario.steps * _operations_per_step(run, dim)
        numbers += (scenario.steps + 1) * (dim + 3) + 8 * dim
        numbers += points * (2 + (dim if record.params else 0))
    return Cost(int(operations), 8 * numbers)


def check_budget(scenario: Scenario, record: Record | None = None) -> None:
    """Raise BudgetExceeded where the estimate is above the budget, unless the size is always admitted."""
    if is_always_admitted(scenario):
        return
    cost = estimate(scenario, record)
    if cost.operations > MAX_OPERATIONS:
        raise BudgetExceeded(
            message=(
                f"This would take about {cost.operations:.2g} operations; at most {MAX_OPERATIONS:.2g} are "
                "allowed. Fewer steps, runs, parameters or rows of data bring it within the budget."
            )
        )
    if cost.bytes > MAX_BYTES:
        raise BudgetExceeded(
            message=(
                f"This would hold about {cost.bytes / 2**20:.0f} MB in memory; at most "
                f"{MAX_BYTES / 2**20:.0f} MB are allowed. "
                "Fewer steps, runs or parameters bring it within the budget."
            )
        )


def is_always_admitted(scenario: Scenario) -> bool:
    """Whether the scenario is of a size that is promised to run, whatever the estimate says."""
    if all(run.objective.name != "mlp" for run in scenario.runs):
        return sum(run.dim for run in scenario.runs) * scenario.steps <= ALWAYS_ADMITTED
    if len(scenario.runs) != 1:
        return False
    run = scenario.runs[0]
    rows = 1 if run.data is None else run.data.n
    return run.dim * rows * scenario.steps <= ALWAYS_ADMITTED_MLP


def _operations_per_step(run: Run, dim: int) -> float:
    """One gradient, one loss (half as much) and one update of one run."""
    kind = OBJECTIVES[run.objective.name]
    rows = 1 if run.data is None else run.data.n
    full = kind.operations(run.objective.options, dim, rows)
    used = full
    if run.batches is not None:
        size = min(run.batches.size, rows)
        used = kind.batch_operations(run.objective.options, dim, size)
    return used + 0.5 * full + dim * (OPTIMIZERS[run.optimizer.name].operations + _PER_STEP) + _PER_ROW
