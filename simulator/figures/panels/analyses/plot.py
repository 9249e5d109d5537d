"""A plot put together of a few kinds of pieces, for the pictures of analyses.

Unlike the panels of a figure these do not move with a slider, so a piece is a layer of its own with its look
written into it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.figures import layers
from simulator.figures.axes import Axis
from simulator.figures.frame import Frame
from simulator.figures.labels import Label, dense_points, place, shorten
from simulator.figures.layers import DASHES, IDS, QUIET, SHAPES, Rows, Spec
from simulator.figures.series import PREDICTION
from simulator.figures.themes import Theme
from simulator.figures.thinning import envelope

Floats = NDArray[np.float64]

SOLID = (1, 0)
_ORDER = np.array([1.0, 0.9, 0.78, 0.66, 0.54, 0.42, 0.3, 0.15])  # where along a line its name may stand


@dataclass(frozen=True, eq=False)
class Line:
    """A line through x, y (n,): broken where a value is not finite, cut at the edge of the plot.

    `key` is an id of a run ("r0" … "r5", "p"), which gives colour and dashes, or a colour of the text
    ("ink_3"). `name` is the label beside it. With `exact` every point is kept, as a line that goes back and
    forth needs it.
    """

    key: str
    x: ArrayLike
    y: ArrayLike
    name: str = ""
    width: float = 2.2
    opacity: float = 1.0
    dash: tuple[int, ...] | None = None
    exact: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Marks at x, y (n,). Those above the plot stand on its upper edge, those below on its lower one; what is
    not finite counts as above. `name` stands beside the one at `named`."""

    key: str
    x: ArrayLike
    y: ArrayLike
    name: str = ""
    size: float = 44.0
    shape: str = ""
    opacity: float = 1.0
    hollow: bool = False
    named: int = 0


@dataclass(frozen=True)
class Rule:
    """A straight line across the plot at one x or one y, with its name."""

    name: str
    x: float | None = None
    y: float | None = None
    key: str = "ink"
    dash: tuple[int, ...] = (4, 3)


@dataclass(frozen=True, eq=False)
class Band:
    """The stretch between low (n,) and high (n,) over x (n,), shaded."""

    key: str
    x: ArrayLike
    low: ArrayLike
    high: ArrayLike
    opacity: float = 0.16


@dataclass(frozen=True, eq=False)
class Area:
    """A filled ring (n, 2) of the plane."""

    key: str
    ring: Floats
    opacity: float = 0.14


Piece = Line | Points | Rule | Band | Area


@dataclass(frozen=True, eq=False)
class Plot:
    """Pieces in painting order on the axes of a frame. `description` is for those who do not see it."""

    frame: Frame
    subtitle: str
    pieces: tuple[Piece, ...]
    description: str


def spec(plot: Plot, theme: Theme) -> Spec:
    """The Vega-Lite description."""
    frame = plot.frame
    data: dict[str, Rows] = {"axes": [], "labels": layers.label_rows(labels_of(plot))}
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
    return layers.whole(frame, theme, data, found)


def _dots(plot: Plot) -> list[Points]:
    """A mark for each line of a single point, which would not be seen."""
    found = []
    for piece in plot.pieces:
        if isinstance(piece, Line):
            parts = _stretches(piece, plot.frame)
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
        mark = {"type": "point", "filled": True, "size": piece.size, "opacity": piece.opacity,
                "shape": shape_of(piece), "fill": theme.card if piece.hollow else colour, "stroke": colour,
                "strokeWidth": 1.8 if piece.hollow else 0, **QUIET}  # fmt: skip
        return _marks(piece, frame), {"mark": mark, "encoding": at}
    if isinstance(piece, Rule):
        mark = {"type": "rule", "color": colour, "strokeWidth": 1.4, "strokeDash": list(piece.dash), **QUIET}
        channel, value = ("x", piece.x) if piece.x is not None else ("y", piece.y)
        inside = value is not None and _inside(value, getattr(frame, channel))
        rows: Rows = [{channel: value}] if inside else []
        return rows, {"mark": mark, "encoding": {channel: at[channel]}}
    if isinstance(piece, Band):
        mark = {"type": "area", "clip": True, "color": colour, "opacity": piece.opacity, **QUIET}
        return _band(piece, frame), {"mark": mark, "encoding": {**at, "y2": {"field": "high"}}}
    mark = {"type": "line", "interpolate": "linear-closed", "clip": True, "fill": colour,
            "fillOpacity": piece.opacity, "stroke": None, **QUIET}  # fmt: skip
    rows = [{"x": _short(x), "y": _short(y)} for x, y in piece.ring.tolist()]
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


def _inside(value: float, axis: Axis) -> bool:
    return bool(axis.low <= value <= axis.high)


def kept_near(values: ArrayLike, axis: Axis) -> Floats:
    """Values, those off the axis just off it: a number like 1e38 makes browsers drop a whole path."""
    data = np.asarray(values, dtype=float)
    if axis.log:
        return np.clip(data, axis.low / 10, axis.high * 10)
    return np.clip(data, 2 * axis.low - axis.high, 2 * axis.high - axis.low)


def _stretches(line: Line, frame: Frame) -> list[Floats]:
    """The pieces (n, 2) of a line between values that are not finite, thinned."""
    x, y = np.asarray(line.x, dtype=float), np.asarray(line.y, dtype=float)
    sound = np.isfinite(x) & ~np.isnan(y)
    y = kept_near(np.nan_to_num(y, nan=0.0, posinf=np.inf, neginf=-np.inf), frame.y)
    edges = np.flatnonzero(np.diff(np.r_[False, sound, False].astype(int)))
    found = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        part = np.column_stack([x[first:last], y[first:last]])
        found.append(part if line.exact else part[envelope(part[:, 1])])
    return found


def _parts(line: Line, frame: Frame) -> Rows:
    return [
        {"part": number, "place": place, "x": _short(x), "y": _short(y)}
        for number, part in enumerate(_stretches(line, frame))
        for place, (x, y) in enumerate(part.tolist())
    ]


def _marks(points: Points, frame: Frame) -> Rows:
    return [{"x": _short(x), "y": _short(y)} for x, y in _on_edge(points, frame).tolist()]


def _on_edge(points: Points, frame: Frame) -> Floats:
    """Places (n, 2) of the marks; those left or right of the plot are left out."""
    x, y = np.asarray(points.x, dtype=float), np.asarray(points.y, dtype=float)
    y = np.clip(np.nan_to_num(y, nan=np.inf, posinf=np.inf, neginf=-np.inf), frame.y.low, frame.y.high)
    within = (x >= frame.x.low) & (x <= frame.x.high)
    return np.column_stack([x, y])[within]


def _band(band: Band, frame: Frame) -> Rows:
    x = np.asarray(band.x, dtype=float)
    low, high = (
        kept_near(np.nan_to_num(edge, nan=0.0, posinf=np.inf, neginf=-np.inf), frame.y)
        for edge in (np.asarray(band.low, dtype=float), np.asarray(band.high, dtype=float))
    )
    sound = np.isfinite(x) & ~np.isnan(np.asarray(band.low)) & ~np.isnan(np.asarray(band.high))
    kept = np.flatnonzero(sound)
    kept = kept[np.unique(np.r_[envelope(low[kept]), envelope(high[kept])])] if kept.size else kept
    return [{"x": _short(x[k]), "y": _short(low[k]), "high": _short(high[k])} for k in kept.tolist()]


def labels_of(plot: Plot) -> list[Label]:
    """The names of all pieces, each where there is room for it: what is bound to one point comes first."""
    frame = plot.frame
    bound, free, crowd, marks = [], [], [], []
    for number, piece in enumerate(plot.pieces):
        if isinstance(piece, Rule):
            ends = _rule_ends(piece, frame)
            crowd.append(ends)
            if piece.name and len(ends):
                bound.append(_label(number, piece.name, _along_rule(piece, ends), frame, swatch=False))
        elif isinstance(piece, Line):
            parts = [frame.pixels(*part.T) for part in _stretches(piece, frame)]
            crowd += parts
            if piece.name and parts:
                label = _label(number, piece.name, _anchors(parts, frame), frame, swatch=piece.key in IDS)
                free.append(replace(label, id=piece.key))
        elif isinstance(piece, Points):
            places = frame.pixels(*_on_edge(piece, frame).T)
            marks.append(places)
            if piece.name and len(places):
                near = places[[min(piece.named, len(places) - 1)]]
                bound.append(_label(number, piece.name, near, frame, swatch=False))
        elif isinstance(piece, Band):
            pass  # named in the subtitle or by the lines at its edges
    points = [dense_points(line) for line in crowd if len(line)]
    return place([*bound, *free], [*points, *marks], frame.width, frame.height)


def _label(number: int, text: str, near: Floats, frame: Frame, *, swatch: bool) -> Label:
    return Label(f"label{number}", shorten(text, frame.width * 0.8 - 30 * swatch), near, swatch=swatch)


def _rule_ends(rule: Rule, frame: Frame) -> Floats:
    if rule.x is not None:
        if not _inside(rule.x, frame.x):
            return np.zeros((0, 2))
        at = float(frame.x.fraction([rule.x])[0]) * frame.width
        return np.array([[at, 0.0], [at, frame.height]])
    if rule.y is None or not _inside(rule.y, frame.y):
        return np.zeros((0, 2))
    at = (1 - float(frame.y.fraction([rule.y])[0])) * frame.height
    return np.array([[0.0, at], [frame.width, at]])


def _along_rule(rule: Rule, ends: Floats) -> Floats:
    shares = np.array([0.06, 0.14, 0.22, 0.3, 0.5, 0.7, 0.9])
    if rule.x is None:
        shares = shares[::-1]
    return ends[0] + shares[:, None] * (ends[1] - ends[0])


def _anchors(parts: list[Floats], frame: Frame) -> Floats:
    dense = np.concatenate([dense_points(part) for part in parts])
    dense = dense[
        (dense[:, 1] >= 0) & (dense[:, 1] <= frame.height) & (dense[:, 0] >= 0) & (dense[:, 0] <= frame.width)
    ]
    return dense[(_ORDER * (len(dense) - 1)).round().astype(int)] if len(dense) else np.zeros((0, 2))


def _short(value: Any) -> float:
    return float(f"{value:.5g}")
