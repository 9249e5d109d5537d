"""A saddle whose way out leads down to two minima."""

import numpy as np

from simulator.core.arguments import Options
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room


class Saddle(Objective):
    """(x^2 - y^2) / 2 + y^4 / 4: a saddle at (0, 0), minima at (0, -1) and (0, 1)."""

    name = "saddle"
    dim = 2

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return 2

    def bind(self, count: int) -> Gradient:
        one = np.array(1.0)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            y, slope = theta[count:], out[count:]
            out[:count] = theta[:count]
            np.multiply(y, y, slope)
            np.subtract(slope, one, slope)
            np.multiply(slope, y, slope)

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        x, y = states[:, 0], states[:, 1]
        y2 = y * y
        result: FloatArray = 0.5 * (x * x - y2) + 0.25 * (y2 * y2)
        return result

    def hessian(self, theta: FloatArray) -> FloatArray:
        return np.diag([1.0, 3 * float(theta[1]) ** 2 - 1])
