"""What a measure of a run is worth, and how it compares with a bound."""

import math
from dataclasses import dataclass

import numpy as np

from simulator.core.claims.grammar import Measure, Relation
from simulator.core.diagnosis.shape import crossings, rises
from simulator.core.diagnosis.status import FloatArray
from simulator.core.training import RunResult

# Differences of this size are rounding, relative to the run's first loss or to the distance that it starts
# from.
_LOSS_ROUNDING = 1e-28  # near a minimum the loss is quadratic in an error of the parameters of about 1e-16
_DISTANCE_ROUNDING = 1e-14


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a value is on the asked side of a bound, and how far from it: |value - bound| / |bound|."""

    true: bool
    margin: float


def compare(
    value: float, relation: Relation, bound: float, *, scale: float = 0.0, rounding: float = 0.0
) -> Comparison:
    """Strict comparison with its margin.

    Infinite stands for "never": two infinite values are decided, and neither is below or above the other;
    not-a-number is neither below nor above anything. `scale` is the smallest size that a margin is taken
    relative to; a difference of at most `rounding` has no margin.
    """
    true = value < bound if relation == "below" else value > bound
    if not (math.isfinite(value) and math.isfinite(bound)):
        return Comparison(true, math.inf)
    difference = abs(value - bound)
    if difference <= rounding:
        return Comparison(true, 0.0)
    size = max(abs(bound), scale)
    return Comparison(true, difference / size if size > 0 else math.inf)


def measured_value(measure: Measure, run: RunResult, minimum: FloatArray | None) -> float:
    """The value of a measure on a run at full resolution, with `params` where the measure needs them.

    A loss that is not a number counts as infinite, and so does a level never reached; a run that has diverged
    has no position (not-a-number).
    """
    match measure.name:
        case "final_loss":
            return _loss(run, run.loss.size - 1)
        case "loss":
            return _loss(run, run.loss.size - 1 if measure.at is None else measure.at)
        case "best_loss":
            return math.inf if run.best_loss is None else run.best_loss
        case "max_loss":
            return _or_infinite(float(run.loss.max()))
        case "floor":
            return _or_infinite(float(run.loss[-max(1, (run.loss.size - 1) // 4) :].mean()))
        case "steps_to":
            return steps_to(run.loss, 0.0 if measure.loss is None else measure.loss)
        case "final_lr":
            return float(run.lr[-1])
        case "lr":
            return float(run.lr[-1 if measure.at is None else measure.at])
        case "rises":
            return float(rises(run.loss))
        case _:
            return _place_value(measure, run, minimum)


def steps_to(loss: FloatArray, level: float) -> float:
    """The first step at which the loss is at most `level`; infinite when there is none."""
    reached = np.flatnonzero(loss <= level)
    return float(reached[0]) if reached.size else math.inf


def rounding_of(measure: Measure, run: RunResult, minimum: FloatArray | None) -> float:
    """The size of differences of this measure that are rounding."""
    match measure.name:
        case "final_loss" | "best_loss" | "max_loss" | "floor" | "loss":
            return _LOSS_ROUNDING * max(1.0, abs(float(run.loss[0])))
        case "distance" | "position" | "step_length" | "largest_step":
            offset = _params(run)[0] - (0.0 if minimum is None else minimum)
            return _DISTANCE_ROUNDING * max(1.0, float(np.abs(offset).max()))
        case _:
            return 0.0


def scale_of(measure: Measure, run: RunResult) -> float:
    """A position's margin is relative to the start where the bound is nearer to 0 than that; others to the
    bound."""
    if measure.name != "position":
        return 0.0
    return abs(float(_params(run)[0, measure.coordinate or 0]))


def _place_value(measure: Measure, run: RunResult, minimum: FloatArray | None) -> float:
    params = _params(run)
    with np.errstate(all="ignore"):
        match measure.name:
            case "position":
                row = params.shape[0] - 1 if measure.at is None else measure.at
                gone = run.diverged_at is not None and row >= run.diverged_at
                return math.nan if gone else float(params[row, measure.coordinate or 0])
            case "distance":
                row = -1 if measure.at is None else measure.at
                return _or_infinite(float(np.sqrt(((params[row] - minimum) ** 2).sum())))
            case "overshoots":
                coordinate = measure.coordinate or 0
                target = 0.0 if minimum is None else float(minimum[coordinate])
                return float(crossings(params[:, coordinate] - target))
            case "step_length":
                row = -1 if measure.at is None else measure.at
                return _or_infinite(float(_step_lengths(params)[row]))
            case _:
                return _or_infinite(float(_step_lengths(params).max()))


def _step_lengths(params: FloatArray) -> FloatArray:
    moves = np.diff(params, axis=0)
    lengths: FloatArray = np.sqrt((moves * moves).sum(axis=1))
    return lengths


def _params(run: RunResult) -> FloatArray:
    if run.params is None:
        raise ValueError("this measure needs a run recorded with its parameters")
    return run.params


def _loss(run: RunResult, row: int) -> float:
    return _or_infinite(float(run.loss[row]))


def _or_infinite(value: float) -> float:
    return math.inf if math.isnan(value) else value
