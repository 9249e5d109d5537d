"""Polynomial features and standardisation of data, against laws."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.core.datasets import read_data, rows_of
from simulator.core.errors import ScenarioError
from simulator.core.objectives import build
from simulator.core.pytorch import program
from simulator.core.pytorch.datasets import data_code
from simulator.core.spec import parse_scenario
from simulator.core.training import simulate

SINE = {"dataset": "sine", "n": 40, "noise": 0.3}


def columns(data: dict[str, Any]) -> Any:
    return rows_of(read_data(data, "data")).X


def linear(data: dict[str, Any], start: list[float], lr: float = 0.1, steps: int = 10) -> Any:
    run = {"optimizer": {"name": "SGD", "lr": lr}}
    place = {"objective": {"name": "linear"}, "start": start, "data": data}
    return parse_scenario({"steps": steps, "runs": [run], **place})


@pytest.mark.parametrize("basis", ["legendre", "monomial"])
def test_polynomial_columns_are_those_of_their_recursion(basis: str) -> None:
    x = columns(SINE)[:, 0]
    made = columns(SINE | {"polynomial": {"degree": 6, "basis": basis}})
    expected = [np.ones_like(x), x]
    for k in range(1, 6):
        legendre = ((2 * k + 1) * x * expected[-1] - k * expected[-2]) / (k + 1)  # Bonnet's recursion
        expected.append(legendre if basis == "legendre" else expected[-1] * x)
    np.testing.assert_allclose(made, np.column_stack(expected), atol=1e-14)


def test_standardised_columns_have_mean_0_and_deviation_1() -> None:
    made = columns(SINE | {"polynomial": {"degree": 3}, "standardize": True})
    np.testing.assert_allclose(made.mean(axis=0), [1, 0, 0, 0], atol=1e-15)
    np.testing.assert_allclose(made.std(axis=0), [0, 1, 1, 1], atol=1e-14)


def test_standardising_takes_away_scale_and_leaves_correlation() -> None:
    """Two columns with correlation r, on scales of 1 and 50 and with offsets: the condition number becomes
    (1 + |r|) / (1 - |r|), and thousands of times as many steps become a few dozen."""
    rng = np.random.Generator(np.random.PCG64(3))
    first, other = rng.standard_normal((2, 200))
    X = np.column_stack([first + 1, 50 * (0.6 * first + 0.8 * other) + 20])
    r = abs(np.corrcoef(X.T)[0, 1])
    data = {"X": X.tolist(), "y": (X @ [1.0, 0.1]).tolist()}
    conditions = []
    for more in ({}, {"standardize": True}):
        low, high = build(linear(data | more, [0, 0]).runs[0]).curvature_bounds()
        conditions.append(high / low)
    assert conditions[0] > 1000
    assert conditions[1] == pytest.approx((1 + r) / (1 - r), rel=1e-9)


def test_a_higher_degree_fits_the_rows_better() -> None:
    losses = []
    for degree in (1, 3, 9):
        scenario = linear(SINE | {"polynomial": {"degree": degree}}, [0.0] * (degree + 1), lr=0.8, steps=1500)
        losses.append(simulate(scenario).runs[0].final_loss)
    assert losses[0] > 1.2 * losses[1] > 1.2 * losses[2]


def test_what_is_not_given_is_not_written() -> None:
    plain = linear(SINE, [0.0])
    assert plain.to_dict()["data"] == {"dataset": "sine", "n": 40, "noise": 0.3}
    full = linear(SINE | {"polynomial": {"degree": 2}, "standardize": True}, [0.0] * 3)
    assert full.to_dict()["data"]["polynomial"] == {"degree": 2, "basis": "legendre"}
    assert parse_scenario(full.to_dict()) == full
    assert full.digest() != plain.digest()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"dataset": "blobs", "polynomial": {"degree": 2}}, "data.polynomial"),
        (SINE | {"polynomial": 3}, "data.polynomial"),
        (SINE | {"polynomial": {"degree": 0}}, "data.polynomial.degree"),
        (SINE | {"polynomial": {"degree": 31}}, "data.polynomial.degree"),
        (SINE | {"polynomial": {"degree": 2, "basis": "fourier"}}, "data.polynomial.basis"),
        (SINE | {"standardize": 1}, "data.standardize"),
        ({"X": [[1e200], [2]], "y": [0, 1], "polynomial": {"degree": 9}}, "data.polynomial"),
        ({"X": [[1e308], [-1e308], [1e308]], "y": [0, 1, 1], "standardize": True}, "data.standardize"),
    ],
)
def test_features_that_cannot_be_made_are_refused(data: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        linear(data, [0.0])
    assert field in raised.value.fields


class Tensor(np.ndarray):  # type: ignore[type-arg]
    """As much of a tensor as the rows of a program need."""

    def numpy(self) -> Any:
        return np.array(self)


@pytest.mark.parametrize("basis", ["legendre", "monomial"])
@pytest.mark.parametrize("own", [SINE, {"X": [[1.5], [2], [-0.25], [3]], "y": [0, 1, 2, 3]}])
def test_a_program_makes_the_same_columns(own: dict[str, Any], basis: str) -> None:
    data = read_data(own | {"polynomial": {"degree": 4, "basis": basis}, "standardize": True}, "data")
    torch = SimpleNamespace(
        from_numpy=lambda values: np.asarray(values).view(Tensor),
        tensor=lambda values: np.array(values, dtype=np.float64).view(Tensor),
    )
    names: dict[str, Any] = {"np": np, "torch": torch}
    exec("\n\n".join(data_code([data], lambda name, index: name)), names)  # noqa: S102
    np.testing.assert_allclose(np.asarray(names["X"]), rows_of(data).X, rtol=1e-14, atol=1e-14)


def test_a_program_with_given_rows_imports_what_its_features_use() -> None:
    data = {"X": [[1], [2], [3]], "y": [0, 1, 2], "standardize": True}
    text = program(linear(data, [0.0]))
    compile(text, "program", "exec")
    assert "\nimport numpy as np\n" in text
    assert "X = standardized(X)" in text
    assert "import numpy" not in program(linear({"X": [[1], [2]], "y": [0, 1]}, [0.0]))
