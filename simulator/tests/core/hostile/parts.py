"""The parts of random orders: objectives with their data, optimizers, schedulers."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.core.arguments import facts_of
from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.tests.core.hostile.draw import Draw, Order, options

_IN_A_SEQUENCE = [
    name for name in SCHEDULERS if name not in ("SequentialLR", "OneCycleLR", "ReduceLROnPlateau")
]


def any_scheduler(draw: Draw, steps: int, names: Sequence[str] = tuple(SCHEDULERS)) -> Order:
    name = draw.pick(names)
    if name == "SequentialLR":
        count = draw.whole(1, 4)
        parts = [any_scheduler(draw, steps, _IN_A_SEQUENCE) for _time in range(count)]
        milestones = sorted(draw.whole(1, steps) for _time in range(count - 1))
        return {"name": name, "schedulers": parts, "milestones": milestones}
    scheduler = {"name": name, **options(draw, SCHEDULERS[name].arguments, 0.35)}
    if name == "OneCycleLR":
        scheduler = {key: one for key, one in scheduler.items() if key not in ("epochs", "steps_per_epoch")}
        scheduler["total_steps"] = steps + draw.whole(1, 50)
    if name in ("CyclicLR", "OneCycleLR"):
        scheduler["cycle_momentum"] = draw.chance(0.5)
        scheduler = {
            key: one for key, one in scheduler.items() if not key.endswith("_momentum") or key[0] == "c"
        }
    return scheduler


def any_optimizer(draw: Draw) -> Order:
    name = draw.pick(list(OPTIMIZERS))
    optimizer = {"name": name, "lr": draw.rate(), **options(draw, OPTIMIZERS[name].arguments, 0.25)}
    if "betas" in optimizer:
        optimizer["betas"] = [float(0.99 * draw.rng.random()), float(0.999 * draw.rng.random())]
    for key, pair in (("etas", [0.5, 1.2]), ("step_sizes", [1e-6, 50])):
        if key in optimizer:
            optimizer[key] = pair
    if optimizer.get("nesterov") is True:
        optimizer |= {"dampening": 0, "momentum": 0.9}
    return optimizer


def any_objective(draw: Draw, *, data: bool = False) -> tuple[Order, int | None, Order | None]:
    """An objective, its dimension (None for one that starts by itself) and its data."""
    name = draw.pick([name for name, kind in OBJECTIVES.items() if kind.needs_data or not data])
    simple = [one for one in OBJECTIVES[name].arguments if facts_of(one.read).kind in ("number", "boolean")]
    objective = {"name": name, **options(draw, simple, 0.4)}
    for key in ("l1", "l2"):
        if isinstance(objective.get(key), float):
            objective[key] = abs(objective[key])
    if OBJECTIVES[name].needs_data:
        rows, columns = _data(draw, name)
        if name != "mlp":
            return objective, columns, rows
        hidden = [draw.whole(1, 24) for _time in range(draw.pick([1, 1, 2, 3]))]
        objective |= {"layers": [columns, *hidden, 1], "activation": draw.pick(["tanh", "relu", "sigmoid"])}
        if draw.chance(0.3):
            objective["init"] = {"seed": draw.whole(1, 5), "gain": draw.pick([1, 5, 1e3])}
        return objective, None, rows
    dim = {"saddle": 2, "double_well": 1, "two_wells": 1, "polynomial": 1}.get(name, 0)
    dim = dim or draw.pick([2, 3, draw.whole(2, 256), draw.whole(2, 256) if draw.absurd else 256])
    return objective | _shape(draw, name, dim), dim, None


def _shape(draw: Draw, name: str, dim: int) -> Order:
    """What gives an objective without data its dimension, or is required."""
    match name:
        case "quadratic":
            return _quadratic(draw, dim)
        case "rosenbrock" | "rippled":
            return {"dim": dim}
        case "deep_linear":
            return {"depth": dim}
        case "two_wells":
            return {"depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8]}
        case "polynomial":
            return {"coeffs": [draw.number() for _time in range(draw.whole(1, 12))]}
    return {}


def _quadratic(draw: Draw, dim: int) -> Order:
    if dim < 40 and draw.chance(0.25):
        matrix = draw.rng.standard_normal((dim, dim))
        return {"matrix": ((matrix + matrix.T) / 2).tolist()}
    wild = draw.chance(0.1)
    numbers = [
        draw.pick([1e300, 1e-300, -1.0]) if wild and draw.chance(0.2) else draw.number() for _ in range(dim)
    ]
    return {"eigenvalues": numbers}


def _data(draw: Draw, name: str) -> tuple[Order, int]:
    rows = draw.pick([20, 200, draw.whole(2, 2000)])
    if draw.chance(0.3):
        columns = draw.pick([1, 2, draw.whole(1, 60)])
        X = draw.rng.standard_normal((rows, columns)) * 10 ** draw.rng.uniform(-2, 2)
        data: Order = {"X": X.tolist(), "y": (draw.rng.random(rows) < 0.5).astype(float).tolist()}
    else:
        dataset = draw.pick(["circles", "blobs"] if name == "logistic" else list(DATASETS))
        columns = 1 if dataset == "sine" else 2
        data = {"dataset": dataset, "n": rows, "seed": draw.whole(1, 9), "noise": float(draw.rng.random())}
    if draw.chance(0.3):
        data["standardize"] = True
    if columns == 1 and draw.chance(0.5):
        degree = draw.whole(1, 30)
        data["polynomial"], columns = {"degree": degree}, degree + 1
    return data, columns
