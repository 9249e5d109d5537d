"""How long a simulation will take, roughly: enough to decide where it runs, never what comes out."""

from __future__ import annotations

from simulator.core.cost import estimate
from simulator.core.record import Record
from simulator.core.spec import Scenario

SECONDS_PER_OPERATION = 1.2e-9  # of an estimate, measured on one busy core


def expected_seconds(scenario: Scenario, record: Record | None = None) -> float:
    """Seconds on one core."""
    return SECONDS_PER_OPERATION * estimate(scenario, record).total
