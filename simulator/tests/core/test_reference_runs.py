"""The simulator against stored runs of real PyTorch, within what PyTorch agrees with itself."""

import numpy as np
import pytest

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

BY_OPTIMIZER: dict[str, list[StoredRun]] = {}
for stored in stored_runs():
    BY_OPTIMIZER.setdefault(stored.scenario["runs"][0]["optimizer"]["name"], []).append(stored)


@pytest.mark.parametrize("optimizer", BY_OPTIMIZER)
def test_runs_follow_pytorch(optimizer: str) -> None:
    failures = []
    for stored in BY_OPTIMIZER[optimizer]:
        run = simulate(parse_scenario(stored.scenario), Record(points=len(stored.t), params=True)).runs[0]
        assert run.params is not None
        apart, counts = deviations(stored, run.params)
        with np.errstate(invalid="ignore"):
            rate_error = np.abs(run.lr - stored.lr[stored.t]).max() / np.abs(stored.lr).max()
        if (
            not (apart[counts] <= 1).all()
            or rate_error > RATE_ALLOWED
            or run.diverged_at != stored.diverged_at
        ):
            failures.append((stored.title, stored.scenario, apart[counts].max(), rate_error, run.diverged_at))
    assert not failures


@pytest.mark.parametrize("optimizer", BY_OPTIMIZER)
def test_losses_follow_pytorch(optimizer: str) -> None:
    for stored in BY_OPTIMIZER[optimizer]:
        run = simulate(parse_scenario(stored.scenario), Record(points=len(stored.t))).runs[0]
        _, counts = deviations(stored, stored.params)
        # A loss is a sum of terms that may cancel, so its rounding goes with the largest loss of the run.
        scale = np.abs(stored.loss[counts]).max()
        allowed = scale * (1e-11 + 1e4 * stored.sens[counts])
        assert (np.abs(run.loss[counts] - stored.loss[counts]) <= allowed).all(), stored.title


def test_every_rate_of_every_step_is_pytorchs() -> None:
    for stored in stored_runs():
        run = simulate(parse_scenario(stored.scenario)).runs[0]
        scale = np.abs(stored.lr).max()
        if stored.scenario["runs"][0].get("scheduler", {}).get("name") == "ReduceLROnPlateau":
            _, counts = deviations(stored, stored.params)
            last = int(stored.t[counts][-1])  # the rate follows the loss, so it is compared as far as the run
        else:
            last = stored.scenario["steps"]
        assert np.abs(run.lr - stored.lr)[: last + 1].max() <= RATE_ALLOWED * scale, stored.title


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
