"""The learning rate range test (Smith 2017, "Cyclical learning rates for training neural networks", sec.
3.3): one run whose rate grows exponentially, and the rates that rules of thumb read off its loss."""

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.core.analyses.variation import Outcome, admit, at_rate, outcomes_of, run_of
from simulator.core.arguments import Options
from simulator.core.diagnosis.status import FloatArray
from simulator.core.errors import error_at
from simulator.core.limits import MAX_STEPS
from simulator.core.schedulers import SchedulerSpec
from simulator.core.spec import Run, Scenario
from simulator.core.training import simulate

Rule = Literal["steepest", "minimum_tenth", "valley", "minimum"]

_BLOWN_UP = 4.0  # times the lowest loss so far: there the test ends
_SMOOTHING = 0.9  # weight of the past, for runs with noise or minibatches
_STEPS = 200

KNOWN_ERRORS: dict[Rule, str] = {
    "steepest": (
        "Where the loss falls fastest depends on where the run has got to by then: with another start or "
        "another number of steps the same rule gives another rate."
    ),
    "minimum_tenth": (
        "A tenth is a habit, not a law. It makes up for the minimum being too high by a factor that is "
        "anything from 1 to over 10."
    ),
    "valley": (
        "The middle of the longest fall moves with both ends of the range and is only as good as the "
        "smoothing of the loss."
    ),
    "minimum": (
        "Too high as a constant rate, usually 2 to 10 times: the run has not had the steps to diverge "
        "before the rate has grown past the limit."
    ),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rate by one rule, what is known to be wrong with the rule, and what became of the run when trained at
    that constant rate for as many steps as the scenario has (None where the rule finds nothing)."""

    rule: Rule
    lr: float | None
    known_error: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, eq=False)
class RangeTest:
    """Rates (T+1,) that grow from `low` to `high`, the loss (T+1,) before each update, and the same smoothed.

    Rows from `end` on are left out by the rules: the loss has blown up there.
    """

    label: str
    lr: FloatArray
    loss: FloatArray
    smoothed: FloatArray
    end: int
    suggestions: tuple[Suggestion, ...]


def range_test(
    scenario: Scenario, label: str | None = None, *, low: float, high: float, steps: int = _STEPS
) -> RangeTest:
    """Train one run of `scenario` for `steps` updates with rates from `low` to `high`, and read off the
    rules.

    The run's own scheduler is left out; `lr[t] = low (high / low)^(t / (steps - 1))` drives update t. With
    noise or minibatches the loss is smoothed by an exponential average with bias correction. The test ends
    where the smoothed loss passes four times its lowest so far. Then each rule's rate is tried as the
    constant rate of the run, for the scenario's own number of steps. Raises ScenarioError for a range that is
    none, BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    _check(low, high, steps)
    admit(max(scenario.steps, steps), run, 4, 2)
    gamma = math.exp((math.log(high) - math.log(low)) / (steps - 1))
    growing = replace(
        run,
        optimizer=replace(run.optimizer, lr=low),
        scheduler=SchedulerSpec("ExponentialLR", Options({"gamma": gamma})),
        scheduler_interval=1,
    )
    trained = simulate(Scenario(steps, (growing,))).runs[0]
    with np.errstate(all="ignore"):
        smoothed = _smooth(trained.loss) if run.stochastic else trained.loss
        end = _end(smoothed)
        rates = _rates_of(trained.lr[:end], smoothed[:end])
    return RangeTest(
        run.label, trained.lr, trained.loss, smoothed, end, _suggestions(scenario.steps, run, rates)
    )


def _check(low: float, high: float, steps: int) -> None:
    if not (0 < low < math.inf):
        raise error_at("low", "out_of_bounds", "must be a finite number above 0.")
    if not (low < high < math.inf):
        raise error_at("high", "out_of_bounds", "must be a finite number above low.")
    if not 10 <= steps <= MAX_STEPS:
        raise error_at("steps", "out_of_bounds", f"must be a whole number from 10 to {MAX_STEPS}.")


def _smooth(loss: FloatArray) -> FloatArray:
    smoothed, average = np.empty_like(loss), 0.0
    for row, value in enumerate(loss.tolist()):
        average = _SMOOTHING * average + (1 - _SMOOTHING) * value
        smoothed[row] = average / (1 - _SMOOTHING ** (row + 1))
    return smoothed


def _end(loss: FloatArray) -> int:
    """The first row where the loss has blown up; without one, all rows."""
    lowest = np.minimum.accumulate(loss)
    # Of a loss that may be negative, a multiple says nothing: three times its fall is as much.
    bound = np.where(lowest > 0, _BLOWN_UP * lowest, lowest + (_BLOWN_UP - 1) * np.abs(loss[0] - lowest))
    blown = np.flatnonzero(~(loss <= np.maximum(bound, loss[0])))
    return int(blown[0]) if blown.size else loss.size


def _rates_of(lr: FloatArray, loss: FloatArray) -> dict[Rule, float | None]:
    lowest = int(np.argmin(loss)) if loss.size else 0
    if lowest == 0:
        return dict.fromkeys(KNOWN_ERRORS)
    slopes = np.gradient(loss[: lowest + 1], np.log(lr[: lowest + 1]))
    first, last = _longest_fall(loss)
    return {
        "steepest": float(lr[int(np.argmin(slopes))]),
        "minimum_tenth": float(lr[lowest]) / 10,
        "valley": math.sqrt(lr[first]) * math.sqrt(lr[last]),
        "minimum": float(lr[lowest]),
    }


def _longest_fall(loss: FloatArray) -> tuple[int, int]:
    """First and last row of the longest strictly falling subsequence, by patience sorting."""
    tails: list[float] = []  # the smallest end of a rising subsequence of -loss of each length
    places: list[int] = []
    before: list[int] = []
    for row, value in enumerate(-loss):
        length = bisect_left(tails, float(value))
        before.append(places[length - 1] if length else -1)
        if length == len(tails):
            tails.append(float(value))
            places.append(row)
        else:
            tails[length], places[length] = float(value), row
    last = first = places[-1]
    while before[first] >= 0:
        first = before[first]
    return first, last


def _suggestions(steps: int, run: Run, rates: dict[Rule, float | None]) -> tuple[Suggestion, ...]:
    constant = replace(run, scheduler=None)
    found = {rule: rate for rule, rate in rates.items() if rate is not None}
    runs = [at_rate(constant, rate) for rate in found.values()]
    outcomes = dict(zip(found, outcomes_of(steps, runs), strict=True)) if runs else {}
    return tuple(Suggestion(rule, rates[rule], KNOWN_ERRORS[rule], outcomes.get(rule)) for rule in rates)
