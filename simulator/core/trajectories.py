"""The training loop: trajectories of runs that can share one loop, side by side.

Update t: gradient at theta_t (of the batch), plus noise, clipped, optimizer step, scheduler step. Everything
that can be known before is laid out before; the loop itself is one ufunc call per arithmetic operation, for
all runs at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import cast

import numpy as np
from numpy.typing import NDArray

from simulator.core.generalisation import Measured, measure
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

    def gradient_norms(self, rows: IntArray, runs: IntArray) -> FloatArray:
        """Euclidean norms (rows, runs) of the full noise-free gradient."""
        dim, count = self.params.shape[1:]
        gradient, out = self.objective.bind(count), np.empty(dim * count)
        norms = np.empty((len(rows), len(runs)))
        with np.errstate(all="ignore"):
            for index, row in enumerate(rows):
                gradient(self.params[row].ravel(), out)
                norms[index] = np.sqrt(ordered_sum((out * out).reshape(dim, count)))[runs]
        return norms

    def measure(self, states: FloatArray) -> Measured | None:
        """What is measured beside the loss at states (R, D, B); None where no rows are kept apart."""
        return measure(self.runs, cast(DataObjective, self.objective), states)

    def minimum(self, column: int) -> FloatArray | None:
        """The minimum of one run's objective, where it is known."""
        return build(self.runs[column]).minimum


def train(scenario_runs: Sequence[Run], indices: Sequence[int], steps: int) -> Trajectories:
    """Train the runs of one group (see `groups.groups_of`) for `steps` updates."""
    runs = tuple(scenario_runs[index] for index in indices)
    objective = build_group(runs)
    dim, count = objective.dim, len(runs)
    params, loss = _allocated(steps + 1, dim * count, count)
    params[0] = _starts(runs, objective).ravel()
    with np.errstate(all="ignore"):
        lr = _Loop(runs, objective, steps).fill(params)
        states = params.reshape(steps + 1, dim, count)
        objective.losses(states, loss)
    return Trajectories(runs, tuple(indices), objective, states, loss, lr)


def _allocated(rows: int, width: int, count: int) -> tuple[FloatArray, FloatArray]:
    """Room for params (rows, width) and losses (rows, count), in one piece.

    The allocator keeps one large piece between simulations, where it would give several back to the system
    and have their pages faulted in anew each time, which takes as long as the simulation of a sweep.
    """
    room = np.empty(rows * (width + count))
    return room[: rows * width].reshape(rows, width), room[rows * width :].reshape(rows, count)


def _starts(runs: Sequence[Run], objective: Objective) -> FloatArray:
    """theta_0 of every run, (D, B)."""
    starts = [objective.initial(run.objective.options) if run.start is None else run.start for run in runs]
    return np.array(starts, dtype=np.float64).T


class _Loop:
    """The loop over the updates of one group of runs."""

    def __init__(self, runs: Sequence[Run], objective: Objective, steps: int) -> None:
        first = runs[0]
        self.runs, self.objective, self.steps = runs, objective, steps
        self.dim, self.count = objective.dim, len(runs)
        options = [run.optimizer.options for run in runs]
        same = all(one is options[0] or one == options[0] for one in options)
        columns = Columns(
            options[:1] if same else options, self.dim, self.count, steps, momentum_table(first, steps)
        )
        self.update, self.decaying = OPTIMIZERS[first.optimizer.name].init(columns)
        self.clip = clipping(runs, self.dim)
        self.noise = repeat(None) if first.noise is None else noise_rows(runs, self.dim, steps, _BLOCK)
        self.watches_loss = watches_loss(first)

    def fill(self, params: FloatArray) -> FloatArray:
        """Write every row of `params` (T+1, D*B) after the first; returns the rates (T+1, B)."""
        if self.watches_loss:
            table = np.empty((self.steps + 1, self.count))
            rates = self._watched_rates(params, table)
        else:
            table = rate_table(self.runs, self.steps)
            rates = self._laid_out_rates(table)
        rows = list(params)
        slope, gradient = self._slope(), np.empty(self.dim * self.count)
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
                params[start + _BLOCK :] = np.nan  # nothing comes back from there
                break
        if self.watches_loss:
            next(rates)
        return table

    def _slope(self) -> Slope:
        """The gradient of each update in turn: of the full loss, or of its minibatch."""
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
            return repeat(np.tile(table[0], self.dim))
        if self.dim == 1:
            return iter(table)
        blocks = (table[first : first + _BLOCK] for first in range(0, self.steps, _BLOCK))
        return chain.from_iterable(np.tile(block, self.dim) for block in blocks)

    def _watched_rates(self, params: FloatArray, table: FloatArray) -> Iterator[FloatArray]:
        """Rates of ReduceLROnPlateau, known only as the run goes. Fills `table`; resumed each update."""
        first = self.runs[0]
        base = np.array([run.optimizer.lr for run in self.runs])
        plateau = Plateau([run.scheduler.options for run in self.runs if run.scheduler is not None], base)
        states = params.reshape(self.steps + 1, self.dim, self.count)
        later = first.plateau_metric == "after"
        for t in range(self.steps + 1):
            table[t] = plateau.rates
            yield np.tile(plateau.rates, self.dim)
            if (t + 1) % first.scheduler_interval == 0:
                plateau.step(self.objective.losses(states[t + later : t + later + 1])[0])

    def _clear_negligible(self, theta: FloatArray) -> None:
        for values in (theta, *self.decaying):
            small = np.abs(values) < _NEGLIGIBLE
            if small.any():
                values[small] = 0.0
