"""InverseTimeLR and NoamLR: their formulas, their place in a sequence, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.arguments import Options
from simulator.core.errors import ScenarioError
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate

BASE = 0.02


def scenario(scheduler: dict[str, object], steps: int = 60, **more: object) -> Scenario:
    run = {"optimizer": {"name": "SGD", "lr": BASE}, "scheduler": scheduler}
    objective = {"name": "quadratic", "eigenvalues": [1]}
    return parse_scenario({"objective": objective, "start": [1], "steps": steps, "runs": [run], **more})


def rates(scheduler: dict[str, object], steps: int = 60, **more: object) -> np.ndarray:
    return simulate(scenario(scheduler, steps, **more)).runs[0].lr


@given(st.floats(0, 10))
def test_inverse_time_is_the_rate_over_one_plus_decay_times_epoch(decay: float) -> None:
    found = rates({"name": "InverseTimeLR", "decay": decay})
    assert found == pytest.approx(BASE / (1 + decay * np.arange(61)), rel=1e-14)


def test_noam_rises_in_a_line_and_falls_by_the_inverse_root() -> None:
    found = rates({"name": "NoamLR", "warmup_steps": 20})
    assert found[:20] == pytest.approx(BASE * np.arange(1, 21) / 20, rel=1e-14)
    assert found[19:] == pytest.approx(BASE * np.sqrt(20 / np.arange(20, 62)), rel=1e-14)
    assert found.argmax() == 19 and found.max() == pytest.approx(BASE)


@given(st.integers(1, 100), st.integers(1, 4096))
def test_noam_with_a_width_is_the_formula_of_the_paper(warmup: int, width: int) -> None:
    found = rates({"name": "NoamLR", "warmup_steps": warmup, "d_model": width})
    number = np.arange(1, 62)
    formula = width**-0.5 * np.minimum(number**-0.5, number * float(warmup) ** -1.5)
    assert found == pytest.approx(BASE * formula, rel=1e-13)


def test_in_a_sequence_each_begins_at_its_own_epoch_0() -> None:
    parts = [{"name": "NoamLR", "warmup_steps": 5}, {"name": "InverseTimeLR", "decay": 0.5}]
    found = rates({"name": "SequentialLR", "schedulers": parts, "milestones": [30]})
    assert found[30:34] == pytest.approx(BASE / (1 + 0.5 * np.arange(4)), rel=1e-14)


def test_an_interval_makes_epochs_longer() -> None:
    found = rates({"name": "InverseTimeLR", "decay": 1}, scheduler_interval=10)
    assert found == pytest.approx(BASE / (1 + np.arange(61) // 10), rel=1e-14)


@pytest.mark.parametrize(
    ("scheduler", "where"),
    [
        ({"name": "InverseTimeLR"}, "decay"),
        ({"name": "InverseTimeLR", "decay": -0.1}, "decay"),
        ({"name": "InverseTimeLR", "decay": "fast"}, "decay"),
        ({"name": "NoamLR"}, "warmup_steps"),
        ({"name": "NoamLR", "warmup_steps": 0}, "warmup_steps"),
        ({"name": "NoamLR", "warmup_steps": 5, "d_model": 0}, "d_model"),
        ({"name": "NoamLR", "warmup_steps": 5, "width": 3}, "width"),
    ],
)
def test_bad_arguments_are_named(scheduler: dict[str, object], where: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(scheduler)
    assert list(caught.value.fields) == [f"runs[0].scheduler.{where}"]


def test_every_scheduler_but_one_tells_its_rates_before_the_run() -> None:
    assert [kind.name for kind in SCHEDULERS.values() if kind.rates is None] == ["ReduceLROnPlateau"]
    with pytest.raises(ValueError, match="follow the losses of a run"):
        SCHEDULERS["ReduceLROnPlateau"].table(Options({}), np.array([0.1]), 3)
