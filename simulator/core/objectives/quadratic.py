"""The quadratic bowl."""

from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Argument, Options, array, number, optional
from simulator.core.arguments.readers import Reader
from simulator.core.errors import error_at
from simulator.core.limits import MAX_DIMENSION
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, kept, ordered_sum, tiled
from simulator.core.objectives.products import product

_numbers = array(number(), at_least=1, at_most=MAX_DIMENSION)


def _number_or_list() -> Reader:
    one = number()

    def read(value: object, path: str) -> float | tuple[float, ...]:
        result: float | tuple[float, ...] = (_numbers if isinstance(value, list | tuple) else one)(
            value, path
        )
        return result

    return read


class Quadratic(Objective):
    """1/2 (x - c)' A (x - c), A given by its eigenvalues (a diagonal matrix) or as a symmetric matrix."""

    name = "quadratic"
    arguments = (
        Argument("eigenvalues", optional(_numbers), None),
        Argument("matrix", optional(array(_numbers, at_least=1, at_most=MAX_DIMENSION)), None),
        Argument("minimum", _number_or_list(), 0.0),
    )
    varying = frozenset({"eigenvalues", "minimum"})
    block = 1 << 15  # one intermediate array, so that fewer calls for more rows each are faster

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        first = options[0]
        self.matrix: FloatArray | None = (
            None if first["matrix"] is None else np.array(first["matrix"], dtype=np.float64)
        )
        self.dim = self.dimension(first, None)
        same = all(other is first or other == first for other in options)
        used = options[:1] if same else options
        if self.matrix is None:
            self.eigenvalues = np.array([one["eigenvalues"] for one in used], dtype=np.float64).T
        else:
            self.eigenvalues = np.linalg.eigvalsh(self.matrix)[:, None].astype(np.float64)
        self.center = np.array(
            [np.broadcast_to(np.asarray(one["minimum"], dtype=np.float64), self.dim) for one in used]
        ).T
        self.centered = not self.center.any()
        self.halves = 0.5 * self.eigenvalues

    @classmethod
    def check(cls, options: Options, path: str) -> None:
        eigenvalues, matrix, minimum = options["eigenvalues"], options["matrix"], options["minimum"]
        if (eigenvalues is None) == (matrix is None):
            raise error_at(
                path, "bad_value", "a quadratic needs either eigenvalues or a matrix, and not both."
            )
        if matrix is not None:
            _check_symmetric(matrix, f"{path}.matrix")
        dim = cls.dimension(options, None)
        if isinstance(minimum, tuple) and len(minimum) != dim:
            raise error_at(
                f"{path}.minimum",
                "bad_value",
                f"must be one number or {dim}, one per dimension, not {len(minimum)}.",
            )

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return len(options["matrix"] if options["eigenvalues"] is None else options["eigenvalues"])

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 2.0 * dim if options["matrix"] is None else 0.5 * dim * dim + 4.0 * dim

    def bind(self, count: int) -> Gradient:
        if self.matrix is not None:
            return self._bind_matrix(self.matrix, count)
        eigenvalues, center = tiled(self.eigenvalues, count), tiled(self.center, count)
        if self.centered:

            def gradient(theta: FloatArray, out: FloatArray) -> None:
                np.multiply(theta, eigenvalues, out)

        else:

            def gradient(theta: FloatArray, out: FloatArray) -> None:
                np.subtract(theta, center, out)
                np.multiply(out, eigenvalues, out)

        return gradient

    def _bind_matrix(self, matrix: FloatArray, count: int) -> Gradient:
        multiply, center = product(matrix, count), tiled(self.center, count)
        offset = empty(self.dim * count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            np.subtract(theta, center, offset)
            multiply(offset.reshape(self.dim, count), out.reshape(self.dim, count))

        return gradient

    def _write_losses(self, states: FloatArray, out: FloatArray, room: Room) -> None:
        if self.matrix is not None or not self.centered:
            super()._write_losses(states, out, room)
            return
        # Equal shapes: a column of halves repeated on the way takes up to twice as long.
        halves = room.get("halves")
        if halves is None:
            halves = room["halves"] = tiled(self.halves, states.shape[2]).reshape(states.shape[1:])
        terms = np.multiply(states, states, kept(room, "terms", states.shape))
        np.multiply(terms, halves, terms)
        ordered_sum(terms, out)

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        offsets = states - self.center
        if self.matrix is None:
            return ordered_sum(offsets * offsets * self.halves)
        flat = np.ascontiguousarray(offsets.transpose(1, 0, 2)).reshape(dim, rows * count)
        images = np.empty_like(flat)
        product(self.matrix, rows * count)(flat, images)
        return ordered_sum(0.5 * flat * images).reshape(rows, count)

    def curvature_bounds(self) -> tuple[float, float]:
        return float(self.eigenvalues.min()), float(self.eigenvalues.max())

    def hessian(self, theta: FloatArray) -> FloatArray:
        return np.diag(self.eigenvalues[:, 0]) if self.matrix is None else self.matrix.copy()

    @property
    def minimum(self) -> FloatArray | None:
        return self.center[:, 0].copy() if self.eigenvalues.min() > 0 else None


def _check_symmetric(matrix: tuple[tuple[float, ...], ...], path: str) -> None:
    dim = len(matrix)
    for index, row in enumerate(matrix):
        if len(row) != dim:
            raise error_at(
                f"{path}[{index}]",
                "bad_value",
                f"must have {dim} numbers, as many as the matrix has rows, not {len(row)}.",
            )
    for i in range(dim):
        for j in range(i):
            if matrix[i][j] != matrix[j][i]:
                raise error_at(
                    f"{path}[{i}][{j}]",
                    "bad_value",
                    f"must equal [{j}][{i}], which is {matrix[j][i]!r}: the matrix must be symmetric.",
                )
