"""Long simulations in a child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.exchange import parse_order, result_to_dict
from simulator.core.record import Record
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate
from simulator.services import apart
from simulator.services.apart import handle

PROJECT = Path(__file__).resolve().parents[3]


def data(steps: int = 50, runs: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
        "start": [10, 1],
        "steps": steps,
        "runs": [{"optimizer": {"name": "Adam", "lr": 0.01 * (1 + run)}} for run in range(runs)],
        **more,
    }


def scenario(steps: int = 50, runs: int = 2) -> Scenario:
    return parse_scenario(data(steps, runs))


@pytest.fixture
def own() -> Iterator[handle._Apart]:
    """A handle whose child belongs to this test."""
    made = handle._Apart()
    yield made
    made.end()


def test_the_child_gives_the_same_bits() -> None:
    here = simulate(scenario(), Record(params=True))
    there = apart.simulate_apart(scenario(), Record(params=True))
    assert there.version == here.version
    for one, other in zip(here.runs, there.runs, strict=True):
        assert (one.label, one.status, one.words) == (other.label, other.status, other.words)
        for series in ("lr", "loss", "params"):
            np.testing.assert_array_equal(getattr(one, series), getattr(other, series))


def test_only_what_is_long_goes_to_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(apart, "simulate_apart", lambda *_: asked.append("result"))
    monkeypatch.setattr(apart, "order_apart", lambda *_: asked.append("json"))
    apart.run_once(scenario(100, 1))
    assert asked == []
    apart.run_once(scenario(5000, 100))
    assert asked == ["result"]
    apart.answer_order(data(100, 1), size=300)
    assert asked == ["result"]
    apart.answer_order(data(5000, 10), size=900)  # long to run
    apart.answer_order(data(200, 200, record={"points": 200}), size=9_000)  # long to write
    apart.answer_order(data(1, 1), size=100_000)  # long to read
    assert asked == ["result", "json", "json", "json"]


def test_both_ways_give_the_same_json() -> None:
    order = data(40, 3, record={"points": 7, "params": True, "precision": "single"})
    here, there = apart.answer_order(order, size=100), apart.answer_order(order, size=100_000)
    parsed = parse_order(order)
    told = result_to_dict(simulate(parsed.scenario, parsed.record), "single")
    assert (
        json.loads(here)
        == json.loads(there)
        == json.loads(orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY))
    )


def test_what_the_core_refuses_is_raised_here() -> None:
    with pytest.raises(ScenarioError) as refused:
        apart.answer_order(data() | {"typo": 1}, size=100_000)
    assert "typo" in refused.value.fields
    with pytest.raises(BudgetExceeded) as dear:
        apart.answer_order(data(5000, 400, record={"points": "all"}), size=100_000)
    assert dear.value.code == "too_many_numbers"


def test_a_child_that_died_is_replaced(own: handle._Apart) -> None:
    own.do("result", scenario(), Record())
    assert own.process is not None
    first = own.process.pid
    os.kill(first, signal.SIGKILL)
    own.process.wait()
    own.do("result", scenario(), Record())
    assert own.process.pid != first


def test_a_child_that_dies_again_is_an_error() -> None:
    hopeless = handle._Apart([sys.executable, "-c", "import sys; sys.stdin.buffer.read(1)"])
    with pytest.raises(apart.SimulatorFailed):
        hopeless.do("result", scenario(), Record())
    assert hopeless.process is None


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handle, "JOB_SECONDS", 0.2)
    slow = handle._Apart([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(apart.SimulatorBusy) as refused:
        slow.do("result", scenario(), Record())
    assert refused.value.retry_after >= 60
    assert slow.process is None


def test_places_are_bounded_and_turns_are_taken(own: handle._Apart) -> None:
    with ThreadPoolExecutor(handle.PLACES) as pool:
        results = list(pool.map(lambda _: own.do("result", scenario(400), Record(points=2)), range(8)))
    assert len({result.runs[0].final_loss for result in results}) == 1

    own.turn.acquire()  # somebody's simulation takes its time
    waiting = [
        threading.Thread(target=own.do, args=("result", scenario(), Record())) for _ in range(handle.PLACES)
    ]
    for thread in waiting:
        thread.start()
    time.sleep(0.1)
    with pytest.raises(apart.SimulatorBusy):
        own.do("result", scenario(), Record())
    own.turn.release()
    for thread in waiting:
        thread.join()
    own.do("result", scenario(), Record())


TELLS_ENVIRONMENT = """
import os, pickle, sys
pickle.load(sys.stdin.buffer)
pickle.dump(("done", dict(os.environ)), sys.stdout.buffer)
"""


def test_the_child_knows_no_secret_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "known-to-the-parent")
    told = handle._Apart([sys.executable, "-c", TELLS_ENVIRONMENT]).do("environment")
    assert "PATH" in told
    assert "known-to-the-parent" not in told.values()


PARENT = """
import os, sys
from simulator.core.spec import parse_scenario
from simulator.services.apart import handle, simulate_apart
runs = [{"optimizer": {"name": "SGD", "lr": 0.1}}]
simulate_apart(parse_scenario({"objective": {"name": "saddle"}, "start": [1, 1], "steps": 3, "runs": runs}))
print(handle._apart.process.pid, flush=True)
sys.stdin.read()
"""


def test_the_child_ends_with_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "DJANGO_SETTINGS_MODULE": "studyapp.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    for _ in range(50):
        if not runs(child):
            return
        time.sleep(0.1)
    raise AssertionError("the child outlives its parent")


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
