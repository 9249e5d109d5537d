"""What a picture of an analysis consists of, and the axes that several of them share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike, NDArray

from simulator.core.numbers import format_number
from simulator.figures.axes import Axis, linear_axis, log_axis
from simulator.figures.panels.analyses.pieces import Plot
from simulator.figures.words import Table

Floats = NDArray[np.float64]
Answer = Mapping[str, Any]

_LOG_FROM = 30.0  # a smaller ratio of the highest to the lowest value reads better on a linear axis
_SMALLEST = 1e-300  # what a logarithmic axis begins with at least
_DEEPEST = 1e-14  # of the highest value: what is lower leaves the picture at its bottom
_FALL = 30.0  # times what values are usually like: a loss that falls without end is followed no further
_MOST_ROWS = 21


@dataclass(frozen=True, eq=False)
class Group:
    """One panel of a picture: one plot, or several small ones on common axes under a heading."""

    kind: str
    title: str
    subtitle: str
    plots: tuple[Plot, ...]
    description: str


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of an analysis: its panels, what it shows in words, and its numbers."""

    title: str
    groups: tuple[Group, ...]
    words: tuple[str, ...]
    table: Table


def one_plot(kind: str, plot: Plot) -> Group:
    """A panel of one plot."""
    return Group(kind, plot.frame.title, plot.subtitle, (plot,), plot.description)


def numbers(values: Sequence[float | None]) -> Floats:
    """Values of an answer; null is not a number."""
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def value_axis(
    values: ArrayLike,
    title: str,
    log_title: str,
    *,
    most: float = math.inf,
    log: bool | None = None,
    room: float = 0.0,
) -> Axis:
    """An axis for values, as far as they are finite and at most `most`: logarithmic where they are positive
    and spread, unless `log` says it. So much `room` of its length is left at its ends at least: a line along
    the edge of a plot is hardly seen."""
    data = np.asarray(values, dtype=float).ravel()
    data = np.minimum(data[np.isfinite(data)], most)
    if not data.size:
        return linear_axis(title, 0.0, 1.0)
    low, high = float(data.min()), float(data.max())
    if low < 0:
        middle = float(np.median(data))
        low = max(low, middle - _FALL * max(high - middle, abs(middle), _SMALLEST))
    positive = data[data > 0]
    wide = low >= 0 and positive.size > 0 and high / float(positive.min()) >= _LOG_FROM
    if high > _SMALLEST and (wide if log is None else log):
        low = max(float(positive.min()), high * _DEEPEST, _SMALLEST)
        beyond = max(high / low, 10.0) ** room
        return log_axis(log_title, low / beyond, high * beyond)
    if 0 < low < 0.6 * high:
        low = 0.0
    span = high - low
    low, high = low - room * span * (low != 0), high + room * span
    return linear_axis(title, low, high, ends=True)


def loss_axis(losses: ArrayLike, *, most: float = math.inf) -> Axis:
    """An axis for losses."""
    return value_axis(losses, _("loss"), _("loss (log scale)"), most=most)


def rate_axis(rates: Sequence[float]) -> Axis:
    """A logarithmic axis for learning rates."""
    return log_axis(_("learning rate (log scale)"), min(rates), max(rates))


def some(count: int, most: int = _MOST_ROWS) -> list[int]:
    """At most so many of `count` places, evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted(set(np.linspace(0, count - 1, most).round().astype(int).tolist()))


def told(value: float | None, digits: int = 3) -> str:
    """A number of a table."""
    return "–" if value is None or not math.isfinite(value) else format_number(value, digits)


STATUSES = {
    "converged": lambda: _("converged"),
    "running": lambda: _("still under way"),
    "oscillating": lambda: _("oscillating"),
    "diverged": lambda: _("diverged"),
}


def status_told(status: str) -> str:
    """A status in a word or two."""
    return STATUSES[status]()


def fate(outcome: Answer | None) -> str:
    """What became of a run, in a few words."""
    if outcome is None:
        return _("not tried")
    if outcome["status"] == "diverged":
        return _("it diverges at step %(step)d") % {"step": outcome["diverged_at"]}
    return _("it ends at a loss of %(loss)s (%(status)s)") % {
        "loss": told(outcome["final_loss"]), "status": status_told(outcome["status"]),
    }  # fmt: skip
