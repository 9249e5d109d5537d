"""Curves over the steps of a run: one line per run, named beside it, with a mark where it diverges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.figures import layers
from simulator.figures.axes import Axis
from simulator.figures.frame import Frame
from simulator.figures.labels import Label, dense_points, place, shorten
from simulator.figures.layers import QUIET, Rows, Spec
from simulator.figures.series import PREDICTION, Series
from simulator.figures.themes import Theme
from simulator.figures.thinning import envelope

Floats = NDArray[np.float64]


def datasets(
    series: Sequence[Series], frame: Frame, subtitle: str, field: str, *, still: bool = True
) -> dict[str, Rows]:
    """`curves`: a row per run with its steps and the values of `field` ("loss" or "rate"); `ends`: where
    each stops; `labels`, `titles`; and `cursor`, which stands `still` when the slider moves."""
    shown = [run for run in series if run.role != "reach"]
    curves: Rows = []
    ends: Rows = []
    wanted: list[Label] = []
    lines: list[Floats] = []
    for run in shown:
        step, values, gone = _curve(run, getattr(run, field), frame.y)
        curves.append(
            {
                "id": run.id,
                "noisy": run.noisy and field == "loss",
                "step": step.tolist(),
                field: [_significant(value) for value in values],
            }
        )
        end = float(values[-1])
        off = not frame.y.low <= end <= frame.y.high
        ends.append(
            {"id": run.id, "step": int(step[-1]), field: _significant(end), "diverged": gone, "off": off}
        )
        line = frame.pixels(step, values)
        lines.append(line)
        wanted.append(Label(run.id, shorten(run.name, frame.width * 0.8), _anchors(line, frame.height)))
    for run, line, row in zip(shown, lines, ends, strict=True):
        if row["diverged"]:
            wanted.append(Label(f"{run.id}-end", run.end_in_words(row["step"]), line[-1:], swatch=False))
    # Short of room the divergence texts must find theirs first: they are bound to one point, names are not.
    wanted.sort(key=lambda label: label.swatch)
    labels = place(wanted, lines, frame.width, frame.height)
    found = {
        "curves": curves,
        "ends": ends,
        "labels": layers.label_rows(labels),
        "titles": layers.title_rows(frame.title, subtitle),
    }
    return found | {"cursor": [{"id": "cursor"}]} if still else found


def _curve(run: Series, values: Floats, axis: Axis) -> tuple[NDArray[np.int64], Floats, bool]:
    """Steps and values to draw, and whether the curve ends because the run diverged.

    A diverging curve stops at the upper edge, where its mark stands; other values off the axis are kept
    just off it, where they are cut: a number like 1e38 makes browsers drop the whole path.
    """
    rows = values.size
    gone = run.diverged_at is not None
    if gone:
        over = ~np.isfinite(values) | (values > axis.high)
        rows = min(int(over.argmax()) + 1 if over.any() else rows, (run.diverged_at or 0) + 1)
    values = np.nan_to_num(values[:rows], nan=np.inf, posinf=np.inf)
    low, high = (
        (axis.low / 10, axis.high * 10) if axis.log else (2 * axis.low - axis.high, 2 * axis.high - axis.low)
    )
    values = np.clip(values, low, high)
    if gone:
        values[-1] = min(values[-1], axis.high)
    kept = envelope(values)
    return kept, values[kept], gone


def _anchors(line: Floats, height: float) -> Floats:
    """Places on the part of a curve that is in the picture where its name may stand: near its end first."""
    dense = dense_points(line)
    dense = dense[(dense[:, 1] >= 0) & (dense[:, 1] <= height)]
    order = np.array([1.0, 0.9, 0.78, 0.66, 0.54, 0.42, 0.3, 0.15])
    return dense[(order * (len(dense) - 1)).round().astype(int)]


def _significant(value: float) -> float:
    return float(f"{value:.5g}")


def spec(data: dict[str, Rows], frame: Frame, theme: Theme, field: str) -> Spec:
    """The description: one line per run, a mark at each end, the names, and the values at step `at`."""
    axes = layers.axes(frame, theme, "step", field, grid=True)
    flat = {"flatten": ["step", field]}
    colour = layers.colours(theme)
    at = [{"filter": "at !== null"}, {"calculate": "at", "as": "step"}]
    thinner = [
        {"test": "datum.noisy", "value": 1.2},
        {"test": f"datum.id === '{PREDICTION}'", "value": 1.8},
    ]
    return layers.whole(frame, theme, data, [
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
                "shape": {"condition": {"test": "datum.diverged", "value": "triangle-up"}, **layers.shapes()},
            },
        },
        *layers.held_layers(theme, {"x": axes["x"], "y": axes["y"]}, "curves", ["step", field]),
    ])  # fmt: skip
