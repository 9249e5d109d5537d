"""Rosenbrock's curved valley (H. H. Rosenbrock, The Computer Journal 3, 1960)."""

from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.limits import MAX_DIMENSION
from simulator.core.memory import empty, repeated
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, ordered_sum, scalar


class Rosenbrock(Objective):
    """sum_i (a - x_i)^2 + b (x_{i+1} - x_i^2)^2 over i = 1 .. dim - 1."""

    name = "rosenbrock"
    arguments = (
        Argument("a", number(), 1.0),
        Argument("b", number(), 100.0),
        Argument("dim", integer(at_least=2, at_most=MAX_DIMENSION), 2),
    )
    varying = frozenset({"a", "b"})

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.dim = options[0]["dim"]
        self.a, self.b = self.column("a"), self.column("b")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return int(options["dim"])

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 10.0 * dim

    def bind(self, count: int) -> Gradient:
        links = self.dim - 1
        two_a, two_b = _per_link(2 * self.a, links), _per_link(2 * self.b, links)
        two = np.array(2.0)
        bend, pull = empty(links * count), empty(links * count)
        edge = links * count

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            x, following = theta[:edge], theta[count:]
            np.multiply(x, x, bend)
            np.subtract(following, bend, bend)
            np.multiply(bend, two_b, bend)  # 2 b (x_{i+1} - x_i^2)
            np.multiply(bend, x, pull)
            np.subtract(x, pull, pull)
            np.multiply(pull, two, pull)
            np.subtract(pull, two_a, out[:edge])
            out[edge:] = 0.0
            np.add(out[count:], bend, out[count:])

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        x, following = states[:, :-1], states[:, 1:]
        bend = following - x * x
        return ordered_sum((self.a - x) ** 2 + self.b * (bend * bend))

    def hessian(self, theta: FloatArray) -> FloatArray:
        a, b = float(self.a[0]), float(self.b[0])
        del a  # the Hessian does not depend on it
        x = np.asarray(theta, dtype=np.float64)
        out = np.zeros((self.dim, self.dim))
        for i in range(self.dim - 1):
            out[i, i] += 2 - 4 * b * (x[i + 1] - 3 * x[i] ** 2)
            out[i, i + 1] = out[i + 1, i] = -4 * b * x[i]
            out[i + 1, i + 1] += 2 * b
        return out

    @property
    def minimum(self) -> FloatArray | None:
        a, b = float(self.a[0]), float(self.b[0])
        if b < 0 or (self.dim > 2 and a != 1.0):
            return None
        return np.array([a, a * a]) if self.dim == 2 else np.ones(self.dim)


def _per_link(values: FloatArray, links: int) -> FloatArray:
    return scalar(values) if values.size == 1 else repeated(values, links)
