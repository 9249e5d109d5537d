"""A polynomial of one number."""

from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Argument, Options, array, number
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, scalar

_MAX_COEFFICIENTS = 64


class Polynomial(Objective):
    """sum_k coeffs[k] x^k, by Horner's rule."""

    name = "polynomial"
    arguments = (Argument("coeffs", array(number(), at_least=1, at_most=_MAX_COEFFICIENTS)),)
    dim = 1

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.coeffs = np.array(options[0]["coeffs"], dtype=np.float64)

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return 1

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 2.0 * len(options["coeffs"])

    @classmethod
    def update_calls(cls, options: Options) -> int:
        return 2_000 * len(options["coeffs"])

    def bind(self, count: int) -> Gradient:
        slope = self.coeffs[1:] * np.arange(1, len(self.coeffs))
        highest, lower = _split(slope)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            out[...] = highest
            for coefficient in lower:
                np.multiply(out, theta, out)
                np.add(out, coefficient, out)

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        x = states[:, 0]
        highest, lower = _split(self.coeffs)
        total = np.full_like(x, highest)
        for coefficient in lower:
            np.multiply(total, x, total)
            np.add(total, coefficient, total)
        return total

    def hessian(self, theta: FloatArray) -> FloatArray:
        curvature = np.polynomial.polynomial.polyder(self.coeffs, 2) if len(self.coeffs) > 2 else np.zeros(1)
        return np.array([[np.polynomial.polynomial.polyval(float(theta[0]), curvature)]])

    def curvature_bounds(self) -> tuple[float, float] | None:
        if len(self.coeffs) > 3 and self.coeffs[3:].any():
            return None
        curvature = 2 * float(self.coeffs[2]) if len(self.coeffs) > 2 else 0.0
        return curvature, curvature


def _split(coefficients: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
    """The highest coefficient, and the lower ones from high to low, as 0-d arrays."""
    values = [scalar(coefficients[index : index + 1]) for index in range(len(coefficients))] or [
        np.array(0.0)
    ]
    return values[-1], values[-2::-1]
