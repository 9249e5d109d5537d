"""Data and what a model made of them: a curve through points, or the border between two classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import contourpy
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.core.numbers import format_number
from simulator.figures.axes import Axis, linear_axis
from simulator.figures.contours import Filled
from simulator.figures.frame import Frame
from simulator.figures.panels.analyses.multiples import columns_of, fewer_ticks
from simulator.figures.panels.analyses.picture import Group, Picture, one_plot, status_told, told
from simulator.figures.panels.analyses.pieces import Area, Line, Piece, Plot, Points
from simulator.figures.words import Table

Floats = NDArray[np.float64]
Model = Callable[[Floats], Floats]

_MOST_POINTS = 300
_ALONG, _ACROSS = 241, 81  # points at which a curve and a border are computed
_PAD = 0.08
_BORDER = 0.5


@dataclass(frozen=True, eq=False)
class Fitted:
    """A run with its data: X (n, 1 or 2), y (n,), and what its model gives for inputs (m, 1 or 2) before the
    first step and after the last (None where the run has diverged).

    `labels` is whether y are labels, so that the border is at one half.
    """

    name: str
    status: str
    final_loss: float
    X: Floats
    y: Floats
    before: Model
    after: Model | None
    labels: bool

    @property
    def right(self) -> float | None:
        """The share of rows on the right side of one half; None where y are no labels, or there is no
        model."""
        if not self.labels or self.after is None:
            return None
        return float(((self.after(self.X) > _BORDER) == (self.y > _BORDER)).mean())

    @property
    def one_side(self) -> int | None:
        """The label that the model gives to all rows, so that no border need be in sight; None where it tells
        rows apart."""
        if self.after is None:
            return None
        above = self.after(self.X) > _BORDER
        return int(above[0]) if (above == above[0]).all() else None


def picture(runs: Sequence[Fitted], width: int) -> Picture:
    """The picture of one to six runs whose data have the same number of columns."""
    flat = runs[0].X.shape[1] == 1
    title = _("Data and fitted curve") if flat else _("Data and decision boundary")
    alone = len(runs) == 1
    cell = width if alone else width // columns_of(len(runs), width)
    x, y = _axes(runs, flat)
    if not alone:
        x, y = fewer_ticks(x), fewer_ticks(y)
    # Small charts have no titles of axes to say in which unit their ticks are.
    units = [] if alone else [f"{axis.title}{axis.unit}" for axis in (x, y) if axis.unit]
    key = " · ".join([_key(flat), *units])
    plots = []
    for run in runs:
        name = title if alone else run.name
        if not alone and run.after is None:
            name = _("%(run)s: diverged") % {"run": run.name}
        frame = Frame("fit", name, x, y, cell, small=not alone)
        pieces = _curve(run, frame) if flat else _regions(run, frame)
        plots.append(Plot(frame, key, tuple(pieces), run.name))
    words = tuple(_told(run, alone) for run in runs)
    words += _left_out(runs)
    what = (
        _("The data as points, with the curve that the model gives after training.")
        if flat
        else _("The data of two classes, with the border that the model draws between them after training.")
    )
    description = " ".join([what, *words])
    if alone:
        (plot,) = plots
        group = one_plot("fit", Plot(plot.frame, plot.subtitle, plot.pieces, description))
    else:
        group = Group("fit", title, key, tuple(plots), description)
    return Picture(title, (group,), words, _table(runs))


def _key(flat: bool) -> str:
    return (
        _("line: after training · dotted: before")
        if flat
        else _("circles: label 1 · triangles: label 0 · dotted: before")
    )


def _axes(runs: Sequence[Fitted], flat: bool) -> tuple[Axis, Axis]:
    X = np.concatenate([run.X for run in runs])
    y = np.concatenate([run.y for run in runs])
    columns = (X[:, 0], y) if flat else (X[:, 0], X[:, 1])
    names = (_("input x"), _("output y")) if flat else (_("input 1"), _("input 2"))
    found = []
    for values, name in zip(columns, names, strict=True):
        low, high = float(values.min()), float(values.max())
        pad = _PAD * (high - low) or max(abs(low) * _PAD, 0.5)
        found.append(linear_axis(name, low - pad, high + pad))
    return found[0], found[1]


def _rows(run: Fitted) -> NDArray[np.int64]:
    count = len(run.X)
    return np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(np.int64)


def _curve(run: Fitted, frame: Frame) -> list[Piece]:
    x = np.linspace(frame.x.low, frame.x.high, _ALONG)
    rows = _rows(run)
    pieces: list[Piece] = [
        Points("ink_3", run.X[rows, 0], run.y[rows], size=18 if frame.small else 26, opacity=0.75),
        Line("ink_2", x, run.before(x[:, None]), width=1.4, dash=(2, 3)),
    ]
    if run.after is not None:
        pieces.append(Line("r0", x, run.after(x[:, None]), width=2.4))
    return pieces


def _regions(run: Fitted, frame: Frame) -> list[Piece]:
    pieces: list[Piece] = []
    if run.after is not None:
        values = _on_grid(run.after, frame)
        pieces += [Area("r0", ring) for ring in _rings(values, frame)]
    rows, size = _rows(run), 24 if frame.small else 34
    ones = rows[run.y[rows] > _BORDER]
    zeros = rows[run.y[rows] <= _BORDER]
    for key, chosen, shape in (("r0", ones, "circle"), ("r3", zeros, "triangle-up")):
        if chosen.size:
            pieces.append(
                Points(key, run.X[chosen, 0], run.X[chosen, 1], size=size, shape=shape, opacity=0.8)
            )
    for line in _borders(_on_grid(run.before, frame), frame):
        pieces.append(Line("ink_2", line[:, 0], line[:, 1], width=1.4, dash=(2, 3), exact=True))
    if run.after is not None:
        for line in _borders(values, frame):
            pieces.append(Line("ink", line[:, 0], line[:, 1], width=2.2, exact=True))
    return pieces


def _grid(frame: Frame) -> tuple[Floats, Floats]:
    return np.linspace(frame.x.low, frame.x.high, _ACROSS), np.linspace(frame.y.low, frame.y.high, _ACROSS)


def _on_grid(model: Model, frame: Frame) -> Floats:
    x, y = _grid(frame)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    values = np.nan_to_num(model(points), nan=_BORDER, posinf=1e6, neginf=-1e6)
    return np.clip(values, -1e6, 1e6).reshape(_ACROSS, _ACROSS)


def _borders(values: Floats, frame: Frame) -> list[Floats]:
    """The lines (n, 2) where the model gives one half."""
    x, y = _grid(frame)
    generator = contourpy.contour_generator(x, y, values, line_type=contourpy.LineType.Separate)
    return [np.asarray(line) for line in generator.lines(_BORDER)]


def _rings(values: Floats, frame: Frame) -> list[Floats]:
    """The regions where the model says 1, each a ring (n, 2) with its holes reached by keyholes."""
    x, y = _grid(frame)
    generator = contourpy.contour_generator(x, y, values, fill_type=contourpy.FillType.OuterOffset)
    polygons, offsets = cast("Filled", generator.filled(_BORDER, float(values.max()) + 1.0))
    found = []
    for points, starts in zip(polygons, offsets, strict=True):
        rings = [points[a:b] for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
        ring = [rings[0]]
        for hole in rings[1:]:
            ring += [hole, rings[0][:1]]
        found.append(np.concatenate(ring))
    return found


def _told(run: Fitted, alone: bool) -> str:
    if run.after is None:
        text = _("The run diverges: no model is left to draw.")
    elif run.right is not None:
        text = _(
            "After training %(share)s %% of the %(count)d rows are classified correctly; the loss is "
            "%(loss)s."
        )
        share, loss = format_number(100 * run.right), told(run.final_loss)
        text %= {"share": share, "count": len(run.y), "loss": loss}
        side = run.one_side
        if side is not None:
            text += " " + _("The model puts all of them on the side of label %(label)d.") % {"label": side}
    else:
        with np.errstate(all="ignore"):
            error = float(np.sqrt(np.mean((run.after(run.X) - run.y) ** 2)))
        text = _("After training the curve misses the %(count)d points by %(error)s (root mean square).") % {
            "count": len(run.y), "error": told(error),
        }  # fmt: skip
    return text if alone else _("%(run)s: %(text)s") % {"run": run.name, "text": text}


def _left_out(runs: Sequence[Fitted]) -> tuple[str, ...]:
    count = max(len(run.y) for run in runs)
    if count <= _MOST_POINTS:
        return ()
    return (_("%(drawn)d of %(count)d rows are drawn.") % {"drawn": _MOST_POINTS, "count": count},)


def _right(run: Fitted) -> str:
    return "–" if run.right is None else f"{100 * run.right:.1f} %"


def _table(runs: Sequence[Fitted]) -> Table:
    labels = any(run.labels for run in runs)
    headers = (_("Run"), _("Status"), _("Final loss"), *((_("Accuracy"),) if labels else ()))
    rows = tuple(
        (run.name, status_told(run.status), told(run.final_loss), *((_right(run),) if labels else ()))
        for run in runs
    )
    return Table(_("What came of each run"), headers, rows)
