"""Where the stability of a run is known by analysis: constant-rate SGD on objectives of constant curvature.

On 1/2 (x - c)' A (x - c) gradient descent splits into one linear recursion per eigenvalue of A. With L the
largest eigenvalue (plus the weight decay), learning rate lr, momentum beta and dampening d it is stable for

    plain, heavy ball    lr < 2 (1 + beta) / ((1 - d) L)
    Nesterov             lr < 2 (1 + beta) / ((1 + 2 beta) L)

and for no rate where an eigenvalue is negative. (Roots of z^2 - (1 + beta - a) z + beta with a = (1 - d) lr
L, and of z^2 - (1 + beta)(1 - a) z + beta (1 - a) with a = lr L, inside the unit circle by the Schur-Cohn
conditions; Polyak 1964, "Some methods of speeding up the convergence of iteration methods", for the heavy
ball.)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.core.objectives import build
from simulator.core.spec import Run

_LINEAR_DYNAMICS = frozenset({"quadratic", "linear"})
_NEGATIVE = -1e-12  # of the largest eigenvalue: below it a curvature is negative, not rounding


@dataclass(frozen=True, slots=True)
class StabilityLaw:
    """The rate of a run and the limit that it may not pass: 0 where no rate is stable, infinite where every
    one is."""

    lr: float
    limit: float

    @property
    def ratio(self) -> float:
        """The rate in units of the limit."""
        return math.inf if self.limit == 0 else self.lr / self.limit

    @property
    def stable(self) -> bool:
        return self.ratio < 1

    @property
    def margin(self) -> float:
        """Relative distance of the rate to the limit."""
        return abs(self.ratio - 1)


@lru_cache(maxsize=256)  # asked for with every move of a slider, of runs that did not move
def stability_law(run: Run) -> StabilityLaw | None:
    """The law that decides whether a run diverges in the long run; None where there is none."""
    optimizer = run.optimizer
    plain = run.scheduler is None and run.noise is None and run.batches is None and run.clip_norm is None
    if not plain or optimizer.name != "SGD" or run.objective.name not in _LINEAR_DYNAMICS:
        return None
    options = optimizer.options
    if options["maximize"]:
        return None
    bounds = build(run).curvature_bounds()
    if bounds is None:
        return None
    decay = float(options["weight_decay"])
    smallest, largest = bounds[0] + decay, bounds[1] + decay
    if smallest < _NEGATIVE * abs(largest):
        return StabilityLaw(optimizer.lr, 0.0)
    if largest <= 0:
        return StabilityLaw(optimizer.lr, math.inf)
    limit = _limit(options, largest)
    return None if limit is None else StabilityLaw(optimizer.lr, limit)


def _limit(options: Mapping[str, Any], largest: float) -> float | None:
    momentum = float(options["momentum"])
    # PyTorch applies the dampening only where there is momentum.
    kept = 1 - float(options["dampening"]) if momentum else 1.0
    if momentum >= 1 or kept <= 0:
        return None
    if options["nesterov"]:
        return 2 * (1 + momentum) / ((1 + 2 * momentum) * largest)
    return 2 * (1 + momentum) / (kept * largest)
