"""The learning rate, and a cycled momentum, of every update of B runs side by side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec import Run

FloatArray = NDArray[np.float64]


def rate_table(runs: Sequence[Run], base: FloatArray, steps: int) -> FloatArray:
    """Rates (T+1, B) from the base rates (B,) of `runs`, or of one run for all: row t drives update t, row T
    would drive the next. Runs without a scheduler keep theirs.

    Where all runs are without one, the table is a read-only view of one row.
    """
    if all(run.scheduler is None for run in runs):
        return np.broadcast_to(base, (steps + 1, base.size))
    table = np.empty((steps + 1, base.size))
    columns: dict[tuple[object, int], list[int]] = {}
    for column, run in enumerate(runs):
        columns.setdefault((run.scheduler, run.scheduler_interval), []).append(column)
    with np.errstate(all="ignore"):
        for indices in columns.values():
            table[:, indices] = _rates(runs[indices[0]], base[indices], steps)
    return table


def momentum_table(run: Run, steps: int) -> FloatArray | None:
    """The momentum (or beta1) that the scheduler sets for each update, (T,). None where it sets none."""
    if run.scheduler is None:
        return None
    momenta = SCHEDULERS[run.scheduler.name].momenta
    if momenta is None:
        return None
    table = momenta(run.scheduler.options, _epochs(run, steps))
    return None if table is None else table[_epoch_of(run, steps)][:steps]


def watches_loss(run: Run) -> bool:
    """Whether the rate of `run` depends on its losses, so that it is not known beforehand."""
    return run.scheduler is not None and SCHEDULERS[run.scheduler.name].rates is None


def cycles_momentum(run: Run) -> bool:
    """Whether the scheduler of `run` sets the momentum as well."""
    return momentum_table(run, 1) is not None


def _rates(run: Run, base: FloatArray, steps: int) -> FloatArray:
    if run.scheduler is None:
        return np.broadcast_to(base, (steps + 1, len(base)))
    scheduler = SCHEDULERS[run.scheduler.name]
    return scheduler.table(run.scheduler.options, base, _epochs(run, steps))[_epoch_of(run, steps)]


def _epochs(run: Run, steps: int) -> int:
    return steps // run.scheduler_interval + 1


def _epoch_of(run: Run, steps: int) -> NDArray[np.intp]:
    """How often the scheduler has stepped before update t = 0..T."""
    return np.arange(steps + 1) // run.scheduler_interval
