"""A result holds in memory what it says that it holds."""

from __future__ import annotations

import gc
import pickle
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from simulator.core.record import Record
from simulator.core.spec import parse_scenario
from simulator.core.training import RunResult, simulate

WIDE = {
    "objective": {"name": "quadratic", "eigenvalues": [1 + index / 100 for index in range(100)]},
    "start": [1.0] * 100,
}
VALLEY = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [3, 1]}
NETWORK = {
    "objective": {"name": "mlp", "layers": [2, 5, 1]},
    "data": {"dataset": "circles", "n": 40, "validation": {"share": 0.25}},
}
CASES: dict[str, tuple[dict[str, Any], Record]] = {
    "parameters told": (VALLEY, Record(params=True)),
    "rates that change": (VALLEY | {"scheduler": {"name": "StepLR", "step_size": 9}}, Record(params=True)),
    "parameters not told": (WIDE, Record()),
    "few rows told": (WIDE, Record(points=20, params=True)),
    "rows kept apart": (NETWORK, Record()),
}


def made(case: str) -> tuple[RunResult, ...]:
    parts, record = CASES[case]
    top = dict(parts)
    beside = {"scheduler": top.pop("scheduler")} if "scheduler" in top else {}
    runs = [{"optimizer": {"name": "SGD", "lr": 1e-4 * (1 + number)}, **beside} for number in range(30)]
    return simulate(parse_scenario({**top, "steps": 800, "runs": runs}), record).runs


def held_by(make: Callable[[], Sequence[RunResult]]) -> tuple[int, int]:
    """What the runs say that they hold, and what stays allocated because of them."""
    make()  # what is made once, and remembered, is made now
    gc.freeze()  # only what comes from here on is looked at
    tracemalloc.start()
    try:
        runs = make()
        gc.collect()
        return sum(run.nbytes for run in runs), tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


@pytest.mark.parametrize("case", CASES)
def test_a_result_holds_what_it_says(case: str) -> None:
    said, held = held_by(lambda: made(case))
    assert said == pytest.approx(held, rel=0.1)


@pytest.mark.parametrize("case", CASES)
def test_a_result_from_another_process_holds_what_it_says(case: str) -> None:
    packed = pickle.dumps(made(case))
    said, held = held_by(lambda: pickle.loads(packed))  # noqa: S301 - our own bytes
    assert said == pytest.approx(held, rel=0.1)
