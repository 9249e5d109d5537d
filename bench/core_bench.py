"""How close simulations come to the arithmetic they consist of, and how far they are ahead of plain Python.

    python bench/core_bench.py

Each comparison is made within one round, the rounds alternate between the contestants, and the median of the
ratios of the rounds is printed, beside its goal: a busy machine slows both sides of a ratio. The floors are
written out in floors.py. Linear algebra runs on one thread.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# First of all: importing the simulator before NumPy is what sets the one thread.
from simulator.core.analyses import simulate_thinned
from simulator.core.objectives import DataObjective, build
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, simulate

# isort: split
import numpy as np
from floors import BETA1, BETA2, EIGENVALUES, EPS, START, Task, bare_adam, bare_network, bare_sgd
from numpy.typing import NDArray

RATES, STEPS, ROUNDS = 256, 200, 40
MANY, LONG, EVERY = 4096, 500, 5
RUNS, HIDDEN, ROWS, UPDATES, FEW_ROUNDS = 32, 16, 200, 300, 10
EVERYTHING = Record(params=True)

FloatArray = NDArray[np.float64]


def sweep(optimizer: str, count: int = RATES, steps: int = STEPS) -> tuple[Scenario, FloatArray]:
    """The scenario of a sweep, and its rates; the largest ones diverge under SGD."""
    rates = np.geomspace(1e-4, 0.1, count)
    runs: list[dict[str, Any]] = [{"optimizer": {"name": optimizer, "lr": float(rate)}} for rate in rates]
    objective = {"name": "quadratic", "eigenvalues": list(EIGENVALUES)}
    data = {"objective": objective, "start": list(START), "steps": steps, "runs": runs}
    return parse_scenario(data), rates


def network() -> Scenario:
    """A network 2-16-1 on 200 points, 300 updates, at 32 rates."""
    runs = [{"optimizer": {"name": "SGD", "lr": float(rate)}} for rate in np.geomspace(1e-3, 1.0, RUNS)]
    return parse_scenario(
        {
            "objective": {"name": "mlp", "layers": [2, HIDDEN, 1]},
            "data": {"dataset": "circles", "n": ROWS},
            "steps": UPDATES,
            "runs": runs,
        }
    )


def python_sgd(rates: FloatArray) -> Task:
    """One rate of the sweep as a loop over plain floats, everything recorded; a sweep is RATES of them."""
    rate = float(rates[RATES // 2])

    def run() -> None:
        (a, b), (x, y) = EIGENVALUES, START
        params, losses = [(x, y)], [0.5 * (a * x * x + b * y * y)]
        for _ in range(STEPS):
            x, y = x - rate * a * x, y - rate * b * y
            params.append((x, y))
            losses.append(0.5 * (a * x * x + b * y * y))

    return run


def python_adam(rates: FloatArray) -> Task:
    """As python_sgd, for Adam."""
    rate = float(rates[RATES // 2])

    def run() -> None:
        x, m, v = list(START), [0.0, 0.0], [0.0, 0.0]
        params, losses = [tuple(x)], []
        for t in range(1, STEPS + 1):
            c1, c2 = 1 - BETA1**t, (1 - BETA2**t) ** 0.5
            for i, curvature in enumerate(EIGENVALUES):
                g = curvature * x[i]
                m[i] = BETA1 * m[i] + (1 - BETA1) * g
                v[i] = BETA2 * v[i] + (1 - BETA2) * g * g
                x[i] -= rate / c1 * m[i] / (v[i] ** 0.5 / c2 + EPS)
            params.append(tuple(x))
            losses.append(0.5 * sum(c * z * z for c, z in zip(EIGENVALUES, x, strict=True)))

    return run


def timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def compare(contestants: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each contestant in every round; all of them run in each."""
    for function in contestants.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, function in contestants.items():
            times[name].append(timed(function))
    return times


def ratio(times: dict[str, list[float]], of: str, to: str, factor: float = 1.0) -> float:
    pairs = zip(times[of], times[to], strict=True)
    return statistics.median(one / (factor * other) for one, other in pairs)


def tell(title: str, seconds: list[float], factor: float = 1.0) -> None:
    print(f"  {title:24s}{statistics.median(seconds) * factor * 1e3:9.2f} ms")


def tell_ratio(title: str, value: float, goal: float | None = None) -> None:
    aim = "" if goal is None else f"   goal: at most {goal}{'' if value <= goal else ', MISSED'}"
    print(f"  {title:24s}{value:9.2f}{aim}")


def report_sweep(name: str, bare: Callable[..., Task], python: Task, goal: float) -> None:
    """256 rates x 200 steps, everything recorded."""
    scenario, rates = sweep(name)
    floor = bare(rates, STEPS)
    times = compare({"simulate": lambda: simulate(scenario, EVERYTHING), "bare": floor, "python": python})
    told = compare({"with statuses": lambda: simulate(scenario, EVERYTHING).runs, "bare": floor})
    print(f"{name}: {RATES} rates x {STEPS} steps, every parameter and loss recorded")
    tell("simulate", times["simulate"])
    tell("… and every status", told["with statuses"])
    tell("bare NumPy arithmetic", times["bare"])
    tell("loop in Python", times["python"], RATES)
    tell_ratio("simulate / bare", ratio(times, "simulate", "bare"), goal)
    tell_ratio("with statuses / bare", ratio(told, "with statuses", "bare"))
    tell_ratio("python / simulate", 1 / ratio(times, "simulate", "python", RATES))


def report_thinned(name: str, bare: Callable[..., Task], goal: float) -> None:
    """4,096 rates x 500 steps, one row in five kept."""
    run = sweep(name, 1, LONG)[0].runs[0]
    rates = np.geomspace(1e-4, 0.1, MANY)
    times = compare(
        {
            "thinned": lambda: simulate_thinned(run, LONG, rates, EVERY),
            "with statuses": lambda: simulate_thinned(run, LONG, rates, EVERY).statuses,
            "bare": bare(rates, LONG, EVERY),
        }
    )
    print(f"{name}: {MANY} rates x {LONG} steps, parameters and losses of every {EVERY}th")
    tell("simulate_thinned", times["thinned"])
    tell("… and every status", times["with statuses"])
    tell("bare NumPy arithmetic", times["bare"])
    tell_ratio("simulate_thinned / bare", ratio(times, "thinned", "bare"), goal)
    tell_ratio("with statuses / bare", ratio(times, "with statuses", "bare"))


def report_network(goal: float) -> None:
    """A small network at several rates, everything recorded."""
    scenario = network()
    objective = build(scenario.runs[0])
    assert isinstance(objective, DataObjective)  # noqa: S101 - an mlp is one
    times = compare(
        {
            "simulate": lambda: simulate(scenario, EVERYTHING),
            "with statuses": lambda: simulate(scenario, EVERYTHING).runs,
            "bare": bare_network(objective.rows.X, HIDDEN, RUNS, UPDATES),
        },
        FEW_ROUNDS,
    )
    print(f"Network 2-{HIDDEN}-1, {ROWS} points: {RUNS} rates x {UPDATES} steps, everything recorded")
    tell("simulate", times["simulate"])
    tell("… and every status", times["with statuses"])
    tell("bare NumPy arithmetic", times["bare"])
    tell_ratio("simulate / bare", ratio(times, "simulate", "bare"), goal)
    tell_ratio("with statuses / bare", ratio(times, "with statuses", "bare"))


def report_one() -> None:
    """One run x 200 steps: nothing but the calls."""
    scenario, rates = sweep("SGD", 1)
    times = compare(
        {
            "simulate": lambda: simulate(scenario, EVERYTHING),
            "with statuses": lambda: simulate(scenario, EVERYTHING).runs,
            "bare": bare_sgd(rates, STEPS),
        },
        5 * ROUNDS,
    )
    print(f"SGD: one run x {STEPS} steps, everything recorded")
    tell("simulate", times["simulate"])
    tell("… and the status", times["with statuses"])
    tell("bare NumPy arithmetic", times["bare"])
    tell_ratio("simulate / bare", ratio(times, "simulate", "bare"))
    tell_ratio("with status / bare", ratio(times, "with statuses", "bare"))


def main() -> None:
    _, rates = sweep("SGD")
    report_sweep("SGD", bare_sgd, python_sgd(rates), 1.8)
    report_sweep("Adam", bare_adam, python_adam(rates), 1.5)
    report_thinned("SGD", bare_sgd, 1.5)
    report_thinned("Adam", bare_adam, 1.5)
    report_network(1.3)
    report_one()


if __name__ == "__main__":
    main()
