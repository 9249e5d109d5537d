"""A run beside others that differ from it in one thing, and what is measured on them."""

import math
from dataclasses import replace
from functools import cached_property

import numpy as np

from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.errors import BudgetExceeded
from simulator.core.limits import MAX_STEPS
from simulator.core.objectives import Objective, build
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.spec.variation import with_rates_times
from simulator.core.training import RunResult, simulate

LOWER_RATES = (1 / 3, 1 / 10, 1 / 100, 1 / 1000)
HIGHER_RATES = (3.0, 10.0, 30.0, 100.0)
MORE_STEPS = 4
_PROGRESS = 0.01  # of the first loss
_PLACES = 100
_NUMBERS = 1_000_000  # of an intermediate array
_NEGLIGIBLE_CURVATURE = 1e-10  # of the largest: a direction without curvature has no scale


def longer(steps: int) -> int:
    """The steps of a run that is given more time."""
    return min(MORE_STEPS * steps, MAX_STEPS)


class Evidence:
    """The run "own" of T updates, and beside it: "quiet" (no noise, no minibatches), "constant" (own, its
    largest rate kept), and of the quiet run "lower 1" … (a third, a tenth, … of its rates) and "higher 1" …
    (3, 10, … times its rates).

    What is *left* of a loss is what it lies above `reference`: the minimum where that is known, otherwise the
    lowest loss that any of these runs has, those that diverge excepted. It is infinite for a run that
    diverged. The *level* of a run is its mean loss over the last quarter where it has noise or minibatches,
    otherwise over the last twentieth.
    """

    def __init__(self, steps: int, run: Run) -> None:
        self.steps = steps
        self.run = run
        self.more_steps = longer(steps)

    @property
    def numbers(self) -> int:
        """How many numbers of losses, rates and parameters its runs have, about."""
        runs = 3 + len(LOWER_RATES) + len(HIGHER_RATES)
        return runs * (self.steps + 1) * (self.run.dim + 2)

    def result(self, name: str) -> RunResult:
        return self._results["own" if name == "quiet" and not self.run.stochastic else name]

    @cached_property
    def _results(self) -> dict[str, RunResult]:
        quiet = replace(self.run, noise=None, batches=None)
        peak = float(self._own.lr.max())
        runs = {f"higher {n}": with_rates_times(quiet, rate) for n, rate in enumerate(HIGHER_RATES, 1)}
        runs |= {f"lower {n}": with_rates_times(quiet, rate) for n, rate in enumerate(LOWER_RATES, 1)}
        if self.run.stochastic:
            runs["quiet"] = quiet
        if self.run.scheduler is not None:
            kept = replace(self.run.optimizer, lr=peak)
            runs["constant"] = replace(self.run, optimizer=kept, scheduler=None)
        named = tuple(replace(run, label=name) for name, run in runs.items())
        return {"own": self._own} | {one.label: one for one in self._simulated(named)}

    def _simulated(self, runs: tuple[Run, ...]) -> list[RunResult]:
        """All of the runs at once, or where that is too much for the budget, one after the other."""
        record = Record(params=True)
        try:
            return list(simulate(Scenario(self.steps, runs), record).runs)
        except BudgetExceeded:
            return [simulate(Scenario(self.steps, (run,)), record).runs[0] for run in runs]

    @cached_property
    def _own(self) -> RunResult:
        return simulate(Scenario(self.steps, (self.run,)), Record(params=True)).runs[0]

    @cached_property
    def _longer(self) -> RunResult:
        quiet = replace(self.run, noise=None, batches=None)
        return simulate(Scenario(self.more_steps, (quiet,))).runs[0]

    @cached_property
    def objective(self) -> Objective:
        return build(self.run)

    @cached_property
    def reference(self) -> float:
        minimum = self.objective.minimum
        if minimum is not None:
            return float(self.objective.loss(minimum))
        runs = [one for one in self._results.values() if one.status != "diverged"]
        lowest = min((one.best_loss for one in runs if one.best_loss is not None), default=-math.inf)
        start = float(self._own.loss[0])
        # Where no run gets anywhere, none is any better: what they gain is not to be measured by itself.
        return lowest if start - lowest > _PROGRESS * abs(start) else -math.inf

    def level(self, name: str) -> float:
        loss = self.result(name).loss
        noisy = self.run.stochastic and name in ("own", "constant")
        return float(loss[-max(1, self.steps // (4 if noisy else 20)) :].mean())

    def left(self, name: str) -> float:
        """What is left of the loss at the end."""
        if self.result(name).status == "diverged":
            return math.inf
        return max(self.level(name) - self.reference, 0.0)

    def share_left(self, name: str) -> float:
        """What is left at the end over what there was at the start."""
        start = float(self._own.loss[0]) - self.reference
        return self.left(name) / start if start > 0 else math.inf

    def best_lower(self) -> tuple[float, str]:
        """The lower rate that leaves least: its factor, and the name of the run."""
        return self._best("lower", LOWER_RATES)

    def best_higher(self) -> tuple[float, str]:
        """The higher rate that leaves least: its factor, and the name of the run."""
        return self._best("higher", HIGHER_RATES)

    def _best(self, side: str, rates: tuple[float, ...]) -> tuple[float, str]:
        names = {f"{side} {number}": rate for number, rate in enumerate(rates, 1)}
        best = min(names, key=self.left)
        return names[best], best

    def left_with_more_steps(self) -> float:
        if self._longer.status == "diverged":
            return math.inf
        return max(self.final_with_more_steps() - self.reference, 0.0)

    def final_with_more_steps(self) -> float:
        return float(self._longer.final_loss)

    def diverges_with_more_steps(self) -> bool:
        return self._longer.status == "diverged"

    def decay(self) -> float:
        """The last rate over the largest."""
        lr = self._own.lr[:-1]
        return float(lr[-1] / lr.max())

    def quarter_before(self) -> float:
        quarter = max(1, self.steps // 4)
        return float(self._own.loss[-2 * quarter : -quarter].mean())

    def drift(self) -> float:
        """What the last two quarters lie above the reference, the larger over the smaller."""
        low, high = sorted((self.level("own") - self.reference, self.quarter_before() - self.reference))
        return high / low if 0 < low <= high < math.inf else math.inf

    def gain(self, name: str = "own") -> float:
        """What the last quarter gains, over what is left before it; infinite for a run that diverged."""
        result = self.result(name)
        if result.status == "diverged":
            return math.inf
        before = float(result.loss[self.steps - max(1, self.steps // 4)])
        left = before - self.reference
        return (before - float(result.loss[-1])) / left if left > 0 else math.inf

    def slope_at_end(self) -> float:
        """The gradient's norm at the end over the largest of the quiet run (at 100 of its places); not a
        number after a divergence."""
        norms = self._norms("quiet", Record(points=_PLACES).rows(self.steps))
        if self.result("quiet").status == "diverged" or norms.max() == 0:
            return math.nan
        return float(norms[-1] / norms.max())

    def growth(self) -> tuple[float, float]:
        """The logarithms of the growth of the gradient in the last two updates before the divergence.

        Infinite for an update that leads to what is not finite; not a number where there is none.
        """
        at = self._own.diverged_at or 0
        norms = self._norms("own", np.arange(max(0, at - 3), at + 1)).tolist()
        logs = [math.log(norm) if 0 < norm < math.inf else math.inf for norm in norms]
        # The first that is not finite ends the growth.
        end = next((place + 1 for place, value in enumerate(logs) if math.isinf(value)), len(logs))
        if end < 2:
            return math.nan, math.nan
        if end == 2:
            # The first update is the last: what its curvature alone would have made of the gradient.
            return self._growth_by_curvature(), logs[1] - logs[0]
        return logs[end - 2] - logs[end - 3], logs[end - 1] - logs[end - 2]

    def _growth_by_curvature(self) -> float:
        params = self._own.params
        assert params is not None  # noqa: S101 (asked for)
        hessian = self.objective.hessian(params[0])
        size = float(np.abs(np.linalg.eigvalsh(hessian)).max()) if np.isfinite(hessian).all() else math.inf
        return math.log(max(2.0, float(self._own.lr[0]) * size))

    def condition_number(self) -> float:
        """Largest over smallest curvature where the quiet run ends; not a number where one is negative."""
        eigenvalues = self._eigenvalues
        if eigenvalues is None or eigenvalues[-1] <= 0 or eigenvalues[0] < -1e-6 * eigenvalues[-1]:
            return math.nan
        curved = eigenvalues[eigenvalues > _NEGLIGIBLE_CURVATURE * eigenvalues[-1]]
        return float(curved[-1] / curved[0])

    def smallest_curvature(self) -> float:
        return math.nan if self._eigenvalues is None else float(self._eigenvalues[0])

    def convexity(self) -> float:
        """Smallest over largest curvature (in size) where the quiet run ends."""
        if self._eigenvalues is None:
            return math.nan
        size = float(np.abs(self._eigenvalues).max())
        return float(self._eigenvalues[0]) / size if size > 0 else 0.0

    @cached_property
    def _eigenvalues(self) -> FloatArray | None:
        result = self.result("quiet")
        if result.status == "diverged" or result.params is None:
            return None
        hessian = self.objective.hessian(result.params[-1])
        if not np.isfinite(hessian).all():
            return None
        return np.linalg.eigvalsh(hessian).astype(np.float64)

    def _norms(self, name: str, rows: IntArray) -> FloatArray:
        """Norms of the noise-free gradient at some rows of a run."""
        params = self.result(name).params
        assert params is not None  # noqa: S101 (asked for)
        block = max(1, _NUMBERS // max(self.objective.width, self.objective.dim))
        norms = np.empty(len(rows))
        with np.errstate(all="ignore"):
            for first in range(0, len(rows), block):
                part = rows[first : first + block]
                gradient = self.objective.grad(np.ascontiguousarray(params[part]))
                norms[first : first + block] = _lengths(gradient)
        return norms


def _lengths(vectors: FloatArray) -> FloatArray:
    """Euclidean norms of rows, also of those whose squares are no numbers any more."""
    lengths: FloatArray = np.sqrt((vectors * vectors).sum(axis=1))
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    over = np.isinf(lengths) & np.isfinite(largest)
    scaled = vectors[over] / largest[over, None]
    lengths[over] = largest[over] * np.sqrt((scaled * scaled).sum(axis=1))
    return lengths
