"""One plain sentence about a run, with its measured numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from simulator.core.diagnosis.shape import reversals, rises
from simulator.core.diagnosis.status import Diagnosis, FloatArray, Status
from simulator.core.numbers import format_apart, format_number
from simulator.core.spec import Run

_HOPPING = 0.8  # share of the steps that turn back
_FLOOR_RATIO = 2.0  # on a floor the mean losses of two quarters lie within this factor
_STANDSTILL = 0.01  # of the loss at the start of the last quarter; of the first loss where there is noise
_SLOW = 0.5  # of the first loss, still left at the end
_UNDER_WAY = 0.05  # of what a run has gained in all: it still moves when the last quarter gains that much
_DRIFT = 0.1  # the same of the mean losses of a noisy run: one that still falls by more is on no floor
_DECAYED = 1e-3  # of the largest rate
_GROWING = 1.2  # mean loss of the second half of the last quarter over its first half
_QUARTERS = 4  # a run of fewer steps has no last quarter to speak of
_PARTS = 6  # of the second half of a run, each wider than the one before where it grows


@dataclass(frozen=True, eq=False)
class _Rows:
    """All rows of one run: loss (T+1,), params (T+1, D), rate (T+1,)."""

    loss: FloatArray
    params: FloatArray
    lr: FloatArray
    stochastic: bool
    minimum: FloatArray | None

    @property
    def steps(self) -> int:
        return self.loss.size - 1

    @property
    def first(self) -> float:
        return float(self.loss[0])

    @property
    def last(self) -> float:
        return float(self.loss[-1])

    @cached_property
    def reversals(self) -> tuple[int, int]:
        """How many steps turn back, and how many pairs of steps there are."""
        return reversals(self.params)

    @cached_property
    def rises(self) -> int:
        """In how many steps the loss rises."""
        return rises(self.loss)

    def quarter(self, number: int) -> FloatArray:
        """Losses of the third (3) or last (4) quarter of the run."""
        length = self.steps // 4
        end = self.steps + 1 - (4 - number) * length
        return self.loss[end - length - (1 if number == 4 else 0) : end]


def words_for(
    run: Run,
    diagnosis: Diagnosis,
    *,
    loss: FloatArray,
    params: FloatArray,
    lr: FloatArray,
    minimum: FloatArray | None = None,
) -> str:
    """One sentence in English about a run of T steps, every number in it measured.

    `loss` (T+1,), `params` (T+1, D) and `lr` (T+1,) are the run at full resolution; `minimum` (D,) is the
    minimum of the objective where it is known.
    """
    rows = _Rows(loss, params, lr, run.stochastic, minimum)
    if rows.steps == 0:  # pragma: no cover - the bounds ask for a step at least
        return f"The loss is {format_number(rows.first)}."
    with np.errstate(all="ignore"):
        return _WORDS[diagnosis.status](rows, diagnosis)


def _diverged(rows: _Rows, diagnosis: Diagnosis) -> str:
    at = diagnosis.diverged_at or 0
    if at == 0:
        return "The run diverges at step 0: it starts where the loss is too large for a number."
    before, reached = float(rows.loss[at - 1]), float(rows.loss[at])
    start = _start_of_growth(rows, at)
    if not np.isfinite(reached):
        return (
            f"{start} and the run diverges at step {at}, where the numbers overflow: one step before, "
            f"the loss is {format_number(before)}."
        )
    if reached > max(1.0, abs(rows.first)):
        return f"{start} and the run diverges: at step {at} it has reached {format_number(reached)}."
    far = float(np.abs(rows.params[at]).max())
    return (
        f"The run leaves every bound and diverges at step {at}: the largest parameter has reached "
        f"{format_number(far)} there, at a loss of {format_number(reached)}."
    )


def _start_of_growth(rows: _Rows, at: int) -> str:
    lowest = int(np.argmin(rows.loss[:at]))
    low = float(rows.loss[lowest])
    if lowest > 0 and low < _SLOW * rows.first:
        return (
            f"The loss first falls from {format_number(rows.first)} to {format_number(low)} at step {lowest},"
            " then grows without bound"
        )
    return f"The loss grows without bound from {format_number(rows.first)}"


def _converged(rows: _Rows, diagnosis: Diagnosis) -> str:
    del diagnosis
    if (rows.params == rows.params[0]).all():
        loss = format_number(rows.first)
        return f"The run stays where it starts, at a point without slope: the loss is {loss}."
    manner = _manner(rows)
    return f"The loss {_change(rows)} in {_steps(rows)} and the run converges, {manner}."


def _manner(rows: _Rows) -> str:
    (turns, _), up = rows.reversals, rows.rises
    if _hops(rows):
        where = " of the minimum" if rows.params.shape[1] == 1 or _straddles(rows) else ""
        return f"hopping from side to side{where}" + (f", the loss rising {_times(up)}" if up else "")
    if up:
        return f"overshooting on the way: the loss rises in {up} of the {_steps(rows)}"
    if turns:
        return f"its steps turning back on themselves {_times(turns)}, the loss never rising"
    return "smoothly, the loss never rising"


def _straddles(rows: _Rows) -> bool:
    """Whether the run hops across the known minimum: the places of two steps lie on opposite sides of it."""
    if rows.minimum is None:
        return False
    offsets = rows.params - rows.minimum
    return bool(((offsets[1:] * offsets[:-1]).sum(axis=1) < 0).mean() >= _HOPPING)


def _hops(rows: _Rows) -> bool:
    turns, pairs = rows.reversals
    return pairs > 0 and turns >= _HOPPING * pairs


def _oscillating(rows: _Rows, diagnosis: Diagnosis) -> str:
    del diagnosis
    quarter = rows.quarter(4)
    how = "hops to and fro" if _hops(rows) else "keeps circling"
    low, high = format_apart(float(quarter.min()), float(quarter.max()))
    if _grows(rows, quarter):
        return (
            f"The loss {_change(rows)} in {_steps(rows)} and is growing: the run {how} ever more widely, "
            "though it has not gone far enough to count as diverged."
        )
    between = f"between {low} and {high}" if low != high else f"at {low}"
    return (
        f"The run neither settles nor escapes: it {how}, and over the last quarter of its {_steps(rows)} "
        f"the loss stays {between}, after {format_number(rows.first)} at the start."
    )


def _grows(rows: _Rows, quarter: FloatArray) -> bool:
    """Whether an oscillation becomes wider and wider.

    One that grows does so in every part of the run's second half; a bounded one that is chaotic goes up and
    down at random, so that a difference between two parts says nothing.
    """
    half = quarter.size // 2
    if float(quarter[half:].mean()) <= _GROWING * abs(float(quarter[:half].mean())):
        return False
    parts = np.array_split(rows.loss[-(rows.steps // 2) :], max(2, min(_PARTS, rows.steps // 4)))
    means, peaks = [float(part.mean()) for part in parts], [float(part.max()) for part in parts]
    return all(later > earlier for sizes in (means, peaks) for earlier, later in pairwise(sizes))


def _running(rows: _Rows, diagnosis: Diagnosis) -> str:
    del diagnosis
    if rows.stochastic:
        return _running_noisy(rows)
    fact = f"The loss {_change(rows)} in {_steps(rows)}"
    if rows.last >= rows.first:
        return f"{fact}, without settling and without diverging."
    before = float(rows.loss[rows.steps - max(1, rows.steps // 4)])
    moving = before - rows.last >= _UNDER_WAY * (rows.first - rows.last)
    if before - rows.last < _STANDSTILL * abs(before) and rows.lr[-1] < _DECAYED * rows.lr.max():
        return (
            f"{fact} and stands still there, the rate having decayed to {format_number(float(rows.lr[-1]))}."
        )
    if rises(rows.loss[rows.steps // 2 :]):
        return (
            f"{fact} without settling: it rises in {rows.rises} of them, and its lowest value is "
            f"{format_number(float(rows.loss.min()))}."
        )
    first, last = format_apart(rows.first, rows.last)
    if first == last:
        return f"The run hardly moves: the loss is still {last} after {_steps(rows)}."
    if moving and rows.first > 0 and rows.last > _SLOW * rows.first:
        return f"The run is slow: the loss only {_change(rows)} in {_steps(rows)} and is still falling."
    if not moving and before - rows.last < _STANDSTILL * abs(before):
        return (
            f"{fact} and now barely moves, with less than 1 % gained over the last quarter, but the "
            "gradient is not small enough to call it converged."
        )
    hopping = ", hopping from side to side," if _hops(rows) else ""
    if rows.steps < _QUARTERS:
        return f"{fact}{hopping} and is still falling."
    above, below = format_apart(before, rows.last)
    return (
        f"{fact}{hopping} and is still falling: over the last quarter it comes down from {above} to {below}."
    )


def _running_noisy(rows: _Rows) -> str:
    if rows.steps < _QUARTERS:
        return f"The loss {_change(rows)} in {_steps(rows)} with noise on the way."
    third, last = rows.quarter(3), rows.quarter(4)
    level, before = float(last.mean()), float(third.mean())
    low, high = float(last.min()), float(last.max())
    if format_number(low) == format_number(high) and rows.lr[-1] < _DECAYED * rows.lr.max():
        rate = format_number(float(rows.lr[-1]))
        fact = f"The loss {_change(rows)} in {_steps(rows)}"
        return f"{fact} and stands still there, the rate having decayed to {rate}."
    near = abs(level - before) <= (_FLOOR_RATIO - 1) * min(abs(level), abs(before))
    if near and before - level <= _DRIFT * abs(rows.first - level):
        least, mean, most = format_apart(low, level, high)
        average = f"over the last quarter of {_steps(rows)} it averages {mean}, between {least} and {most}"
        fallen = rows.first - level >= _STANDSTILL * abs(rows.first)
        if fallen and rows.first > last.max():
            return f"The loss falls from {format_number(rows.first)} to a noise floor: {average}."
        return f"The loss hovers: {average}, after {format_number(rows.first)} at the start."
    falling = level < before
    direction = "falling" if falling else "rising"
    course = f"still {direction}" if falling == (rows.last < rows.first) else f"{direction} at the end"
    averages, earlier = format_apart(level, before)
    return (
        f"The loss {_change(rows)} in {_steps(rows)} with noise on the way and is {course}: "
        f"it averages {averages} over the last quarter, {earlier} over the quarter before."
    )


def _change(rows: _Rows) -> str:
    first, last = format_apart(rows.first, rows.last)
    if first == last:
        return f"stays at {first}"
    return f"{'falls' if rows.last < rows.first else 'rises'} from {first} to {last}"


def _steps(rows: _Rows) -> str:
    return "1 step" if rows.steps == 1 else f"{rows.steps} steps"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


_WORDS: dict[Status, Callable[[_Rows, Diagnosis], str]] = {
    "diverged": _diverged,
    "converged": _converged,
    "oscillating": _oscillating,
    "running": _running,
}
