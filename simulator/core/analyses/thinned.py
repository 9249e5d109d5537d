"""One run at very many rates side by side, with few of the rows kept.

What costs most of a wide simulation is to write its whole history into memory. Here a state that nobody asks
for is overwritten by the next update.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.core.analyses.variation import at_rate
from simulator.core.cost import estimate
from simulator.core.diagnosis.status import first_divergence, have_converged, tail_rows
from simulator.core.errors import BudgetExceeded, error_at
from simulator.core.limits import MAX_BYTES, MAX_OPERATIONS, MAX_STEPS
from simulator.core.memory import empty
from simulator.core.objectives import Objective, build_group
from simulator.core.rates import watches_loss
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.trajectories import Loop, allocated, gradient_norms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MAX_RATES: Final = 4096
_BESIDE = 24  # arrays of the size of a state that a loop holds at most: moments, noise, rates, scratch


@dataclass(frozen=True, eq=False)
class Thinned:
    """B runs that differ in their rate: R rows at the steps `t`, the first and the last among them.

    `rates` (B,); `params` (R, D, B), `loss` and `lr` (R, B), whose bits are those that `simulate` gives at
    these steps. What is not finite is kept.
    """

    t: IntArray
    rates: FloatArray
    params: FloatArray
    loss: FloatArray
    lr: FloatArray
    _objective: Objective
    _states: FloatArray  # (K, D, B) at the steps _steps: the rows of `params`, then others of the end
    _steps: IntArray

    @cached_property
    def diverged_at(self) -> IntArray:
        """The first of the steps `t` (B,) that is not finite or beyond the bounds of divergence; -1 where
        none is.

        The run diverged after the step before in `t` and no later than at this one. A run that was beyond
        the bounds only between two of them, and came back, is not found.
        """
        with np.errstate(all="ignore"):
            found = first_divergence(self.loss, self.params)
        steps: IntArray = np.where(found < 0, -1, self.t[found])
        return steps

    @cached_property
    def statuses(self) -> tuple[Literal["diverged", "converged"] | None, ...]:
        """`diverged` where `diverged_at` says so, `converged` where every rule of it holds, else None.

        The rows that decide on convergence are all kept, so that `converged` is what `simulate` says too but
        for a run that was beyond the bounds between two of the steps `t`. None is `oscillating` or `running`:
        to tell these apart takes every row of the last quarter.
        """
        diverged = self.diverged_at >= 0
        alive = np.flatnonzero(~diverged)
        converged = np.zeros(len(diverged), dtype=np.bool_)
        with np.errstate(all="ignore"):
            converged[alive] = have_converged(int(self.t[-1]), self._gradient_norms, alive)
        pairs = zip(diverged.tolist(), converged.tolist(), strict=True)
        return tuple("diverged" if gone else "converged" if settled else None for gone, settled in pairs)

    def _gradient_norms(self, rows: IntArray, runs: IntArray) -> FloatArray:
        order = np.argsort(self._steps)
        places = order[np.searchsorted(self._steps, rows, sorter=order)]
        return gradient_norms(self._objective, self._states, places)[:, runs]


def simulate_thinned(run: Run, steps: int, rates: FloatArray, every: int) -> Thinned:
    """Train `run` for `steps` updates at each of up to MAX_RATES rates (B,); keep rows 0, every, 2 every, …
    and the last.

    A rate is that of the optimizer; rates that a scheduler names itself are multiplied along with it (see
    at_rate). Pure and deterministic as `simulate` is. Raises ScenarioError for numbers that are out of
    bounds, BudgetExceeded before anything is allocated.
    """
    base = _checked(rates)
    for name, value in (("steps", steps), ("every", every)):
        if not 1 <= value <= MAX_STEPS:
            raise error_at(name, "out_of_bounds", f"must be a whole number from 1 to {MAX_STEPS}.")
    t = np.arange(0, steps + every, every)
    t[-1] = steps
    tail = np.arange(steps + 1 - tail_rows(steps), steps)
    kept = np.append(t, tail[tail % every > 0])
    _admit(run, steps, base.size, len(kept))
    # Where nothing but the rate of the optimizer changes, one run stands for all.
    runs = [run] if run.scheduler is None else [at_rate(run, rate) for rate in base.tolist()]
    objective = build_group(runs)
    dim, count = objective.dim, base.size
    states, loss = allocated(len(kept), dim * count, len(t), count)
    with np.errstate(all="ignore"):
        # ReduceLROnPlateau asks for the loss of a state after the update that follows it.
        spare = 2 if watches_loss(run) else 1
        table, known = Loop(runs, objective, steps, base).fill(
            _rows_at(kept, states, steps, spare), _rows_at(t, loss, steps, spare)
        )
        states = states.reshape(len(kept), dim, count)
        first = int(np.searchsorted(t, known))
        objective.losses(states[first : len(t)], loss[first:])
    lr = table[: len(t)] if table.strides[0] == 0 else table[t]
    return Thinned(t, base, states[: len(t)], loss, lr, objective, states, kept)


def _rows_at(steps: IntArray, rows: FloatArray, last: int, spare: int) -> Sequence[FloatArray]:
    """A row for each step 0..last: that of `rows` for those in `steps`, one of `spare` others in turn for the
    rest."""
    laid_out = list(empty(spare, rows.shape[1])) * (last // spare + 1)
    del laid_out[last + 1 :]
    for step, row in zip(steps.tolist(), rows, strict=True):
        laid_out[step] = row
    return laid_out


def _checked(rates: FloatArray) -> FloatArray:
    base = np.array(rates, dtype=np.float64)
    if base.ndim != 1 or not 1 <= base.size <= MAX_RATES:
        raise error_at("rates", "out_of_bounds", f"must be 1 to {MAX_RATES} rates.")
    if not (np.isfinite(base) & (base > 0)).all():
        raise error_at("rates", "out_of_bounds", "must be finite and above 0.")
    return base


def _admit(run: Run, steps: int, count: int, rows: int) -> None:
    """Raise BudgetExceeded for more operations or memory than a simulation may take."""
    one, dim = estimate(Scenario(steps, (run,)), Record(points=1)), run.dim
    operations = count * one.operations + one.calls
    numbers = count * (rows * (dim + 2) + _BESIDE * dim + (0 if run.scheduler is None else steps + 1))
    if operations > MAX_OPERATIONS or 8 * numbers > MAX_BYTES:
        raise BudgetExceeded(
            message=(
                f"This would take about {operations:.2g} operations and hold {8 * numbers / 2**20:.0f} MB; "
                f"at most {MAX_OPERATIONS:.2g} and {MAX_BYTES / 2**20:.0f} MB are allowed. Fewer steps, "
                "rates, rows or parameters bring it within the budget."
            )
        )
