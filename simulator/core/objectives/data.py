"""Objectives that are a mean over rows of data, and their gradient on a minibatch."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, number
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Objective, Room, ordered_sum, scalar

IntArray = NDArray[np.intp]
BatchSlope = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
BatchGradient = Callable[[IntArray, FloatArray, FloatArray], None]
Penalise = Callable[[FloatArray, FloatArray], None]

PENALTIES = (Argument("l2", number(at_least=0), 0.0), Argument("l1", number(at_least=0), 0.0))


class DataObjective(Objective):
    """Mean loss over n rows, plus l2/2 |theta|^2 + l1 sum |theta_i|, with slope l1 sign(theta_i), 0 at 0."""

    needs_data = True
    block = 1 << 16
    threshold = 0.5  # an output above it says that the label is 1
    n: int

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options)
        self.rows = rows
        self.n = rows.X.shape[0]
        self.l2, self.l1 = self.column("l2"), self.column("l1")

    @abstractmethod
    def _bind_batch_slope(self, count: int) -> BatchSlope:
        """`slope(X, y, w)`: gradient (B, D, 1) without the L2 term, of the mean over the given rows.

        X (…, m, columns), y (…, m, outputs), w (B, D, 1) contiguous.
        """

    @abstractmethod
    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        """What the model gives for each row, at states (R, D, B): (R*B, n) in any shape of that size, for y
        of one number a row. Shares its room with `_losses`."""

    def accuracy(self, states: FloatArray) -> FloatArray:
        """The share (R, B) of rows whose label is on the side of the threshold that the model says."""
        rows, dim, count = states.shape
        labels, right = self.rows.y[:, 0] > 0.5, np.empty((rows, count))
        room: Room = {}
        step = max(1, self.block // (count * max(dim, self.n, self.width)))
        for first in range(0, rows, step):
            part = states[first : first + step]
            said = self._outputs(part, room).reshape(len(part), count, self.n) > self.threshold
            right[first : first + step] = (said == labels).mean(axis=-1)
        return right

    @classmethod
    def batch_operations(cls, options: Options, dim: int, rows: int) -> float:
        return 0.4 * dim * rows + 4.0 * rows

    @classmethod
    def update_calls(cls, options: Options) -> int:
        return 10_000

    def bind_batch(self, count: int) -> BatchGradient:
        """A function `gradient(rows, theta, out)` of the mean over `rows`: (m,) for all runs, or (B, m)."""
        X, y, dim = self.rows.X, self.rows.y, self.dim
        columns, slope_of = empty(count, dim, 1), self._bind_batch_slope(count)
        penalise = self._penalising(count)

        def gradient(rows: IntArray, theta: FloatArray, out: FloatArray) -> None:
            w, slope = theta.reshape(dim, count), out.reshape(dim, count)
            columns[:, :, 0] = w.T
            slope[...] = slope_of(X[rows], y[rows], columns)[:, :, 0].T
            if penalise is not None:
                penalise(w, slope)

        return gradient

    def smooth(self) -> "DataObjective":
        """Without the l1 penalty: across a parameter of 0, differences of its slope are huge curvatures."""
        if not self.l1.any():
            return self
        return type(self)([Options({**one, "l1": 0.0}) for one in self.options], self.rows)

    def _penalising(self, count: int) -> Penalise | None:
        """`penalise(w, slope)`, both (D, count): adds the slope of the penalty. None where there is none."""
        l2, l1 = scalar(self.l2), scalar(self.l1)
        by_l2, by_l1 = bool(self.l2.any()), bool(self.l1.any())
        if not by_l2 and not by_l1:
            return None
        term = empty(self.dim, count)

        def penalise(w: FloatArray, slope: FloatArray) -> None:
            if by_l2:
                np.multiply(w, l2, term)
                np.add(slope, term, slope)
            if by_l1:
                np.sign(w, term)
                np.multiply(term, l1, term)
                np.add(slope, term, slope)

        return penalise

    def _penalised(self, losses: FloatArray, states: FloatArray) -> FloatArray:
        """The mean losses (R, B) of states (R, D, B), with the penalty."""
        if self.l2.any():
            losses = losses + 0.5 * self.l2 * ordered_sum(states * states)
        if self.l1.any():
            losses = losses + self.l1 * ordered_sum(np.abs(states))
        return losses


def require_one_output(data: Data) -> None:
    """Raise ScenarioError where y has several numbers a row."""
    if data.outputs != 1:
        raise error_at("data.y", "bad_value", f"must have one number a row, not {data.outputs}.")
