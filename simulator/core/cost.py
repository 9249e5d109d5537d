"""What a scenario will cost, estimated from its numbers alone, and the budget of one simulation.

The estimate counts operations and bytes, so that the same scenario is admitted or refused on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.core.datasets import Data
from simulator.core.errors import BudgetExceeded
from simulator.core.generalisation import numbers_of, operations_of
from simulator.core.groups import groups_of
from simulator.core.limits import (
    ALWAYS_ADMITTED,
    ALWAYS_ADMITTED_MLP,
    MAX_BYTES,
    MAX_OPERATIONS,
    OPERATIONS_PER_UPDATE,
)
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.rates import watches_loss
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario

_PER_ROW = 8.0  # lr, loss, recorded and gathered
_PER_COORDINATE = 3.0  # noise, clipping and copies
# What calls cost, however short the arrays are that they work on.
_PER_RUN = 150_000  # status, words, its part of the answer
_PER_GROUP = 500_000  # objective, tables of rates, first and last loss
_PER_BATCH = 15_000  # rows drawn and gathered
_PER_NOISE = 2_000
_PER_WATCHED_LOSS = 15_000  # of ReduceLROnPlateau, in every update
_PER_NUMBER_READ = 150  # of data: as if all were written out
_PER_NUMBER_MADE = 50  # in every group
_PER_NUMBER_TOLD = 30  # written as JSON


@dataclass(frozen=True)
class Cost:
    """What a simulation takes, with reading its order and writing its answer.

    `operations` are elementary floating-point operations, each weighed like a multiplication of long arrays,
    about a nanosecond; `bytes` are held at the same time; `updates` counts the updates of all loops, and
    `calls` is what these, the groups and the runs cost beside, however short their arrays are, in operations:
    a call of NumPy on a few numbers is 400.
    """

    operations: int
    bytes: int
    updates: int
    calls: int = 0

    @property
    def total(self) -> int:
        """Everything, in operations: what is held against the budget."""
        return self.operations + self.calls


def estimate(
    scenario: Scenario, record: Record | None = None, groups: Sequence[Sequence[int]] | None = None
) -> Cost:
    """Cost of simulating `scenario`, whose groups may be given where they are known."""
    record = record or Record()
    groups = groups_of(scenario.runs) if groups is None else groups
    parts = [
        estimate_alike(
            scenario.steps, scenario.runs[one[0]], len(one), record, drawn_alike=_drawn_alike(scenario, one)
        )
        for one in groups
    ]
    return Cost(
        sum(part.operations for part in parts),
        sum(part.bytes for part in parts),
        sum(part.updates for part in parts),
        sum(part.calls for part in parts) + reading(scenario),
    )


def estimate_alike(
    steps: int, run: Run, count: int, record: Record, loops: int = 1, *, drawn_alike: bool = False
) -> Cost:
    """Cost of simulating `count` runs like this one, in so many loops; whether their minibatches are the
    same."""
    dim = run.dim
    points = steps + 1 if record.points is None else min(record.points, steps + 1)
    operations = count * (steps * _operations_per_step(run, dim) + points * operations_of(run))
    measured = numbers_of(run)
    recorded = points * (2 + measured + (dim if record.params or measured else 0))
    calls = loops * (steps * _calls_per_step(run) + _PER_GROUP + _PER_NUMBER_MADE * _numbers(run.data))
    calls += count * (_PER_RUN + _PER_NUMBER_TOLD * recorded)
    laid_out = 3 + (run.scheduler is not None)  # loss, lr and a copy of either
    numbers = count * ((steps + 1) * (dim + laid_out) + 8 * dim + recorded)
    held = count * _held(run) + (1 if drawn_alike else count) * _gathered(run)
    return Cost(int(operations), 8 * (numbers + held), steps * loops, calls)


def check_budget(
    scenario: Scenario, record: Record | None = None, groups: Sequence[Sequence[int]] | None = None
) -> None:
    """Raise BudgetExceeded where the estimate is above the budget, unless the size is always admitted."""
    groups = groups_of(scenario.runs) if groups is None else groups
    if is_always_admitted(scenario, groups):
        return
    cost = estimate(scenario, record, groups)
    operations = cost.total
    if operations > MAX_OPERATIONS:
        raise BudgetExceeded(
            message=(
                f"This would take about {operations:.2g} operations; at most {MAX_OPERATIONS:.2g} are "
                "allowed. Fewer steps, runs, parameters or rows of data bring it within the budget."
            )
        )
    if cost.bytes > MAX_BYTES:
        raise BudgetExceeded(
            message=(
                f"This would hold about {cost.bytes / 2**20:.0f} MB in memory; at most "
                f"{MAX_BYTES / 2**20:.0f} MB are allowed. "
                "Fewer steps, runs, parameters or rows of data bring it within the budget."
            )
        )


def is_always_admitted(scenario: Scenario, groups: Sequence[Sequence[int]] | None = None) -> bool:
    """Whether the scenario is of a size that is promised to run, whatever the estimate says."""
    groups = groups_of(scenario.runs) if groups is None else groups
    firsts = [(scenario.runs[indices[0]], len(indices)) for indices in groups]
    if all(run.objective.name != "mlp" for run, _ in firsts):
        return sum(run.dim * count for run, count in firsts) * scenario.steps <= ALWAYS_ADMITTED
    if len(scenario.runs) != 1:
        return False
    run = scenario.runs[0]
    rows = 1 if run.data is None else run.data.n
    return run.dim * rows * scenario.steps <= ALWAYS_ADMITTED_MLP


def _operations_per_step(run: Run, dim: int) -> float:
    """One gradient, one loss (half as much; another one where the rate depends on it) and one update of one
    run."""
    kind, options, rows = OBJECTIVES[run.objective.name], run.objective.options, _rows(run)
    full = kind.operations(options, dim, rows)
    used = full
    if run.batches is not None:
        used = kind.batch_operations(options, dim, min(run.batches.size, rows))
    losses = 0.5 * full * (1 + watches_loss(run))
    return used + losses + dim * (OPTIMIZERS[run.optimizer.name].operations + _PER_COORDINATE) + _PER_ROW


def _held(run: Run) -> int:
    """Numbers of the intermediate arrays of one run: of the full loss, and beside it of a minibatch."""
    kind, options, data = OBJECTIVES[run.objective.name], run.objective.options, run.data
    if data is None:
        return 0
    full = kind.held(options, data.trained)
    if run.batches is None:
        return full
    return full + kind.held(options, min(run.batches.size, data.trained))


def _gathered(run: Run) -> int:
    """Numbers of the rows of one minibatch, gathered and laid out."""
    if run.batches is None or run.data is None:
        return 0
    return min(run.batches.size, run.data.trained) * (2 * run.data.columns + run.data.outputs + 2)


def _drawn_alike(scenario: Scenario, indices: Sequence[int]) -> bool:
    return len({scenario.runs[index].batches for index in indices}) == 1


def _calls_per_step(run: Run) -> int:
    """What the calls of one update of a group cost, in operations."""
    calls = OPERATIONS_PER_UPDATE + OBJECTIVES[run.objective.name].update_calls(run.objective.options)
    calls += _PER_BATCH * (run.batches is not None) + _PER_NOISE * (run.noise is not None)
    return calls + _PER_WATCHED_LOSS * watches_loss(run)


def reading(scenario: Scenario) -> int:
    """What it costs to read the data of a scenario, in operations."""
    different = {id(run.data): run.data for run in scenario.runs}
    return _PER_NUMBER_READ * sum(_numbers(data) for data in different.values())


def _numbers(data: Data | None) -> int:
    return 0 if data is None else data.n * data.columns


def _rows(run: Run) -> int:
    """The rows that a gradient of the full loss is the mean over."""
    return 1 if run.data is None else run.data.trained
