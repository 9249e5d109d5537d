"""The learning rate against the step, for runs with a scheduler."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from simulator.figures.axes import linear_axis, log_axis, step_axis
from simulator.figures.frame import WIDTH, Frame
from simulator.figures.layers import Rows, Spec
from simulator.figures.panels import curves
from simulator.figures.series import Series
from simulator.figures.themes import Theme

_LOG_FROM = 300.0


def frame(series: Sequence[Series], width: int = WIDTH) -> Frame:
    """Axes that hold the rates of every run drawn, and up to twice as much for what the slider can bring."""
    shown = [run for run in series if run.role != "reach"]
    low, high = min(float(run.rate.min()) for run in shown), max(float(run.rate.max()) for run in shown)
    high = max(high, min(2 * high, max(float(run.rate.max()) for run in series)))
    x = step_axis(max(run.steps for run in series))
    if low > 0 and high / low >= _LOG_FROM:
        y = log_axis(_("learning rate (log scale)"), max(low, high * 1e-10), high)
    else:
        y = linear_axis(_("learning rate"), 0.0, high * 1.05, ends=True)
    return Frame("rate", _("The learning rate"), x, y, width)


def datasets(
    series: Sequence[Series], frame: Frame, subtitle: str = "", *, moved: str | None = None
) -> dict[str, Rows]:
    """The datasets of `curves`, with the field `rate`; the curve of a run ends where the run diverges."""
    return curves.datasets(series, frame, subtitle, "rate", moved=moved)


def spec(data: dict[str, Rows], frame: Frame, theme: Theme) -> Spec:
    """The description."""
    return curves.spec(data, frame, theme, "rate")
