"""Objectives that are a mean over rows of data, and their gradient on a minibatch."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Options
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.objectives.base import FloatArray, Objective

IntArray = NDArray[np.intp]
BatchSlope = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
BatchGradient = Callable[[IntArray, FloatArray, FloatArray], None]


class DataObjective(Objective):
    """Mean loss over n rows, plus an L2 term."""

    needs_data = True
    block = 1 << 16
    n: int
    l2: FloatArray

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options)
        self.rows = rows
        self.n = rows.X.shape[0]

    @abstractmethod
    def _bind_batch_slope(self, count: int) -> BatchSlope:
        """`slope(X, y, w)`: gradient (B, D, 1) without the L2 term, of the mean over the given rows.

        X (…, m, columns), y (…, m, outputs), w (B, D, 1) contiguous.
        """

    @classmethod
    def batch_operations(cls, options: Options, dim: int, rows: int) -> float:
        return 0.4 * dim * rows + 4.0 * rows

    def bind_batch(self, count: int) -> BatchGradient:
        """A function `gradient(rows, theta, out)` of the mean over `rows`: (m,) for all runs, or (B, m)."""
        X, y, dim = self.rows.X, self.rows.y, self.dim
        columns, slope_of = np.empty((count, dim, 1)), self._bind_batch_slope(count)
        l2 = self.l2
        regularised = bool(l2.any())

        def gradient(rows: IntArray, theta: FloatArray, out: FloatArray) -> None:
            w, slope = theta.reshape(dim, count), out.reshape(dim, count)
            columns[:, :, 0] = w.T
            slope[...] = slope_of(X[rows], y[rows], columns)[:, :, 0].T
            if regularised:
                np.add(slope, l2 * w, slope)

        return gradient


def require_one_output(data: Data) -> None:
    """Raise ScenarioError where y has several numbers a row."""
    if data.outputs != 1:
        raise error_at("data.y", "bad_value", f"must have one number a row, not {data.outputs}.")
