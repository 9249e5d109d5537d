"""The noise floor: the loss that a run with a random gradient hovers about and does not get below."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.core.analyses.variation import admit, is_seeded, reseeded, run_of
from simulator.core.diagnosis.status import FloatArray
from simulator.core.errors import error_at
from simulator.core.objectives import build
from simulator.core.spec import Run, Scenario
from simulator.core.training import simulate

_LINEAR_DYNAMICS = frozenset({"quadratic", "linear"})
_SEEDS = 16
_MOST_SEEDS = 256
_SETTLED = 0.25  # the mean losses of the last two quarters differ by less than this share


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """The mean loss over the last quarter of the run, averaged over seeds.

    `error` is the standard error of that average (0 for one seed), `lowest` and `highest` the extremes over
    the seeds. `settled` says whether the quarter before was about the same: if not, the loss was still on its
    way and `measured` is no floor yet. `expected` is the floor by analysis, None where it is not known.
    `diverged` counts the seeds whose run diverged; they are left out of the numbers, which are None if
    all did.
    """

    label: str
    seeds: int
    measured: float | None
    error: float | None
    lowest: float | None
    highest: float | None
    settled: bool
    expected: float | None
    diverged: int


def noise_floor(scenario: Scenario, label: str | None = None, *, seeds: int = _SEEDS) -> NoiseFloor:
    """The noise floor of one run of `scenario` (without a label: its first), over its own seed and derived
    ones.

    Raises ScenarioError for a run without noise or minibatches, BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    if not run.stochastic or not is_seeded(run):
        raise error_at("run", "bad_value", f"“{run.label}” has neither noise nor minibatches, so no floor.")
    if isinstance(seeds, bool) or not 1 <= seeds <= _MOST_SEEDS:
        raise error_at("seeds", "out_of_bounds", f"must be a whole number from 1 to {_MOST_SEEDS}.")
    admit(scenario.steps, run, seeds)
    runs = tuple(replace(reseeded(run, number), label=f"{number}") for number in range(seeds))
    results = simulate(Scenario(scenario.steps, runs)).runs
    alive = [one.loss for one in results if one.status != "diverged"]
    expected = expected_floor(run)
    if not alive:
        return NoiseFloor(run.label, seeds, None, None, None, None, False, expected, seeds)
    with np.errstate(all="ignore"):
        return _measured(run.label, np.array(alive), seeds, expected)


def _measured(label: str, losses: FloatArray, seeds: int, expected: float | None) -> NoiseFloor:
    """The floor of the losses (runs, T+1) of the seeds that did not diverge."""
    quarter = max(1, (losses.shape[1] - 1) // 4)
    floors = losses[:, -quarter:].mean(axis=1)
    mean = float(floors.mean())
    return NoiseFloor(
        label,
        seeds,
        mean,
        float(floors.std(ddof=1) / np.sqrt(len(floors))) if len(floors) > 1 else 0.0,
        float(floors.min()),
        float(floors.max()),
        _settled(losses, quarter, mean),
        expected,
        seeds - len(floors),
    )


def expected_floor(run: Run) -> float | None:
    """The floor by analysis: constant-rate SGD with Gaussian gradient noise on a convex quadratic.

    Per eigenvalue e of the Hessian, the expected loss settles at lr sigma^2 (1 + m) / (2 (1 - m) (2 (1 + m) -
    lr e)) above the minimum, m the momentum (Mandt, Hoffman & Blei 2017, "Stochastic gradient descent as
    approximate Bayesian inference", without the continuous-time limit). None elsewhere, and past the limit of
    stability.
    """
    options = run.optimizer.options
    if run.optimizer.name != "SGD" or run.objective.name not in _LINEAR_DYNAMICS or run.noise is None:
        return None
    plain = run.scheduler is None and run.batches is None and run.clip_norm is None
    if not plain or options["maximize"] or options["weight_decay"] or options["nesterov"]:
        return None
    momentum, lr = float(options["momentum"]), run.optimizer.lr
    if momentum >= 1 or (momentum and options["dampening"]):
        return None
    objective = build(run)
    minimum = objective.minimum
    if minimum is None:  # as where a direction is flat, along which the noise walks away
        return None
    eigenvalues = np.linalg.eigvalsh(objective.hessian(minimum))
    room = 2 * (1 + momentum) - lr * eigenvalues
    if room.min() <= 0:
        return None
    above = lr * run.noise.sigma**2 * (1 + momentum) / (2 * (1 - momentum) * room)
    return float(objective.loss(minimum)) + float(above.sum())


def _settled(losses: FloatArray, quarter: int, mean: float) -> bool:
    before = losses[:, -2 * quarter : -quarter]
    return before.size > 0 and abs(float(before.mean()) - mean) <= _SETTLED * abs(mean)
