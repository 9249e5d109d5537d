"""Rows kept apart: early stopping, over- and underfitting, accuracy."""

from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import validation
from simulator.core.errors import ScenarioError
from simulator.core.limits import MAX_SEED
from simulator.core.objectives import build
from simulator.core.spec import Scenario
from simulator.tests.core.analyses.places import bowl, place

NETWORK = {"name": "mlp", "layers": [2, 8, 1], "loss": "bce"}
CIRCLES = {"dataset": "circles", "n": 120, "noise": 0.02}


def fit(degree: int, *, lr: float = 0.5, steps: int = 3000, l2: float = 0.0, **more: Any) -> Scenario:
    data = {"dataset": "sine", "n": 40, "noise": 0.3, "polynomial": {"degree": degree}} | more
    return place({"name": "linear", "l2": l2}, [0.0] * (degree + 1), steps=steps, lr=lr, data=data)


def test_the_best_validation_comes_at_the_same_progress_whatever_the_rate() -> None:
    """A higher stable rate travels the same path faster: rate times steps is what counts (early stopping)."""
    progress = []
    for lr in (0.05, 0.2, 0.8):
        found = validation(fit(14, lr=lr, steps=4000), share=0.5, points=4001)
        assert found.best_at is not None and 0 < found.best_at < 4000
        assert found.loss[-1] > found.loss[found.best_at]
        assert (np.diff(found.train_loss) <= 1e-12).all()
        progress.append(lr * found.best_at)
    assert max(progress) < 1.1 * min(progress)


def test_a_straight_line_underfits_and_a_high_degree_overfits() -> None:
    losses = {degree: validation(fit(degree, steps=2500, lr=0.9), share=0.5) for degree in (1, 3, 14)}
    assert losses[3].loss[-1] < losses[1].loss[-1]
    assert losses[3].loss[-1] < losses[14].loss[-1]
    assert losses[14].train_loss[-1] < losses[3].train_loss[-1] < losses[1].train_loss[-1]


def test_the_losses_are_those_of_the_rows_without_the_penalty() -> None:
    scenario = fit(2, steps=1, l2=3.0)
    found = validation(scenario, share=0.25, seed=5)
    objective = build(fit(2, l2=0.0).runs[0])
    together = (30 * found.train_loss[0] + 10 * found.loss[0]) / 40
    assert (found.train_rows, found.rows) == (30, 10)
    assert together == pytest.approx(float(objective.loss(np.zeros(3))))
    again, other = (validation(scenario, share=0.25, seed=seed) for seed in (5, 6))
    assert (again.loss == found.loss).all() and (other.loss != found.loss).any()


@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_a_network_learns_to_tell_the_labels_apart(loss: str) -> None:
    scenario = place(
        NETWORK | {"loss": loss}, None, steps=400, lr=0.05, optimizer={"name": "Adam"}, data=CIRCLES
    )
    found = validation(scenario, points=5)
    assert found.accuracy is not None and found.train_accuracy is not None
    assert found.train_accuracy[-1] > 0.9 > found.train_accuracy[0]
    assert found.accuracy[-1] > 0.8


def test_standardising_looks_at_the_rows_trained_on_alone() -> None:
    X = [[float(value)] for value in (1, 2, 3, 4, 1000)]
    data = {"X": X, "y": [0, 1, 0, 1, 1], "standardize": True}
    seed = next(
        seed for seed in range(99) if np.random.Generator(np.random.PCG64(seed)).permutation(5)[0] == 4
    )
    scenario = place({"name": "linear"}, [1.0], steps=1, lr=1e-9, data=data)
    found = validation(scenario, share=0.2, seed=seed)
    away = (1000 - 2.5) / np.sqrt(1.25)
    assert found.loss[0] == pytest.approx(0.5 * (away - 1) ** 2)


def test_what_cannot_be_split_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no data"):
        validation(bowl(1))
    for share in (0.0, 1.0, 0.001, -1.0, np.nan, np.inf):
        with pytest.raises(ScenarioError) as raised:
            validation(fit(2), share=share)
        assert "share" in raised.value.fields
    for seed in (-1, MAX_SEED + 1, True):
        with pytest.raises(ScenarioError) as raised:
            validation(fit(2), seed=seed)
        assert "seed" in raised.value.fields


def test_the_numbers_of_a_regression_have_no_accuracy_and_a_divergence_no_end() -> None:
    found = validation(fit(3, lr=50, steps=500))
    assert found.accuracy is None
    assert found.best_at == 0
    assert not np.isfinite(found.loss[-1])
