"""Logistic regression on data."""

from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Options
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Room, kept
from simulator.core.objectives.data import PENALTIES, BatchSlope, DataObjective, require_one_output


class Logistic(DataObjective):
    """Mean of softplus(z) - y z over the rows, z = X w, + l2/2 |w|^2 + l1 sum |w_i|, without an intercept."""

    name = "logistic"
    arguments = PENALTIES
    varying = frozenset({"l2", "l1"})
    threshold = 0.0

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options, rows)
        self.dim = rows.X.shape[1]
        self.width = self.n

    @classmethod
    def check_data(cls, options: Options, data: Data, path: str) -> None:
        require_one_output(data)
        if not data.binary:
            raise error_at("data", "bad_value", "must have labels y between 0 and 1 for a logistic loss.")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return columns or 1

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return (0.2 * dim + 12.0) * rows

    @classmethod
    def held(cls, options: Options, rows: int) -> int:
        return 4 * rows

    def bind(self, count: int) -> Gradient:
        columns, penalise = empty(count, self.dim, 1), self._penalising(count)
        slope_of = self._bind_batch_slope(count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            columns[:, :, 0] = w.T
            slope[...] = slope_of(self.rows.X, self.rows.y, columns)[:, :, 0].T
            if penalise is not None:
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        room: Room = {}

        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            excess = np.matmul(X, w, kept(room, "z", (count, X.shape[-2], 1)))
            sigmoid(excess, excess)
            np.subtract(excess, y, excess)
            mean: FloatArray = np.matmul(np.swapaxes(X, -1, -2), excess) / X.shape[-2]
            return mean

        return slope

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, _, count = states.shape
        z = self._outputs(states, room)
        terms = softplus(z, kept(room, "terms", z.shape))
        np.multiply(z, self.rows.y, z)
        np.subtract(terms, z, terms)
        means = np.matmul(np.full((1, self.n), 1 / self.n), terms)
        return self._penalised(means.reshape(rows, count), states)

    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        """z, the logarithm of the odds that the label is 1."""
        rows, dim, count = states.shape
        w = np.ascontiguousarray(states.transpose(0, 2, 1)).reshape(rows * count, dim, 1)
        return np.matmul(self.rows.X, w, kept(room, "z", (rows * count, self.n, 1)))

    def hessian(self, theta: FloatArray) -> FloatArray:
        X = self.rows.X
        share = sigmoid(X @ np.asarray(theta, dtype=np.float64))
        weighted = X * (share * (1 - share))[:, None]
        result: FloatArray = X.T @ weighted / self.n + float(self.l2[0]) * np.eye(self.dim)
        return result


def sigmoid(z: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """1 / (1 + exp(-z)), in place where `out` is z; overflow on the way gives the right limit."""
    result = np.negative(z, out)
    np.exp(result, result)
    np.add(result, 1.0, result)
    np.divide(1.0, result, result)
    return result


def softplus(z: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """log(1 + exp(z)) without overflow; `out` is not z."""
    result = np.abs(z, out)
    np.negative(result, result)
    np.exp(result, result)
    np.log1p(result, result)
    np.add(result, np.maximum(z, 0.0), result)
    return result
