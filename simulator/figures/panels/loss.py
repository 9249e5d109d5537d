"""Loss against step, logarithmic where the loss is positive and spans enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.figures.axes import LARGEST, Axis, linear_axis, log_axis, step_axis
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.layers import Rows, Spec
from simulator.figures.panels import curves
from simulator.figures.series import Series
from simulator.figures.smoothing import smoothed, window_of
from simulator.figures.themes import Theme

Floats = NDArray[np.float64]

_DEEPEST = 1e-10  # of the first loss: what falls lower leaves the picture at its bottom
_DIVERGING = 1e3  # a diverging run is followed up to so many times the first loss
_DIVERGING_REACH = 30.0
_HIGHEST = 1e6
_DEEPER = 1e-3  # of the lowest loss of the runs drawn: how much lower the slider may bring one in sight
_SEEN_OF_REACH = 0.1  # of the means of a run that the slider brings, once it is down: so many may be below
_BELOW_MEAN = 0.7  # of the way from the lowest mean down to the band's edge: there the axis ends
_LOG_FROM = 30.0  # a smaller ratio of the highest to the lowest value reads better on a linear axis
_LOG_FROM_NOISY = 6.0  # but the levels that noise leaves lie near one another at the bottom


def frame(series: Sequence[Series], width: int = WIDTH) -> Frame:
    """Axes that hold every run of the figure, and most of what the slider can bring."""
    steps = max(run.steps for run in series)
    title = _("Loss over %(steps)d steps") % {"steps": steps} if steps != 1 else _("Loss over 1 step")
    return Frame("loss", title, step_axis(steps), _loss_axis(series), width)


def _loss_axis(series: Sequence[Series]) -> Axis:
    shown = [run for run in series if run.role != "reach"]
    reach = [run for run in series if run.role == "reach"]
    start = max((abs(run.start) for run in shown if np.isfinite(run.start)), default=1.0) or 1.0
    window = window_of(max(run.steps for run in shown))
    low, high = _span(shown, start, _DIVERGING, window)
    if high < low:  # noise throws a run that starts beside the minimum so far up that it never comes back
        high = low * _DIVERGING
    reach_low, reach_high = _span(reach, start, _DIVERGING_REACH, window) if reach else (low, high)
    falls_to_zero = low == 0 and any((run.loss > 0).any() for run in shown)
    enough = _LOG_FROM_NOISY if window and any(run.noisy for run in shown) else _LOG_FROM
    if (low > 0 and high / low >= enough) or falls_to_zero:
        floor = start * _DEEPEST
        positive = [_lowest(run, run.loss[(run.loss > 0) & np.isfinite(run.loss)], window) for run in shown]
        bottom = max(min([*positive, high]), floor)
        if 0 < reach_low < bottom:
            bottom = max(reach_low, bottom * _DEEPER, floor)
        return log_axis(
            _("loss (log scale)"), bottom, max(high, min(reach_high, start * _DIVERGING_REACH), bottom * 2)
        )
    bottom = min(low, max(reach_low, low - (high - low)))
    top = max(high, min(reach_high, high + (high - low)))
    if 0 < bottom < 0.6 * top:
        bottom = 0.0
    return linear_axis(_("loss"), bottom, top, ends=True)


def _span(series: Sequence[Series], start: float, diverging: float, window: int) -> tuple[float, float]:
    """Lowest and highest loss that the picture should hold."""
    lows, highs = [], [start]
    for run in series:
        sound = run.loss[: max(run.sound_rows(), 1)]
        sound = sound[np.isfinite(sound)]
        if not sound.size:
            continue
        lows.append(_lowest(run, sound, window))
        limit = start * (diverging if run.diverged_at is not None else _HIGHEST)
        highs.append(min(_highest(run, sound, window), limit) if run.diverged_at is None else limit)
    return min(min(lows, default=start), LARGEST), min(max(highs), LARGEST)


def _lowest(run: Series, losses: Floats, window: int) -> float:
    """The lowest loss that the axis holds. Noise takes a run arbitrarily near the minimum for a single
    step: such dips, of no meaning and endless on a logarithmic axis, may leave the picture."""
    if not losses.size:
        return np.inf
    if not run.noisy:
        return float(losses.min())
    if not 0 < window < losses.size:
        return float(np.quantile(losses, 0.04))
    found = smoothed(losses, window)
    if run.role == "reach":
        return float(np.quantile(found.mean[found.mean.size // 2 :], _SEEN_OF_REACH))
    return float((_BELOW_MEAN * found.low + (1 - _BELOW_MEAN) * found.mean)[found.full].min())


def _highest(run: Series, losses: Floats, window: int) -> float:
    """The highest loss that the axis holds: of a noisy run the top of its band."""
    if not (run.noisy and 0 < window < losses.size):
        return float(losses.max())
    return float(smoothed(losses, window).high.max())


def datasets(
    series: Sequence[Series], frame: Frame, subtitle: str = "", *, moved: str | None = None
) -> dict[str, Rows]:
    """The datasets of `curves`, with the field `loss`."""
    return curves.datasets(series, frame, subtitle, "loss", moved=moved)


def spec(data: dict[str, Rows], frame: Frame, theme: Theme) -> Spec:
    """The description."""
    return curves.spec(data, frame, theme, "loss")
