"""A loss over one parameter, and the iterates hopping on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike, NDArray

from simulator.figures import layers
from simulator.figures.axes import LARGEST, linear_axis
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.labels import Label, dense_points, shorten
from simulator.figures.layers import QUIET, Rows, Spec
from simulator.figures.panels.moves import Moves, all_moves, exit_labels
from simulator.figures.panels.names import placed
from simulator.figures.panels.traces import Trace, traces_of
from simulator.figures.series import Series
from simulator.figures.surface import Surface, view
from simulator.figures.themes import Theme
from simulator.figures.thinning import significant

Floats = NDArray[np.float64]

_POINTS = 161
_MOST_HOPS = 120
_NUMBERED = 5
_PREDICTED = 2.5  # a predicted run may rise so many times as high as the runs that happen


def frame(
    series: Sequence[Series],
    surfaces: Sequence[Surface],
    marks: Sequence[Sequence[float]],
    width: int = WIDTH,
) -> Frame:
    """Axes that hold the runs' iterates, the minimum and the barriers between them."""
    corners = [
        view([run for run in series if run.surface == i], surface.minimum, marks)
        for i, surface in enumerate(surfaces)
    ]
    left = min(float(low[0]) for low, _high in corners)
    right = max(float(high[0]) for _low, high in corners)
    pad = 0.1 * (right - left) or 1.0
    x = linear_axis(_("parameter"), left - pad, right + pad, count=5)
    at = np.linspace(x.low, x.high, _POINTS)
    bottoms, tops = [], []
    for index, surface in enumerate(surfaces):
        curve = _drawable(surface.loss(at[:, None]))
        bottoms.append(float(curve.min()))
        inner = (curve[1:-1] >= curve[:-2]) & (curve[1:-1] > curve[2:])
        tops += [float(value) for value in curve[1:-1][inner]]  # barriers
        tops += [
            _highest(run, left, right) for run in series if run.surface == index and run.role == "happens"
        ]
    ceiling = min(bottoms) + _PREDICTED * (max(tops) - min(bottoms))
    tops += [_highest(run, left, right, ceiling) for run in series if run.role == "prediction"]
    bottom, top = min(bottoms), max(tops)
    span = (top - bottom) or 1.0
    y = linear_axis(_("loss"), bottom - 0.04 * span, top + 0.12 * span, count=5)
    return Frame("landscape", _("Steps on the loss curve"), x, y, width)


def _highest(run: Series, left: float, right: float, ceiling: float = np.inf) -> float:
    """The highest loss of a run inside the view."""
    at = run.places[:, 0]
    seen = (at >= left) & (at <= right) & np.isfinite(run.loss) & (run.loss <= ceiling)
    return float(_drawable(run.loss[seen].max(initial=run.start)))


def _drawable(losses: ArrayLike) -> Floats:
    """Losses, those beyond what can be drawn moved to its edge; what is no number counts as too high."""
    return np.nan_to_num(losses, nan=np.inf).clip(-LARGEST, LARGEST)


def datasets(
    series: Sequence[Series],
    surfaces: Sequence[Surface],
    frame: Frame,
    subtitle: str = "",
    *,
    moved: str | None = None,
) -> dict[str, Rows]:
    """`surface`: the loss, which stands still when the slider moves; `moves`: a row per run with its steps;
    `exits`: where runs leave; `labels`, `titles`. With `moved` only what changes with that run."""
    shown = [run for run in series if run.role != "reach" and run.params is not None]
    traces = _traces(shown, frame)
    found = {
        "moves": [trace.row() for trace in traces if moved in (None, trace.moves.id)],
        "exits": [row for trace in traces for row in trace.moves.exit_rows()],
        "labels": layers.label_rows(_labels(shown, traces, tuple(surfaces), frame)),
        "titles": layers.title_rows(frame.title, subtitle),
    }
    return {"surface": _surface_rows(surfaces, frame)} | found if moved is None else found


def _traces(shown: Sequence[Series], frame: Frame) -> list[Trace]:
    moves = all_moves(
        shown, lambda run: np.column_stack([run.places[:, 0], run.loss]), frame, most=_MOST_HOPS
    )
    return traces_of(shown, moves)


def _labels(
    shown: Sequence[Series], traces: Sequence[Trace], surfaces: tuple[Surface, ...], frame: Frame
) -> list[Label]:
    def at_rest(still: Sequence[Series]) -> list[Label]:
        return _labels(still, _traces(still, frame), surfaces, frame)

    moves = [trace.moves for trace in traces]
    wanted = [*_numbers(traces), *exit_labels(shown, moves), *_names(shown, moves, frame)]
    lines = [
        run.once((move, "line"), partial(dense_points, move.line))
        for run, move in zip(shown, moves, strict=True)
    ]
    ways = [
        np.concatenate([line, trace.moves.pixels[trace.marked]])
        for line, trace in zip(lines, traces, strict=True)
    ]
    return placed(shown, wanted, ways, _surface_points(surfaces, frame), frame, at_rest)


def _curves(surfaces: Sequence[Surface], frame: Frame) -> tuple[Floats, list[Floats]]:
    """The parameters (n,) at which the loss is drawn, and the losses (n,) of each surface there."""
    at = np.linspace(frame.x.low, frame.x.high, _POINTS)
    far = 3 * frame.y.high - 2 * frame.y.low  # off the axis, where the line is cut
    deep = 3 * frame.y.low - 2 * frame.y.high
    return at, [np.clip(_drawable(surface.loss(at[:, None])), deep, far) for surface in surfaces]


def _surface_rows(surfaces: Sequence[Surface], frame: Frame) -> Rows:
    at, curves = _curves(surfaces, frame)
    x, digits = significant(at, frame.x.digits), frame.y.digits
    return [{"id": f"s{i}", "x": x, "y": significant(curve, digits)} for i, curve in enumerate(curves)]


@lru_cache(maxsize=64)
def _surface_points(surfaces: tuple[Surface, ...], frame: Frame) -> list[Floats]:
    """Points in pixels along the loss curves, which labels keep off."""
    at, curves = _curves(surfaces, frame)
    return [dense_points(frame.pixels(at, curve)) for curve in curves]


def _numbers(traces: Sequence[Trace]) -> list[Label]:
    """The first steps of the first run by number, up to the first that is too near to another."""
    chosen: list[Label] = []
    for first in traces[:1]:
        left = first.moves.exit
        for step, point in zip(first.moves.steps.tolist()[:_NUMBERED], first.moves.pixels, strict=False):
            gone = left is not None and step >= left.step  # where it stands is the edge, not the place
            near = any(np.abs(point - other.near[0]).max() < 13 for other in chosen)
            if gone or near or step != len(chosen):
                break
            label = Label(f"{first.moves.id}-{step}", str(step), point[None], False, step, close=True)
            chosen.append(label)
    return chosen


def _names(shown: Sequence[Series], moves: Sequence[Moves], frame: Frame) -> list[Label]:
    return [
        run.once((move, "name"), partial(_name, run, move, frame))
        for run, move in zip(shown, moves, strict=True)
    ]


def _name(run: Series, move: Moves, frame: Frame) -> Label:
    pixels = move.pixels[:24]
    middles = (pixels[:-1] + pixels[1:]) / 2
    near = np.concatenate([middles, pixels]) if len(middles) else pixels
    return Label(run.id, shorten(run.name, frame.width * 0.7), near)


def spec(data: dict[str, Rows], frame: Frame, theme: Theme) -> Spec:
    """The description: the loss as a grey line, each run's hops as chords between dots, its first steps
    numbered."""
    axes = layers.axes(frame, theme, "x", "y", grid=True)
    flat = {"flatten": ["x", "y"]}
    moving = [{"flatten": ["step", "x", "y"]}]
    colour, at = layers.colours(theme), {"x": axes["x"], "y": axes["y"]}
    width = {"field": "width", "type": "quantitative", "scale": None}
    opacity = {"field": "opacity", "type": "quantitative", "scale": None}
    marks = {"flatten": ["step", "x", "y", "mark"]}
    return layers.whole(frame, theme, data, [
        {
            "data": {"name": "surface"}, "transform": [flat],
            "mark": {"type": "line", "clip": True, "color": theme.ink_3, "strokeWidth": 2, **QUIET},
            "encoding": {**axes, "detail": {"field": "id"}},
        },
        {
            "data": {"name": "moves"}, "transform": [*moving, layers.BEFORE_CLOUD, layers.UNTIL_AT],
            "mark": {"type": "line", "clip": True, "strokeJoin": "round", **QUIET},
            "encoding": {
                **at, "order": {"field": "step", "type": "quantitative"}, "color": colour,
                "strokeDash": layers.dashes(), "strokeWidth": width, "opacity": opacity,
            },
        },
        {
            "data": {"name": "moves"}, "transform": [marks, {"filter": "datum.mark"}, layers.UNTIL_AT],
            "mark": {"type": "point", "filled": True, "opacity": 1, "clip": True, "size": 44,
                     "stroke": theme.card, "strokeWidth": 0.9, **QUIET},
            "encoding": {**at, "color": colour, "shape": layers.shapes()},
        },
        *layers.exit_layers(theme, at),
        *layers.held_layers(theme, at, "moves", ["step", "x", "y"]),
    ])  # fmt: skip
