"""A plot put together of a few kinds of pieces, for the pictures of analyses.

Unlike the panels of a figure these do not move with a slider, so a piece is a layer of its own with its look
written into it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from simulator.figures import layers
from simulator.figures.axes import Axis
from simulator.figures.frame import Frame
from simulator.figures.labels import MARK, Label, shorten
from simulator.figures.layers import DASHES, IDS, QUIET, SHAPES, Rows, Spec
from simulator.figures.panels.analyses.names import labels_of
from simulator.figures.panels.analyses.pieces import (
    SOLID,
    Band,
    Line,
    Piece,
    Plot,
    Points,
    Rule,
    inside,
    on_edge,
    stretches,
)
from simulator.figures.series import PREDICTION
from simulator.figures.themes import Theme
from simulator.figures.thinning import envelope

_IN_LABEL = 50.0  # size of a mark before its name, at most


def spec(plot: Plot, theme: Theme) -> Spec:
    """The Vega-Lite description."""
    frame = plot.frame
    labels = labels_of(plot)
    data: dict[str, Rows] = {"axes": [], "labels": layers.label_rows(labels)}
    data["titles"] = _titles(plot)
    axes = layers.axes(frame, theme, "x", "y", grid=True)
    if frame.small:
        for channel in axes.values():
            channel["axis"]["title"] = None
            channel["title"] = None
    found: Rows = [{"data": {"name": "axes"}, "mark": {"type": "point", **QUIET}, "encoding": axes}]
    at = {"x": axes["x"], "y": axes["y"]}
    for number, piece in enumerate([*plot.pieces, *_dots(plot)]):
        name = f"piece{number}"
        data[name], layer = _drawn(piece, frame, theme, at)
        found.append({"data": {"name": name}, **layer})
    for label in labels:
        if label.mark:
            name = f"mark-{label.id}"
            named = plot.pieces[int(label.id.removeprefix("label"))]
            data[name], layer = _before(label, named, theme)
            found.append({"data": {"name": name}, **layer})
    return layers.whole(frame, theme, data, found)


def _before(label: Label, named: Piece, theme: Theme) -> tuple[Rows, Spec]:
    """What stands before a name: one of the marks that it names, or a piece of the rule."""
    place = {"x": layers.pixel("x"), "y": layers.pixel("y")}
    if isinstance(named, Points):
        look = _look(replace(named, size=min(named.size, _IN_LABEL)), theme)
        return [{"x": label.x + MARK / 2 - 2, "y": label.y}], {"mark": look, "encoding": place}
    rows: Rows = [{"x": label.x, "x2": label.x + MARK - 3, "y": label.y}]
    return rows, {"mark": _rule_look(named, theme), "encoding": {**place, "x2": {"field": "x2"}}}


def _rule_look(rule: Piece, theme: Theme) -> Spec:
    """A rule, or a piece of one."""
    assert isinstance(rule, Rule)  # noqa: S101 (nothing else has a name with a mark)
    colour, dash = colour_of(rule.key, theme), list(rule.dash)
    return {"type": "rule", "color": colour, "strokeWidth": 1.4, "strokeDash": dash, **QUIET}


def _look(points: Points, theme: Theme) -> Spec:
    """The marks of points."""
    colour = colour_of(points.key, theme)
    return {
        "type": "point", "filled": True, "size": points.size, "opacity": points.opacity,
        "shape": shape_of(points), "fill": theme.card if points.hollow else colour, "stroke": colour,
        "strokeWidth": 1.8 if points.hollow else 0, **QUIET,
    }  # fmt: skip


def _dots(plot: Plot) -> list[Points]:
    """A mark for each line of a single point, which would not be seen."""
    found = []
    for piece in plot.pieces:
        if isinstance(piece, Line):
            parts = stretches(piece, plot.frame)
            if len(parts) == 1 and len(parts[0]) == 1:
                found.append(Points(piece.key, parts[0][:, 0], parts[0][:, 1]))
    return found


def _titles(plot: Plot) -> Rows:
    if not plot.frame.small:
        return layers.title_rows(plot.frame.title, plot.subtitle)
    left = 6 - plot.frame.margins[0]
    title = shorten(plot.frame.title, plot.frame.total_width - 12, 15)
    return [{"id": "title", "text": title, "x": left, "y": 16 - plot.frame.margins[2]}]


def _drawn(piece: Piece, frame: Frame, theme: Theme, at: Spec) -> tuple[Rows, Spec]:
    colour = colour_of(piece.key, theme)
    if isinstance(piece, Line):
        mark = {"type": "line", "clip": True, "strokeJoin": "round", "color": colour,
                "strokeWidth": piece.width, "opacity": piece.opacity, "strokeDash": list(dash_of(piece)),
                **QUIET}  # fmt: skip
        order = {"field": "place", "type": "quantitative"}
        encoding = {**at, "detail": {"field": "part"}, "order": order}
        return _parts(piece, frame), {"mark": mark, "encoding": encoding}
    if isinstance(piece, Points):
        return _marks(piece, frame), {"mark": _look(piece, theme), "encoding": at}
    if isinstance(piece, Rule):
        rows: Rows = [{"x": piece.x}] if inside(piece.x, frame.x) else []
        return rows, {"mark": _rule_look(piece, theme), "encoding": {"x": at["x"]}}
    if isinstance(piece, Band):
        mark = {"type": "area", "clip": True, "color": colour, "opacity": piece.opacity, **QUIET}
        return _band(piece, frame), {"mark": mark, "encoding": {**at, "y2": {"field": "high"}}}
    mark = {"type": "line", "interpolate": "linear-closed", "clip": True, "fill": colour,
            "fillOpacity": piece.opacity, "stroke": None, **QUIET}  # fmt: skip
    rows = [{"x": _short(x, frame.x), "y": _short(y, frame.y)} for x, y in piece.ring.tolist()]
    return rows, {"mark": mark, "encoding": {**at, "order": {"value": None}}}


def colour_of(key: str, theme: Theme) -> str:
    """The colour of a run's id, or of a text."""
    if key == PREDICTION:
        return theme.warn
    return theme.s[IDS.index(key)] if key in IDS else str(getattr(theme, key))


def dash_of(line: Line) -> tuple[int, ...]:
    """The dashes of a run's id where the line has none of its own."""
    if line.dash is not None:
        return line.dash
    return tuple(DASHES[IDS.index(line.key)]) if line.key in IDS else SOLID


def shape_of(points: Points) -> str:
    """The mark of a run's id where the points have none of their own."""
    return points.shape or (SHAPES[IDS.index(points.key)] if points.key in IDS else "circle")


def _parts(line: Line, frame: Frame) -> Rows:
    return [
        {"part": number, "place": place, "x": _short(x, frame.x), "y": _short(y, frame.y)}
        for number, part in enumerate(stretches(line, frame))
        for place, (x, y) in enumerate(part.tolist())
    ]


def _marks(points: Points, frame: Frame) -> Rows:
    return [{"x": _short(x, frame.x), "y": _short(y, frame.y)} for x, y in on_edge(points, frame).tolist()]


def _band(band: Band, frame: Frame) -> Rows:
    x = np.asarray(band.x, dtype=float)
    low, high = (
        frame.y.kept_near(np.nan_to_num(edge, nan=0.0, posinf=np.inf, neginf=-np.inf))
        for edge in (np.asarray(band.low, dtype=float), np.asarray(band.high, dtype=float))
    )
    sound = np.isfinite(x) & ~np.isnan(np.asarray(band.low)) & ~np.isnan(np.asarray(band.high))
    kept = np.flatnonzero(sound)
    kept = kept[np.unique(np.r_[envelope(low[kept]), envelope(high[kept])])] if kept.size else kept
    return [
        {"x": _short(x[k], frame.x), "y": _short(low[k], frame.y), "high": _short(high[k], frame.y)}
        for k in kept.tolist()
    ]


def _short(value: Any, axis: Axis) -> float:
    return float(f"{value:.{axis.digits}g}")
