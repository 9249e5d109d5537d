"""The training loop: trajectories of runs that can share one loop, side by side.

Update t: gradient at theta_t (of the batch), plus noise, clipped, optimizer step, scheduler step. Everything
that can be known before is laid out before; the loop itself is one ufunc call per arithmetic operation, for
all runs at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import cast

import numpy as np
from numpy.typing import NDArray

from simulator.core.generalisation import Measured, measure
from simulator.core.memory import empty, repeated
from simulator.core.minibatches import batch_rows
from simulator.core.objectives import DataObjective, Objective, build, build_group
from simulator.core.objectives.base import ordered_sum
from simulator.core.optimizers import OPTIMIZERS, Columns
from simulator.core.perturbations import clipping, noise_rows
from simulator.core.rates import momentum_table, rate_table, watches_loss
from simulator.core.schedulers import Plateau
from simulator.core.spec import Run

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Slope = Callable[[FloatArray, FloatArray], None]
Rows = Sequence[FloatArray] | FloatArray

_BLOCK = 64  # steps between two clean-ups; as many rows of rates and noise are laid out at once
_NEGLIGIBLE = 1e-290  # products with numbers below this are subnormal, and up to 24 times slower


@dataclass(frozen=True, eq=False)
class Trajectories:
    """B runs of T updates: `params` (T+1, D, B), `loss` and `lr` (T+1, B); `indices` in the scenario."""

    runs: tuple[Run, ...]
    indices: tuple[int, ...]
    objective: Objective
    params: FloatArray
    loss: FloatArray
    lr: FloatArray

    @property
    def stochastic(self) -> NDArray[np.bool_]:
        """Which runs have noise or batches (B,)."""
        return np.array([run.stochastic for run in self.runs])

    @property
    def nbytes(self) -> int:
        """What they take in memory; rates that never change lie there once."""
        return self.params.nbytes + self.loss.nbytes + (self.lr.nbytes if self.lr.strides[0] else 0)

    def gradient_norms(self, rows: IntArray, runs: IntArray) -> FloatArray:
        """Euclidean norms (rows, runs) of the full noise-free gradient."""
        return gradient_norms(self.objective, self.params, rows)[:, runs]

    def measure(self, states: FloatArray) -> Measured | None:
        """What is measured beside the loss at states (R, D, B); None where no rows are kept apart."""
        return measure(self.runs, cast(DataObjective, self.objective), states)

    def minimum(self, column: int) -> FloatArray | None:
        """The minimum of one run's objective, where it is known."""
        own = self.runs[column]
        alike = len(self.objective.options) == 1 and own.objective is self.runs[0].objective
        return self.objective.minimum if alike else build(own).minimum


def train(scenario_runs: Sequence[Run], indices: Sequence[int], steps: int) -> Trajectories:
    """Train the runs of one group (see `groups.groups_of`) for `steps` updates."""
    runs = tuple(scenario_runs[index] for index in indices)
    objective = build_group(runs)
    dim, count = objective.dim, len(runs)
    params, loss = allocated(steps + 1, dim * count, steps + 1, count)
    with np.errstate(all="ignore"):
        base = np.array([run.optimizer.lr for run in runs])
        lr, known = Loop(runs, objective, steps, base).fill(list(params), loss)
        states = params.reshape(steps + 1, dim, count)
        objective.losses(states[known:], loss[known:])
    return Trajectories(runs, tuple(indices), objective, states, loss, lr)


def gradient_norms(objective: Objective, states: FloatArray, rows: IntArray) -> FloatArray:
    """Euclidean norms (rows, B) of the full noise-free gradient at those of the states (…, D, B)."""
    dim, count = states.shape[1:]
    gradient, out = objective.bind(count), empty(dim * count)
    norms = np.empty((len(rows), count))
    with np.errstate(all="ignore"):
        for index, row in enumerate(rows):
            gradient(states[row].ravel(), out)
            np.sqrt(ordered_sum((out * out).reshape(dim, count)), norms[index])
    return norms


def allocated(rows: int, width: int, loss_rows: int, count: int) -> tuple[FloatArray, FloatArray]:
    """Room for params (rows, width) and losses (loss_rows, count), in one piece.

    The allocator keeps one large piece between simulations, where it would give several back to the system
    and have their pages faulted in anew each time, which takes as long as the simulation of a sweep.
    """
    room = empty(rows * width + loss_rows * count)
    return room[: rows * width].reshape(rows, width), room[rows * width :].reshape(loss_rows, count)


def _starts(runs: Sequence[Run], objective: Objective) -> FloatArray:
    """theta_0 of every run, (D, B), or of the one for all (D, 1)."""
    starts = [objective.initial(run.objective.options) if run.start is None else run.start for run in runs]
    if any(start is None for start in starts):
        raise ValueError(f"{objective.name} has no start of its own, so a run must have one")
    return np.array(starts, dtype=np.float64).T


class Loop:
    """The loop over the updates of B runs of one group: a run for each of the base rates (B,), or one run
    for all of them."""

    def __init__(self, runs: Sequence[Run], objective: Objective, steps: int, base: FloatArray) -> None:
        first = runs[0]
        self.runs, self.objective, self.steps, self.base = runs, objective, steps, base
        self.dim, self.count = objective.dim, base.size
        options = [run.optimizer.options for run in runs]
        same = all(one is options[0] or one == options[0] for one in options)
        columns = Columns(
            options[:1] if same else options, self.dim, self.count, steps, momentum_table(first, steps)
        )
        self.update, self.decaying = OPTIMIZERS[first.optimizer.name].init(columns)
        self.clip = clipping(runs, self.dim, self.count)
        self.noise = (
            repeat(None) if first.noise is None else noise_rows(runs, self.dim, self.count, steps, _BLOCK)
        )
        self.watches_loss = watches_loss(first)
        # Finds the loss of each state on the way to its gradient, where that is one of the full loss.
        self.with_losses = objective.bind_with_losses(self.count) if first.batches is None else None

    def fill(self, rows: Sequence[FloatArray], losses: Rows) -> tuple[FloatArray, int]:
        """Write theta_0 to theta_T into `rows`, T+1 flat arrays (D*B,); returns the rates (T+1, B).

        The same array may come again in the next row, for states that nobody asks for, or two rows later
        where the rate watches the loss. Where a gradient knows its loss, row t of `losses` is written too,
        for each t below the second number returned.
        """
        knows_loss = self.with_losses is not None
        if self.watches_loss:
            table = np.empty((self.steps + 1, self.count))
            rates = self._watched_rates(rows, losses if knows_loss else None, table)
        else:
            table = rate_table(self.runs, self.base, self.steps)
            rates = self._laid_out_rates(table)
        rows[0].reshape(self.dim, self.count)[:] = _starts(self.runs, self.objective)
        slope, gradient = self._slope(iter(losses)), empty(self.dim * self.count)
        update, clip, noise = self.update, self.clip, self.noise
        for start in range(0, self.steps, _BLOCK):
            theta = rows[start]
            # The rows come first: when they run out, no rate and no noise has been taken for nothing.
            upcoming = zip(rows[start + 1 : start + 1 + _BLOCK], rates, noise, strict=False)
            for t, (following, lr, disturbance) in enumerate(upcoming, start):
                slope(theta, gradient)
                if disturbance is not None:
                    np.add(gradient, disturbance, gradient)
                if clip is not None:
                    clip(gradient)
                update(t, theta, gradient, lr, following)
                theta = following
            self._clear_negligible(theta)
            if not self.watches_loss and np.isnan(theta).all():
                # Nothing comes back from there.
                for row in (*rows[start + _BLOCK :], *losses[start + _BLOCK :]):
                    row.fill(np.nan)
                break
        if self.watches_loss:
            next(rates)
        return table, self.steps if knows_loss else 0

    def _slope(self, losses: Iterator[FloatArray]) -> Slope:
        """The gradient of each update in turn: of the full loss, or of its minibatch."""
        with_losses = self.with_losses
        if with_losses is not None:
            return lambda theta, out: with_losses(theta, out, next(losses))
        if self.runs[0].batches is None:
            return self.objective.bind(self.count)
        objective = cast(DataObjective, self.objective)
        batches = [run.batches for run in self.runs if run.batches is not None]
        rows, gradient = batch_rows(batches, objective.n), objective.bind_batch(self.count)

        def slope(theta: FloatArray, out: FloatArray) -> None:
            gradient(next(rows), theta, out)

        return slope

    def _laid_out_rates(self, table: FloatArray) -> Iterator[FloatArray]:
        """Rates known beforehand, one flat (D*B,) row an update."""
        if table.strides[0] == 0:
            return repeat(repeated(table[0], self.dim))
        return iter(table) if self.dim == 1 else self._repeated_rows(table)

    def _repeated_rows(self, table: FloatArray) -> Iterator[FloatArray]:
        """The rows of a table (T+1, B) as flat (D*B,) ones, which lie in the same room every _BLOCK rows."""
        room = empty(min(_BLOCK, len(table)), self.dim, self.count)
        for first in range(0, self.steps, _BLOCK):
            block = table[first : first + _BLOCK]
            room[: len(block)] = block[:, None]
            yield from room[: len(block)].reshape(len(block), -1)

    def _watched_rates(
        self, rows: Sequence[FloatArray], losses: Rows | None, table: FloatArray
    ) -> Iterator[FloatArray]:
        """Rates of ReduceLROnPlateau, known only as the run goes. Fills `table`; resumed each update, when
        `losses`, where there are any, have the row of the update before."""
        first = self.runs[0]
        plateau = Plateau(
            [run.scheduler.options for run in self.runs if run.scheduler is not None], self.base
        )
        later = first.plateau_metric == "after"
        intervals = np.array([run.scheduler_interval for run in self.runs])
        flat, alike = repeated(plateau.rates, self.dim), bool((intervals == intervals[0]).all())
        for t in range(self.steps + 1):
            table[t] = plateau.rates
            yield flat
            due = None if alike else (t + 1) % intervals == 0
            if (t + 1) % first.scheduler_interval == 0 if due is None else due.any():
                metric = self._loss_of(rows[t + later]) if losses is None or later else losses[t]
                plateau.step(metric, due)
                flat = repeated(plateau.rates, self.dim)

    def _loss_of(self, theta: FloatArray) -> FloatArray:
        losses: FloatArray = self.objective.losses(theta.reshape(1, self.dim, self.count))[0]
        return losses

    def _clear_negligible(self, theta: FloatArray) -> None:
        for values in (theta, *self.decaying):
            small = np.abs(values) < _NEGLIGIBLE
            if small.any():
                values[small] = 0.0
