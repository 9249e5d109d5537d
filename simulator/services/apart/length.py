"""How long a simulation will take, roughly: enough to decide where it runs, never what comes out."""

from __future__ import annotations

from simulator.core.cost import estimate
from simulator.core.groups import groups_of
from simulator.core.record import Record
from simulator.core.spec import Scenario

# Measured on one slow core: an update of a group of runs, an estimated operation, a run's diagnosis and
# words.
_UPDATE, _OPERATION, _RUN = 5e-6, 6e-9, 4e-4


def expected_seconds(scenario: Scenario, record: Record | None = None) -> float:
    """Seconds on one slow core."""
    groups = len(groups_of(scenario.runs))
    operations = estimate(scenario, record).operations
    return _UPDATE * scenario.steps * groups + _OPERATION * operations + _RUN * len(scenario.runs)
