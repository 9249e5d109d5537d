"""The public form of what analyses give: plain values as JSON has them, null for what is not finite."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulator.core.analyses.comparison import Comparison, Entry, compare_optimizers
from simulator.core.analyses.costs import admit_causes
from simulator.core.analyses.noise_floor import noise_floor
from simulator.core.analyses.orders import AnalysisOrder, located
from simulator.core.analyses.range_test import Suggestion, range_test
from simulator.core.analyses.search import Trial, grid_search, random_search
from simulator.core.analyses.sharpness import sharpness
from simulator.core.analyses.stability import stability_limit
from simulator.core.analyses.step_lengths import step_lengths
from simulator.core.analyses.sweep import sweep
from simulator.core.analyses.validation import validation
from simulator.core.analyses.variation import Outcome, log_rates, run_of
from simulator.core.diagnosis.causes import causes_of
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.spec import Run
from simulator.core.version import SIMULATOR_VERSION

Answer = dict[str, Any]

_SWEPT = 100.0  # a sweep without a range goes this factor below and above the run's own rate
_TESTED = 1000.0


def analyse(order: AnalysisOrder) -> Answer:
    """Do what a client ordered.

    Raises ScenarioError naming the option that is wrong, BudgetExceeded before anything is allocated.
    """
    try:
        return {"version": SIMULATOR_VERSION, **_ANALYSES[order.kind](order)}
    except BudgetExceeded:
        raise
    except ScenarioError as error:
        raise located(error, order.kind) from None


def _rates(order: AnalysisOrder, runs: tuple[Run, ...]) -> tuple[float, ...]:
    options = order.options
    if options["rates"] is not None:
        rates: tuple[float, ...] = options["rates"]
        return rates
    low, high = _range(order, runs, _SWEPT)
    return log_rates(low, high, options["count"])


def _range(order: AnalysisOrder, runs: tuple[Run, ...], factor: float) -> tuple[float, float]:
    own = [run.optimizer.lr for run in runs]
    low, high = order.options["low"], order.options["high"]
    return (min(own) / factor if low is None else low), (max(own) * factor if high is None else high)


def _sweep(order: AnalysisOrder) -> Answer:
    run = run_of(order.scenario, order.options["run"])
    found = sweep(order.scenario, run.label, _rates(order, (run,)))
    return {
        "run": found.label,
        "steps": found.steps,
        "limit": found.limit,
        "best": _maybe(_outcome, found.best),
        "tenfold": None if found.tenfold is None else list(found.tenfold),
        "diverging": found.diverging,
        "outcomes": [_outcome(one) for one in found.outcomes],
    }


def _range_test(order: AnalysisOrder) -> Answer:
    run = run_of(order.scenario, order.options["run"])
    low, high = _range(order, (run,), _TESTED)
    found = range_test(order.scenario, run.label, low=low, high=high, steps=order.options["steps"])
    return {
        "run": found.label,
        "lr": _list(found.lr),
        "loss": _list(found.loss),
        "smoothed": _list(found.smoothed),
        "end": found.end,
        "suggestions": [_suggestion(one) for one in found.suggestions],
    }


def _suggestion(one: Suggestion) -> Answer:
    told = {"rule": one.rule, "lr": one.lr, "known_error": one.known_error}
    return told | {"outcome": _maybe(_outcome, one.outcome)}


def _stability(order: AnalysisOrder) -> Answer:
    found = stability_limit(order.scenario, order.options["run"])
    return {
        "run": found.label,
        "steps": found.steps,
        "kind": found.kind,
        "lr": _number(found.lr),
        "stable": _number(found.stable),
        "unstable": _number(found.unstable),
    }


def _sharpness(order: AnalysisOrder) -> Answer:
    found = sharpness(order.scenario, order.options["run"], points=order.options["points"])
    return {
        "run": found.label,
        "t": found.t.tolist(),
        "sharpness": _list(found.values),
        "lr": _list(found.lr),
        "limit": _maybe(_list, found.limit),
    }


def _step_lengths(order: AnalysisOrder) -> Answer:
    found = step_lengths(order.scenario, order.options["run"], points=order.options["points"])
    return {
        "run": found.label,
        "t": found.t.tolist(),
        "length": _list(found.lengths),
        "lr": _list(found.lr),
        "per_rate": _list(found.per_rate),
    }


def _noise_floor(order: AnalysisOrder) -> Answer:
    found = noise_floor(order.scenario, order.options["run"], seeds=order.options["seeds"])
    return {
        "run": found.label,
        "seeds": found.seeds,
        "measured": _number(found.measured),
        "error": _number(found.error),
        "lowest": _number(found.lowest),
        "highest": _number(found.highest),
        "settled": found.settled,
        "expected": _number(found.expected),
        "diverged": found.diverged,
    }


def _search(order: AnalysisOrder) -> Answer:
    options, label = order.options, order.options["run"]
    if options["method"] == "grid":
        found = grid_search(order.scenario, label, options["axes"])
    else:
        found = random_search(
            order.scenario, label, options["axes"], trials=options["trials"], seed=options["seed"]
        )
    return {
        "run": found.label,
        "steps": found.steps,
        "method": found.method,
        "best": _maybe(_trial, found.best),
        "trials": [_trial(one) for one in found.trials],
    }


def _trial(one: Trial) -> Answer:
    return {"settings": dict(one.settings), "outcome": _outcome(one.outcome)}


def _comparison(order: AnalysisOrder) -> Answer:
    rates = _rates(order, order.scenario.runs)
    found: Comparison = compare_optimizers(order.scenario, rates, seeds=order.options["seeds"])
    return {
        "steps": found.steps,
        "seeds": found.seeds,
        "seeded": found.seeded,
        "ranking": list(found.ranking),
        "runs": [_entry(one) for one in found.entries],
    }


def _entry(one: Entry) -> Answer:
    return {
        "label": one.label,
        "optimizer": one.optimizer,
        "lr": one.lr,
        "at_edge": one.at_edge,
        "median": _number(one.median),
        "lower": _number(one.lower),
        "upper": _number(one.upper),
        "losses": [_number(loss) for loss in one.losses],
        "tuning": [{"lr": lr, "median": _number(loss)} for lr, loss in one.tuning],
    }


def _causes(order: AnalysisOrder) -> Answer:
    run = run_of(order.scenario, order.options["run"])
    admit_causes(order.scenario, run)
    found = causes_of(order.scenario, run.label)
    causes = [
        {"cause": one.name, "holds": one.holds, "margin": _number(one.margin), "evidence": one.evidence}
        for one in found
    ]
    return {"run": run.label, "steps": order.scenario.steps, "causes": causes}


def _validation(order: AnalysisOrder) -> Answer:
    options = {key: order.options[key] for key in ("share", "seed", "points")}
    found = validation(order.scenario, order.options["run"], **options)
    return {
        "run": found.label,
        "train_rows": found.train_rows,
        "rows": found.rows,
        "t": found.t.tolist(),
        "train_loss": _list(found.train_loss),
        "loss": _list(found.loss),
        "train_accuracy": _maybe(_list, found.train_accuracy),
        "accuracy": _maybe(_list, found.accuracy),
        "best_at": found.best_at,
    }


def _outcome(one: Outcome) -> Answer:
    return {
        "lr": one.lr,
        "status": one.status,
        "diverged_at": one.diverged_at,
        "final_loss": _number(one.final_loss),
        "best_loss": _number(one.best_loss),
    }


def _maybe(form: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else form(value)


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _list(values: Any) -> list[float | None]:
    return [_number(value) for value in np.asarray(values).tolist()]


_ANALYSES: Mapping[str, Callable[[AnalysisOrder], Answer]] = {
    "sweep": _sweep,
    "range_test": _range_test,
    "stability": _stability,
    "sharpness": _sharpness,
    "step_lengths": _step_lengths,
    "noise_floor": _noise_floor,
    "search": _search,
    "comparison": _comparison,
    "causes": _causes,
    "validation": _validation,
}
