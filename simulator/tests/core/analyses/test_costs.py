"""What an order of an analysis is expected to take, and what is refused for it."""

from typing import Any

import numpy as np
import pytest

from simulator.core.analyses.answers import analyse
from simulator.core.analyses.costs import expected_operations
from simulator.core.analyses.orders import ANALYSES, parse_analysis
from simulator.core.errors import BudgetExceeded, ScenarioError

AXES = {"axes": [{"name": "lr", "low": 0.1, "high": 1}, {"name": "momentum", "low": 0.1, "high": 0.9}]}


def order(kind: str, *, steps: int = 100, **changes: Any) -> Any:
    data = {
        "objective": {"name": "linear"},
        "data": {"dataset": "blobs", "n": 50},
        "start": [0.0, 0.0],
        "steps": steps,
        "noise": {"sigma": 0.1},
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
        **({"search": AXES} if kind == "search" else {}),
        **changes,
    }
    return parse_analysis(kind, data)


@pytest.mark.parametrize("kind", ANALYSES)
def test_every_analysis_is_expected_to_take_more_for_more_steps_and_more_data(kind: str) -> None:
    one = expected_operations(order(kind))
    assert one == expected_operations(order(kind))
    assert expected_operations(order(kind, steps=400)) > one
    assert expected_operations(order(kind, data={"dataset": "blobs", "n": 500})) > one


@pytest.mark.parametrize("kind", ["sweep", "comparison"])
def test_a_range_of_rates_has_two_at_least(kind: str) -> None:
    assert order(kind, **{kind: {"count": 2}}).options["count"] == 2
    with pytest.raises(ScenarioError) as raised:
        order(kind, **{kind: {"count": 1}})
    assert list(raised.value.fields) == [f"{kind}.count"]


def test_runs_that_cannot_share_a_loop_are_expected_to_take_long() -> None:
    scheduler = {"name": "CyclicLR", "base_lr": 0.01, "max_lr": 0.1, "cycle_momentum": True}
    runs = [{"optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.9}, "scheduler": scheduler}]
    kept = [{**runs[0], "scheduler": {**scheduler, "cycle_momentum": False}}]
    assert expected_operations(order("sweep", runs=runs)) > 5 * expected_operations(order("sweep", runs=kept))


def test_causes_are_refused_where_all_runs_that_they_compare_cost_too_much() -> None:
    wide = {"name": "quadratic", "matrix": np.eye(200).tolist()}
    place: dict[str, Any] = {"objective": wide, "start": [1.0] * 200, "data": None, "noise": None}
    with pytest.raises(BudgetExceeded, match="compared"):
        analyse(order("causes", steps=5000, **place))
    assert len(analyse(order("causes", steps=20, **place))["causes"]) == 8
