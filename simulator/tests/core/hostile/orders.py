"""Numbered orders, half of them near the edges of what is allowed, some beyond; a number is always one order.

Options are drawn from the declared arguments, so that what is added to the simulator is tried by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from simulator.core.arguments import REQUIRED, Argument, facts_of
from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS

Order = dict[str, Any]
Thing = TypeVar("Thing")

_WILD: list[Any] = [
    0, 1, -1, 2, 0.5, 1e-300, 1e300, -1e300, 1e-12, 1e6, 2**53, True, "0.1", None,
    float("nan"), float("inf"), [], {}, [1], 2**70, "x" * 999, [[[[[[[1]]]]]]],
]  # fmt: skip
_IN_A_SEQUENCE = [
    name for name in SCHEDULERS if name not in ("SequentialLR", "OneCycleLR", "ReduceLROnPlateau")
]


def order_of(number: int) -> Order:
    """The order of that number: a scenario, mostly one that is accepted, with what is to be recorded."""
    draw = _Draw(number)
    objective, dim, data = _objective(draw)
    edge = draw.chance(0.5)
    steps = draw.whole(1, 5000 if edge else 300)
    order: Order = {"objective": objective, "start": _start(draw, dim), "steps": steps}
    order["runs"] = _runs(
        draw, steps, draw.pick([1, 1, 2, 6, draw.whole(1, 512)]) if edge else draw.whole(1, 8)
    )
    if data is not None:
        order["data"] = data
        if draw.chance(0.4):
            order["batches"] = {"size": draw.whole(1, 300), "seed": draw.whole(1, 9)}
    if draw.chance(0.3):
        order["noise"] = {"sigma": abs(draw.number()), "seed": draw.whole(1, 2**40)}
    if draw.chance(0.3):
        order["clip_norm"] = abs(draw.number()) + 1e-9
    if draw.chance(0.3):
        order["scheduler_interval"] = draw.whole(1, 100)
    if draw.chance(0.3):
        order["plateau_metric"] = draw.pick(["before", "after"])
    if draw.chance(0.3):
        order["record"] = {
            "points": draw.pick([2, 50, 200, "all"]),
            "params": draw.chance(0.5),
            "precision": draw.pick(["double", "single"]),
        }
    if draw.chance(0.04):
        order[draw.pick(["typo", "steps", "runs", "start", "objective", "record", "data"])] = draw.pick(_WILD)
    if data is not None and draw.chance(0.35):
        share = draw.pick([0.25, 0.5, float(draw.rng.random())])
        data["validation"] = draw.pick([{}, {"share": share}, {"share": share, "seed": draw.whole(1, 9)}])
    return order


class _Draw:
    """Random choices from one generator."""

    def __init__(self, number: int) -> None:
        self.rng = np.random.Generator(np.random.PCG64(number))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.rng.integers(len(things)))]

    def number(self) -> float:
        kind = int(self.rng.integers(3))
        return float([self.rng.uniform(-3, 3), 10 ** self.rng.uniform(-6, 3), self.rng.random()][kind])

    def whole(self, low: int, high: int) -> int:
        """Between the bounds, evenly on a logarithmic scale."""
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))))

    def rate(self) -> float:
        return float(10 ** self.rng.uniform(-5, 1))


def _value(draw: _Draw, argument: Argument) -> Any:
    facts = facts_of(argument.read)
    if draw.chance(0.02):
        return draw.pick(_WILD)
    if facts.kind == "number":
        return draw.pick([draw.number(), 0.1, 0.9, 0.5, float(draw.rng.random())])
    if facts.kind == "integer":
        return draw.whole(1, 300)
    if facts.kind == "boolean":
        return draw.chance(0.5)
    if facts.kind == "choice":
        return draw.pick(facts.names)
    if facts.kind == "list" and facts.item == "integer":
        return sorted(draw.whole(1, 300) for _time in range(draw.whole(1, 6)))
    if facts.kind == "list" and facts.item == "number":
        return draw.rng.random(2).tolist()
    return draw.pick(_WILD)


def _options(draw: _Draw, arguments: Sequence[Argument], share: float) -> Order:
    return {one.name: _value(draw, one) for one in arguments if one.default is REQUIRED or draw.chance(share)}


def _scheduler(draw: _Draw, steps: int, names: Sequence[str] = tuple(SCHEDULERS)) -> Order:
    name = draw.pick(names)
    if name == "SequentialLR":
        count = draw.whole(1, 4)
        parts = [_scheduler(draw, steps, _IN_A_SEQUENCE) for _time in range(count)]
        milestones = sorted(draw.whole(1, steps) for _time in range(count - 1))
        return {"name": name, "schedulers": parts, "milestones": milestones}
    scheduler = {"name": name, **_options(draw, SCHEDULERS[name].arguments, 0.35)}
    if name == "OneCycleLR":
        scheduler = {key: one for key, one in scheduler.items() if key not in ("epochs", "steps_per_epoch")}
        scheduler["total_steps"] = steps + draw.whole(1, 50)
    if name in ("CyclicLR", "OneCycleLR"):
        scheduler["cycle_momentum"] = draw.chance(0.5)
        scheduler = {
            key: one for key, one in scheduler.items() if not key.endswith("_momentum") or key[0] == "c"
        }
    return scheduler


def _optimizer(draw: _Draw) -> Order:
    name = draw.pick(list(OPTIMIZERS))
    optimizer = {"name": name, "lr": draw.rate(), **_options(draw, OPTIMIZERS[name].arguments, 0.25)}
    if "betas" in optimizer:
        optimizer["betas"] = [float(0.99 * draw.rng.random()), float(0.999 * draw.rng.random())]
    for key, pair in (("etas", [0.5, 1.2]), ("step_sizes", [1e-6, 50])):
        if key in optimizer:
            optimizer[key] = pair
    if optimizer.get("nesterov") is True:
        optimizer |= {"dampening": 0, "momentum": 0.9}
    return optimizer


def _objective(draw: _Draw) -> tuple[Order, int | None, Order | None]:
    """An objective, its dimension (None for one that starts by itself) and its data."""
    name = draw.pick(list(OBJECTIVES))
    simple = [one for one in OBJECTIVES[name].arguments if facts_of(one.read).kind in ("number", "boolean")]
    objective = {"name": name, **_options(draw, simple, 0.4)}
    for key in ("l1", "l2"):
        if isinstance(objective.get(key), float):
            objective[key] = abs(objective[key])
    if OBJECTIVES[name].needs_data:
        data, columns = _data(draw, name)
        if name != "mlp":
            return objective, columns, data
        hidden = [draw.whole(1, 24) for _time in range(draw.pick([1, 1, 2, 3]))]
        objective |= {"layers": [columns, *hidden, 1], "activation": draw.pick(["tanh", "relu", "sigmoid"])}
        if draw.chance(0.3):
            objective["init"] = {"seed": draw.whole(1, 5), "gain": draw.pick([1, 5, 1e3])}
        return objective, None, data
    dim = {"saddle": 2, "double_well": 1, "two_wells": 1, "polynomial": 1}.get(name, 0)
    dim = dim or draw.pick([2, 2, 3, draw.whole(2, 256)])
    return objective | _shape(draw, name, dim), dim, None


def _shape(draw: _Draw, name: str, dim: int) -> Order:
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


def _quadratic(draw: _Draw, dim: int) -> Order:
    if dim < 40 and draw.chance(0.25):
        matrix = draw.rng.standard_normal((dim, dim))
        return {"matrix": ((matrix + matrix.T) / 2).tolist()}
    wild = draw.chance(0.1)
    numbers = [
        draw.pick([1e300, 1e-300, -1.0]) if wild and draw.chance(0.2) else draw.number() for _ in range(dim)
    ]
    return {"eigenvalues": numbers}


def _data(draw: _Draw, name: str) -> tuple[Order, int]:
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


def _start(draw: _Draw, dim: int | None) -> list[float] | None:
    return None if dim is None else [1e200 if draw.chance(0.01) else draw.number() for _time in range(dim)]


def _runs(draw: _Draw, steps: int, count: int) -> list[Order]:
    """Runs that differ in the rate alone, or in everything."""
    if draw.chance(0.5):
        optimizer = _optimizer(draw)
        shared = {"scheduler": _scheduler(draw, steps)} if draw.chance(0.5) else {}
        return [{"optimizer": {**optimizer, "lr": draw.rate()}, **shared} for _time in range(count)]
    runs = []
    for _time in range(count):
        run: Order = {"optimizer": _optimizer(draw)}
        if draw.chance(0.5):
            run["scheduler"] = _scheduler(draw, steps)
        if draw.chance(0.2):
            run["noise"] = {"sigma": abs(draw.number()), "seed": draw.whole(1, 5)}
        if draw.chance(0.2):
            run["scheduler_interval"] = draw.whole(1, 50)
        runs.append(run)
    return runs
