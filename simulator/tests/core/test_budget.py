"""What is refused for its cost, before anything is allocated, and what is always admitted."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from simulator.core.cost import check_budget, estimate, is_always_admitted
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.limits import MAX_BYTES
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, simulate


def of_size(runs: int, dim: int, steps: int, optimizer: str = "SGD", **objective: Any) -> Scenario:
    chosen = objective or {"name": "quadratic", "eigenvalues": [1.0] * dim}
    data: dict[str, Any] = {
        "objective": chosen,
        "start": [1.0] * dim,
        "steps": steps,
        "runs": [{"optimizer": {"name": optimizer, "lr": 0.01 + 0.001 * index}} for index in range(runs)],
    }
    if chosen["name"] in ("linear", "logistic"):
        rng = np.random.Generator(np.random.PCG64(0))
        data["data"] = {"X": rng.integers(-9, 9, (2000, dim)).tolist(), "y": [0, 1] * 1000}
    return parse_scenario(data)


def network(runs: int, hidden: int, rows: int, steps: int) -> Scenario:
    data = {
        "objective": {"name": "mlp", "layers": [2, hidden, 1]},
        "data": {"dataset": "circles", "n": rows},
        "steps": steps,
        "runs": [{"optimizer": {"name": "Adam", "lr": 0.01 + 0.001 * index}} for index in range(runs)],
    }
    return parse_scenario(data)


@pytest.mark.parametrize(
    "made",
    [
        partial(of_size, 512, 1, 3906),
        partial(of_size, 400, 1, 5000, "NAdam"),
        partial(of_size, 1, 256, 5000),
        partial(of_size, 512, 256, 15, "Adadelta"),
        partial(of_size, 1, 256, 5000, name="linear"),
        partial(of_size, 512, 2, 1953, name="logistic"),
        partial(of_size, 30, 256, 260, name="quadratic", matrix=np.eye(256).tolist()),
        partial(network, 1, 2, 2000, 277),
        partial(network, 1, 63, 4, 4900),
        partial(network, 1, 60, 50, 410),
    ],
)
def test_scenarios_of_the_promised_size_are_admitted(made: Callable[[], Scenario]) -> None:
    check_budget(made(), Record(params=True))


@pytest.mark.parametrize(
    "made",
    [
        partial(of_size, 512, 256, 5000),
        partial(of_size, 512, 64, 5000, "Adam"),
        partial(of_size, 200, 10, 5000, name="logistic"),
        partial(network, 512, 20, 2000, 5000),
        partial(network, 2, 60, 2000, 5000),
    ],
)
def test_what_is_far_beyond_is_refused_before_anything_is_allocated(made: Callable[[], Scenario]) -> None:
    scenario = made()
    tracemalloc.start()
    with pytest.raises(BudgetExceeded) as caught:
        simulate(scenario)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert isinstance(caught.value, ScenarioError)
    assert caught.value.code == "budget_exceeded"
    assert "at most" in caught.value.message


def test_many_loops_count_as_work_of_their_own() -> None:
    # 512 runs that cannot share a loop: each has its own data.
    runs = [
        {"optimizer": {"name": "SGD"}, "data": {"dataset": "blobs", "n": 2, "seed": seed}}
        for seed in range(512)
    ]
    data = {"objective": {"name": "linear"}, "start": [0, 0], "steps": 5000, "runs": runs}
    with pytest.raises(BudgetExceeded):
        check_budget(parse_scenario(data))
    shared = {**data, "runs": [{"optimizer": {"name": "SGD"}}] * 512, "data": {"dataset": "blobs", "n": 2}}
    check_budget(parse_scenario(shared))


def test_the_estimate_is_deterministic_and_grows_with_everything() -> None:
    base = estimate(of_size(10, 2, 100))
    assert base == estimate(of_size(10, 2, 100))
    for larger in (
        of_size(20, 2, 100),
        of_size(10, 4, 100),
        of_size(10, 2, 200),
        of_size(10, 2, 100, "Adam"),
    ):
        assert estimate(larger).operations > base.operations
    assert estimate(of_size(10, 2, 100), Record(params=True)).bytes > base.bytes
    assert estimate(of_size(10, 2, 100), Record(points=5)).bytes < base.bytes


def test_a_rate_that_watches_the_loss_asks_for_it_in_every_update() -> None:
    """A loss is half as much as a gradient: one gradient and one loss become a gradient and two losses."""

    def with_scheduler(scheduler: dict[str, Any]) -> Scenario:
        data = {
            "objective": {"name": "mlp", "layers": [2, 60, 1]},
            "data": {"dataset": "circles", "n": 2000},
            "steps": 100,
            "runs": [{"optimizer": {"name": "SGD"}, "scheduler": scheduler}],
        }
        return parse_scenario(data)

    known = estimate(with_scheduler({"name": "StepLR", "step_size": 9}))
    watched = estimate(with_scheduler({"name": "ReduceLROnPlateau"}))
    assert watched.operations / known.operations == pytest.approx(2 / 1.5, rel=0.01)
    assert watched.calls > known.calls


@pytest.mark.parametrize(
    "made",
    [
        partial(of_size, 512, 2, 1953),
        partial(of_size, 40, 50, 1000, "Adam"),
        partial(network, 8, 10, 100, 200),
    ],
)
def test_the_estimated_memory_is_enough(made: Callable[[], Scenario]) -> None:
    scenario = made()
    record = Record(points=50)
    tracemalloc.start()
    result = simulate(scenario, record)
    assert len(result.runs) == len(scenario.runs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Diagnosis and the blocks of the losses take room besides the trajectories.
    assert peak < 2.5 * estimate(scenario, record).bytes + 30_000_000
    assert estimate(scenario, record).bytes < MAX_BYTES


def with_data(
    runs: int, objective: dict[str, Any], columns: int, rows: int, size: int | None = None, seeds: int = 1
) -> Scenario:
    """`runs` runs, 3 updates, on labels; on minibatches of `size` rows of so many seeds."""
    X = np.random.Generator(np.random.PCG64(0)).standard_normal((rows, columns)).round(2)
    batches = [None if size is None else {"size": size, "seed": index % seeds} for index in range(runs)]
    data: dict[str, Any] = {
        "objective": objective,
        "data": {"X": X.tolist(), "y": [0, 1] * (rows // 2)},
        "steps": 3,
        "runs": [
            {"optimizer": {"name": "SGD", "lr": 0.01}, **({"batches": one} if one else {})} for one in batches
        ],
    }
    if objective["name"] != "mlp":
        data["start"] = [0.0] * columns
    return parse_scenario(data)


def with_outputs(runs: int, outputs: int, rows: int) -> Scenario:
    """`runs` runs, 3 updates, of a network that gives many numbers a row."""
    rng = np.random.Generator(np.random.PCG64(0))
    X, y = rng.standard_normal((rows, 2)).round(2), rng.standard_normal((rows, outputs)).round(2)
    return parse_scenario(
        {
            "objective": {"name": "mlp", "layers": [2, 2, outputs]},
            "data": {"X": X.tolist(), "y": y.tolist()},
            "steps": 3,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.01}}] * runs,
        }
    )


WIDE = {"name": "mlp", "layers": [100, 1, 1]}
DEEP = {"name": "mlp", "layers": [2, 10, 15, 1], "loss": "bce"}


@pytest.mark.parametrize(
    "made",
    [
        partial(with_data, 100, WIDE, 100, 400),
        partial(with_data, 100, {"name": "mlp", "layers": [2, 16, 1]}, 2, 2000),
        partial(with_outputs, 40, 16, 500),
        partial(with_data, 60, DEEP, 2, 1000),
        partial(with_data, 60, DEEP, 2, 1000, 500),
        partial(with_data, 60, DEEP, 2, 1000, 500, 60),
        partial(with_data, 300, {"name": "logistic"}, 2, 2000),
        partial(with_data, 300, {"name": "logistic"}, 10, 1000, 500, 300),
        partial(with_data, 200, {"name": "linear"}, 40, 1000, 400, 200),
    ],
)
def test_what_the_rows_of_data_take_is_estimated(made: Callable[[], Scenario]) -> None:
    scenario, record = made(), Record(points=2)
    tracemalloc.start()
    assert simulate(scenario, record).runs
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimated = estimate(scenario, record).bytes
    assert peak < 1.1 * estimated + 4_000_000
    assert estimated < 2.5 * peak  # nothing is refused that would take far less


def test_a_network_that_would_hold_too_much_of_its_data_is_refused() -> None:
    check_budget(with_data(100, WIDE, 100, 1000))
    with pytest.raises(BudgetExceeded, match="rows of data"):
        check_budget(with_data(512, WIDE, 100, 1000))


@pytest.mark.parametrize("lr", [2.0, 2.2], ids=["oscillating", "diverging"])
def test_telling_the_status_of_a_long_history_holds_no_second_one(lr: float) -> None:
    data = {
        "objective": {"name": "quadratic", "eigenvalues": [1.0] * 256},
        "start": [1.0] * 256,
        "steps": 1250,
        "runs": [{"optimizer": {"name": "SGD", "lr": lr}}] * 16,
    }
    scenario, record = parse_scenario(data), Record(points=2)
    tracemalloc.start()
    statuses = {run.status for run in simulate(scenario, record).runs}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert statuses == {"oscillating" if lr == 2 else "diverged"}
    assert peak < 1.1 * estimate(scenario, record).bytes + 4_000_000


def test_the_promise_is_read_to_the_letter() -> None:
    assert is_always_admitted(of_size(400, 1, 5000))
    assert not is_always_admitted(of_size(401, 1, 5000))
    assert is_always_admitted(network(1, 2, 2000, 277))  # 9 x 2000 x 277 = 4,986,000
    assert not is_always_admitted(network(1, 2, 2000, 278))
    assert not is_always_admitted(network(2, 2, 10, 10))
