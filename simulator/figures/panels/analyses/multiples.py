"""Small multiples: a small loss chart for each run on common axes, named or lettered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
from django.utils.translation import gettext as _

from simulator.figures.axes import Axis, linear_axis, log_axis, step_axis
from simulator.figures.frame import Frame
from simulator.figures.panels import curves, loss
from simulator.figures.panels.analyses.picture import Group, Picture, told
from simulator.figures.panels.analyses.pieces import Band, Line, Piece, Plot, Points
from simulator.figures.series import Series
from simulator.figures.smoothing import window_of
from simulator.figures.words import Table, digits_of, table

_BEYOND = 1.25  # times the step at which the last run diverges: there the axis ends
_RISE = 10.0  # times its first loss: so far a diverging run is followed
_SHADE = 0.22  # opacity of a band
_TICKS = 4  # of a logarithmic axis: more do not find room in a small chart
_WIDE = 480  # px: from there on three charts stand in a row


def columns_of(count: int, width: int) -> int:
    """How many of `count` small charts stand in a row of `width` px."""
    return 2 if width < _WIDE or count in (2, 4) else 3


def picture(series: Sequence[Series], width: int, *, names: bool) -> Picture:
    """A chart for each run: with `names` their own, else the letters A, B, C, …, which tell nothing."""
    title = _("Loss of each run") if names else _("Which curve is which?")
    cell = width // columns_of(len(series), width)
    whole = loss.frame([_tamed(run) for run in series], width)
    x = step_axis(steps_in_sight(series), count=2)
    y = fewer_ticks(whole.y)
    called = [run.name if names else letter for run, letter in zip(series, ascii_uppercase, strict=False)]
    plots = tuple(
        Plot(Frame("multiples", name, x, y, cell, small=True), "", _pieces(run, y), name)
        for run, name in zip(series, called, strict=True)
    )
    if names:
        words = tuple(f"{run.name}: {run.words}" for run in series)
    else:
        words = tuple(_course(run, name) for run, name in zip(series, called, strict=True))
    subtitle = (
        _("loss (log scale)%(unit)s by step, on common axes")
        if y.log
        else _("loss%(unit)s by step, on common axes")
    ) % {"unit": y.unit}
    group = Group("multiples", title, subtitle, plots, " ".join([f"{title} {subtitle}.", *words]))
    return Picture(title, (group,), words, _table(series, called))


def fewer_ticks(axis: Axis) -> Axis:
    """The same axis with as many ticks as a small chart has room for."""
    if axis.log:
        found = log_axis(axis.title, axis.low, axis.high, most=_TICKS)
        return found if len(found.ticks) <= _TICKS else _thinned(found)
    tried = [linear_axis(axis.title, axis.low, axis.high, count=count) for count in range(3, 7)]
    return next((one for one in tried if len(one.ticks) > 1), tried[0])


def _thinned(axis: Axis) -> Axis:
    """The axis with ticks at powers of ten only, or, where those are too few, with every third one."""
    kept = [place for place, label in enumerate(axis.labels) if label.strip("0.") == "1"]
    kept = kept if len(kept) > 1 else list(range(0, len(axis.ticks), 3))
    ticks, labels = tuple(axis.ticks[place] for place in kept), tuple(axis.labels[place] for place in kept)
    return replace(axis, ticks=ticks, labels=labels)


def steps_in_sight(series: Sequence[Series]) -> int:
    """How far the axis of steps goes: where all runs diverge, not much further than the last of them."""
    ends = [
        run.steps if run.diverged_at is None else min(run.steps, math.ceil(_BEYOND * run.diverged_at))
        for run in series
    ]
    return max(ends)


def _tamed(run: Series) -> Series:
    """A diverging run as one that rises a little: the axis must not be made for it alone."""
    if run.diverged_at is None:
        return run
    high = np.nanmax(np.where(np.isfinite(run.loss[:1]), np.abs(run.loss[:1]), 1.0)) * _RISE
    tamed = np.minimum(np.nan_to_num(run.loss, nan=high, posinf=high, neginf=-high), high)
    return replace(run, loss=np.maximum(tamed, -high), diverged_at=None)


def _pieces(run: Series, y: Axis) -> tuple[Piece, ...]:
    """All in the same colour: what differs is the course alone."""
    return tuple(pieces_of(run, "r0", y, width=1.8, gone=Points("p", [], [], size=70, shape="triangle-up")))


def pieces_of(run: Series, key: str, y: Axis, *, name: str = "", width: float, gone: Points) -> list[Piece]:
    """The course of a run: where a long one is noisy, its means and the band around them; where it diverges,
    the mark `gone` at the upper edge."""
    curve = curves.curve_of(run, run.loss, y, window_of(run.steps))
    found: list[Piece] = []
    if curve.low is not None and curve.high is not None:
        found.append(Band(key, curve.x, curve.low, curve.high, _SHADE))
    found.append(Line(key, curve.x, curve.values, name, width=width))
    if curve.gone:
        shape = "triangle-down" if curve.values[-1] <= y.low else gone.shape
        found.append(replace(gone, x=curve.x[-1:], y=curve.values[-1:], shape=shape))
    return found


def _course(run: Series, letter: str) -> str:
    """Where a curve begins and ends: nothing that is not seen in it."""
    if run.diverged_at is not None:
        text = _("%(letter)s begins at a loss of %(first)s and diverges at step %(step)d.")
        return text % {"letter": letter, "first": told(run.start), "step": run.diverged_at}
    lowest = int(np.nanargmin(run.loss))
    losses = {"first": run.start, "lowest": float(run.loss[lowest]), "last": float(run.loss[-1])}
    digits = digits_of(list(losses.values()))
    numbers = {name: told(loss, digits) for name, loss in losses.items()}
    told_apart = len(set(numbers.values())) > 1
    if lowest == run.steps:
        text = _("%(letter)s begins at a loss of %(first)s and is lowest at the end, with %(last)s.")
    elif told_apart:
        text = _(
            "%(letter)s begins at a loss of %(first)s, is lowest at step %(step)d with %(lowest)s, and ends "
            "at %(last)s."
        )
    else:
        text = _("%(letter)s begins and ends at a loss of %(first)s.")
    return text % {**numbers, "letter": letter, "step": lowest}


def _table(series: Sequence[Series], called: Sequence[str]) -> Table:
    own = table(series)
    return Table(own.caption, (own.headers[0], *called), own.rows)
