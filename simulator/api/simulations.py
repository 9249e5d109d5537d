"""``simulations/``: a scenario in, its runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from simulator import services
from simulator.api.serializers import SimulationIn, SimulationOut
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.record import Record
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Result, RunResult

MOST_NUMBERS = 200_000
USUAL_POINTS = 200
PRECISIONS = ("double", "single")
RECORD_KEYS = ("points", "params", "precision")


@dataclass(frozen=True)
class Wanted:
    """What a client wants recorded. ``points`` is None for all rows; ``chosen`` is whether it said how
    many."""

    points: int | None = USUAL_POINTS
    chosen: bool = False
    params: bool = False
    precision: str = "double"


def parse_record(data: Any) -> Wanted:
    """The ``record`` object of a request; ScenarioError naming what is wrong with it."""
    if data is None:
        return Wanted()
    if not isinstance(data, dict):
        raise wrong("record", _("Must be an object with any of the keys points, params, precision."))
    for key in data:
        if key not in RECORD_KEYS:
            raise wrong(
                f"record.{key}", _("Unknown key. Known keys: points, params, precision."), "unknown_key"
            )
    points = data.get("points", USUAL_POINTS)
    if points != "all" and (isinstance(points, bool) or not isinstance(points, int) or points < 2):
        raise wrong("record.points", _("Must be a whole number of at least 2, or “all”."))
    if not isinstance(params := data.get("params", False), bool):
        raise wrong("record.params", _("Must be true or false."))
    if (precision := data.get("precision", "double")) not in PRECISIONS:
        raise wrong("record.precision", _("Must be “double” or “single”."))
    return Wanted(None if points == "all" else points, "points" in data, params, precision)


def wrong(path: str, message: str, code: str = "bad_value") -> ScenarioError:
    return ScenarioError(code, f"{path}: {message}", {path: message})


def record_for(scenario: Scenario, wanted: Wanted) -> Record:
    """The rows to record; BudgetExceeded (422) for more than :data:`MOST_NUMBERS` numbers.

    Counted are t, and of every run lr, loss and, if wanted, the D parameters. A client that leaves
    ``points`` out gets 200 rows, or as many as the bound leaves room for.
    """
    a_row = 1 + sum(2 + (run.dim if wanted.params else 0) for run in scenario.runs)
    rows = scenario.steps + 1 if wanted.points is None else min(wanted.points, scenario.steps + 1)
    room = MOST_NUMBERS // a_row
    if rows > room and not wanted.chosen:
        rows = max(2, room)
    if rows * a_row > MOST_NUMBERS:
        message = _(
            "This asks for %(asked)d numbers; at most %(most)d are given. Record at most %(room)d points."
        ) % {
            "asked": rows * a_row,
            "most": MOST_NUMBERS,
            "room": room,
        }
        raise BudgetExceeded("too_many_numbers", message, {"record.points": message})
    return Record(points=None if rows > scenario.steps else rows, params=wanted.params)


def result_entry(result: Result, precision: str) -> dict[str, Any]:
    """The contract's answer. Arrays are left to the renderer, which writes null for what is not finite."""
    dtype = np.float32 if precision == "single" else np.float64
    with np.errstate(over="ignore"):  # beyond single precision is infinite, so null
        return {
            "version": result.version,
            "t": result.t,
            "runs": [run_entry(run, dtype) for run in result.runs],
        }


def run_entry(run: RunResult, dtype: type[np.floating[Any]]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "label": run.label,
        "lr": run.lr.astype(dtype, copy=False),
        "loss": run.loss.astype(dtype, copy=False),
    }
    if run.params is not None:
        entry["params"] = run.params.astype(dtype, copy=False)
    return entry | {
        "status": run.status,
        "diverged_at": run.diverged_at,
        "best_loss": run.best_loss,
        "final_loss": run.final_loss,
        "words": run.words,
    }


class Simulations(APIView):
    throttle_scope = {"POST": "simulations"}
    error_texts = {
        422: "The scenario is valid but would cost too much, or too many numbers are asked for.",
        503: "Too many long simulations are under way.",
    }

    @extend_schema(operation_id="simulations_run", request=SimulationIn, responses=SimulationOut)
    def post(self, request: Request) -> Response:
        """Run a scenario. Divergence is a result, not an error."""
        data = request.data
        wanted = Wanted()
        if isinstance(data, dict) and "record" in data:
            wanted = parse_record(data["record"])
            data = {key: value for key, value in data.items() if key != "record"}
        scenario = parse_scenario(data)
        result = services.run_once(scenario, record_for(scenario, wanted))
        return Response(result_entry(result, wanted.precision))
