"""The run that a slider moves, at any of its places.

A loop over a few steps costs the same for one run as for many side by side, and who moves a slider goes over
many of its places: so those near the one asked for are simulated with it and remembered. A run has the same
bits alone and beside others, so nobody can tell the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from simulator.core.cost import estimate
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.training import Result, RunResult, simulate
from simulator.services.apart import SHORT_SECONDS, expected_seconds
from simulator.services.controls import Slider
from simulator.services.simulation import run_scenario

_TOGETHER = 64  # places at most
_NUMBERS = 120_000  # of their losses and parameters at most
_DEARER = 2.0  # times what the run alone costs, at most
_LONG = 50_000_000  # operations: a run of more is not simulated for nothing


@dataclass(frozen=True, eq=False)
class Places:
    """The places of a slider that moves the run `moved` of a scenario; see `places_of`."""

    scenario: Scenario
    moved: Run
    slider: Slider
    record: Record

    def run_at(self, lr: float) -> RunResult:
        """The run at the learning rate `lr`."""
        place = self.slider.index_of(lr)
        if self.together > 1 and self.slider.values[place] == lr:
            return _stretch(self, place // self.together).runs[place % self.together]
        return run_scenario(self.at([lr]), self.record).runs[0]

    def at(self, rates: Sequence[float]) -> Scenario:
        """The scenario with the moved run alone, once at each of the rates."""
        runs = [
            replace(
                self.moved, label=f"{self.moved.label} {i}", optimizer=replace(self.moved.optimizer, lr=rate)
            )
            for i, rate in enumerate(rates)
        ]
        return replace(self.scenario, runs=tuple(runs))

    @cached_property
    def together(self) -> int:
        """How many places are worth simulating at once: as many as cost little more than one."""
        alone = estimate(self.alone, self.record)
        if alone.total > _LONG:
            return 1
        for_all = alone.calls  # the calls are the same for one run and for many
        affordable = int((_DEARER * alone.total - for_all) // max(alone.operations, 1))
        return min(_TOGETHER, affordable, _NUMBERS // ((self.scenario.steps + 1) * (self.moved.dim + 2)))

    @cached_property
    def alone(self) -> Scenario:
        """The scenario with the moved run alone, where it is."""
        return self.at([self.moved.optimizer.lr])


@lru_cache(maxsize=64)
def places_of(scenario: Scenario, moved: Run, slider: Slider, record: Record) -> Places:
    """The same object for equal ones, so that whoever asks again finds what was simulated."""
    return Places(scenario, moved, slider, record)


@lru_cache(maxsize=48)
def _stretch(places: Places, number: int) -> Result:
    count = places.together
    together = places.at(places.slider.values[number * count : (number + 1) * count])
    if expected_seconds(places.alone, places.record) <= SHORT_SECONDS:
        # Not in another process: sending so many runs would take longer.
        return simulate(together, places.record)
    return run_scenario(together, places.record)
