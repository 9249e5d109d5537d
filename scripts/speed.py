"""How many times faster the simulator is than torch.optim that trains one rate after the other.

Both train on one thread and record every parameter and loss. PyTorch is timed on a few rates, whose median
stands for each; rounds alternate between both sides, and the median of the ratios of the rounds is printed.
Both sides are kept on the same processor where the system lets one choose: on a shared machine one may be
half as fast as another at the same moment.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, simulate

_RATES, _STEPS = 256, 200
_NETWORKS, _UPDATES, _HIDDEN, _ROWS = 32, 300, 16, 200
_ROUNDS = 5
# Task: its title, how many rates it is for, and how many times faster it should be at least.
_TASKS: Final[dict[str, tuple[str, int, int]]] = {
    "SGD": (f"SGD, {_RATES} rates x {_STEPS} steps", _RATES, 3000),
    "Adam": (f"Adam, {_RATES} rates x {_STEPS} steps", _RATES, 3000),
    "network": (
        f"network 2-{_HIDDEN}-1, {_ROWS} points, {_NETWORKS} rates x {_UPDATES} steps",
        _NETWORKS,
        25,
    ),
}


def print_speed(python: str) -> None:
    """Time each task on both sides; `python` is one that has torch."""
    scenarios = {task: _scenario(task) for task in _TASKS}
    ours: dict[str, list[float]] = {task: [] for task in _TASKS}
    theirs: dict[str, list[float]] = {task: [] for task in _TASKS}
    source = Path(__file__).with_name("torch_speed.py")
    with _one_processor():
        for _ in range(_ROUNDS):
            output = subprocess.run([python, source], check=True, capture_output=True, text=True).stdout
            for task, seconds in json.loads(output).items():
                theirs[task].append(_TASKS[task][1] * seconds)
                ours[task].append(_seconds(scenarios[task]))
    print("Against torch.optim and autograd, one rate after the other:")
    for task, (title, _, goal) in _TASKS.items():
        faster = statistics.median(other / one for one, other in zip(ours[task], theirs[task], strict=True))
        print(
            f"  {title}: {statistics.median(ours[task]) * 1e3:.2f} ms here, "
            f"{statistics.median(theirs[task]) * 1e3:.0f} ms there, {faster:.0f} times faster "
            f"(goal: {goal}{'' if faster >= goal else ', MISSED'})."
        )


@contextmanager
def _one_processor() -> Iterator[None]:
    """Keep this process, and those that it starts, on one processor."""
    if not hasattr(os, "sched_setaffinity"):  # macOS, Windows
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _scenario(task: str) -> Scenario:
    data: dict[str, Any]
    if task == "network":
        rates = np.geomspace(1e-3, 1.0, _NETWORKS).tolist()
        data = {
            "objective": {"name": "mlp", "layers": [2, _HIDDEN, 1]},
            "data": {"dataset": "circles", "n": _ROWS},
            "steps": _UPDATES,
            "runs": [{"optimizer": {"name": "SGD", "lr": rate}} for rate in rates],
        }
    else:
        rates = np.geomspace(1e-4, 0.07, _RATES).tolist()
        data = {
            "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
            "start": [10, 1],
            "steps": _STEPS,
            "runs": [{"optimizer": {"name": task, "lr": rate}} for rate in rates],
        }
    return parse_scenario(data)


def _seconds(scenario: Scenario) -> float:
    """The median of a few simulations."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        simulate(scenario, Record(params=True))
        times.append(time.perf_counter() - started)
    return statistics.median(times)
