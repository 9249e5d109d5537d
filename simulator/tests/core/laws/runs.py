"""Short ways to the runs that a law is held against."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, Result, simulate

FloatArray = NDArray[np.float64]

# A sharp well at -1.2 with a broad and deeper one at 1.
WELLS: dict[str, Any] = {
    "name": "two_wells",
    "depth": [0.6, 1.5],
    "center": [-1.2, 1],
    "width": [0.2, 0.8],
    "k": 0.05,
}
SINE: dict[str, Any] = {"dataset": "sine", "n": 50}
CIRCLES: dict[str, Any] = {"dataset": "circles", "n": 100}


def bowl(*eigenvalues: float) -> dict[str, Any]:
    return {"name": "quadratic", "eigenvalues": list(eigenvalues)}


def scenario(
    objective: dict[str, Any],
    start: list[float] | None,
    rates: FloatArray | list[float],
    steps: int,
    *,
    optimizer: dict[str, Any] | None = None,
    **more: Any,
) -> Scenario:
    """One run per rate, of SGD where nothing else is said; `more` holds for all of them."""
    kind = optimizer or {"name": "SGD"}
    runs = [{"optimizer": {**kind, "lr": float(rate)}} for rate in rates]
    return parse_scenario({"objective": objective, "start": start, "steps": steps, "runs": runs, **more})


def at_rates(
    objective: dict[str, Any],
    start: list[float] | None,
    rates: FloatArray | list[float],
    steps: int,
    **more: Any,
) -> Result:
    """What becomes of a `scenario`, all parameters recorded."""
    return simulate(scenario(objective, start, rates, steps, **more), Record(params=True))


def scheduled(
    objective: dict[str, Any],
    start: list[float] | None,
    lr: float,
    schedulers: list[dict[str, Any] | None],
    steps: int,
    **more: Any,
) -> Result:
    """One run of SGD per scheduler, all parameters recorded."""
    runs = [{"optimizer": {"name": "SGD", "lr": lr}, "scheduler": scheduler} for scheduler in schedulers]
    data = {"objective": objective, "start": start, "steps": steps, "runs": runs, **more}
    return simulate(parse_scenario(data), Record(params=True))


def params(result: Result) -> FloatArray:
    """(runs, T+1, D)."""
    return np.array([run.params for run in result.runs])


def losses(result: Result) -> FloatArray:
    """(runs, T+1)."""
    return np.array([run.loss for run in result.runs])


def final_losses(result: Result) -> FloatArray:
    return np.array([run.final_loss for run in result.runs])


def statuses(result: Result) -> list[str]:
    return [run.status for run in result.runs]
