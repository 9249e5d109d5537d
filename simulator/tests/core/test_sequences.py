"""SequentialLR where PyTorch begins a scheduler at a milestone, by its closed form; and cycled momenta."""

from typing import Any

import numpy as np
import pytest

from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate

BASE = 0.04
HALF: dict[str, Any] = {"name": "ExponentialLR", "gamma": 0.5}


def scenario(scheduler: dict[str, Any], optimizer: str = "SGD", steps: int = 8) -> Scenario:
    run = {"optimizer": {"name": optimizer, "lr": BASE}, "scheduler": scheduler}
    objective = {"name": "quadratic", "eigenvalues": [1]}
    return parse_scenario({"objective": objective, "start": [1], "steps": steps, "runs": [run]})


def after(milestone: int, second: dict[str, Any]) -> dict[str, Any]:
    return {"name": "SequentialLR", "schedulers": [HALF, second], "milestones": [milestone]}


@pytest.mark.parametrize("factor", [0.25, 0.0])
def test_a_constant_factor_without_iterations_is_over_at_its_milestone(factor: float) -> None:
    second = {"name": "ConstantLR", "factor": factor, "total_iters": 0}
    assert simulate(scenario(after(3, second))).runs[0].lr == pytest.approx(
        BASE * np.array([1, 0.5, 0.25, *[1.0] * 6]), rel=1e-15
    )


def test_at_the_very_start_it_stays_for_ever_as_it_does_alone() -> None:
    constant = {"name": "ConstantLR", "factor": 0.25, "total_iters": 0}
    for scheduler in (constant, after(0, constant)):
        assert (simulate(scenario(scheduler)).runs[0].lr == BASE / 4).all()


@pytest.mark.parametrize("name", ["LinearLR", "PolynomialLR"])
def test_what_divides_by_its_iterations_needs_one_after_a_milestone(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(after(8, {"name": name, "total_iters": 0}))
    assert list(caught.value.fields) == ["runs[0].scheduler.schedulers[1].total_iters"]
    assert scenario(after(9, {"name": name, "total_iters": 0}))  # never reached
    assert scenario(after(0, {"name": name, "total_iters": 0}))  # begun as it is alone
    assert scenario(after(8, {"name": name, "total_iters": 1}))


def test_a_momentum_of_rmsprop_cannot_be_cycled_up_from_0() -> None:
    cycle = {"name": "CyclicLR", "base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "base_momentum": 0.5}
    with pytest.raises(ScenarioError) as caught:
        scenario({**cycle, "max_momentum": 0}, "RMSprop")
    assert list(caught.value.fields) == ["runs[0].scheduler"]
    assert scenario({**cycle, "max_momentum": 0}, "SGD")
    assert scenario({**cycle, "max_momentum": 0, "base_momentum": 0}, "RMSprop")
    assert scenario({**cycle, "max_momentum": 0.5, "base_momentum": 0}, "RMSprop")
    assert scenario({**cycle, "max_momentum": 0}, "RMSprop", steps=1)
