"""The Hessian of networks: against differences of the gradient, and by hand beside the kink of a relu."""

from typing import Any

import numpy as np
import pytest

from simulator.core.objectives import Objective, build
from simulator.core.objectives.base import FloatArray
from simulator.core.spec import parse_scenario

TWO_OUTPUTS = {"X": [[0.5, -1], [1, 0.25], [-2, 1.5]], "y": [[1, 0], [0, 1], [0.5, 0.25]]}


def network(data: dict[str, Any], **options: Any) -> Objective:
    scenario = {"objective": {"name": "mlp", **options}, "data": data, "steps": 1}
    return build(parse_scenario({**scenario, "runs": [{"optimizer": {"name": "SGD"}}]}).runs[0])


def by_differences(objective: Objective, place: FloatArray) -> FloatArray:
    """As of an objective that knows no better."""
    return Objective.hessian(objective, place)


@pytest.mark.parametrize("layers", [[2, 2], [2, 3, 2], [2, 4, 3, 2]], ids=str)
@pytest.mark.parametrize("loss", ["mse", "bce"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_the_hessian_of_a_network_is_that_of_differences(
    activation: str, loss: str, layers: list[int]
) -> None:
    objective = network(TWO_OUTPUTS, layers=layers, activation=activation, loss=loss, l2=0.1, l1=0.2)
    for place in np.random.Generator(np.random.PCG64(3)).standard_normal((3, objective.dim)):
        np.testing.assert_allclose(objective.hessian(place), by_differences(objective, place), atol=1e-7)


def test_products_at_several_places_are_those_at_each() -> None:
    objective = network(TWO_OUTPUTS, layers=[2, 3, 2])
    places, v = np.random.Generator(np.random.PCG64(4)).standard_normal((2, 5, objective.dim))
    together = objective.products(places)(v)
    for place, direction, product in zip(places, v, together, strict=True):
        np.testing.assert_allclose(product, objective.hessian(place) @ direction, rtol=1e-11, atol=1e-13)


def test_a_row_beside_the_kink_of_a_relu_is_no_curvature() -> None:
    """1/4 sum (u max(w x + b, 0) + c - y)^2 over two rows, one of them 1e-7 beyond the kink of the unit."""
    x, y = np.array([1e-7, 1.0]), np.array([2.0, -1.0])
    w, b, u, c = place = np.array([1.0, 0.0, 1.5, 0.25])
    objective = network({"X": x[:, None].tolist(), "y": y.tolist()}, layers=[1, 1, 1], activation="relu")
    expected = np.zeros((4, 4))
    for row, target in zip(x, y, strict=True):
        slope = np.array([u * row, u, w * row + b, 1.0])
        bend = np.zeros((4, 4))
        bend[0, 2] = bend[2, 0] = row
        bend[1, 2] = bend[2, 1] = 1.0
        expected += (np.outer(slope, slope) + (u * (w * row + b) + c - target) * bend) / 2
    np.testing.assert_allclose(objective.hessian(place), expected, rtol=1e-12)
    assert np.abs(by_differences(objective, place) - expected).max() > 1e3  # across the kink
