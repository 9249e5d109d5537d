"""Objectives by name, and the objective of a run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from simulator.core.datasets import rows_of
from simulator.core.objectives.base import Objective
from simulator.core.objectives.data import DataObjective
from simulator.core.objectives.deep_linear import DeepLinear
from simulator.core.objectives.linear import Linear
from simulator.core.objectives.logistic import Logistic
from simulator.core.objectives.mlp import Mlp
from simulator.core.objectives.polynomial import Polynomial
from simulator.core.objectives.quadratic import Quadratic
from simulator.core.objectives.rippled import Rippled
from simulator.core.objectives.rosenbrock import Rosenbrock
from simulator.core.objectives.saddle import Saddle
from simulator.core.objectives.wells import DoubleWell, TwoWells

if TYPE_CHECKING:
    from simulator.core.spec import Run

__all__ = ["OBJECTIVES", "DataObjective", "Objective", "build", "build_group"]

OBJECTIVES: Mapping[str, type[Objective]] = {
    kind.name: kind
    for kind in (
        Quadratic,
        Rosenbrock,
        DoubleWell,
        Rippled,
        TwoWells,
        Saddle,
        Polynomial,
        DeepLinear,
        Linear,
        Logistic,
        Mlp,
    )
}


def build(run: "Run") -> Objective:
    """The objective of one run."""
    return build_group([run])


def build_group(runs: "Sequence[Run]") -> Objective:
    """One objective for runs that differ only in options named in `varying` of their kind, one per column."""
    first = runs[0]
    kind = OBJECTIVES[first.objective.name]
    options = [run.objective.options for run in runs]
    if all(one is options[0] for one in options):
        options = options[:1]
    if first.data is None:
        return kind(options)
    return cast(type[DataObjective], kind)(options, rows_of(first.data))
