"""Recomputing what texts state: measures of an item's runs, and formulas of the field.

A table in ``numbers/`` gives, for each item, the numbers that its texts print and how each is computed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from simulator.core.claims.grammar import Measure, MeasureName
from simulator.core.claims.measures import measured_value
from simulator.core.objectives import build
from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import Result, RunResult, simulate


class Runs:
    """The runs of a scenario, measured as claims measure them. Without a label the first run is meant."""

    def __init__(self, scenario: Scenario | None) -> None:
        self._scenario = scenario

    @property
    def scenario(self) -> Scenario:
        assert self._scenario is not None, "the item has no scenario"
        return self._scenario

    @cached_property
    def result(self) -> Result:
        return simulate(self.scenario, Record(params=True))

    def run(self, label: str = "") -> RunResult:
        return self.result.run(label) if label else self.result.runs[0]

    def changed(self, label: str = "", **settings: Any) -> "Runs":
        """The same with other settings of one run: ``changed("plain", lr=0.3)``."""
        return Runs(self.scenario.with_changes(settings, label or None))

    def steps_to(self, loss: float, label: str = "") -> float:
        return self._measure("steps_to", label, loss=loss)

    def loss(self, at: int | None = None, label: str = "") -> float:
        return self._measure("loss", label, at=at)

    def highest(self, label: str = "", since: int = 0) -> float:
        return float(self.run(label).loss[since:].max())

    def floor(self, label: str = "") -> float:
        return self._measure("floor", label)

    def position(self, at: int | None = None, label: str = "", coordinate: int = 0) -> float:
        return self._measure("position", label, at=at, coordinate=coordinate)

    def lowest_position(self, label: str = "") -> float:
        params = self.run(label).params
        assert params is not None
        return float(params[:, 0].min())

    def distance(self, at: int | None = None, label: str = "") -> float:
        return self._measure("distance", label, at=at)

    def step_length(self, at: int | None = None, label: str = "") -> float:
        return self._measure("step_length", label, at=at)

    def largest_step(self, label: str = "") -> float:
        return self._measure("largest_step", label)

    def lr(self, at: int | None = None, label: str = "") -> float:
        return self._measure("lr", label, at=at)

    def overshoots(self, label: str = "", coordinate: int = 0) -> float:
        return self._measure("overshoots", label, coordinate=coordinate)

    def rises(self, label: str = "") -> float:
        return self._measure("rises", label)

    def curvature(self, at: int, label: str = "") -> float:
        """The largest curvature at the place that a run has reached at a step."""
        params = self.run(label).params
        assert params is not None
        return curvature_of(self.scenario, params[at])

    def _measure(self, name: MeasureName, label: str, **keys: Any) -> float:
        run = self.scenario.run(label) if label else self.scenario.runs[0]
        return measured_value(Measure(name, **keys), self.run(label), build(run).minimum)


@dataclass(frozen=True, slots=True)
class About:
    """A number that a text gives roughly: it may be off by ``within`` of itself."""

    compute: Callable[[Runs], float]
    within: float = 0.05


@dataclass(frozen=True, slots=True)
class Words:
    """A number that a text gives in words, "about nine times": what they say, and how it is computed.

    ``least`` instead of ``says`` for "more than twenty times".
    """

    compute: Callable[[Runs], float]
    says: float | None = None
    least: float | None = None
    within: float = 0.1

    def agree_with(self, value: float) -> bool:
        if self.least is not None:
            return value > self.least
        return self.says is not None and abs(value - self.says) <= self.within * abs(self.says)


@dataclass(frozen=True, slots=True)
class Given:
    """A number that is not computed, as it belongs to the story; ``reason`` says what it is."""

    reason: str


Number = Callable[[Runs], float] | About | Words | Given
Numbers = Mapping[str, Mapping[str, Number | tuple[Number, ...]]]
"""By item and printed number (or words); a tuple where the same digits stand for several things."""


def noise_floor(lr: float, sigma: float = 1.0, curvature: float = 1.0, momentum: float = 0.0) -> float:
    """Expected loss along one direction, far into SGD with gradient noise of that standard deviation.

    lr sigma^2 (1 + b) / (2 (1 - b) (2 (1 + b) - lr curvature)), the stationary variance of the linear
    recursion times curvature / 2.
    """
    return lr * sigma**2 * (1 + momentum) / (2 * (1 - momentum) * (2 * (1 + momentum) - lr * curvature))


def best_rate(smallest: float, largest: float) -> float:
    """The best constant rate of gradient descent between two curvatures (Polyak, 1964)."""
    return 2 / (smallest + largest)


def loss_under_noise(rates: Iterable[float], start: float, sigma: float = 1.0) -> float:
    """Expected loss along one direction of curvature 1 after SGD with these rates: E x^2 / 2.

    E x^2 <- (1 - lr)^2 E x^2 + lr^2 sigma^2 for each step.
    """
    square = start**2
    for lr in rates:
        square = (1 - lr) ** 2 * square + (lr * sigma) ** 2
    return square / 2


def largest_curvature(runs: Runs, label: str) -> float:
    """The largest curvature of the loss of one run, where it is the same everywhere."""
    bounds = build(runs.scenario.run(label)).curvature_bounds()
    assert bounds is not None
    return bounds[1]


def curvature_of(scenario: Scenario, place: Iterable[float]) -> float:
    """The largest eigenvalue of the Hessian of the first run's loss at a place, by central differences."""
    objective = build(scenario.runs[0])
    theta, width = np.asarray(list(place), dtype=np.float64), 1e-5
    shifts = width * np.eye(theta.size)
    slopes = np.asarray(objective.grad(np.concatenate([theta + shifts, theta - shifts])))
    hessian = (slopes[: theta.size] - slopes[theta.size :]) / (2 * width)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
