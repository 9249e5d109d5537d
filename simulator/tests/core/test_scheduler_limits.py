"""Schedulers at the last step that PyTorch takes them to: refused from where it raises, and no sooner."""

from typing import Any

import numpy as np
import pytest

from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate


def scenario(scheduler: dict[str, Any], steps: int, lr: float = 0.5) -> Scenario:
    """A run that rests at the minimum, where every loss is 0."""
    run = {"optimizer": {"name": "SGD", "lr": lr}, "scheduler": scheduler}
    objective = {"name": "quadratic", "eigenvalues": [1]}
    return parse_scenario({"objective": objective, "start": [0], "steps": steps, "runs": [run]})


def rates(scheduler: dict[str, Any], steps: int) -> list[float]:
    return simulate(scenario(scheduler, steps)).runs[0].lr.tolist()


CYCLE = {"name": "CyclicLR", "base_lr": 0.1, "max_lr": 1, "cycle_momentum": False}


@pytest.mark.parametrize(
    ("scheduler", "first", "field"),
    [
        # A factor of 0 is divided by after total_iters, and so is 0 to a power below 0.
        ({"name": "ConstantLR", "factor": 0, "total_iters": 8}, 8, "factor"),
        ({"name": "ConstantLR", "factor": 0, "total_iters": 1}, 1, "factor"),
        ({"name": "PolynomialLR", "power": -1, "total_iters": 8}, 8, "power"),
        ({"name": "PolynomialLR", "power": -1, "total_iters": 1}, 1, "power"),
        # With the whole cycle for its rise the fall has no length, and the last step is the first of it.
        ({"name": "OneCycleLR", "max_lr": 1, "total_steps": 8, "pct_start": 1}, 8, "pct_start"),
        ({"name": "OneCycleLR", "max_lr": 1, "total_steps": 8}, 9, "total_steps"),
        # 2^1024 is no number any more: the cycle of that number begins at step 2048.
        (CYCLE | {"mode": "triangular2", "step_size_up": 1}, 2048, ""),
        (CYCLE | {"mode": "triangular2", "step_size_up": 1, "step_size_down": 2}, 3072, ""),
        (CYCLE | {"mode": "exp_range", "gamma": 2}, 1024, ""),
    ],
)
def test_a_scheduler_is_refused_from_the_step_where_pytorch_raises(
    scheduler: dict[str, Any], first: int, field: str
) -> None:
    path = f"runs[0].scheduler.{field}".rstrip(".")
    with pytest.raises(ScenarioError) as caught:
        scenario(scheduler, first)
    assert list(caught.value.fields) == [path]
    if first > 1:
        assert np.isfinite(rates(scheduler, first - 1)).all()


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({"name": "ConstantLR", "factor": 0, "total_iters": 5}, "factor"),
        ({"name": "PolynomialLR", "power": -1, "total_iters": 5}, "power"),
    ],
)
def test_in_a_sequence_steps_are_counted_from_the_milestone(second: dict[str, Any], field: str) -> None:
    parts = [{"name": "ExponentialLR", "gamma": 0.5}, second]
    sequence = {"name": "SequentialLR", "schedulers": parts, "milestones": [3]}
    with pytest.raises(ScenarioError) as caught:
        scenario(sequence, 8)
    assert list(caught.value.fields) == [f"runs[0].scheduler.schedulers[1].{field}"]
    assert np.isfinite(rates(sequence, 7)).all()


def test_between_two_milestones_that_are_one_a_scheduler_has_no_step() -> None:
    parts = [{"name": "ConstantLR", "factor": factor, "total_iters": 9} for factor in (0.5, 0.1, 1)]
    sequence = {"name": "SequentialLR", "schedulers": parts, "milestones": [2, 2]}
    assert rates(sequence, 4) == [0.25, 0.25, 0.5, 0.5, 0.5]


def test_a_cycle_may_rise_in_a_single_step() -> None:
    assert rates(CYCLE | {"step_size_up": 1}, 4) == pytest.approx([0.1, 1, 0.1, 1, 0.1])


def test_a_plateau_makes_no_reduction_of_just_eps() -> None:
    """From 0.5 to 0.25 is a reduction of 0.25 exactly."""
    plateau = {"name": "ReduceLROnPlateau", "factor": 0.5, "patience": 0}
    assert rates(plateau | {"eps": 0.25}, 4) == [0.5] * 5
    assert rates(plateau | {"eps": 0.2499}, 4)[-1] == 0.25
