"""Functions of one number with two minima: a quartic double well, and two Gaussian wells."""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from simulator.core.arguments import Argument, Options, array, number
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, scalar


class DoubleWell(Objective):
    """(x^2 - 1)^2 / 4 + tilt x."""

    name = "double_well"
    arguments = (Argument("tilt", number(), 0.0),)
    varying = frozenset({"tilt"})
    dim = 1

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.tilt = self.column("tilt")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return 1

    def bind(self, count: int) -> Gradient:
        one, tilt = np.array(1.0), scalar(self.tilt)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            np.multiply(theta, theta, out)
            np.subtract(out, one, out)
            np.multiply(out, theta, out)
            np.add(out, tilt, out)

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        x = states[:, 0]
        wall = x * x - 1
        return wall * wall / 4 + self.tilt * x

    def hessian(self, theta: FloatArray) -> FloatArray:
        return np.array([[3 * float(theta[0]) ** 2 - 1]])

    @cached_property
    def minimum(self) -> FloatArray | None:
        tilt = float(self.tilt[0])
        if tilt == 0:
            return None  # two of them, equally low
        # The outermost root of x^3 - x + tilt, on the side that the tilt lowers.
        roots = np.roots([1.0, 0.0, -1.0, tilt])
        real = roots[np.abs(roots.imag) < 1e-9].real
        return np.array([real.min() if tilt > 0 else real.max()])


class TwoWells(Objective):
    """-sum_j depth_j exp(-(x - center_j)^2 / (2 width_j^2)) + k x^2 / 2, for a sharp and a broad minimum."""

    name = "two_wells"
    arguments = (
        Argument("depth", array(number(), length=2)),
        Argument("center", array(number(), length=2)),
        Argument("width", array(number(above=0), length=2)),
        Argument("k", number(), 0.0),
    )
    varying = frozenset({"depth", "center", "width", "k"})
    dim = 1

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.k = self.column("k")
        self.wells = [
            tuple(self._entry(name, index) for name in ("depth", "center", "width")) for index in range(2)
        ]

    def _entry(self, name: str, index: int) -> FloatArray:
        values = np.array([one[name][index] for one in self.options], dtype=np.float64)
        return values[:1] if (values == values[0]).all() else values

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return 1

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 40.0

    @classmethod
    def update_calls(cls, options: Options) -> int:
        return 10_000

    def bind(self, count: int) -> Gradient:
        k = scalar(self.k)
        wells = [
            (scalar(center), scalar(-0.5 / (width * width)), scalar(depth / (width * width)))
            for depth, center, width in self.wells
        ]
        offset, weight = empty(count), empty(count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            np.multiply(theta, k, out)
            for center, exponent, slope in wells:
                np.subtract(theta, center, offset)
                np.multiply(offset, offset, weight)
                np.multiply(weight, exponent, weight)
                np.exp(weight, weight)
                np.multiply(weight, offset, weight)
                np.multiply(weight, slope, weight)
                np.add(out, weight, out)

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        x = states[:, 0]
        total = 0.5 * self.k * (x * x)
        for depth, center, width in self.wells:
            offset = x - center
            total = total - depth * np.exp(-0.5 / (width * width) * (offset * offset))
        return np.asarray(total)

    def hessian(self, theta: FloatArray) -> FloatArray:
        x, curvature = float(theta[0]), float(self.k[0])
        for depth, center, width in self.wells:
            z = (x - float(center[0])) / float(width[0])
            curvature += float(depth[0]) / float(width[0]) ** 2 * (1 - z * z) * math.exp(-z * z / 2)
        return np.array([[curvature]])
