"""The simulator against stored runs of real PyTorch, within what PyTorch agrees with itself."""

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.core.errors import ScenarioError
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import LAMBDAS, SCHEDULERS
from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.reference.stored import (
    RATE_ALLOWED,
    StoredRun,
    defaults,
    deviations,
    refused,
    stored_runs,
)

FloatArray = NDArray[np.float64]

BY_OPTIMIZER: dict[str, list[StoredRun]] = {}
for stored in stored_runs():
    BY_OPTIMIZER.setdefault(stored.scenario["runs"][0]["optimizer"]["name"], []).append(stored)


@pytest.mark.parametrize("optimizer", BY_OPTIMIZER)
def test_runs_follow_pytorch(optimizer: str) -> None:
    """Parameters, losses, the rate of every step and the step of divergence."""
    failures = []
    for stored in BY_OPTIMIZER[optimizer]:
        run = simulate(parse_scenario(stored.scenario), Record(params=True)).runs[0]
        assert run.params is not None
        apart, counts = deviations(stored, run.params[stored.t])
        off = largest_loss_error(stored, run.loss[stored.t], counts)
        rate_off = largest_rate_error(stored, run.lr, counts)
        # Written so that what is no number is a failure.
        if not ((apart[counts] <= 1).all() and off <= 1 and rate_off <= RATE_ALLOWED):
            failures.append((stored.title, stored.scenario, apart[counts].max(), off, rate_off))
        elif run.diverged_at != stored.diverged_at:
            failures.append((stored.title, stored.scenario, run.diverged_at, stored.diverged_at))
    assert not failures


def largest_loss_error(stored: StoredRun, loss: FloatArray, counts: NDArray[np.bool_]) -> float:
    """Over what is allowed. A loss is a sum of terms that may cancel, so its rounding goes with the largest
    loss of the run."""
    allowed = np.abs(stored.loss[counts]).max() * (1e-11 + 1e4 * stored.sens[counts])
    return float((np.abs(loss[counts] - stored.loss[counts]) / allowed).max())


def largest_rate_error(stored: StoredRun, lr: FloatArray, counts: NDArray[np.bool_]) -> float:
    """Relative, over every step; where the rate follows the loss, as far as the run is compared."""
    follows = stored.scenario["runs"][0].get("scheduler", {}).get("name") == "ReduceLROnPlateau"
    last = int(stored.t[counts][-1]) if follows else stored.scenario["steps"]
    return float(np.abs(lr - stored.lr)[: last + 1].max() / np.abs(stored.lr).max())


def test_the_reference_runs_cover_everything() -> None:
    runs = [stored.scenario["runs"][0] for stored in stored_runs()]
    assert len(runs) >= 400
    assert {run["optimizer"]["name"] for run in runs} == set(OPTIMIZERS)
    assert {run["scheduler"]["name"] for run in runs if "scheduler" in run} == set(SCHEDULERS)
    assert {stored.scenario["objective"]["name"] for stored in stored_runs()} == set(OBJECTIVES)
    for key in ("noise", "batches", "clip_norm", "scheduler_interval", "plateau_metric"):
        assert sum(key in stored.scenario for stored in stored_runs()) >= 20, key
    data = [stored.scenario.get("data") or {} for stored in stored_runs()]
    assert sum("validation" in one for one in data) >= 18 and sum("polynomial" in one for one in data) >= 2
    compared = [deviations(stored, stored.params)[1].mean() for stored in stored_runs()]
    assert np.mean(compared) > 0.95  # few rows are chaotic or after divergence
    assert sum(stored.diverged_at is not None for stored in stored_runs()) >= 5


@pytest.mark.parametrize("index", range(len(refused())))
def test_what_pytorch_refuses_is_refused(index: int) -> None:
    entry = refused()[index]
    assert entry["error"]
    with pytest.raises(ScenarioError):
        parse_scenario(entry["scenario"])


def test_defaults_are_pytorchs() -> None:
    stored = defaults()
    assert set(stored["optimizers"]) == set(OPTIMIZERS)
    for name, arguments in stored["optimizers"].items():
        kind = OPTIMIZERS[name]
        ours = {"lr": kind.lr, **{argument.name: argument.default for argument in kind.arguments}}
        assert {
            key: list(value) if isinstance(value, tuple) else value for key, value in ours.items()
        } == arguments
    assert set(stored["schedulers"]) == set(SCHEDULERS) - LAMBDAS
    for name, arguments in stored["schedulers"].items():
        for argument in SCHEDULERS[name].arguments:
            if argument.name in arguments:
                assert argument.default == arguments[argument.name], (name, argument.name)
        required = {argument.name for argument in SCHEDULERS[name].arguments} - set(arguments)
        assert required == set(stored["required"][name]), name


@pytest.mark.parametrize("change", [1e-6, -1e-6])
def test_a_formula_that_is_off_by_a_millionth_would_be_noticed(change: float) -> None:
    noticed = 0
    for stored in BY_OPTIMIZER["Adam"]:
        scenario = parse_scenario(stored.scenario)
        lr = scenario.runs[0].optimizer.lr * (1 + change)
        result = simulate(scenario.with_lr(lr), Record(points=len(stored.t), params=True))
        params = result.runs[0].params
        assert params is not None
        apart, counts = deviations(stored, params)
        overwritten = stored.scenario["runs"][0].get("scheduler", {}).get("name") in (
            "CyclicLR",
            "OneCycleLR",
        )
        noticed += overwritten or not (apart[counts] <= 1).all()
    # A few runs sit still, or take their rate from a scheduler.
    assert noticed >= 0.9 * len(BY_OPTIMIZER["Adam"])
