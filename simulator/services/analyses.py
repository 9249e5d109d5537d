"""Analyses of runs, with a memory of what was analysed."""

from __future__ import annotations

from typing import Any

import orjson

from simulator.core import SIMULATOR_VERSION
from simulator.core.analyses.answers import analyse
from simulator.core.analyses.costs import expected_operations
from simulator.core.analyses.orders import AnalysisOrder, parse_analysis
from simulator.services import shared
from simulator.services.apart import SECONDS_PER_OPERATION, SHORT_ORDER, SHORT_SECONDS, analyse_apart

_KEPT_SECONDS = 7 * 24 * 3600
_LARGEST_KEPT = 500_000  # bytes


def answer_analysis(kind: str, data: Any, size: int) -> bytes:
    """The JSON that answers a client's order of an analysis (see simulator.core.analyses.orders) of ``size``
    bytes.

    What is short is done here, what is long in the child process; answers are shared between processes
    through the cache, under what was ordered and the simulator's version.

    Raises:
        ScenarioError, BudgetExceeded: what is wrong with the order.
        SimulatorBusy: too many long simulations are under way.
        SimulatorFailed: the process ended, twice.
    """
    if size > SHORT_ORDER:
        return analyse_apart(kind, data)
    order = parse_analysis(kind, data)
    key = f"analysis:{SIMULATOR_VERSION}:{order.digest()}"
    known = shared.known(key)
    if isinstance(known, bytes):
        return known
    answer = _answer(order, data)
    if len(answer) <= _LARGEST_KEPT:
        shared.keep(key, answer, _KEPT_SECONDS)
    return answer


def _answer(order: AnalysisOrder, data: Any) -> bytes:
    if SECONDS_PER_OPERATION * expected_operations(order) > SHORT_SECONDS:
        return analyse_apart(order.kind, data)
    return orjson.dumps(analyse(order))
