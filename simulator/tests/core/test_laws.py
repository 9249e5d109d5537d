"""Textbook laws of training, measured on the simulator."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.laws.runs import at_rates, bowl, losses, params

FloatArray = NDArray[np.float64]


def test_gradient_descent_on_a_bowl_is_its_closed_form() -> None:
    rates = [0.079, 0.081]
    result = at_rates(bowl(1, 25), [10, 1], rates, 500)
    calm, wild = result.runs
    assert calm.diverged_at is None
    assert calm.status != "diverged"
    assert (wild.status, wild.diverged_at) == ("diverged", 406)
    t = np.arange(501)
    for run, rate in zip(result.runs, rates, strict=True):
        x, y = 10 * (1 - rate) ** t, (1 - 25 * rate) ** t
        closed = 0.5 * x**2 + 12.5 * y**2
        assert (np.abs(run.loss - closed) <= 1e-12 * closed).all()


def test_gradient_descent_diverges_above_2_over_l_and_only_there() -> None:
    rates = np.linspace(0.0051, 0.6, 240)
    loss = losses(at_rates(bowl(1, 4), [1, 1], rates, 400))
    assert np.array_equal(loss[:, -1] > loss[:, 0], rates > 2 / 4)
    falls = (np.diff(loss, axis=1) <= 1e-12 * loss[:, :-1]).all(axis=1)
    assert np.array_equal(falls, rates <= 2 / 4)  # monotone up to 2/L, although it overshoots from 1/L


def test_the_steepest_coordinate_alternates_above_1_over_l() -> None:
    rates = np.array([0.1, 0.2, 0.249, 0.251, 0.3, 0.45])
    path = params(at_rates(bowl(1, 4), [1, 1], rates, 6))[:, :, 1]
    alternates = (path[:, 1:] * path[:, :-1] < 0).all(axis=1)
    assert np.array_equal(alternates, rates > 1 / 4)


def test_at_2_over_l_the_loss_stands_still() -> None:
    run = at_rates(bowl(4), [1], [0.5], 200).runs[0]
    assert np.array_equal(run.loss, np.full(201, 2.0))


def test_the_best_rate_is_2_over_mu_plus_l() -> None:
    rates = np.linspace(1.2, 2, 801)[:-1] / 100
    path = params(at_rates(bowl(1, 100), [1, 1], rates[::4], 400))
    rate_of_descent = np.abs(path[:, -1]).max(axis=1) ** (1 / 400)
    assert rates[::4][rate_of_descent.argmin()] == pytest.approx(2 / 101, abs=4e-5)
    assert rate_of_descent.min() == pytest.approx(99 / 101, abs=2e-5)


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_momentum_is_stable_up_to_its_law(beta: float) -> None:
    heavy, nesterov = 2 * (1 + beta) / 4, 2 * (1 + beta) / ((1 + 2 * beta) * 4)
    for limit, setting in ((heavy, {}), (nesterov, {"nesterov": True})):
        optimizer = {"name": "SGD", "momentum": beta, **setting}
        end = np.abs(
            params(at_rates(bowl(4), [1], [0.99 * limit, 1.01 * limit], 3000, optimizer=optimizer))[:, -1, 0]
        )
        assert end[0] < 1e-3
        assert end[1] > 1e3


def test_the_noise_floor_is_its_law() -> None:
    for lr, beta in ((0.1, 0.0), (0.5, 0.0), (0.05, 0.9)):
        optimizer = {"name": "SGD", "momentum": beta, "lr": lr}
        runs = [{"optimizer": optimizer, "noise": {"sigma": 1, "seed": seed}} for seed in range(40)]
        data = {"objective": bowl(1), "start": [0], "steps": 4000, "runs": runs}
        loss = np.array([run.loss for run in simulate(parse_scenario(data)).runs])
        law = lr * (1 + beta) / (2 * (1 - beta) * (2 * (1 + beta) - lr))
        assert loss[:, 500:].mean() == pytest.approx(law, rel=0.03)


def test_restarts_end_higher_than_one_cosine_with_noise() -> None:
    schedulers: list[dict[str, Any] | None] = [
        None,
        {"name": "StepLR", "step_size": 100},
        {"name": "CosineAnnealingLR", "T_max": 400},
        {"name": "CosineAnnealingWarmRestarts", "T_0": 100},
    ]
    runs = [
        {
            "optimizer": {"name": "SGD", "lr": 0.5},
            "scheduler": scheduler,
            "noise": {"sigma": 1, "seed": seed},
            "label": f"{index}/{seed}",
        }
        for index, scheduler in enumerate(schedulers)
        for seed in range(128)
    ]
    result = simulate(parse_scenario({"objective": bowl(1), "start": [5], "steps": 400, "runs": runs}))
    mean = np.array([run.final_loss for run in result.runs]).reshape(4, 128).mean(axis=1)
    lr = np.array([run.lr for run in result.runs]).reshape(4, 128, 401)[:, 0, :400]
    # The second moment of x follows its own recursion exactly.
    law = np.full(4, 25.0)
    for t in range(400):
        law = (1 - lr[:, t]) ** 2 * law + lr[:, t] ** 2
    assert mean == pytest.approx(law / 2, rel=0.35)
    assert mean[2] < mean[3] < mean[0]
    assert law[3] / 2 == pytest.approx(0.0146, rel=0.05)


def test_a_rate_that_decays_too_fast_leaves_part_of_the_error_for_ever() -> None:
    run = {"optimizer": {"name": "SGD", "lr": 0.5}, "scheduler": {"name": "ExponentialLR", "gamma": 0.8}}
    data = {"objective": bowl(0.1), "start": [1], "steps": 400, "runs": [run]}
    end = params(simulate(parse_scenario(data), Record(params=True)))[0, -1, 0]
    law = math.prod(1 - 0.1 * 0.5 * 0.8**t for t in range(400))
    assert float(end) == pytest.approx(law, rel=1e-12)
    assert law == pytest.approx(0.776, abs=1e-3)


def test_wells_are_left_at_2_over_their_curvature() -> None:
    wells = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8], "k": 0.05}
    result = at_rates(wells, [-1.5], [0.05, 0.13, 0.2, 0.3, 0.6, 0.8, 1.0], 400)
    end = params(result)[:, -60:, 0]
    assert (end[:4] < 0).all()  # stuck in, or bounded around, the sharp well
    assert np.abs(np.diff(end[:2], axis=1)).max() < 1e-6
    assert np.abs(np.diff(end[2:4], axis=1)).max() > 1e-2
    assert (end[4:6] > 0).all()  # in the deep broad one
    assert np.abs(np.diff(end[4], axis=0)).max() < 1e-6
    assert np.abs(np.diff(end[6], axis=0)).max() > 1e-2  # above 2/2.39 it cannot settle there either


def test_the_double_well_is_chaotic_but_bounded() -> None:
    result = at_rates({"name": "double_well"}, [0.3], [0.9, 1.05, 1.8, 2.1], 2000)
    converges, period, chaos, gone = result.runs
    assert converges.status == "converged"
    assert period.params is not None
    assert chaos.params is not None
    assert np.allclose(period.params[-1], period.params[-3])
    assert not np.allclose(period.params[-1], period.params[-2])
    assert np.abs(chaos.params).max() < 2
    assert len(np.unique(chaos.params[-100:].round(6))) > 90
    assert gone.status == "diverged"


@pytest.mark.parametrize("near, law", [(1e-3, 65), (1e-6, 138), (1e-9, 210)])
def test_leaving_a_saddle_takes_the_logarithm_of_the_distance(near: float, law: int) -> None:
    path = params(at_rates({"name": "saddle"}, [1, near], [0.1], 300))[0, :, 1]
    steps = int((np.abs(path) > 0.5).argmax())
    assert abs(steps - math.log(0.5 / near) / math.log(1.1)) < 3
    assert abs(steps - law) <= 3


def test_a_saddle_is_never_left_without_noise_from_its_ridge() -> None:
    assert (params(at_rates({"name": "saddle"}, [1, 0], [0.1], 2000))[0, :, 1] == 0).all()
    noisy = params(at_rates({"name": "saddle"}, [1, 0], [0.1], 400, noise={"sigma": 1e-6, "seed": 0}))[
        0, :, 1
    ]
    assert abs(noisy[-1]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("depth", [2, 5, 20])
def test_depth_lowers_the_largest_stable_rate(depth: int) -> None:
    chain = {"name": "deep_linear", "depth": depth}
    result = at_rates(chain, [1.001] * depth, [0.98 * 2 / depth, 1.05 * 2 / depth], 3000)
    assert result.runs[0].final_loss < 1e-10
    assert result.runs[1].final_loss > 1e-5
    assert result.runs[1].status != "converged"


def test_warm_up_tames_a_rate_that_diverges() -> None:
    quartic = {"name": "polynomial", "coeffs": [0, 0, 0, 0, 0.25]}
    warm = {"name": "LinearLR", "start_factor": 0.005, "total_iters": 200}
    runs = [{"optimizer": {"name": "SGD", "lr": 0.5}, "scheduler": scheduler} for scheduler in (None, warm)]
    cold, warmed = simulate(
        parse_scenario({"objective": quartic, "start": [3], "steps": 1000, "runs": runs})
    ).runs
    assert cold.status == "diverged"
    assert warmed.status != "diverged"
    assert warmed.final_loss < 1e-4


def test_adagrad_steps_are_the_rate_over_the_root_of_the_step() -> None:
    slope = {"name": "polynomial", "coeffs": [0, 3]}
    path = params(at_rates(slope, [0], [0.1], 1000, optimizer={"name": "Adagrad", "eps": 0}))[0, :, 0]
    assert -np.diff(path) == pytest.approx(0.1 / np.sqrt(np.arange(1, 1001)), rel=1e-10)


def test_adadeltas_first_step_is_its_eps() -> None:
    for curvature in (1e-3, 1.0, 1e3):
        path = params(at_rates(bowl(curvature), [10], [1.0], 1, optimizer={"name": "Adadelta"}))[0, :, 0]
        law = math.sqrt(1e-6) * curvature * 10 / math.sqrt(0.1 * (curvature * 10) ** 2 + 1e-6)
        assert path[0] - path[1] == pytest.approx(law, rel=1e-9)


def test_adams_first_step_is_its_rate() -> None:
    for curvature in (1e-3, 1.0, 1e3):
        path = params(at_rates(bowl(curvature), [10], [0.1], 1, optimizer={"name": "Adam"}))[0, :, 0]
        assert path[0] - path[1] == pytest.approx(0.1, rel=1e-5)


def test_rates_scale_with_one_over_the_loss() -> None:
    for scale in (1e-3, 1.0, 1e3):
        result = at_rates(bowl(scale), [1], [1.98 / scale, 2.02 / scale], 1000)
        assert [run.final_loss < scale / 2 for run in result.runs] == [True, False]


def test_standardised_features_take_fewer_steps() -> None:
    z = np.random.Generator(np.random.PCG64(0)).standard_normal((200, 2)) @ np.array([[1, 0.6], [0, 0.8]])
    standard = (z - z.mean(axis=0)) / z.std(axis=0)
    y = (standard @ np.array([1.0, -1.0])).tolist()
    left = []
    for X in (standard * np.array([1, 50]), standard):
        eigenvalues = np.linalg.eigvalsh(X.T @ X / 200)
        best = 2 / (eigenvalues[0] + eigenvalues[-1])
        run = at_rates({"name": "linear"}, [0, 0], [best], 60, data={"X": X.tolist(), "y": y}).runs[0]
        left.append(run.final_loss / run.loss[0])
    correlation = abs(float(np.corrcoef(z.T)[0, 1]))
    condition = (1 + correlation) / (1 - correlation)
    assert left[1] <= 1.01 * ((condition - 1) / (condition + 1)) ** 120
    assert left[0] > 0.3


def test_a_full_batch_is_no_noise() -> None:
    data = {"dataset": "blobs", "n": 20, "seed": 1}
    full = at_rates({"name": "linear"}, [1, 1], [0.1], 40, data=data).runs[0]
    batched = at_rates(
        {"name": "linear"}, [1, 1], [0.1], 40, data=data, batches={"size": 20, "seed": 3}
    ).runs[0]
    assert batched.loss == pytest.approx(full.loss, rel=1e-12)


def test_an_epoch_of_batches_uses_every_row_once() -> None:
    # From w = 0 with a tiny rate, an epoch of batches is nearly one full step of the summed batch means.
    X = np.random.Generator(np.random.PCG64(3)).standard_normal((10, 2))
    y = X @ np.array([1.0, 2.0])
    data = {"X": X.tolist(), "y": y.tolist()}
    rate = 1e-7
    path = params(at_rates({"name": "linear"}, [0, 0], [rate], 3, data=data, batches={"size": 4, "seed": 2}))[
        0
    ]
    order = np.random.Generator(np.random.PCG64(2)).permutation(10)
    parts = [order[:4], order[4:8], order[8:]]
    expected = sum(rate * X[rows].T @ y[rows] / len(rows) for rows in parts)
    assert path[3] == pytest.approx(expected, rel=1e-5)


def test_clipping_bounds_every_step() -> None:
    path = params(at_rates({"name": "rosenbrock"}, [-1.2, 1], [0.01], 300, clip_norm=1.0))[0]
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() <= 0.01
    assert at_rates({"name": "rosenbrock"}, [-1.2, 1], [0.01], 300).runs[0].status == "diverged"


def test_a_scheduler_interval_stretches_the_schedule() -> None:
    def rates(interval: int, steps: int) -> FloatArray:
        run = {"optimizer": {"name": "SGD", "lr": 0.1}, "scheduler": {"name": "ExponentialLR", "gamma": 0.9}}
        data = {
            "objective": bowl(1),
            "start": [1],
            "steps": steps,
            "runs": [run],
            "scheduler_interval": interval,
        }
        return simulate(parse_scenario(data)).runs[0].lr

    assert np.array_equal(rates(3, 30), np.repeat(rates(1, 10), 3)[:31])


@pytest.mark.parametrize("metric, first", [("before", 3), ("after", 2)])
def test_the_plateau_metric_is_taken_before_or_after_the_update(metric: str, first: int) -> None:
    # The run stands still at the minimum from theta_1 on: loss 0.5, 0, 0, …
    run = {"optimizer": {"name": "SGD", "lr": 1.0}, "scheduler": {"name": "ReduceLROnPlateau", "patience": 0}}
    data = {"objective": bowl(1), "start": [1], "steps": 5, "runs": [run], "plateau_metric": metric}
    lr = simulate(parse_scenario(data)).runs[0].lr
    assert int((lr < 1).argmax()) == first
