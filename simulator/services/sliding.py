"""The run that a slider moves, at any of its places.

A loop over steps costs about the same for one run as for many side by side, and who moves a slider goes over
many of its places: so all of them, or as many near the one asked for as are worth it, are simulated with it
and remembered. A run has the same bits alone and beside others, so nobody can tell the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from threading import Condition, RLock

from cachetools import LRUCache, cached

from simulator.core.cost import estimate
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.training import RunResult, simulate
from simulator.services.apart import SHORT_SECONDS, expected_seconds, run_once, waiting_place
from simulator.services.controls import Slider
from simulator.services.simulation import run_scenario

_TOGETHER = 128  # places at most: all of a slider, if it is not finer than usual
_BYTES = 20_000_000  # of their losses, rates and parameters at most
_HELD_BYTES = 100_000_000  # while they are simulated, at most
_KEPT_BYTES = 128_000_000  # by each process: of most of the bank
_MOST_KEPT = 128  # stretches
_DEARER = 2.0  # times what the run alone costs, at most
_LONG = 250_000_000  # operations: a run of more is not simulated for nothing


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
            return _stretch(self, place // self.together)[place % self.together]
        return run_scenario(self.at([lr]), self.record).runs[0]

    def runs_at(self, rates: Sequence[float]) -> Sequence[RunResult]:
        """The runs at several rates that lie all over the slider."""
        if self.together > self.slider.steps:
            return [self.run_at(rate) for rate in rates]
        return run_scenario(self.at(rates), self.record).runs

    def at(self, rates: Sequence[float]) -> Scenario:
        """The scenario with the moved run alone, once at each of the rates."""
        runs = [
            replace(
                self.moved, label=f"{self.moved.label} {i}", optimizer=replace(self.moved.optimizer, lr=rate)
            )
            for i, rate in enumerate(rates)
        ]
        return replace(self.scenario, runs=tuple(runs))

    def stretch(self, number: int) -> Scenario:
        """The scenario with the moved run alone, once at each place of a stretch of those simulated
        together."""
        first = number * self.together
        return self.at(self.slider.values[first : first + self.together])

    @cached_property
    def together(self) -> int:
        """How many places are worth simulating at once: as many as cost little more than one."""
        alone = estimate(self.alone, self.record)
        if alone.total > _LONG:
            return 1
        for_all = alone.calls  # the calls are the same for one run and for many
        affordable = int((_DEARER * alone.total - for_all) // max(alone.operations, 1))
        return min(_TOGETHER, affordable, _BYTES // self.bytes, _HELD_BYTES // alone.bytes)

    @property
    def bytes(self) -> int:
        """What one place takes in memory: of each step the loss, the rate, the parameters if recorded."""
        return (self.scenario.steps + 1) * (2 + self.moved.dim * self.record.params) * 8

    @cached_property
    def short(self) -> bool:
        """Whether the run alone is simulated in this process."""
        return expected_seconds(self.alone, self.record) <= SHORT_SECONDS

    @cached_property
    def alone(self) -> Scenario:
        """The scenario with the moved run alone, where it is."""
        return self.at([self.moved.optimizer.lr])


@lru_cache(maxsize=64)
def places_of(scenario: Scenario, moved: Run, slider: Slider, record: Record) -> Places:
    """The same object for equal ones, so that whoever asks again finds what was simulated."""
    return Places(scenario, moved, slider, record)


def _nbytes(runs: Sequence[RunResult]) -> int:
    """What a stretch counts for: a part of the memory at least, since its objects and its scenario are not
    counted, which of short runs are more than their numbers."""
    return max(sum(run.nbytes for run in runs), _KEPT_BYTES // _MOST_KEPT)


class _LongWait(Condition):
    """Who waits for a long simulation has one of the places for that, and is told to come back where all are
    taken: the other threads of the web server stay free for pages."""

    def wait(self, timeout: float | None = None) -> bool:
        with waiting_place():
            return super().wait(timeout)


_kept = LRUCache[object, Sequence[RunResult]](_KEPT_BYTES, _nbytes)
_lock = RLock()


def _stretch(places: Places, number: int) -> Sequence[RunResult]:
    """The runs of the places simulated together, by its number. Who asks for it while it is being simulated
    waits for it instead of simulating it too."""
    return (_short_stretch if places.short else _long_stretch)(places, number)


@cached(_kept, lock=_lock, condition=Condition(_lock))
def _short_stretch(places: Places, number: int) -> Sequence[RunResult]:
    # Not in another process: sending so many runs would take longer.
    return simulate(places.stretch(number), places.record).runs


@cached(_kept, lock=_lock, condition=_LongWait(_lock))
def _long_stretch(places: Places, number: int) -> Sequence[RunResult]:
    return run_once(places.stretch(number), places.record).runs
