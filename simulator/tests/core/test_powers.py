"""Powers where a last digit or a range is decisive: of the betas, and those that PyTorch raises for."""

from typing import Any

import numpy as np
import pytest

from simulator.core.errors import ScenarioError
from simulator.core.optimizers import Columns
from simulator.core.spec import Scenario, parse_scenario


@pytest.mark.parametrize("beta", [0.9, 0.999, 0.99999, 1 - 1e-9])
def test_powers_of_a_beta_are_pythons_to_the_last_bit(beta: float) -> None:
    columns = Columns([], dim=1, count=2, steps=500)
    expected = [beta ** float(t) for t in range(1, 501)]
    assert columns.powers(np.array([beta, 0.5]))[:, 0].tolist() == expected
    assert columns.powers(np.full((500, 1), beta))[:, 0].tolist() == expected


def scenario(optimizer: dict[str, Any], scheduler: dict[str, Any] | None = None, **more: Any) -> Scenario:
    place = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [1], "steps": 50}
    return parse_scenario({**place, "runs": [{"optimizer": optimizer, "scheduler": scheduler}], **more})


@pytest.mark.parametrize("alpha", [1e5, -1e5])
def test_a_power_of_asgd_that_no_number_holds_is_refused(alpha: float) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({"name": "ASGD", "alpha": alpha, "lambd": 1})
    assert list(caught.value.fields) == ["runs[0].optimizer.alpha"]
    assert scenario({"name": "ASGD", "alpha": alpha, "lambd": 0})
    assert scenario({"name": "ASGD", "alpha": alpha / 1000, "lambd": 1})


def test_asgd_at_negative_rates_needs_a_base_above_0_or_a_whole_alpha() -> None:
    negative = {"name": "ExponentialLR", "gamma": -0.9}
    optimizer = {"name": "ASGD", "lr": 0.7, "lambd": 1}
    with pytest.raises(ScenarioError):
        scenario(optimizer, negative)
    assert scenario({**optimizer, "alpha": 2}, negative)
    assert scenario({**optimizer, "lambd": 0.1}, negative)
    assert scenario(optimizer, negative, scheduler_interval=50)
    assert scenario(optimizer, {"name": "ReduceLROnPlateau", "factor": -0.5})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "scheduler", [{"name": "ExponentialLR", "gamma": 1e30}, {"name": "InverseTimeLR", "decay": 1e308}]
)
def test_asgd_takes_rates_that_overflow(scheduler: dict[str, Any]) -> None:
    """NumPy warned of them whenever such a scenario was read."""
    assert scenario({"name": "ASGD"}, scheduler)


def test_milestones_that_fall_together_must_not_overflow() -> None:
    together = {"name": "MultiStepLR", "milestones": [20, 20], "gamma": 1e200}
    with pytest.raises(ScenarioError) as caught:
        scenario({"name": "SGD"}, together)
    assert list(caught.value.fields) == ["runs[0].scheduler.gamma"]
    assert scenario({"name": "SGD"}, together, steps=19)
    assert scenario({"name": "SGD"}, {**together, "milestones": [20, 21]})
    after = {"name": "SequentialLR", "schedulers": [{"name": "ExponentialLR", "gamma": 0.9}, together]}
    assert scenario({"name": "SGD"}, {**after, "milestones": [31]})
    with pytest.raises(ScenarioError) as caught:
        scenario({"name": "SGD"}, {**after, "milestones": [30]})
    assert list(caught.value.fields) == ["runs[0].scheduler.schedulers[1].gamma"]
