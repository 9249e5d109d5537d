"""The way of a run over a contour map of a loss with two parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.figures import layers
from simulator.figures.axes import linear_axis
from simulator.figures.contours import LEVELS, regions
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.labels import Label, dense_points, shorten
from simulator.figures.layers import QUIET, Rows, Spec
from simulator.figures.panels.moves import Moves, all_moves, exit_labels
from simulator.figures.panels.names import placed
from simulator.figures.series import PREDICTION, Series
from simulator.figures.surface import Surface, view
from simulator.figures.themes import Theme
from simulator.figures.thinning import significant

Floats = NDArray[np.float64]

_NARROWEST = 0.36  # of the longer side: a ravine seen along its length is given that much width
_DOTTED = 60  # steps drawn with a dot


def frame(
    series: Sequence[Series], surface: Surface, marks: Sequence[Sequence[float]], width: int = WIDTH
) -> Frame:
    """Axes that hold the runs, the minimum and the landmarks."""
    low, high = view(series, surface.minimum, marks)
    span = high - low
    wanted = np.maximum(span, _NARROWEST * float(span.max()) or 1.0)
    middle, half = (low + high) / 2, 0.56 * wanted
    x = linear_axis(_("parameter 1"), float(middle[0] - half[0]), float(middle[0] + half[0]), count=5)
    y = linear_axis(_("parameter 2"), float(middle[1] - half[1]), float(middle[1] + half[1]), count=4)
    return Frame("path", _("The way over the loss surface"), x, y, width)


def datasets(
    series: Sequence[Series], surface: Surface, frame: Frame, subtitle: str = "", *, moved: str | None = None
) -> dict[str, Rows]:
    """`moves`: a row per run; `exits`, `labels`, `titles`; and what stands still when the slider moves:
    `regions`, the map, and `places`, start and minimum. With `moved` only what changes with that run."""
    shown = [run for run in series if run.role != "reach" and run.params is not None]
    moves = _moves(shown, frame)
    places: Rows = [
        {"id": f"start{i}", "kind": "start", "x": x, "y": y} for i, (x, y) in enumerate(_starts(shown))
    ]
    minimum = surface.minimum
    if minimum is not None:
        places.append({"id": "minimum", "kind": "minimum", "x": float(minimum[0]), "y": float(minimum[1])})
    crosses = [frame.pixels([place["x"]], [place["y"]]) for place in places]
    found = {
        "moves": [_row(move) for move in moves if moved in (None, move.id)],
        "exits": [row for move in moves for row in move.exit_rows()],
        "labels": layers.label_rows(_labels(shown, moves, crosses, frame)),
        "titles": layers.title_rows(frame.title, subtitle),
    }
    return {"regions": _region_rows(surface, frame), "places": places} | found if moved is None else found


def _moves(shown: Sequence[Series], frame: Frame) -> list[Moves]:
    return all_moves(shown, lambda run: run.places, frame, most=300)


def _labels(
    shown: Sequence[Series], moves: Sequence[Moves], crosses: Sequence[Floats], frame: Frame
) -> list[Label]:
    def at_rest(still: Sequence[Series]) -> list[Label]:
        return _labels(still, _moves(still, frame), crosses, frame)

    own = [
        run.once((move, "label"), partial(_label, run, move, frame))
        for run, move in zip(shown, moves, strict=True)
    ]
    around = [np.repeat(cross, 8, axis=0) for cross in crosses]  # weighty: no label over a mark
    wanted = [*exit_labels(shown, moves), *(label for label, _points in own)]
    return placed(shown, wanted, [points for _label, points in own], around, frame, at_rest)


def _label(run: Series, move: Moves, frame: Frame) -> tuple[Label, Floats]:
    """The name of a run, and the points (n, 2) of its line and its cloud."""
    line, cloud = dense_points(move.line), move.pixels[move.in_cloud]
    name = Label(run.id, shorten(run.name, frame.width * 0.7), _anchors(line, cloud))
    return name, np.concatenate([line, cloud])


def _row(move: Moves) -> dict[str, Any]:
    return move.row() | {"dotted": bool(move.steps[-1] <= _DOTTED)}


def _region_rows(surface: Surface, frame: Frame) -> Rows:
    rows: Rows = []
    for number, region in enumerate(regions(surface, frame)):
        x, y = significant(region.ring.T, 4)
        rows.append(
            {"id": number, "rank": region.rank, "level": float(f"{region.level:.4g}"), "x": x, "y": y}
        )
    return rows


def _starts(shown: Sequence[Series]) -> list[tuple[float, float]]:
    starts = {(float(run.places[0, 0]), float(run.places[0, 1])): None for run in shown}
    return list(starts)


def _anchors(line: Floats, cloud: Floats) -> Floats:
    """Places where the name of a run may stand: along its way, whose points `line` lie close together, and
    about the cloud that it ends in."""
    found = [np.zeros((0, 2))]
    if len(cloud):
        away = cloud - cloud.mean(axis=0)
        turns = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        found.append(cloud[(away @ np.array([np.cos(turns), np.sin(turns)])).argmax(axis=0)])
    if len(line) > 1 or not len(cloud):
        order = np.array([0.05, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.9])
        found.append(line[(order * (len(line) - 1)).round().astype(int)])
    return np.concatenate(found)


def spec(data: dict[str, Rows], frame: Frame, theme: Theme) -> Spec:
    """The description: shaded regions, each run's way with a dot a step, a ring at the start, a cross at the
    minimum."""
    axes = layers.axes(frame, theme, "x", "y", grid=False)
    moving = [{"flatten": ["step", "x", "y"]}]
    colour, at = layers.colours(theme), {"x": axes["x"], "y": axes["y"]}
    ranks = list(range(LEVELS))
    prediction = {"test": f"datum.id === '{PREDICTION}'", "value": 1.6}
    return layers.whole(frame, theme, data, [
        {
            "data": {"name": "regions"}, "transform": [{"flatten": ["x", "y"]}],
            "mark": {"type": "line", "interpolate": "linear-closed", "clip": True, "stroke": theme.ink_3,
                     "strokeOpacity": 0.35, "strokeWidth": 0.6, **QUIET},
            "encoding": {
                **axes, "detail": {"field": "id"}, "order": {"value": None},
                "fill": {"field": "rank", "type": "ordinal", "legend": None,
                         "scale": {"domain": ranks, "range": list(theme.fill)}},
            },
        },
        {
            "data": {"name": "moves"},
            "transform": [layers.HAS_CLOUD, *moving, layers.IN_CLOUD, layers.UNTIL_AT],
            "mark": {"type": "point", "filled": True, "opacity": 0.55, "clip": True, "size": 16, **QUIET},
            "encoding": {
                **at, "color": colour, "shape": layers.shapes(),
                # The widest first, so that none hides a smaller one.
                "order": {"field": "spread", "type": "quantitative", "sort": "descending"},
            },
        },
        {
            "data": {"name": "moves"}, "transform": [*moving, layers.BEFORE_CLOUD, layers.UNTIL_AT],
            "mark": {"type": "line", "clip": True, "strokeJoin": "round", **QUIET},
            "encoding": {
                **at, "order": {"field": "step", "type": "quantitative"}, "color": colour,
                "strokeDash": layers.dashes(), "strokeWidth": {"condition": prediction, "value": 1.8},
            },
        },
        {
            "data": {"name": "moves"},
            "transform": [{"filter": "datum.dotted"}, *moving, layers.UNTIL_AT],
            "mark": {"type": "point", "filled": True, "opacity": 1, "clip": True, "size": 20, **QUIET},
            "encoding": {**at, "color": colour, "shape": layers.shapes()},
        },
        {
            "data": {"name": "places"}, "transform": [{"filter": "datum.kind === 'minimum'"}],
            "mark": {"type": "point", "shape": "M-.7,-.7L.7,.7M-.7,.7L.7,-.7", "size": 60, "opacity": 1,
                     "stroke": theme.ink, "strokeWidth": 1.8, "clip": True, **QUIET},
            "encoding": at,
        },
        {
            "data": {"name": "places"}, "transform": [{"filter": "datum.kind === 'start'"}],
            "mark": {"type": "point", "filled": True, "shape": "circle", "size": 64, "opacity": 1,
                     "fill": theme.card, "stroke": theme.ink, "strokeWidth": 1.8, "clip": True, **QUIET},
            "encoding": at,
        },
        *layers.exit_layers(theme, at),
        *layers.held_layers(theme, at, "moves", ["step", "x", "y"]),
    ])  # fmt: skip
