"""How fast PyTorch trains one rate after the other, run by speed.py in an environment that has torch.

Prints the seconds of one rate as JSON, by task; everything is recorded and on one thread.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

STEPS, UPDATES, HIDDEN, ROWS = 200, 300, 16, 200


def train(name: str, rate: float, steps: int, parameters: list[Any], loss_of: Callable[[], Any]) -> float:
    """Seconds of one run."""
    optimizer = getattr(torch.optim, name)(parameters, lr=rate)
    params, losses = [], []
    started = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_of()
        losses.append(loss.item())
        params.append([one.detach().clone() for one in parameters])
        loss.backward()
        optimizer.step()
    return time.perf_counter() - started


def quadratic(name: str, rate: float) -> float:
    """One rate on a quadratic with the eigenvalues 1 and 25."""
    theta = torch.nn.Parameter(torch.tensor([10.0, 1.0]))
    curvature = torch.tensor([1.0, 25.0])
    return train(name, rate, STEPS, [theta], lambda: 0.5 * (curvature * theta * theta).sum())


def network(rate: float) -> float:
    """One rate on a network 2-16-1 with 200 points."""
    rng = np.random.Generator(np.random.PCG64(0))
    X, y = torch.tensor(rng.standard_normal((ROWS, 2))), torch.tensor(rng.integers(0, 2, (ROWS, 1)) * 1.0)
    model = torch.nn.Sequential(torch.nn.Linear(2, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    return train("SGD", rate, UPDATES, list(model.parameters()), lambda: 0.5 * ((model(X) - y) ** 2).mean())


def main() -> None:
    rates = (1e-3, 1e-2, 3e-2)
    quadratic("SGD", 1e-3)  # what is loaded on first use
    network(1e-3)
    found = {name: statistics.median(quadratic(name, rate) for rate in rates) for name in ("SGD", "Adam")}
    found["network"] = statistics.median(network(rate) for rate in rates)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
