"""A bowl with ripples: many local minima around the global one."""

import math
from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.limits import MAX_DIMENSION
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, ordered_sum, tiled


class Rippled(Objective):
    """sum_i x_i^2 / 2 + amp (1 - cos(freq x_i))."""

    name = "rippled"
    arguments = (
        Argument("amp", number(), 1.0),
        Argument("freq", number(), 5.0),
        Argument("dim", integer(at_least=1, at_most=MAX_DIMENSION), 1),
    )
    varying = frozenset({"amp", "freq"})

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.dim = options[0]["dim"]
        self.amp, self.freq = self.column("amp"), self.column("freq")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return int(options["dim"])

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 20.0 * dim

    def bind(self, count: int) -> Gradient:
        ones = np.ones((self.dim, 1))
        freq, slope = tiled(ones * self.freq, count), tiled(ones * (self.amp * self.freq), count)
        scratch = empty(self.dim * count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            np.multiply(theta, freq, scratch)
            np.sin(scratch, scratch)
            np.multiply(scratch, slope, scratch)
            np.add(theta, scratch, out)

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        return ordered_sum(0.5 * (states * states) + self.amp * (1 - np.cos(self.freq * states)))

    def hessian(self, theta: FloatArray) -> FloatArray:
        amp, freq = float(self.amp[0]), float(self.freq[0])
        return np.diag([1 + amp * freq**2 * math.cos(freq * float(x)) for x in theta])

    @property
    def minimum(self) -> FloatArray | None:
        return np.zeros(self.dim) if self.amp[0] >= 0 else None
