"""Sharpness, step lengths and noise floor, against laws."""

import math
import statistics

import numpy as np
import pytest

from simulator.core.analyses import noise_floor, sharpness, stability_limit, step_lengths
from simulator.core.analyses.noise_floor import expected_floor
from simulator.core.analyses.sharpness import largest_eigenvalues
from simulator.core.analyses.variation import reseeded
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.objectives import build
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate
from simulator.tests.core.analyses.places import bowl, place
from simulator.tests.core.examples import OBJECTIVES


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_the_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian(name: str) -> None:
    data = OBJECTIVES[name] | {"steps": 1, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]}
    objective = build(parse_scenario(data).runs[0])
    rng = np.random.Generator(np.random.PCG64(1))
    places = rng.standard_normal((4, objective.dim))
    found = largest_eigenvalues(objective, places)
    for value, at in zip(found, places, strict=True):
        eigenvalues = np.linalg.eigvalsh(objective.hessian(at))
        size = max(abs(eigenvalues).max(), 1e-3)
        assert abs(value - eigenvalues[-1]) <= 3e-6 * size, name


@pytest.mark.parametrize("name", ["linear", "logistic", "mlp"])
def test_an_l1_penalty_has_no_curvature_where_a_parameter_is_0(name: str) -> None:
    data = OBJECTIVES[name] | {"steps": 1, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]}
    objectives = ({**data["objective"], "l1": l1} for l1 in (0, 0.1))
    plain, penalised = (build(parse_scenario(data | {"objective": one}).runs[0]) for one in objectives)
    places = np.zeros((2, plain.dim))
    places[1, 0] = 1
    found = largest_eigenvalues(penalised, places)
    np.testing.assert_allclose(found, largest_eigenvalues(plain, places), rtol=1e-12)
    np.testing.assert_allclose(penalised.hessian(places[1]), plain.hessian(places[1]), rtol=1e-12)


def test_the_sharpness_of_a_bowl_is_its_largest_eigenvalue_everywhere() -> None:
    found = sharpness(bowl(1, 25, lr=0.05, steps=40), points=9)
    assert found.t.tolist() == list(range(0, 41, 5))
    np.testing.assert_allclose(found.values, 25, rtol=1e-8)
    assert found.limit is not None
    np.testing.assert_allclose(found.limit, 40)


def test_the_sharpness_of_a_deep_product_at_one_is_its_depth() -> None:
    for depth in (2, 7, 40):
        scenario = place({"name": "deep_linear", "depth": depth}, [1.0] * depth, steps=5, lr=0.01)
        np.testing.assert_allclose(sharpness(scenario).values, depth, rtol=1e-6)


def test_a_network_trains_at_the_edge_of_stability() -> None:
    """Cohen et al. 2021: the sharpness rises to 2 / lr and stays there."""
    network = {"name": "mlp", "layers": [1, 20, 1]}
    scenario = place(network, None, steps=1500, lr=0.6, data={"dataset": "sine", "n": 50})
    found = sharpness(scenario, points=31)
    assert found.limit is not None
    relative = found.values / found.limit
    assert relative[0] < 0.95
    assert ((relative[-10:] > 0.85) & (relative[-10:] < 1.15)).all(), relative


def test_the_flat_minimum_that_a_high_rate_ends_in_is_no_sharper_than_2_over_lr() -> None:
    scenario = place({"name": "deep_linear", "depth": 2}, [4, 0.1], steps=2000, lr=0.15)
    found = sharpness(scenario, points=5)
    assert found.values[0] > 2 / 0.15
    assert found.values[-1] <= 2 / 0.15
    assert found.values[-1] == pytest.approx(9.4, abs=0.1)


def test_the_limit_of_sharpness_takes_the_momentum_that_a_scheduler_cycles() -> None:
    cycle = {"name": "CyclicLR", "base_lr": 0.01, "max_lr": 0.03, "step_size_up": 10}
    for nesterov in (False, True):
        optimizer = {"momentum": 0.5, "nesterov": nesterov}
        found = sharpness(bowl(1, 25, steps=20, scheduler=cycle, optimizer=optimizer), points=3)
        lr, momentum = np.array([0.01, 0.03, 0.01]), np.array([0.9, 0.8, 0.9])
        expected = 2 * (1 + momentum) / ((1 + 2 * momentum * nesterov) * lr)
        np.testing.assert_allclose(found.limit, expected, rtol=1e-12)
    interval = bowl(1, steps=20, scheduler=cycle, scheduler_interval=2)
    np.testing.assert_allclose(sharpness(interval, points=2).limit, [2 * 1.9 / 0.01, 2 * 1.8 / 0.03])


def test_there_is_no_limit_of_sharpness_for_a_momentum_of_1() -> None:
    assert sharpness(bowl(1, optimizer={"momentum": 1}), points=2).limit is None
    cycle = {"name": "CyclicLR", "base_lr": 0.01, "max_lr": 0.03, "step_size_up": 10, "max_momentum": 1}
    assert sharpness(bowl(1, scheduler=cycle), points=2).limit is None


def test_there_is_no_sharpness_from_the_step_of_divergence_on() -> None:
    found = sharpness(bowl(1, lr=9, steps=100), points=101)
    gone = next(step for step in range(100) if 0.5 * 64**step > 1e8)  # x is multiplied by -8 in each
    assert np.isfinite(found.values[:gone]).all()
    assert np.isnan(found.values[gone:]).all()


@pytest.mark.parametrize(
    "optimizer",
    [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.5, "dampening": 0.3},
        {"dampening": 0.3},  # without momentum there is nothing to dampen
        {"weight_decay": 5},
        {"momentum": 0.9, "weight_decay": 5},
    ],
)
def test_at_the_largest_stable_rate_of_a_bowl_its_sharpness_is_at_the_limit(optimizer: dict) -> None:
    largest = stability_limit(bowl(1, 25, optimizer=optimizer)).lr
    found = sharpness(bowl(1, 25, lr=largest, steps=5, optimizer=optimizer))
    assert found.limit is not None
    np.testing.assert_allclose(found.limit, 25)


@pytest.mark.parametrize(
    "optimizer", [{"name": "Adam"}, {"maximize": True}, {"momentum": 0.5, "dampening": 1.0}]
)
def test_there_is_no_limit_where_no_sharpness_is_just_stable(optimizer: dict) -> None:
    assert sharpness(bowl(1, optimizer=optimizer), points=3).limit is None


def test_a_dear_sharpness_is_refused() -> None:
    network = {"name": "mlp", "layers": [2, 40, 1]}
    scenario = place(network, None, steps=300, lr=0.1, data={"dataset": "circles", "n": 2000})
    with pytest.raises(BudgetExceeded):
        sharpness(scenario, points=300)


def test_adagrad_under_a_constant_slope_steps_by_lr_over_the_root_of_t() -> None:
    slope = {"name": "polynomial", "coeffs": [0, 3]}
    found = step_lengths(place(slope, [1], steps=50, lr=0.2, optimizer={"name": "Adagrad"}))
    np.testing.assert_allclose(found.lengths, 0.2 / np.sqrt(np.arange(1, 51)), rtol=1e-9)
    np.testing.assert_allclose(found.per_rate * found.lr, found.lengths)


def test_the_steps_of_gradient_descent_are_rate_times_slope() -> None:
    scenario = bowl(2, lr=0.1, steps=30, scheduler={"name": "StepLR", "step_size": 10})
    found = step_lengths(scenario, points=7)
    assert found.t.tolist() == [0, 5, 10, 14, 19, 24, 29]
    assert found.lengths[0] == pytest.approx(0.2)
    np.testing.assert_allclose(found.lr, [0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001])
    assert found.per_rate[0] == pytest.approx(2)


@pytest.mark.parametrize(("momentum", "lr"), [(0.0, 0.1), (0.9, 0.02)])
def test_the_noise_floor_is_the_one_of_the_formula(momentum: float, lr: float) -> None:
    scenario = bowl(1, 4, lr=lr, steps=3000, noise={"sigma": 1, "seed": 3}, optimizer={"momentum": momentum})
    found = noise_floor(scenario, seeds=32)
    expected = sum(
        lr * (1 + momentum) / (2 * (1 - momentum) * (2 * (1 + momentum) - lr * eigenvalue))
        for eigenvalue in (1, 4)
    )
    assert found.expected == pytest.approx(expected)
    assert found.measured is not None and found.error is not None
    assert abs(found.measured - expected) < 4 * found.error
    assert found.error < 0.05 * expected
    assert found.settled
    assert found.lowest < found.measured < found.highest


def test_the_floor_lies_above_the_loss_of_the_minimum() -> None:
    """Two rows that no line meets: the least loss of w on (1, 0) and (1, 2) is 1/2, with a curvature of 1."""
    scenario = place(
        {"name": "linear"},
        [1],
        steps=2000,
        lr=0.1,
        data={"X": [[1], [1]], "y": [0, 2]},
        noise={"sigma": 1, "seed": 3},
    )
    found = noise_floor(scenario, seeds=8)
    assert found.expected == pytest.approx(0.5 + 0.1 / (2 * 1.9))
    assert found.measured is not None and found.error is not None
    assert abs(found.measured - found.expected) < 4 * found.error


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"name": "Adam"}},
        {"optimizer": {"momentum": 0.5, "nesterov": True}},
        {"optimizer": {"momentum": 0.5, "dampening": 0.5}},
        {"optimizer": {"weight_decay": 0.1}},
        {"optimizer": {"maximize": True}},
        {"scheduler": {"name": "StepLR", "step_size": 3}},
        {"clip_norm": 1.0},
        {"eigenvalues": [1, 0]},  # along the second the noise walks away
        {"eigenvalues": [1, 21]},  # 2 / 21 is the limit
        {"eigenvalues": [1, 20]},
    ],
)
def test_no_floor_is_expected_where_the_formula_does_not_hold(changes: dict) -> None:
    eigenvalues = changes.pop("eigenvalues", [1, 4])
    assert expected_floor(bowl(*eigenvalues, noise={"sigma": 1}, **changes).runs[0]) is None


def test_dampening_without_momentum_changes_no_floor() -> None:
    plain, dampened = (
        expected_floor(bowl(1, 4, noise={"sigma": 1}, optimizer=optimizer).runs[0])
        for optimizer in ({}, {"dampening": 0.5})
    )
    assert plain is not None and plain == dampened


def test_no_floor_is_expected_of_a_curvature_that_changes() -> None:
    valley = place({"name": "rosenbrock"}, [1, 1], steps=9, lr=1e-4, noise={"sigma": 0.1})
    assert build(valley.runs[0]).minimum is not None
    assert expected_floor(valley.runs[0]) is None


def test_the_numbers_of_a_floor_are_those_of_the_last_quarters_of_all_seeds() -> None:
    scenario = bowl(1, lr=0.1, steps=202, noise={"sigma": 1, "seed": 3})
    found = noise_floor(scenario, seeds=5)
    losses = [
        simulate(Scenario(scenario.steps, (reseeded(scenario.runs[0], number),))).runs[0].loss
        for number in range(5)
    ]
    floors = [float(loss[-50:].mean()) for loss in losses]  # 202 // 4 updates
    assert found.measured == pytest.approx(statistics.mean(floors))
    assert found.error == pytest.approx(statistics.stdev(floors) / math.sqrt(5))
    assert (found.lowest, found.highest) == (pytest.approx(min(floors)), pytest.approx(max(floors)))
    assert noise_floor(scenario, seeds=1).error == 0


def test_seeds_that_diverge_are_counted_and_left_out() -> None:
    """Beyond 1 the slope of x^2 / 2 - x^4 / 4 leads away: the noise takes some of the runs there."""
    hill = {"name": "polynomial", "coeffs": [0, 0, 0.5, 0, -0.25]}
    found = noise_floor(place(hill, [0], steps=300, lr=0.1, noise={"sigma": 1.6, "seed": 1}), seeds=12)
    assert 0 < found.diverged < 12
    assert found.highest is not None and found.highest < 0.25  # the height of the hills at 1 and -1
    assert found.seeds == 12


def test_a_loss_that_is_still_falling_is_no_floor() -> None:
    found = noise_floor(bowl(1, lr=0.01, steps=60, noise={"sigma": 0.01}), seeds=4)
    assert not found.settled


def test_without_noise_there_is_no_floor_and_past_the_limit_none_either() -> None:
    with pytest.raises(ScenarioError, match="neither noise nor minibatches"):
        noise_floor(bowl(1))
    found = noise_floor(bowl(1, lr=5, steps=200, noise={"sigma": 1}), seeds=3)
    assert (found.measured, found.expected, found.diverged) == (None, None, 3)


def test_minibatches_have_a_measured_floor() -> None:
    data = {"dataset": "blobs", "n": 40, "noise": 0.5}
    scenario = place({"name": "linear"}, [0, 0], steps=300, lr=0.3, data=data, batches={"size": 4})
    found = noise_floor(scenario, seeds=6)
    assert found.expected is None
    assert found.measured is not None and math.isfinite(found.measured)
    assert found.lowest < found.highest
