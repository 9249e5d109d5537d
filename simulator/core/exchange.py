"""What a client may ask of a simulation, and the public form of what it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simulator.core.errors import BudgetExceeded, error_at
from simulator.core.generalisation import numbers_of
from simulator.core.record import Record
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Result, RunResult

MOST_NUMBERS: Final = 200_000
USUAL_POINTS: Final = 200
PRECISIONS: Final = ("double", "single")
RECORD_KEYS: Final = ("points", "params", "precision")
MEASURED: Final = ("val_loss", "accuracy", "val_accuracy")  # where rows are kept apart


@dataclass(frozen=True)
class Wanted:
    """What a client wants recorded. `points` is None for all rows; `chosen` is whether it said how many."""

    points: int | None = USUAL_POINTS
    chosen: bool = False
    params: bool = False
    precision: str = "double"


@dataclass(frozen=True)
class Order:
    """A scenario to run, the rows to record of it, and the precision to tell them in."""

    scenario: Scenario
    record: Record
    precision: str


def parse_order(data: object) -> Order:
    """The order of a client: a scenario with, beside its own keys, `record`.

    Raises ScenarioError naming what is wrong, BudgetExceeded for more than `MOST_NUMBERS` numbers.
    """
    wanted = Wanted()
    if isinstance(data, Mapping) and "record" in data:
        wanted = parse_record(data["record"])
        data = {key: value for key, value in data.items() if key != "record"}
    scenario = parse_scenario(data)
    return Order(scenario, record_for(scenario, wanted), wanted.precision)


def parse_record(data: object) -> Wanted:
    """The `record` of an order. Raises ScenarioError naming the key that is wrong."""
    if data is None:
        return Wanted()
    if not isinstance(data, Mapping):
        raise error_at(
            "record", "bad_value", "must be an object with any of the keys points, params, precision."
        )
    for key in data:
        if key not in RECORD_KEYS:
            raise error_at(
                f"record.{key}", "unknown_key", "is no key here; they are points, params, precision."
            )
    points, params = data.get("points", USUAL_POINTS), data.get("params", False)
    precision = data.get("precision", "double")
    if points != "all" and (isinstance(points, bool) or not isinstance(points, int) or points < 2):
        raise error_at("record.points", "bad_value", "must be a whole number of at least 2, or “all”.")
    if not isinstance(params, bool):
        raise error_at("record.params", "bad_value", "must be true or false.")
    if precision not in PRECISIONS:
        raise error_at("record.precision", "bad_value", "must be “double” or “single”.")
    return Wanted(None if points == "all" else points, "points" in data, params, precision)


def record_for(scenario: Scenario, wanted: Wanted) -> Record:
    """The rows to record. Raises BudgetExceeded for more than `MOST_NUMBERS` numbers.

    Counted are t, and of every run lr, loss, what is measured where rows are kept apart and, if wanted, the
    D parameters. Who leaves `points` out gets 200 rows, or as many as there is room for.
    """
    a_row = 1 + sum(2 + numbers_of(run) + (run.dim if wanted.params else 0) for run in scenario.runs)
    rows = scenario.steps + 1 if wanted.points is None else min(wanted.points, scenario.steps + 1)
    room = MOST_NUMBERS // a_row
    if rows > room and not wanted.chosen:
        rows = max(2, room)
    if rows * a_row > MOST_NUMBERS:
        fewer = f"Record at most {room} points." if room >= 2 else "Leave out the parameters or some runs."
        message = f"This asks for {rows * a_row} numbers; at most {MOST_NUMBERS} are given. {fewer}"
        raise BudgetExceeded("too_many_numbers", message, {"record.points": message})
    return Record(points=None if rows > scenario.steps else rows, params=wanted.params)


def result_to_dict(result: Result, precision: str = "double") -> dict[str, Any]:
    """The public form of a result. Arrays stay arrays; who writes them as JSON writes null for what is not
    finite."""
    dtype = np.float32 if precision == "single" else np.float64
    with np.errstate(over="ignore"):  # beyond single precision is infinite
        return {
            "version": result.version,
            "t": result.t,
            "runs": [_run_to_dict(run, dtype) for run in result.runs],
        }


def _run_to_dict(run: RunResult, dtype: type[np.floating[Any]]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "label": run.label,
        "lr": run.lr.astype(dtype, copy=False),
        "loss": run.loss.astype(dtype, copy=False),
    }
    for name in MEASURED:
        series = getattr(run, name)
        if series is not None:
            entry[name] = series.astype(dtype, copy=False)
    if run.params is not None:
        # One run of several is a column of their common array; JSON is written from contiguous arrays only.
        entry["params"] = np.ascontiguousarray(run.params, dtype)
    return entry | {
        "status": run.status,
        "diverged_at": run.diverged_at,
        "best_loss": run.best_loss,
        "final_loss": run.final_loss,
        "words": run.words,
    }
