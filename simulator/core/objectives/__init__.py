"""Objectives by name, and the objective of a run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from simulator.core.arguments import Options
from simulator.core.datasets import Rows, rows_of
from simulator.core.objectives.base import Objective
from simulator.core.objectives.data import PENALTIES, DataObjective
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

__all__ = ["OBJECTIVES", "DataObjective", "Objective", "build", "build_group", "build_plain"]

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
    kind, options = OBJECTIVES[first.objective.name], _options(runs)
    if first.data is None:
        return kind(options)
    return cast(type[DataObjective], kind)(options, rows_of(first.data))


def build_plain(runs: "Sequence[Run]", rows: Rows) -> DataObjective:
    """The mean over other rows, without the penalty, for runs on data that could be built as a group."""
    none = {argument.name: argument.default for argument in PENALTIES}
    options = [Options({**one, **none}) for one in _options(runs)]
    return cast(type[DataObjective], OBJECTIVES[runs[0].objective.name])(options, rows)


def _options(runs: "Sequence[Run]") -> list[Options]:
    """The options of each run, or of all where they are the same object."""
    options = [run.objective.options for run in runs]
    return options[:1] if all(one is options[0] for one in options) else options
