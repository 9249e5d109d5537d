"""The run that a slider moves, at any of its places.

A loop over a few steps costs the same for one run as for many side by side, and who moves a slider goes over
many of its places: so those near the one asked for are simulated with it and remembered. A run has the same
bits alone and beside others, so nobody can tell the difference.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

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


def run_at(scenario: Scenario, moved: Run, slider: Slider, lr: float, record: Record) -> RunResult:
    """`moved`, a run of the scenario, at the learning rate `lr`."""
    place = slider.index_of(lr)
    if slider.values[place] == lr:
        count = places_together(scenario, moved, record)
        if count > 1:
            found = _stretch(scenario, moved, slider, place // count, count, record)
            return found.runs[place % count]
    return run_scenario(_at(scenario, moved, [lr]), record).runs[0]


def _at(scenario: Scenario, moved: Run, rates: list[float]) -> Scenario:
    runs = [
        replace(moved, label=f"{moved.label} {i}", optimizer=replace(moved.optimizer, lr=rate))
        for i, rate in enumerate(rates)
    ]
    return replace(scenario, runs=tuple(runs))


@lru_cache(maxsize=256)
def places_together(scenario: Scenario, moved: Run, record: Record) -> int:
    """How many places are worth simulating at once: as many as cost little more than one."""
    alone = estimate(_at(scenario, moved, [moved.optimizer.lr]), record)
    if alone.total > _LONG:
        return 1
    for_all = alone.calls  # the calls are the same for one run and for many
    affordable = int((_DEARER * alone.total - for_all) // max(alone.operations, 1))
    return min(_TOGETHER, affordable, _NUMBERS // ((scenario.steps + 1) * (moved.dim + 2)))


@lru_cache(maxsize=48)
def _stretch(
    scenario: Scenario, moved: Run, slider: Slider, number: int, count: int, record: Record
) -> Result:
    together = _at(scenario, moved, list(slider.values[number * count : (number + 1) * count]))
    alone = _at(scenario, moved, [moved.optimizer.lr])
    if expected_seconds(alone, record) <= SHORT_SECONDS:
        return simulate(together, record)  # not in another process: sending so many runs would take longer
    return run_scenario(together, record)
