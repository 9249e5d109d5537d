"""The simulator against the arithmetic that it cannot do without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.core.record import Record
from simulator.core.spec import parse_scenario
from simulator.core.training import Result, simulate
from studyapp.bench.rounds import alternate

RATES, STEPS = 256, 200
EIGENVALUES, START = (1.0, 25.0), (10.0, 1.0)
LRS = np.geomspace(1e-3, 0.0799, RATES)

SCENARIO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": list(EIGENVALUES)},
        "start": list(START),
        "steps": STEPS,
        "runs": [{"optimizer": {"name": "SGD", "lr": float(lr)}} for lr in LRS],
    }
)


def simulated() -> NDArray[np.float64]:
    """Losses (rate, step) by the simulator, with the status of every run."""
    result: Result = simulate(SCENARIO, Record())
    return np.array([run.loss for run in result.runs])


def bare_numpy() -> NDArray[np.float64]:
    """Losses (rate, step) by the update rule alone: no limits, no status, nothing checked."""
    curvature = np.array(EIGENVALUES)
    lr = LRS[:, None]
    theta = np.tile(np.array(START), (RATES, 1))
    losses = np.empty((STEPS + 1, RATES))
    for t in range(STEPS):
        losses[t] = 0.5 * (theta * theta * curvature).sum(axis=1)
        theta = theta - lr * (theta * curvature)
    losses[STEPS] = 0.5 * (theta * theta * curvature).sum(axis=1)
    return losses.T


def python_loop() -> NDArray[np.float64]:
    """Losses (rate, step) by plain Python numbers, one run after the other."""
    rows = []
    for lr in LRS.tolist():
        theta = list(START)
        row = []
        for _ in range(STEPS):
            row.append(0.5 * sum(a * x * x for a, x in zip(EIGENVALUES, theta, strict=True)))
            theta = [x - lr * a * x for a, x in zip(EIGENVALUES, theta, strict=True)]
        row.append(0.5 * sum(a * x * x for a, x in zip(EIGENVALUES, theta, strict=True)))
        rows.append(row)
    return np.array(rows)


def measure(rounds: int) -> dict[str, float]:
    """Seconds of each way, after checking that they compute the same."""
    expected = bare_numpy()
    np.testing.assert_allclose(simulated(), expected, rtol=1e-12)
    np.testing.assert_allclose(python_loop(), expected, rtol=1e-12)
    return alternate(
        {"simulator": simulated, "bare NumPy": bare_numpy, "Python loop": python_loop}, rounds=rounds
    )
