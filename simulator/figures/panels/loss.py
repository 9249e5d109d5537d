"""Loss against step, logarithmic where the loss is positive and spans enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.figures import layers
from simulator.figures.axes import Axis, linear_axis, log_axis
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.labels import Label, dense_points, place, shorten
from simulator.figures.layers import QUIET, Rows, Spec
from simulator.figures.series import PREDICTION, Series
from simulator.figures.themes import Theme
from simulator.figures.thinning import envelope

Floats = NDArray[np.float64]

_DEEPEST = 1e-10  # of the first loss: what falls lower leaves the picture at its bottom
_DIVERGING = 1e3  # a diverging run is followed up to so many times the first loss
_DIVERGING_REACH = 30.0
_HIGHEST = 1e6
_LOG_FROM = 30.0  # a smaller ratio of the highest to the lowest value reads better on a linear axis


def frame(series: Sequence[Series], width: int = WIDTH) -> Frame:
    """Axes that hold every run of the figure, and most of what the slider can bring."""
    steps = series[0].steps
    title = _("Loss over %(steps)d steps") % {"steps": steps} if steps != 1 else _("Loss over 1 step")
    x = linear_axis(_("step"), 0, steps, count=5)
    return Frame("loss", title, x, _loss_axis(series), width)


def _loss_axis(series: Sequence[Series]) -> Axis:
    shown = [run for run in series if run.role != "reach"]
    reach = [run for run in series if run.role == "reach"]
    start = max((abs(run.start) for run in shown if np.isfinite(run.start)), default=1.0) or 1.0
    low, high = _span(shown, start, _DIVERGING)
    reach_low, reach_high = _span(reach, start, _DIVERGING_REACH) if reach else (low, high)
    if low > 0 and high / low >= _LOG_FROM or (low == 0 and high > 0):
        floor = start * _DEEPEST
        positive = [float(run.loss[run.loss > 0].min(initial=np.inf)) for run in shown]
        bottom = max(min([*positive, high]), floor)
        if 0 < reach_low < bottom:
            bottom = max(reach_low, bottom * 1e-3, floor)
        return log_axis(_("loss (log scale)"), bottom, max(high, min(reach_high, start * _DIVERGING_REACH), bottom * 2))
    bottom = min(low, max(reach_low, low - (high - low)))
    top = max(high, min(reach_high, high + (high - low)))
    if 0 < bottom < 0.6 * top:
        bottom = 0.0
    return linear_axis(_("loss"), bottom, top, ends=True)


def _span(series: Sequence[Series], start: float, diverging: float) -> tuple[float, float]:
    """Lowest and highest loss that the picture should hold."""
    lows, highs = [], [start]
    for run in series:
        sound = run.loss[: max(run.sound_rows(), 1)]
        sound = sound[np.isfinite(sound)]
        if not sound.size:
            continue
        lows.append(float(sound.min()))
        limit = start * (diverging if run.diverged_at is not None else _HIGHEST)
        highs.append(min(float(sound.max()), limit) if run.diverged_at is None else limit)
    return min(lows, default=start), max(highs)


def datasets(series: Sequence[Series], frame: Frame, subtitle: str = "") -> dict[str, Rows]:
    """`curves`: a row per run with its steps and losses; `ends`: where each stops; `labels`, `titles`, `cursor`."""
    shown = [run for run in series if run.role != "reach"]
    curves: Rows = []
    ends: Rows = []
    wanted: list[Label] = []
    lines: list[Floats] = []
    for run in shown:
        step, loss, gone = _curve(run, frame.y)
        curves.append({"id": run.id, "step": step.tolist(), "loss": [_significant(value) for value in loss]})
        end = float(loss[-1])
        off = not frame.y.low <= end <= frame.y.high
        ends.append({"id": run.id, "step": int(step[-1]), "loss": _significant(end), "diverged": gone, "off": off})
        line = frame.pixels(step, loss)
        lines.append(line)
        wanted.append(Label(run.id, shorten(run.name, frame.width * 0.8), _anchors(line, frame.height)))
    for run, line, end in zip(shown, lines, ends, strict=True):
        if end["diverged"]:
            text = _("diverges at step %(step)d") % {"step": run.diverged_at}
            wanted.append(Label(f"{run.id}-end", text, line[-1:], swatch=False))
    # Short of room the divergence texts must find theirs first: they are bound to one point, names are not.
    wanted.sort(key=lambda label: label.swatch)
    labels = place(wanted, lines, frame.width, frame.height)
    return {
        "curves": curves,
        "ends": ends,
        "labels": layers.label_rows(labels),
        "titles": layers.title_rows(frame.title, subtitle),
        "cursor": [{"id": "cursor"}],
    }


def _curve(run: Series, axis: Axis) -> tuple[NDArray[np.int64], Floats, bool]:
    """Steps and losses to draw, and whether the curve ends because the run diverged.

    A diverging curve stops at the upper edge, where its mark stands; other values off the axis are kept just off
    it, where they are cut: a number like 1e38 makes browsers drop the whole path.
    """
    rows = run.loss.size
    loss = run.loss.astype(float)
    gone = run.diverged_at is not None
    if gone:
        over = ~np.isfinite(loss) | (loss > axis.high)
        rows = min(int(over.argmax()) + 1 if over.any() else rows, (run.diverged_at or 0) + 1)
    loss = np.nan_to_num(loss[:rows], nan=np.inf, posinf=np.inf)
    low, high = (axis.low / 10, axis.high * 10) if axis.log else (2 * axis.low - axis.high, 2 * axis.high - axis.low)
    loss = np.clip(loss, low, high)
    if gone:
        loss[-1] = min(loss[-1], axis.high)
    kept = envelope(loss)
    return kept, loss[kept], gone


def _anchors(line: Floats, height: float) -> Floats:
    """Places on the part of a curve that is in the picture where its name may stand: near its end first."""
    dense = dense_points(line)
    dense = dense[(dense[:, 1] >= 0) & (dense[:, 1] <= height)]
    order = np.array([1.0, 0.9, 0.78, 0.66, 0.54, 0.42, 0.3, 0.15])
    return dense[(order * (len(dense) - 1)).round().astype(int)]


def _significant(value: float) -> float:
    return float(f"{value:.5g}")


def spec(data: dict[str, Rows], frame: Frame, theme: Theme) -> Spec:
    """The description: one line per run, a mark at each end, the names, and the values at step `at`."""
    axes = layers.axes(frame, theme, "step", "loss", grid=True)
    flat = {"flatten": ["step", "loss"]}
    colour = layers.colours(theme)
    at = [{"filter": "at !== null"}, {"calculate": "at", "as": "step"}]
    prediction = {"test": f"datum.id === '{PREDICTION}'", "value": 1.8}
    return layers.whole(frame, theme, data, [
        {
            "data": {"name": "curves"}, "transform": [flat],
            "mark": {"type": "line", "clip": True, "strokeJoin": "round", **QUIET},
            "encoding": {
                **axes, "color": colour, "strokeDash": layers.dashes(),
                "strokeWidth": {"condition": prediction, "value": 2.2},
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
        *layers.held_layers(theme, {"x": axes["x"], "y": axes["y"]}, "curves", ["step", "loss"]),
    ])  # fmt: skip
