"""A scenario as a value: frozen, hashable, equal when it means the same."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.core.arguments import Options
from simulator.core.datasets import Data
from simulator.core.objectives import OBJECTIVES
from simulator.core.schedulers import SchedulerSpec

__all__ = ["Batches", "Noise", "ObjectiveSpec", "OptimizerSpec", "Run", "Scenario", "SchedulerSpec"]


@dataclass(frozen=True)
class ObjectiveSpec:
    """Which function is minimised, with every option."""

    name: str
    options: Options


@dataclass(frozen=True)
class OptimizerSpec:
    """Which optimizer, its learning rate, and every other argument as PyTorch names it."""

    name: str
    lr: float
    options: Options


@dataclass(frozen=True)
class Noise:
    """Gaussian gradient noise: row t of sigma * Generator(PCG64(seed)).standard_normal((T, D))."""

    sigma: float
    seed: int


@dataclass(frozen=True)
class Batches:
    """Minibatches: each epoch a permutation of the rows, cut in runs of `size`, the last one shorter."""

    size: int
    seed: int


@dataclass(frozen=True)
class Run:
    """One training run. `start` is None only where the objective has its own initialisation."""

    label: str
    objective: ObjectiveSpec
    start: tuple[float, ...] | None
    optimizer: OptimizerSpec
    scheduler: SchedulerSpec | None = None
    noise: Noise | None = None
    batches: Batches | None = None
    clip_norm: float | None = None
    scheduler_interval: int = 1
    plateau_metric: str = "before"
    data: Data | None = None

    @property
    def dim(self) -> int:
        """D, the number of parameters."""
        kind = OBJECTIVES[self.objective.name]
        return kind.dimension(self.objective.options, None if self.data is None else self.data.columns)

    @property
    def stochastic(self) -> bool:
        """Whether the gradient is random: noise or minibatches."""
        return self.noise is not None or self.batches is not None


@dataclass(frozen=True)
class Scenario:
    """One run or several, all of `steps` updates."""

    steps: int
    runs: tuple[Run, ...]

    def to_dict(self) -> dict[str, Any]:
        """The scenario in its public form, canonical: what all runs share at the top, defaults left out."""
        from simulator.core.spec.writing import scenario_to_dict

        return scenario_to_dict(self)

    def run(self, label: str) -> Run:
        """The run of that label; KeyError where there is none."""
        return self.runs[self._index(label)]

    def with_lr(self, lr: float, label: str | None = None) -> "Scenario":
        """The same scenario with another learning rate for one run (without a label: the first)."""
        return self.with_changes({"lr": lr}, label)

    def with_changes(self, changes: Mapping[str, Any], label: str | None = None) -> "Scenario":
        """The same scenario with changes to one run (without a label: the first), parsed as strictly as a new
        one.

        A key is `steps`, a key of a run (`optimizer`, `scheduler`, `start`, …) replaced as a whole, or an
        argument of its optimizer (`lr`, `momentum`, …).
        """
        from simulator.core.spec.changing import change_scenario

        return change_scenario(self, changes, self._index(label))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal: its name in caches and addresses."""
        canonical = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _index(self, label: str | None) -> int:
        if label is None:
            return 0
        for index, run in enumerate(self.runs):
            if run.label == label:
                return index
        raise KeyError(label)
