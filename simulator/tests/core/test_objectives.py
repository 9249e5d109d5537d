"""Objectives against their formulas, their gradients against differences, their minima and curvatures."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.core.datasets import rows_of
from simulator.core.objectives import Objective, build
from simulator.core.spec import Run, parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.examples import OBJECTIVES

FloatArray = NDArray[np.float64]


def run_of(place: dict[str, Any]) -> Run:
    return parse_scenario({**place, "steps": 1, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]}).runs[0]


def points_of(objective: Objective, count: int = 6) -> FloatArray:
    return np.random.Generator(np.random.PCG64(0)).uniform(-1.5, 1.5, (count, objective.dim))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_gradient_is_the_slope_of_its_loss(name: str) -> None:
    objective = build(run_of(OBJECTIVES[name]))
    for point in points_of(objective):
        steps = np.eye(objective.dim) * 1e-6
        slope = (objective.loss(point + steps) - objective.loss(point - steps)) / 2e-6
        assert np.allclose(objective.grad(point), slope, rtol=1e-5, atol=1e-7)


# The slope of relu jumps, so no difference quotient gives it.
@pytest.mark.parametrize("name", [name for name in OBJECTIVES if "relu" not in str(OBJECTIVES[name])])
def test_a_hessian_is_the_slope_of_its_gradient(name: str) -> None:
    objective = build(run_of(OBJECTIVES[name]))
    point = points_of(objective)[0]
    steps = np.eye(objective.dim) * 1e-5
    slopes = (objective.grad(point + steps) - objective.grad(point - steps)) / 2e-5
    assert np.allclose(objective.hessian(point), slopes, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_many_points_are_evaluated_at_once(name: str) -> None:
    objective = build(run_of(OBJECTIVES[name]))
    points = points_of(objective, 6)
    losses, slopes = objective.loss(points.reshape(2, 3, -1)), objective.grad(points.reshape(2, 3, -1))
    assert losses.shape == (2, 3)
    assert slopes.shape == (2, 3, objective.dim)
    for index, point in enumerate(points):
        assert objective.loss(point) == losses[index // 3, index % 3]
        assert np.array_equal(objective.grad(point), slopes[index // 3, index % 3])


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_known_minimum_is_flat_and_nothing_is_below_it(name: str) -> None:
    objective = build(run_of(OBJECTIVES[name]))
    minimum = objective.minimum
    if minimum is None:
        return
    assert minimum.shape == (objective.dim,)
    assert np.abs(objective.grad(minimum)).max() < 1e-9
    around = minimum + np.random.Generator(np.random.PCG64(1)).standard_normal((400, objective.dim))
    assert (objective.loss(around) >= objective.loss(minimum)).all()


def test_minima_are_known_where_they_are_promised() -> None:
    known = {name for name, place in OBJECTIVES.items() if build(run_of(place)).minimum is not None}
    assert {
        "quadratic",
        "quadratic around a point",
        "quadratic with a matrix",
        "rosenbrock",
        "linear",
    } <= known
    assert not known & {"saddle", "mlp", "linear with more columns than rows"}


@pytest.mark.parametrize(
    "name", ["quadratic", "quadratic with a matrix", "linear", "linear with ten columns"]
)
def test_curvature_bounds_are_the_extreme_eigenvalues(name: str) -> None:
    objective = build(run_of(OBJECTIVES[name]))
    bounds = objective.curvature_bounds()
    assert bounds is not None
    eigenvalues = np.linalg.eigvalsh(objective.hessian(np.zeros(objective.dim)))
    assert bounds == pytest.approx((eigenvalues[0], eigenvalues[-1]), rel=1e-12, abs=1e-12)


def test_curvature_bounds_are_for_constant_curvature_only() -> None:
    assert build(run_of(OBJECTIVES["rosenbrock"])).curvature_bounds() is None
    parabola = {"objective": {"name": "polynomial", "coeffs": [1, 2, 3]}, "start": [0]}
    assert build(run_of(parabola)).curvature_bounds() == (6.0, 6.0)


def formulas() -> dict[str, Any]:
    x = np.array([0.7, -0.4])

    def loss(objective: dict[str, Any], theta: FloatArray, **extra: Any) -> float:
        return float(build(run_of({"objective": objective, "start": list(theta), **extra})).loss(theta))

    wells = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8], "k": 0.05}
    two = -0.6 * np.exp(-((0.7 + 1.2) ** 2) / 0.08) - 1.5 * np.exp(-((0.7 - 1) ** 2) / 1.28) + 0.05 * 0.49 / 2
    return {
        "quadratic": (
            loss({"name": "quadratic", "eigenvalues": [2, 3], "minimum": 0.5}, x),
            0.04 + 1.5 * 0.81,
        ),
        "rosenbrock": (loss({"name": "rosenbrock", "a": 2, "b": 3}, x), 1.3**2 + 3 * (-0.4 - 0.49) ** 2),
        "double_well": (loss({"name": "double_well", "tilt": 0.3}, x[:1]), (0.49 - 1) ** 2 / 4 + 0.21),
        "two_wells": (loss(wells, x[:1]), two),
        "saddle": (loss({"name": "saddle"}, x), (0.49 - 0.16) / 2 + 0.4**4 / 4),
        "rippled": (
            loss({"name": "rippled", "amp": 2, "freq": 3, "dim": 2}, x),
            0.325 + 2 * (2 - np.cos(2.1) - np.cos(1.2)),
        ),
        "polynomial": (loss({"name": "polynomial", "coeffs": [1, -2, 0, 4]}, x[:1]), 1 - 1.4 + 4 * 0.343),
        "deep_linear": (loss({"name": "deep_linear", "depth": 2, "target": 3}, x), 0.5 * (-0.28 - 3) ** 2),
    }


@pytest.mark.parametrize("name", sorted(formulas()))
def test_a_loss_is_its_formula(name: str) -> None:
    ours, formula = formulas()[name]
    assert ours == pytest.approx(formula, rel=1e-14)


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name.startswith(("linear", "logistic"))])
def test_a_loss_on_data_is_its_formula(name: str) -> None:
    run = run_of(OBJECTIVES[name])
    assert run.data is not None
    rows, l2 = rows_of(run.data), run.objective.options["l2"]
    objective = build(run)
    for w in points_of(objective):
        z, y = rows.X @ w, rows.y[:, 0]
        if name.startswith("linear"):
            mean = ((z - y) ** 2).sum() / (2 * len(y))
        else:
            mean = (np.logaddexp(0, z) - y * z).mean()
        assert objective.loss(w) == pytest.approx(mean + l2 / 2 * (w @ w), rel=1e-12)


@pytest.mark.parametrize("name", ["linear", "logistic", "mlp"])
def test_an_l1_penalty_adds_its_formula_to_loss_and_gradient(name: str) -> None:
    place = next(place for key, place in OBJECTIVES.items() if key == name)
    plain = build(run_of(place))
    penalised = build(run_of({**place, "objective": {**place["objective"], "l1": 0.3}}))
    for w in points_of(plain):
        w[0] = 0.0  # where |w| has no slope, and the sign is 0
        assert penalised.loss(w) == pytest.approx(plain.loss(w) + 0.3 * np.abs(w).sum(), rel=1e-12)
        assert penalised.grad(w) == pytest.approx(plain.grad(w) + 0.3 * np.sign(w), rel=1e-12)


def test_with_an_l1_penalty_nothing_is_promised_that_only_holds_without() -> None:
    place = {**OBJECTIVES["linear"], "objective": {"name": "linear", "l1": 0.3}}
    assert build(run_of(place)).minimum is None
    assert build(run_of(place)).curvature_bounds() is None


def test_an_l1_penalty_thresholds_softly() -> None:
    """On one feature of variance 1 the lasso takes l1 off the least squares weight (Tibshirani 1996)."""
    place = {
        "objective": {"name": "linear", "l1": 0.25},
        "data": {"X": [[1], [-1], [1], [-1]], "y": [0.9, -0.7, 0.8, -0.8]},
        "start": [0],
    }
    scenario = parse_scenario({**place, "steps": 400, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})
    result = simulate(scenario, Record(params=True)).runs[0]
    assert result.params is not None
    assert result.params[-1, 0] == pytest.approx(0.8 - 0.25, rel=1e-9)


def test_deep_weights_of_zero_do_no_harm() -> None:
    place = {"objective": {"name": "deep_linear", "depth": 3}, "start": [0, 1, 2]}
    objective = build(run_of(place))
    assert objective.grad(np.array([0.0, 1.0, 2.0])).tolist() == [-2.0, 0.0, 0.0]
    assert objective.grad(np.array([0.0, 0.0, 2.0])).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("hidden", [1, 4, 5, 8, 17])
@pytest.mark.parametrize("rows", [50, 200, 2000])
def test_saturated_units_have_no_slope_at_all(hidden: int, rows: int) -> None:
    """Not even one of rounding, whose sign Rprop and Adam would follow."""
    run = run_of(
        {"objective": {"name": "mlp", "layers": [2, hidden, 1]}, "data": {"dataset": "circles", "n": rows}}
    )
    first = 3 * hidden
    start = np.full(run.dim, 30.0)
    start[2 * hidden : first] = 1e4  # biases
    gradient = build(run).grad(start)
    assert not gradient[:first].any()
    assert np.abs(gradient[first:]).min() > 1


def test_the_network_is_initialised_as_promised() -> None:
    options = {"name": "mlp", "layers": [2, 3, 1], "init": {"seed": 5, "gain": 2}}
    run = run_of({"objective": options, "data": {"dataset": "circles", "n": 9}})
    rng = np.random.Generator(np.random.PCG64(5))
    first = 2 / np.sqrt(2) * rng.standard_normal((3, 2))
    second = 2 / np.sqrt(3) * rng.standard_normal((1, 3))
    expected = np.concatenate([first.ravel(), np.zeros(3), second.ravel(), np.zeros(1)])
    assert run.start is None
    assert run.dim == 13
    assert np.array_equal(build(run).initial(run.objective.options), expected)


def test_a_run_without_a_start_is_refused_where_the_objective_has_none() -> None:
    parsed = parse_scenario(
        {
            "objective": {"name": "quadratic", "eigenvalues": [1, 2]},
            "start": [1, 1],
            "steps": 1,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
        }
    )
    without = replace(parsed, runs=(replace(parsed.runs[0], start=None),))
    with pytest.raises(ValueError, match="quadratic has no start of its own"):
        simulate(without)


@pytest.mark.parametrize("dataset", ["circles", "sine", "blobs"])
def test_data_sets_are_drawn_in_the_promised_order(dataset: str) -> None:
    place = {"objective": {"name": "mlp", "layers": [1 if dataset == "sine" else 2, 1]}}
    run = run_of({**place, "data": {"dataset": dataset, "n": 11, "seed": 4, "noise": 0.3}})
    assert run.data is not None
    rows = rows_of(run.data)
    rng = np.random.Generator(np.random.PCG64(4))
    if dataset == "circles":
        r, a = rng.uniform(0, 1, 11) ** 0.5, rng.uniform(0, 2 * np.pi, 11)
        X = np.column_stack([r * np.cos(a), r * np.sin(a)]) + 0.3 * rng.standard_normal((11, 2))
        y = (r < 0.5).astype(float)
    elif dataset == "sine":
        x = rng.uniform(-1, 1, 11)
        X, y = x[:, None], np.sin(3 * x) + 0.3 * rng.standard_normal(11)
    else:
        y = (np.arange(11) % 2).astype(float)
        X = (2 * y - 1)[:, None] * np.ones(2) + 0.3 * rng.standard_normal((11, 2))
    assert np.array_equal(rows.X, X)
    assert np.array_equal(rows.y[:, 0], y)
