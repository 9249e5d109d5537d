"""A chain of scalar weights: the smallest model of depth, with vanishing and exploding gradients."""

from collections.abc import Sequence

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.limits import MAX_DIMENSION
from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Gradient, Objective, Room, scalar


class DeepLinear(Objective):
    """1/2 (w_1 w_2 … w_depth - target)^2."""

    name = "deep_linear"
    arguments = (
        Argument("depth", integer(at_least=1, at_most=MAX_DIMENSION)),
        Argument("target", number(), 1.0),
    )
    varying = frozenset({"target"})

    def __init__(self, options: Sequence[Options]) -> None:
        super().__init__(options)
        self.dim = options[0]["depth"]
        self.target = self.column("target")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        return int(options["depth"])

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        return 9.0 * dim

    def bind(self, count: int) -> Gradient:
        target = scalar(self.target)
        before, after = empty(self.dim, count), empty(self.dim, count)
        error = empty(count)

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            # Products of the weights before and after each one, so that a weight of 0 does no harm.
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            np.multiply.accumulate(w, axis=0, out=before)
            np.multiply.accumulate(w[::-1], axis=0, out=after)
            np.subtract(before[-1], target, error)
            slope[0] = error
            np.multiply(before[:-1], error, slope[1:])
            np.multiply(slope[:-1], after[-2::-1], slope[:-1])

        return gradient

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        error = np.multiply.accumulate(states, axis=1)[:, -1] - self.target
        losses: FloatArray = 0.5 * (error * error)
        return losses
