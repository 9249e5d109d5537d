"""Linear least squares on data."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from simulator.core.arguments import Options
from simulator.core.datasets import Data, Rows
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Room, kept, ordered_sum
from simulator.core.objectives.data import PENALTIES, BatchSlope, DataObjective, require_one_output
from simulator.core.objectives.products import product


class Linear(DataObjective):
    """1/(2n) |X w - y|^2 + l2/2 |w|^2 + l1 sum |w_i|, without an intercept.

    X = QR is factored once, and |X w - y|^2 = |R w - Q'y|^2 + |y - Q Q'y|^2: a step costs D^2 operations
    however many rows there are, without the loss of digits that the normal equations would bring.
    """

    name = "linear"
    arguments = PENALTIES
    varying = frozenset({"l2", "l1"})

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options, rows)
        self.dim = rows.X.shape[1]
        q, self.r = np.linalg.qr(rows.X)
        y = rows.y[:, 0]
        self.target = q.T @ y
        residual = y - q @ self.target
        self.rest = float(residual @ residual)

    @classmethod
    def check_data(cls, options: Options, data: Data, path: str) -> None:
        require_one_output(data)

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return columns or 1

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 0.4 * dim * min(dim, rows) + 8.0 * dim

    def bind(self, count: int) -> Gradient:
        rank = self.r.shape[0]
        forward, backward = product(self.r, count), product(self.r.T / self.n, count)
        target, residual = self.target[:, None], empty(rank, count)
        penalise = self._penalising(count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            forward(w, residual)
            np.subtract(residual, target, residual)
            backward(residual, slope)
            if penalise is not None:
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            residual = np.matmul(X, w) - y
            mean: FloatArray = np.matmul(np.swapaxes(X, -1, -2), residual) / X.shape[-2]
            return mean

        return slope

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        flat = np.ascontiguousarray(states.transpose(1, 0, 2)).reshape(dim, rows * count)
        residual = np.empty((self.r.shape[0], rows * count))
        product(self.r, rows * count)(flat, residual)
        residual -= self.target[:, None]
        squares = ordered_sum(residual * residual).reshape(rows, count)
        return self._penalised((squares + self.rest) / (2 * self.n), states)

    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        w = np.ascontiguousarray(states.transpose(0, 2, 1)).reshape(rows * count, dim, 1)
        return np.matmul(self.rows.X, w, kept(room, "outputs", (rows * count, self.n, 1)))

    def curvature_bounds(self) -> tuple[float, float] | None:
        if self.l1.any():
            return None  # the slope of |w| jumps at 0: there is no curvature that holds everywhere
        eigenvalues = np.linalg.eigvalsh(self.hessian(np.zeros(self.dim)))
        return float(eigenvalues[0]), float(eigenvalues[-1])

    def hessian(self, theta: FloatArray) -> FloatArray:
        result: FloatArray = self.r.T @ self.r / self.n + float(self.l2[0]) * np.eye(self.dim)
        return result

    @cached_property
    def minimum(self) -> FloatArray | None:
        if self.l1.any():
            return None  # the lasso has no closed form
        hessian = self.hessian(np.zeros(self.dim))
        if np.linalg.cond(hessian) > 1e12:
            return None
        return np.linalg.solve(hessian, self.r.T @ self.target / self.n).astype(np.float64)
