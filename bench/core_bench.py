"""How close a sweep comes to the arithmetic it consists of, and how far it is ahead of a loop in Python.

    python bench/core_bench.py            256 rates, 200 steps, everything recorded

Each comparison is made within one round, the rounds alternate between the contestants, and the median of the
ratios of the rounds is printed: a busy machine slows both sides of a ratio.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, simulate

RATES, STEPS, ROUNDS = 256, 200, 40
EIGENVALUES, START = (1.0, 25.0), (10.0, 1.0)
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8

FloatArray = NDArray[np.float64]


def sweep(optimizer: str) -> tuple[Scenario, FloatArray]:
    """The scenario of a sweep, and its rates; the largest ones diverge under SGD."""
    rates = np.geomspace(1e-4, 0.1, RATES)
    runs = [{"optimizer": {"name": optimizer, "lr": float(rate)}} for rate in rates]
    objective = {"name": "quadratic", "eigenvalues": list(EIGENVALUES)}
    data = {"objective": objective, "start": list(START), "steps": STEPS, "runs": runs}
    return parse_scenario(data), rates


def bare_sgd(rates: FloatArray) -> Callable[[], None]:
    """The arithmetic of SGD and of its losses on arrays of the right size, nothing recorded."""
    curvature, half = np.repeat(EIGENVALUES, RATES), 0.5 * np.repeat(EIGENVALUES, RATES)
    lr, start = np.tile(rates, 2), np.repeat(START, RATES)
    x, g, loss = np.empty(2 * RATES), np.empty(2 * RATES), np.empty(RATES)

    def run() -> None:
        x[:] = start
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                np.multiply(x, x, g)
                np.multiply(g, half, g)
                np.add(g[:RATES], g[RATES:], loss)
                np.multiply(x, curvature, g)
                np.multiply(g, lr, g)
                np.subtract(x, g, x)

    return run


def bare_adam(rates: FloatArray) -> Callable[[], None]:
    """The arithmetic of Adam as PyTorch writes it, and of its losses."""
    curvature, half = np.repeat(EIGENVALUES, RATES), 0.5 * np.repeat(EIGENVALUES, RATES)
    lr, start = np.tile(rates, 2), np.repeat(START, RATES)
    x, g, m, v, s = (np.empty(2 * RATES) for _ in range(5))
    loss = np.empty(RATES)
    b1, n1, b2, n2, eps = (np.array(value) for value in (BETA1, 1 - BETA1, BETA2, 1 - BETA2, EPS))
    numbers = range(1, STEPS + 1)
    corrections = [(np.array((1 - BETA2**t) ** 0.5), np.array(1 / (1 - BETA1**t))) for t in numbers]

    def run() -> None:
        x[:], m[:], v[:] = start, 0.0, 0.0
        with np.errstate(all="ignore"):
            for second, first in corrections:
                np.multiply(x, x, g)
                np.multiply(g, half, g)
                np.add(g[:RATES], g[RATES:], loss)
                np.multiply(x, curvature, g)
                np.multiply(m, b1, m)
                np.multiply(g, n1, s)
                np.add(m, s, m)
                np.multiply(v, b2, v)
                np.multiply(g, g, g)
                np.multiply(g, n2, g)
                np.add(v, g, v)
                np.sqrt(v, s)
                np.divide(s, second, s)
                np.add(s, eps, s)
                np.divide(m, s, s)
                np.multiply(s, lr, s)
                np.multiply(s, first, s)
                np.subtract(x, s, x)

    return run


def python_sgd(rates: FloatArray) -> Callable[[], None]:
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


def python_adam(rates: FloatArray) -> Callable[[], None]:
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


def compare(contestants: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of each contestant in every round; all of them run in each."""
    for function in contestants.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, function in contestants.items():
            times[name].append(timed(function))
    return times


def ratio(times: dict[str, list[float]], of: str, to: str, factor: float = 1.0) -> float:
    pairs = zip(times[of], times[to], strict=True)
    return statistics.median(one / (factor * other) for one, other in pairs)


def report(name: str, bare: Callable[[], None], python: Callable[[], None]) -> dict[str, float]:
    """Print and return the ratios of one optimizer's sweep."""
    scenario, _ = sweep(name)
    everything = Record(params=True)
    times = compare({"simulate": lambda: simulate(scenario, everything), "bare": bare, "python": python})
    told = compare({"with statuses": lambda: simulate(scenario, everything).runs, "bare": bare})
    found = {
        "simulate / bare": ratio(times, "simulate", "bare"),
        "with statuses / bare": ratio(told, "with statuses", "bare"),
        "python / simulate": 1 / ratio(times, "simulate", "python", RATES),
    }
    print(f"{name}: {RATES} rates x {STEPS} steps, every parameter and loss recorded")
    print(f"  simulate                {statistics.median(times['simulate']) * 1e3:8.2f} ms")
    print(f"  … and every status      {statistics.median(told['with statuses']) * 1e3:8.2f} ms")
    print(f"  bare NumPy arithmetic   {statistics.median(times['bare']) * 1e3:8.2f} ms")
    print(f"  loop in Python          {statistics.median(times['python']) * RATES * 1e3:8.2f} ms")
    for title, value in found.items():
        print(f"  {title:22s}  {value:8.2f}")
    return found


def main() -> None:
    report("SGD", bare_sgd(sweep("SGD")[1]), python_sgd(sweep("SGD")[1]))
    report("Adam", bare_adam(sweep("Adam")[1]), python_adam(sweep("Adam")[1]))


if __name__ == "__main__":
    main()
