"""Long simulations happen in a child process of low priority, so that pages are answered meanwhile.

NumPy holds the interpreter's lock during every short array operation, and a training loop consists of
those: a thread that simulates for a second makes all pages of its process wait for a second. The same holds
for reading a long order and for writing a long answer.
"""

from typing import Any

import orjson

from simulator.core.exchange import parse_order, result_to_dict
from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import Result, simulate
from simulator.services.apart.handle import (
    SimulatorBusy,
    SimulatorFailed,
    analyse_apart,
    order_apart,
    simulate_apart,
    waiting_place,
)
from simulator.services.apart.length import SECONDS_PER_OPERATION, expected_seconds

__all__ = [
    "SECONDS_PER_OPERATION",
    "SHORT_ORDER",
    "SHORT_SECONDS",
    "SimulatorBusy",
    "SimulatorFailed",
    "analyse_apart",
    "answer_order",
    "expected_seconds",
    "run_once",
    "simulate_apart",
    "waiting_place",
]

# Asking the child takes about a millisecond.
SHORT_SECONDS = 0.01
SHORT_ORDER = 20_000  # bytes
SHORT_ANSWER = 20_000  # numbers


def run_once(scenario: Scenario, record: Record | None = None) -> Result:
    """Simulate without remembering: here what is short, in the child process what is long.

    Raises:
        BudgetExceeded: as :func:`simulator.core.training.simulate`.
        SimulatorBusy: too many long simulations are under way.
        SimulatorFailed: the process ended, twice.
    """
    if expected_seconds(scenario, record) <= SHORT_SECONDS:
        return simulate(scenario, record)
    return simulate_apart(scenario, record)


def answer_order(data: Any, size: int) -> bytes:
    """The JSON that answers a client's order (see :mod:`simulator.core.exchange`) of ``size`` bytes.

    Raises:
        ScenarioError, BudgetExceeded: what is wrong with the order.
        SimulatorBusy: too many long simulations are under way.
        SimulatorFailed: the process ended, twice.
    """
    if size > SHORT_ORDER:
        return order_apart(data)
    order = parse_order(data)
    rows = order.scenario.steps + 1 if order.record.points is None else order.record.points
    width = sum(2 + (run.dim if order.record.params else 0) for run in order.scenario.runs)
    if rows * width > SHORT_ANSWER or expected_seconds(order.scenario, order.record) > SHORT_SECONDS:
        return order_apart(data)
    result = simulate(order.scenario, order.record)
    return orjson.dumps(result_to_dict(result, order.precision), option=orjson.OPT_SERIALIZE_NUMPY)
