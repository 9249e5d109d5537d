"""A matrix times each column of a state, with the same bits whatever the number of columns.

One matrix-matrix product would let BLAS pick another kernel, and another order of additions, for another
number of columns. Small matrices are multiplied elementwise in a fixed order; large ones by one matrix-vector
product a column.
"""

from collections.abc import Callable

import numpy as np

from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray

Product = Callable[[FloatArray, FloatArray], None]

_ELEMENTWISE = 4  # largest side of a matrix that is multiplied elementwise


def product(matrix: FloatArray, count: int) -> Product:
    """A function `multiply(x, out)`: x (D, count) -> out (m, count) = matrix @ x, for a matrix (m, D)."""
    if max(matrix.shape) <= _ELEMENTWISE:
        return _elementwise(matrix, count)
    columns = empty(count, matrix.shape[1], 1)
    results = empty(count, matrix.shape[0], 1)
    matrix = np.ascontiguousarray(matrix)

    def multiply(x: FloatArray, out: FloatArray) -> None:
        columns[:, :, 0] = x.T
        np.matmul(matrix, columns, results)
        out[...] = results[:, :, 0].T

    return multiply


def _elementwise(matrix: FloatArray, count: int) -> Product:
    first, *others = [np.ascontiguousarray(column[:, None]) for column in matrix.T]
    scratch = empty(matrix.shape[0], count)

    def multiply(x: FloatArray, out: FloatArray) -> None:
        np.multiply(x[0], first, out)
        for coordinate, column in zip(x[1:], others, strict=True):
            np.multiply(coordinate, column, scratch)
            np.add(out, scratch, out)

    return multiply
