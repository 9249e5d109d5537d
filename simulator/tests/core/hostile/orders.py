"""Numbered orders, many of them near the edges of what is allowed, some beyond; a number is always one order.

Options are drawn from the declared arguments, so that what is added to the simulator is tried by itself.
"""

from __future__ import annotations

from typing import Any

from simulator.core.analyses.orders import ANALYSES
from simulator.core.cost import estimate
from simulator.core.errors import ScenarioError
from simulator.core.limits import ALWAYS_ADMITTED, ALWAYS_ADMITTED_MLP, MAX_BYTES, MAX_OPERATIONS, MAX_STEPS
from simulator.core.spec import Scenario, parse_scenario
from simulator.tests.core.hostile.draw import WILD, Draw, Order, options
from simulator.tests.core.hostile.parts import any_objective, any_optimizer, any_scheduler

SHORT = 200  # the first orders, all kinds among them, are far from the budget
_AXES = ("lr", "momentum", "weight_decay", "eps", "alpha")


def order_of(number: int) -> tuple[str | None, Any]:
    """The order of that number: the analysis that it is of (None: a simulation), and its body."""
    draw = Draw(number)
    if draw.chance(0.01):
        return None, draw.pick(WILD)
    long = number >= SHORT
    if draw.chance(0.15):
        kind = draw.pick(list(ANALYSES))
        body = _scenario(draw, 1000 if long else 100, draw.whole(1, 4), data=kind == "validation")
        if kind == "noise_floor":
            body.setdefault("noise", {"sigma": 0.1})
        body[kind] = _analysis(draw, kind, 60 if long else 20)
    elif long and draw.chance(0.15):
        kind, body = None, _at_an_edge(draw)
    else:
        kind, body = None, _scenario(draw, *_size(draw, long))
        body |= {"record": _record(draw)} if draw.chance(0.3) else {}
    if draw.chance(0.04):
        body[draw.pick(["typo", "steps", "runs", "start", "objective", "record", "data"])] = draw.pick(WILD)
    return kind, body


def _size(draw: Draw, long: bool) -> tuple[int, int]:
    """Most steps, and the number of runs."""
    if draw.chance(0.5):
        return (5000 if long else 1500), draw.pick([1, 1, 2, 6, draw.whole(1, 512 if long else 60)])
    return 300, draw.whole(1, 8)


def _scenario(draw: Draw, most_steps: int, count: int, *, data: bool = False) -> Order:
    objective, dim, rows = any_objective(draw, data=data)
    steps = draw.whole(1, most_steps)
    order: Order = {"objective": objective, "start": _start(draw, dim), "steps": steps}
    order["runs"] = _runs(draw, steps, count)
    if rows is not None:
        order["data"] = rows
        if draw.chance(0.35):
            share = draw.pick([0.25, 0.5, float(draw.rng.random())])
            rows["validation"] = draw.pick([{}, {"share": share}, {"share": share, "seed": draw.whole(1, 9)}])
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
    return order


def _record(draw: Draw) -> Order:
    return {
        "points": draw.pick([2, 50, 200, "all"]),
        "params": draw.chance(0.5),
        "precision": draw.pick(["double", "single"]),
    }


def _at_an_edge(draw: Draw) -> Order:
    """As many steps as the budget has room for, or the promise of what is always admitted; or a few more."""
    draw.absurd = 0
    order = _scenario(draw, MAX_STEPS, draw.pick([1, 16, draw.whole(1, 512), 512]))
    order["runs"] = [run for run in order["runs"] if _is_accepted(run)] or order["runs"]
    order |= {"steps": MAX_STEPS, "record": {"points": 2}}
    try:
        scenario = parse_scenario({key: one for key, one in order.items() if key != "record"})
    except ScenarioError:
        return order
    room = _room(scenario) if draw.chance(0.7) else _promise(scenario)
    steps = int(MAX_STEPS * room * draw.pick([0.7, 0.99, 1.01, 1.3]))
    return order | {"steps": max(1, min(MAX_STEPS, steps))}


def _is_accepted(run: Order) -> bool:
    try:
        parse_scenario({"objective": {"name": "saddle"}, "start": [1, 1], "steps": MAX_STEPS, "runs": [run]})
    except ScenarioError:
        return False
    return True


def _room(scenario: Scenario) -> float:
    """The share of its steps that is within the budget."""
    cost = estimate(scenario)
    return min(MAX_OPERATIONS / cost.total, MAX_BYTES / cost.bytes)


def _promise(scenario: Scenario) -> float:
    """The share of its steps that is always admitted."""
    run = scenario.runs[0]
    if run.objective.name == "mlp" and run.data is not None:
        return ALWAYS_ADMITTED_MLP / (run.dim * run.data.n * scenario.steps)
    return ALWAYS_ADMITTED / (sum(one.dim for one in scenario.runs) * scenario.steps)


def _analysis(draw: Draw, kind: str, most: int) -> Order:
    """The options of an analysis; without its counts it takes the usual ones."""
    chosen = options(draw, [one for one in ANALYSES[kind] if one.name not in ("run", "axes")], 0.3)
    for key in ("count", "seeds", "trials"):
        if isinstance(chosen.get(key), int):
            chosen[key] = draw.whole(1, most)
    if kind == "search":
        names = ["lr", draw.pick(_AXES)]
        chosen["axes"] = [
            {"name": name, "low": draw.rate() / 100, "high": draw.rate(), "count": draw.whole(1, 12)}
            for name in names
        ]
    if "rates" in chosen:
        chosen = {key: one for key, one in chosen.items() if key not in ("low", "high", "count")}
        chosen["rates"] = [draw.rate() for _time in range(draw.whole(1, most))]
    return chosen


def _start(draw: Draw, dim: int | None) -> list[float] | None:
    return None if dim is None else [1e200 if draw.chance(0.01) else draw.number() for _time in range(dim)]


def _runs(draw: Draw, steps: int, count: int) -> list[Order]:
    """Runs that differ in the rate alone, or in everything."""
    if draw.chance(0.5):
        optimizer = any_optimizer(draw)
        shared = {"scheduler": any_scheduler(draw, steps)} if draw.chance(0.5) else {}
        return [{"optimizer": {**optimizer, "lr": draw.rate()}, **shared} for _time in range(count)]
    runs = []
    for _time in range(count):
        run: Order = {"optimizer": any_optimizer(draw)}
        if draw.chance(0.5):
            run["scheduler"] = any_scheduler(draw, steps)
        if draw.chance(0.2):
            run["noise"] = {"sigma": abs(draw.number()), "seed": draw.whole(1, 5)}
        if draw.chance(0.2):
            run["scheduler_interval"] = draw.whole(1, 50)
        runs.append(run)
    return runs
