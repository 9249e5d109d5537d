"""Running scenarios, with a memory of what was run."""

from __future__ import annotations

from functools import lru_cache

from simulator.core import SIMULATOR_VERSION
from simulator.core.cost import estimate
from simulator.core.spec import Scenario
from simulator.core.training import Record, Result
from simulator.services import shared
from simulator.services.apart import run_once

_DEAR = 20_000_000  # operations; below, running again is quicker than asking a cache of another process
_KEPT_SECONDS = 7 * 24 * 3600
_LARGEST_KEPT = 1_000_000  # bytes of losses and parameters


def run_scenario(scenario: Scenario, record: Record | None = None) -> Result:
    """Simulate, or remember. Raises BudgetExceeded for what would cost too much.

    Every process remembers the last few results; what took long is shared between processes through the
    cache, under the scenario's digest and the simulator's version. Results are not to be written to.
    """
    return _remembered(scenario, record or Record())


@lru_cache(maxsize=48)
def _remembered(scenario: Scenario, record: Record) -> Result:
    cost = estimate(scenario, record)
    if cost.operations < _DEAR:
        return run_once(scenario, record)
    key = f"simulation:{SIMULATOR_VERSION}:{record.points}:{record.params:d}:{scenario.digest()}"
    known = shared.known(key)
    if isinstance(known, Result):
        return known
    result = run_once(scenario, record)
    if sum(run.nbytes for run in result.runs) <= _LARGEST_KEPT:
        shared.keep(key, result, _KEPT_SECONDS)
    return result
