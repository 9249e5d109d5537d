"""A thinned simulation is the full one, with fewer rows."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.core.analyses import Thinned, simulate_thinned
from simulator.core.analyses.thinned import MAX_RATES
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.spec import Run, parse_scenario
from simulator.core.training import Record, RunResult, simulate
from simulator.tests.core.examples import OBJECTIVES

RATES = np.array([0.3, 0.0004, 0.011, 0.05, 0.079, 0.0801, 2.5])
STEPS = 150
BENT: dict[str, dict[str, Any]] = {
    "plain": {},
    "noisy": {"noise": {"sigma": 0.3, "seed": 5}},
    "clipped": {"clip_norm": 0.7},
    "cosine": {"scheduler": {"name": "CosineAnnealingLR", "T_max": 60, "eta_min": 0.001}},
    "one cycle": {"scheduler": {"name": "OneCycleLR", "max_lr": 0.04, "total_steps": 400}},
    "plateau before": {"scheduler": {"name": "ReduceLROnPlateau", "patience": 2}},
    "plateau after": {
        "scheduler": {"name": "ReduceLROnPlateau", "patience": 2},
        "plateau_metric": "after",
        "scheduler_interval": 3,
    },
}


def _raw(place: str, optimizer: dict[str, Any], **more: Any) -> dict[str, Any]:
    runs = [{"optimizer": {"lr": 0.01, **optimizer}, **more}]
    return {"steps": STEPS, "runs": runs, **OBJECTIVES[place]}


def _run(data: dict[str, Any]) -> Run:
    return parse_scenario(data).runs[0]


def _full(data: dict[str, Any], rates: NDArray[np.float64]) -> list[RunResult]:
    """Each rate simulated by itself, with the rates that its scheduler names multiplied along."""
    results = []
    for rate in rates.tolist():
        run = dict(data["runs"][0])
        factor = rate / run["optimizer"]["lr"]
        run["optimizer"] = {**run["optimizer"], "lr": rate}
        if "scheduler" in run:
            run["scheduler"] = {
                key: value * factor if key in ("max_lr", "eta_min") else value
                for key, value in run["scheduler"].items()
            }
        results.append(simulate(parse_scenario({**data, "runs": [run]}), Record(params=True)).runs[0])
    return results


def _assert_rows_of(thinned: Thinned, full: list[RunResult]) -> None:
    for column, run in enumerate(full):
        assert run.params is not None
        assert np.array_equal(thinned.params[:, :, column], run.params[thinned.t], equal_nan=True)
        assert np.array_equal(thinned.loss[:, column], run.loss[thinned.t], equal_nan=True)
        assert np.array_equal(thinned.lr[:, column], run.lr[thinned.t])


@pytest.mark.parametrize("place", ["quadratic", "rosenbrock", "mlp", "mlp for labels", "logistic"])
@pytest.mark.parametrize("optimizer", [{"name": "SGD", "momentum": 0.5}, {"name": "Adam"}], ids=str)
@pytest.mark.parametrize("bent", BENT)
def test_every_kept_row_has_the_bits_of_the_full_run(
    place: str, optimizer: dict[str, Any], bent: str
) -> None:
    data = _raw(place, optimizer, **BENT[bent])
    thinned = simulate_thinned(_run(data), STEPS, RATES, every=7)
    assert thinned.t.tolist() == [*range(0, STEPS, 7), STEPS]
    _assert_rows_of(thinned, _full(data, RATES))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_may_write_over_the_state_it_reads(optimizer: str) -> None:
    options = {argument.name for argument in OPTIMIZERS[optimizer].arguments}
    bent = {"weight_decay": 0.1, "maximize": True, "momentum": 0.4, "decoupled_weight_decay": True}
    for some in ({}, {name: value for name, value in bent.items() if name in options}):
        data = _raw("rosenbrock", {"name": optimizer, **some})
        _assert_rows_of(simulate_thinned(_run(data), STEPS, RATES, 40), _full(data, RATES))


def test_minibatches_are_the_same_too() -> None:
    data = _raw("mlp", {"name": "SGD"}, batches={"size": 7, "seed": 2})
    _assert_rows_of(simulate_thinned(_run(data), STEPS, RATES, 40), _full(data, RATES))


@pytest.mark.parametrize("every", [1, 13, STEPS, 2 * STEPS])
def test_statuses_are_what_the_full_runs_say(every: int) -> None:
    data = _raw("quadratic", {"name": "SGD"})
    rates = np.geomspace(1e-4, 0.5, 60)
    thinned, full = simulate_thinned(_run(data), STEPS, rates, every), _full(data, rates)
    told = {"diverged": "diverged", "converged": "converged"}
    assert thinned.statuses == tuple(told.get(run.status) for run in full)
    assert {"diverged", "converged", None} == set(thinned.statuses)
    for at, run in zip(thinned.diverged_at.tolist(), full, strict=True):
        if run.diverged_at is None:
            assert at == -1
        else:
            assert at == thinned.t[np.searchsorted(thinned.t, run.diverged_at)]


def test_four_thousand_rates_are_what_each_is_alone() -> None:
    data = {**_raw("quadratic", {"name": "Adam"}), "steps": 300}
    rates = np.geomspace(1e-4, 1.0, MAX_RATES)
    thinned = simulate_thinned(_run(data), 300, rates, 5)
    assert thinned.loss.shape == (61, MAX_RATES)
    some = [0, 1, 1777, MAX_RATES - 1]
    for column, run in zip(some, _full(data, rates[some]), strict=True):
        assert np.array_equal(thinned.loss[:, column], run.loss[thinned.t])


@pytest.mark.parametrize(
    ("rates", "steps", "every", "path"),
    [
        (np.zeros(0), 10, 1, "rates"),
        (np.full(MAX_RATES + 1, 0.1), 10, 1, "rates"),
        (np.full((2, 2), 0.1), 10, 1, "rates"),
        (np.array([0.1, np.inf]), 10, 1, "rates"),
        (np.array([0.1, 0.0]), 10, 1, "rates"),
        (np.array([0.1]), 0, 1, "steps"),
        (np.array([0.1]), 10, 0, "every"),
    ],
)
def test_numbers_out_of_bounds_are_refused(
    rates: NDArray[np.float64], steps: int, every: int, path: str
) -> None:
    run = _run(_raw("quadratic", {"name": "SGD"}))
    with pytest.raises(ScenarioError) as caught:
        simulate_thinned(run, steps, rates, every)
    assert list(caught.value.fields) == [path]


def test_what_would_not_fit_is_refused_before_anything_is_allocated() -> None:
    run = _run(_raw("quadratic", {"name": "SGD"}))
    with pytest.raises(BudgetExceeded, match="MB"):
        simulate_thinned(run, 5000, np.full(MAX_RATES, 0.01), 1)
    network = _run(_raw("mlp", {"name": "SGD"}))
    with pytest.raises(BudgetExceeded, match="operations"):
        simulate_thinned(network, 5000, np.full(MAX_RATES, 0.01), 5000)
