"""A run gives the same bits again, alone, beside others, thinned or not."""

import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.core.groups import groups_of
from simulator.core.objectives import build
from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.examples import OBJECTIVES, OPTIMIZERS, dense, scenario

EVERYTHING = Record(params=True)
RATES = [0.001, 0.0123, 0.05, 0.02, 0.3]


def _bits(data: dict[str, Any], labels: list[str]) -> list[tuple[bytes, ...]]:
    result = simulate(parse_scenario(data), EVERYTHING)
    runs = [result.run(label) for label in labels]
    return [(_of(run.params), _of(run.loss), _of(run.lr)) for run in runs if run.params is not None]


def _of(values: NDArray[np.float64]) -> bytes:
    """The bits, but for those of a NaN, whose sign means nothing."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


def _assert_alone_equals_together(runs: list[dict[str, Any]], **top: Any) -> None:
    labels = [f"r{index}" for index in range(len(runs))]
    labelled = [{"label": label, **run} for label, run in zip(labels, runs, strict=True)]
    together = _bits({"runs": labelled, **top}, labels)
    for run, bits in zip(labelled, together, strict=True):
        assert _bits({"runs": [run], **top}, [run["label"]])[0] == bits, run


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_is_the_same_alone_and_in_a_batch(name: str) -> None:
    place = OBJECTIVES[name]
    batches = {"batches": {"size": 7, "seed": 3}} if "data" in place else {}
    runs: list[dict[str, Any]] = [{"optimizer": {"name": "SGD", "lr": lr, "momentum": 0.5}} for lr in RATES]
    runs += [{"optimizer": {"name": "SGD", "lr": 0.01, "momentum": 0.5}, "clip_norm": 0.1, **batches}]
    runs += [{"optimizer": {"name": "SGD", "lr": lr}, **batches} for lr in RATES]
    _assert_alone_equals_together(runs, steps=70, **place)


@pytest.mark.parametrize("setting", OPTIMIZERS, ids=lambda setting: str(setting["name"]))
def test_every_optimizer_is_the_same_alone_and_in_a_batch(setting: dict[str, Any]) -> None:
    runs = [{"optimizer": {**setting, "lr": lr}} for lr in RATES]
    _assert_alone_equals_together(
        runs, steps=150, noise={"sigma": 0.1, "seed": 4}, **OBJECTIVES["rosenbrock"]
    )


def test_runs_that_differ_in_everything_are_the_same_alone_and_together() -> None:
    schedulers: list[dict[str, Any] | None] = [
        None,
        {"name": "StepLR", "step_size": 9},
        {"name": "CosineAnnealingLR", "T_max": 20},
        {"name": "ReduceLROnPlateau", "patience": 1},
        {"name": "ReduceLROnPlateau", "patience": 3, "factor": 0.5, "mode": "max"},
        {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.02, "step_size_up": 7},
        {"name": "OneCycleLR", "max_lr": 0.02, "total_steps": 100},
    ]
    runs = [
        {
            "optimizer": {"name": "SGD", "lr": 0.01 + 0.003 * index, "momentum": 0.1 * (index % 4)},
            "scheduler": scheduler,
            "noise": {"sigma": 0.1 * (index % 3), "seed": index % 2},
            "clip_norm": None if index % 2 else 1.0 + index,
            "scheduler_interval": 1 + index % 3,
            "start": [3.0, -float(index)],
        }
        for index, scheduler in enumerate(schedulers * 3)
    ]
    _assert_alone_equals_together(runs, objective={"name": "quadratic", "eigenvalues": [1, 8]}, steps=90)


@pytest.mark.parametrize("metric", ["before", "after"])
def test_rates_that_watch_the_loss_at_intervals_of_their_own_share_a_batch(metric: str) -> None:
    runs = [
        {
            "optimizer": {"name": "SGD", "lr": 0.02 * (1 + index)},
            "scheduler": {"name": "ReduceLROnPlateau", "patience": index % 3, "cooldown": index % 2},
            "scheduler_interval": (1, 3, 7, 1, 90, 4)[index],
        }
        for index in range(6)
    ]
    top: dict[str, Any] = {"objective": {"name": "rippled", "dim": 2}, "start": [3, -2]}
    top |= {"steps": 90, "plateau_metric": metric}
    _assert_alone_equals_together(runs, **top)
    parsed = parse_scenario({"runs": runs, **top})
    assert len(groups_of(parsed.runs)) == 1
    lowered = [bool(run.lr[-1] < run.lr[0]) for run in simulate(parsed).runs]
    assert lowered.count(True) >= 4  # or nothing was watched
    assert not lowered[4]


def test_objectives_with_parameters_of_their_own_share_a_batch() -> None:
    runs = [
        {
            "objective": {"name": "rosenbrock", "a": 1 + 0.1 * index, "b": 5 + index},
            "optimizer": {"name": "Adam", "lr": 0.01},
        }
        for index in range(5)
    ]
    runs += [
        {
            "objective": {"name": "quadratic", "eigenvalues": [1 + index, 3]},
            "optimizer": {"name": "SGD", "lr": 0.1},
        }
        for index in range(4)
    ]
    _assert_alone_equals_together(runs, start=[-1, 2], steps=60)


@pytest.mark.parametrize("dim", [3, 5, 9, 40])
def test_a_dense_quadratic_is_the_same_alone_and_in_a_batch(dim: int) -> None:
    runs = [{"optimizer": {"name": "SGD", "lr": lr / dim}} for lr in RATES * 7]
    objective = {"name": "quadratic", "matrix": dense(dim)}
    _assert_alone_equals_together(runs, objective=objective, start=list(range(dim)), steps=40, clip_norm=0.5)


def test_a_simulation_repeats_to_the_bit() -> None:
    data = scenario({"name": "Adam", "lr": 0.1}, steps=80, noise={"sigma": 1, "seed": 5})
    assert _bits(data, ["run 1"]) == _bits(data, ["run 1"])


def test_thinned_rows_are_rows_of_the_full_run() -> None:
    parsed = parse_scenario(scenario({"name": "SGD", "lr": 0.081}, steps=500))
    full, thin = simulate(parsed, EVERYTHING), simulate(parsed, Record(points=40, params=True))
    assert thin.t[0] == 0
    assert thin.t[-1] == 500
    assert len(thin.t) == 40
    one, other = full.runs[0], thin.runs[0]
    assert one.params is not None
    assert other.params is not None
    assert np.array_equal(one.loss[thin.t], other.loss)
    assert np.array_equal(one.lr[thin.t], other.lr)
    assert np.array_equal(one.params[thin.t], other.params)
    assert (one.status, one.diverged_at, one.words) == (other.status, other.diverged_at, other.words)


def test_a_result_survives_pickling_without_its_trajectories() -> None:
    result = simulate(parse_scenario(scenario({"name": "SGD", "lr": 0.03}, steps=5000)), Record(points=10))
    words = result.runs[0].words
    packed = pickle.dumps(result)
    assert len(packed) < 5_000
    again = pickle.loads(packed)  # noqa: S301 - our own bytes
    assert again.runs[0].words == words
    assert np.array_equal(again.runs[0].loss, result.runs[0].loss)
    assert again.version == result.version


def test_runs_of_one_seed_meet_the_same_noise() -> None:
    # From x = 0 the first step is -lr times the noise, so it is proportional to the rate.
    runs = [{"optimizer": {"name": "SGD", "lr": lr}} for lr in (0.1, 0.2)]
    data = {
        "objective": {"name": "quadratic", "eigenvalues": [1, 1, 1]},
        "start": [0, 0, 0],
        "steps": 1,
        "runs": runs,
    }
    result = simulate(parse_scenario({**data, "noise": {"sigma": 2, "seed": 9}}), EVERYTHING)
    drawn = 2 * np.random.Generator(np.random.PCG64(9)).standard_normal((1, 3))
    for run, lr in zip(result.runs, (0.1, 0.2), strict=True):
        assert run.params is not None
        assert np.array_equal(run.params[1], -(drawn[0] * lr))


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name.startswith("mlp")])
def test_a_network_is_the_same_whatever_the_width_of_its_batch(name: str) -> None:
    rates = np.geomspace(1e-3, 1.0, 90).tolist()
    runs = [{"label": f"{rate}", "optimizer": {"name": "Adam", "lr": rate}} for rate in rates]
    together = _bits({"runs": runs, "steps": 30, **OBJECTIVES[name]}, [f"{rate}" for rate in rates[::11]])
    for width in (1, 2, 3):
        alone = [
            _bits({"runs": runs[first : first + width], "steps": 30, **OBJECTIVES[name]}, [f"{rates[first]}"])
            for first in range(0, len(rates), 11)
        ]
        assert [one[0] for one in alone] == together


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name.startswith("mlp")])
def test_the_losses_of_a_run_are_those_of_its_objective(name: str) -> None:
    data = {"runs": [{"optimizer": {"name": "SGD", "lr": 0.3, "momentum": 0.9}}], **OBJECTIVES[name]}
    parsed = parse_scenario({**data, "steps": 50})
    run = simulate(parsed, EVERYTHING).runs[0]
    assert run.params is not None
    assert np.array_equal(run.loss, build(parsed.runs[0]).loss(run.params))
