"""Curves over the steps of a run: one line per run, named beside it, with a mark where it diverges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures import layers
from simulator.figures.axes import Axis
from simulator.figures.frame import Frame
from simulator.figures.labels import Label, dense_points, shorten
from simulator.figures.layers import QUIET, Rows, Spec
from simulator.figures.panels.names import placed, told_apart
from simulator.figures.series import PREDICTION, Series
from simulator.figures.smoothing import smoothed, window_of
from simulator.figures.themes import Theme
from simulator.figures.thinning import envelope, significant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHADE = 0.26  # opacity of a band that is alone
_LEAST = -np.finfo(np.float64).max  # what falls without end, as a number that means can be made of


@dataclass(frozen=True, eq=False)
class Curve:
    """What is drawn of a run: `steps` (n,), `values` (n,) and, where the values are means, the band `low`,
    `high` (n,) around them. `gone` is whether it ends because the run diverged; where it crosses the upper
    or the lower edge between two steps, `end` is where."""

    steps: Ints
    values: Floats
    gone: bool
    low: Floats | None = None
    high: Floats | None = None
    end: float | None = None

    @property
    def x(self) -> Floats:
        """Where the values stand on the axis of steps (n,)."""
        found = self.steps.astype(float)
        if self.end is not None:
            found[-1] = self.end
        return found


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A curve with its row of the dataset `ends`, its `label`, what is said where it leaves the picture, and
    the points (n, 2) that labels keep off, in pixels."""

    curve: Curve
    end: dict[str, Any]
    label: Label
    exit: Label | None
    points: Floats


def datasets(
    series: Sequence[Series], frame: Frame, subtitle: str, field: str, *, moved: str | None = None
) -> dict[str, Rows]:
    """`curves`: a row per run with its steps and the values of `field` ("loss" or "rate"), means with a band
    where a long run is noisy; `ends`: where each stops; `labels`, `titles`; and `cursor`, which stands
    still when the slider moves. With `moved` only what changes with that run."""
    shown = [run for run in series if run.role != "reach"]
    window = window_of(max(run.steps for run in shown)) if field == "loss" else 0
    drawn = _all_drawn(shown, frame, field, window)
    # The more bands there are, the fainter: they lie over one another.
    shade = round(_SHADE / max(sum(run.noisy for run in shown), 1) ** 0.5, 2)
    found = {
        "curves": [
            _row(run, one.curve, field, shade, frame.y.digits)
            for run, one in zip(shown, drawn, strict=True)
            if moved in (None, run.id)
        ],
        "ends": [one.end for one in drawn],
        "labels": layers.label_rows(_labels(shown, drawn, frame, field, window)),
        "titles": layers.title_rows(frame.title, subtitle),
    }
    return found | {"cursor": [{"id": "cursor"}]} if moved is None else found


def _all_drawn(shown: Sequence[Series], frame: Frame, field: str, window: int) -> list[_Drawn]:
    return [run.once((field, frame, window), partial(_drawn, run, frame, field, window)) for run in shown]


def _labels(
    shown: Sequence[Series], drawn: Sequence[_Drawn], frame: Frame, field: str, window: int
) -> list[Label]:
    def at_rest(still: Sequence[Series]) -> list[Label]:
        return _labels(still, _all_drawn(still, frame, field, window), frame, field, window)

    # Short of room the divergence texts must find theirs first: they are bound to one point, names are not.
    exits = told_apart([one.exit for one in drawn if one.exit is not None], len(shown))
    wanted = [*exits, *(one.label for one in drawn)]
    return placed(shown, wanted, [one.points for one in drawn], [], frame, at_rest)


def _drawn(run: Series, frame: Frame, field: str, window: int) -> _Drawn:
    curve = curve_of(run, getattr(run, field), frame.y, window)
    line = frame.pixels(curve.x, curve.values)
    points = dense_points(line)
    label = Label(run.id, shorten(run.name, frame.width * 0.8), _anchors(points, frame.height))
    end, leaving = _end(run, curve, frame.y, field), None
    if curve.gone:
        leaving = Label(f"{run.id}-end", run.end_in_words(int(curve.steps[-1])), line[-1:], swatch=False)
    return _Drawn(curve, end, label, leaving, points)


def _row(run: Series, curve: Curve, field: str, shade: float, digits: int) -> dict[str, Any]:
    steps = curve.steps.tolist()
    if curve.end is not None:
        steps[-1] = curve.end
    row = {"id": run.id, "thin": run.noisy and field == "loss" and curve.low is None, "step": steps}
    if curve.low is None or curve.high is None:
        return row | {field: significant(curve.values, digits)}
    values, low, high = significant(np.stack([curve.values, curve.low, curve.high]), digits)
    return row | {field: values, "low": low, "high": high, "shade": shade}


def _end(run: Series, curve: Curve, axis: Axis, field: str) -> dict[str, Any]:
    value = float(curve.values[-1])
    off = not axis.low <= value <= axis.high
    return {
        "id": run.id, "step": int(curve.steps[-1]) if curve.end is None else curve.end,
        field: float(f"{value:.{axis.digits}g}"),
        "diverged": curve.gone, "off": off, "down": curve.gone and value <= axis.low,
    }  # fmt: skip


def curve_of(run: Series, values: Floats, axis: Axis, window: int) -> Curve:
    """What is drawn of the values (T+1,) of a run; of a noisy one means over `window` steps (0: none).

    A diverging curve stops at the edge that it crosses, where its mark stands; other values off the axis are
    kept just off it, where they are cut: a number like 1e38 makes browsers drop the whole path."""
    rows = values.size
    gone = run.diverged_at is not None
    falls = run.falls_without_end and not axis.log
    if gone:
        over = ~np.isfinite(values) | (values > axis.high)
        if falls:
            over |= values < axis.low
        rows = min(int(over.argmax()) + 1 if over.any() else rows, (run.diverged_at or 0) + 1)
    values = np.where(np.isnan(values[:rows]), np.inf, np.maximum(values[:rows], _LEAST))
    edge = axis.high if gone and values[-1] > axis.high else None
    if falls and values[-1] < axis.low:
        edge = axis.low
    if run.noisy and 0 < window < rows:
        return _smooth_curve(values, axis, window, gone=gone, edge=edge)
    last_two = values[-2:]
    values = axis.kept_near(values)
    kept, end = envelope(values), None
    if edge is not None:
        end, values[-1] = _crossing(last_two, edge, rows - 1, log=axis.log), edge
    return Curve(kept, values[kept], gone, end=end)


def _crossing(values: Floats, edge: float, last: int, *, log: bool) -> float | None:
    """Where between the last two steps the values go past the edge; None where that is not to be told."""
    before, after = float(values[0]), float(values[-1])
    if values.size < 2 or not math.isfinite(after) or (log and min(before, after) <= 0):
        return None
    if log:
        before, after, edge = math.log(before), math.log(after), math.log(edge)
    between = min(before, after) < edge < max(before, after)
    return round(last - 1 + (edge - before) / (after - before), 3) if between else None


def _smooth_curve(values: Floats, axis: Axis, window: int, *, gone: bool, edge: float | None) -> Curve:
    """Means and bands, each at the middle of its stretch. The last is drawn on to the last step, or to where
    the run leaves the picture, at an `edge`."""
    found = smoothed(values, window)
    last = (float(values[-1]) if edge is None else edge) if gone else None
    ends = [part[-1] if last is None else last for part in (found.mean, found.low, found.high)]
    mean, low, high = (
        axis.kept_near(np.append(part, end))
        for part, end in zip((found.mean, found.low, found.high), ends, strict=True)
    )
    return Curve(np.append(found.middle, values.size - 1), mean, gone, low, high)


def _anchors(dense: Floats, height: float) -> Floats:
    """Places on the part of a curve that is in the picture where its name may stand: near its end first. A
    curve that is nowhere in it is named along the edge beyond which it runs."""
    inside = dense[(dense[:, 1] >= 0) & (dense[:, 1] <= height)]
    dense = inside if len(inside) else dense.clip([-np.inf, 0.0], [np.inf, height])
    order = np.array([1.0, 0.9, 0.78, 0.66, 0.54, 0.42, 0.3, 0.15])
    return dense[(order * (len(dense) - 1)).round().astype(int)]


def spec(data: dict[str, Rows], frame: Frame, theme: Theme, field: str) -> Spec:
    """The description: one line per run, over the bands of the noisy ones, a mark at each end, the names, and
    the values at step `at`."""
    axes = layers.axes(frame, theme, "step", field, grid=True)
    flat = {"flatten": ["step", field]}
    colour = layers.colours(theme)
    at = [{"filter": "at !== null"}, {"calculate": "at", "as": "step"}]
    thinner = [
        {"test": "datum.thin", "value": 1.2},
        {"test": f"datum.id === '{PREDICTION}'", "value": 2},
    ]
    return layers.whole(frame, theme, data, [
        {
            "data": {"name": "curves"},
            "transform": [{"filter": "isValid(datum.low)"}, {"flatten": ["step", "low", "high"]}],
            "mark": {"type": "area", "clip": True, **QUIET},
            "encoding": {
                **axes, "y": {**axes["y"], "field": "low"}, "y2": {"field": "high"}, "color": colour,
                "opacity": {"field": "shade", "type": "quantitative", "scale": None},
            },
        },
        {
            "data": {"name": "curves"}, "transform": [flat],
            "mark": {"type": "line", "clip": True, "strokeJoin": "round", **QUIET},
            "encoding": {
                **axes, "color": colour, "strokeDash": layers.dashes(),
                "strokeWidth": {"condition": thinner, "value": 2.2},
            },
        },
        {
            "data": {"name": "cursor"}, "transform": at,
            "mark": {"type": "rule", "color": theme.ink_3, "strokeDash": [3, 3], **QUIET},
            "encoding": {"x": axes["x"]},
        },
        {
            # A mark may stand on the edge of the plot, so it is not clipped; what lies off the axis has none.
            "data": {"name": "ends"}, "transform": [{"filter": "!datum.off"}],
            "mark": {"type": "point", "filled": True, "opacity": 1, **QUIET},
            "encoding": {
                "x": axes["x"], "y": axes["y"], "color": colour,
                "size": {"condition": {"test": "datum.diverged", "value": 110}, "value": 34},
                "shape": {"condition": [
                    {"test": "datum.down", "value": "triangle-down"},
                    {"test": "datum.diverged", "value": "triangle-up"},
                ], **layers.shapes()},
            },
        },
        *layers.held_layers(theme, {"x": axes["x"], "y": axes["y"]}, "curves", ["step", field]),
    ])  # fmt: skip
