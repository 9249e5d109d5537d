"""Random choices, and random values of declared arguments: right ones, and now and then absurd ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from simulator.core.arguments import REQUIRED, Argument, facts_of

Order = dict[str, Any]
Thing = TypeVar("Thing")

WILD: list[Any] = [
    0, 1, -1, 2, 0.5, 1e-300, 1e300, -1e300, 1e-12, 1e6, 2**53, True, "0.1", None,
    float("nan"), float("inf"), [], {}, [1], 2**70, "x" * 999, [[[[[[[1]]]]]]],
]  # fmt: skip


class Draw:
    """Random choices from one generator. `absurd` is the share of values that are of any kind at all."""

    def __init__(self, number: int) -> None:
        self.rng = np.random.Generator(np.random.PCG64(number))
        self.absurd = 0.02

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.rng.integers(len(things)))]

    def number(self) -> float:
        kind = int(self.rng.integers(3))
        return float([self.rng.uniform(-3, 3), 10 ** self.rng.uniform(-6, 3), self.rng.random()][kind])

    def whole(self, low: int, high: int) -> int:
        """Between the bounds, evenly on a logarithmic scale."""
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))))

    def rate(self) -> float:
        return float(10 ** self.rng.uniform(-5, 1))


def value(draw: Draw, argument: Argument) -> Any:
    facts = facts_of(argument.read)
    if draw.chance(draw.absurd):
        return draw.pick(WILD)
    if facts.kind == "number":
        return draw.pick([draw.number(), 0.1, 0.9, 0.5, float(draw.rng.random())])
    if facts.kind == "integer":
        return draw.whole(1, 300)
    if facts.kind == "boolean":
        return draw.chance(0.5)
    if facts.kind == "choice":
        return draw.pick(facts.names)
    if facts.kind == "list" and facts.item == "integer":
        return sorted(draw.whole(1, 300) for _time in range(draw.whole(1, 6)))
    if facts.kind == "list" and facts.item == "number":
        return draw.rng.random(2).tolist()
    return draw.pick(WILD)


def options(draw: Draw, arguments: Sequence[Argument], share: float) -> Order:
    return {one.name: value(draw, one) for one in arguments if one.default is REQUIRED or draw.chance(share)}
