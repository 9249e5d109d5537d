"""Scenarios: the frozen values, and the strict way to them from JSON or YAML."""

from simulator.core.spec.parsing import parse_scenario
from simulator.core.spec.scenario import (
    Batches,
    Noise,
    ObjectiveSpec,
    OptimizerSpec,
    Run,
    Scenario,
    SchedulerSpec,
)

__all__ = [
    "Batches",
    "Noise",
    "ObjectiveSpec",
    "OptimizerSpec",
    "Run",
    "Scenario",
    "SchedulerSpec",
    "parse_scenario",
]
