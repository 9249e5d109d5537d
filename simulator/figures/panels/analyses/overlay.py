"""Two runs in one picture of the loss, with the gap between them shaded and told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from simulator.core.numbers import format_number
from simulator.figures.axes import step_axis
from simulator.figures.frame import Frame
from simulator.figures.panels import curves, loss
from simulator.figures.panels.analyses.multiples import pieces_of, steps_in_sight
from simulator.figures.panels.analyses.picture import Picture, one_plot, told
from simulator.figures.panels.analyses.pieces import Band, Line, Piece, Plot, Points
from simulator.figures.series import Series
from simulator.figures.smoothing import window_of
from simulator.figures.words import table

_SAME = 1e-9  # relative difference of losses that are told as equal


def picture(first: Series, second: Series, differences: Sequence[str], width: int) -> Picture:
    """The picture of two runs. `differences` name the settings in which they differ, in words."""
    whole = loss.frame([first, second], width)
    title = _("Two runs compared")
    x = step_axis(steps_in_sight([first, second]))
    frame = Frame("overlay", title, x, whole.y, width)
    rows = min(first.sound_rows(), second.sound_rows())
    window = window_of(first.steps) if first.noisy or second.noisy else 0
    pieces: list[Piece] = []
    if rows > 1 and not window:
        pieces.append(Band("ink_3", np.arange(rows), *_edges(first.loss[:rows], second.loss[:rows])))
    for key, run in (("r0", first), ("r1", second)):
        end = curves.curve_of(run, run.loss, frame.y, window).steps[-1]
        gone = Points(key, [], [], run.end_in_words(int(end)), 90, "triangle-up")
        pieces += pieces_of(run, key, frame.y, name=run.name, width=2.2, gone=gone)
    words = _words(first, second, rows, window, differences)
    if rows > 1:
        at = rows - 1
        a, b = (_level(run, at, window) for run in (first, second))
        if min(a, b) > 0 and _in_sight(a, b, frame) and not np.isclose(a, b, rtol=_SAME):
            name = _("%(times)s times") % {"times": format_number(max(a, b) / min(a, b))}
            pieces.append(Line("ink", [at, at], sorted((a, b)), name, width=2.0, exact=True))
    shaded = _("line: mean, band: most steps") if window else _("shaded: the gap between them")
    subtitle = differences[0] if len(differences) == 1 else shaded
    what = (
        _("Loss of two runs against the step, each as a mean over some steps with a band around it.")
        if window
        else _("Loss of two runs against the step, the gap between them shaded.")
    )
    plot = Plot(frame, subtitle, tuple(pieces), " ".join([what, *words]))
    return Picture(title, (one_plot("overlay", plot),), words, table([first, second]))


def _edges(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.minimum(one, other), np.maximum(one, other)


def _in_sight(a: float, b: float, frame: Frame) -> bool:
    return all(frame.y.low <= value <= frame.y.high for value in (a, b))


def _words(
    first: Series, second: Series, rows: int, window: int, differences: Sequence[str]
) -> tuple[str, ...]:
    words = [_gap(first, second, rows, window)] if rows else []
    for run in (first, second):
        if run.diverged_at is not None:
            words.append(
                _("“%(run)s” diverges at step %(step)d.") % {"run": run.name, "step": run.diverged_at}
            )
    if not differences:
        words.append(_("The two runs have the same settings."))
    elif len(differences) == 1:
        words.append(_("The difference is the %(what)s.") % {"what": differences[0]})
    else:
        words.append(_("The differences are: %(what)s.") % {"what": "; ".join(differences)})
    return tuple(words)


def _level(run: Series, at: int, window: int) -> float:
    """The loss of a run at a step; of a noisy one the mean over the `window` steps up to it."""
    return float(run.loss[max(at - window, 0) + 1 : at + 1].mean()) if window and at else float(run.loss[at])


def _gap(first: Series, second: Series, rows: int, window: int) -> str:
    """How far apart the losses are at the last step that both have a sound loss at."""
    at = rows - 1
    a, b = (_level(run, at, window) for run in (first, second))
    higher, lower = (first, second) if a > b else (second, first)
    high, low = max(a, b), min(a, b)
    names = {"step": at, "higher": higher.name, "lower": lower.name, "high": told(high), "low": told(low)}
    if np.isclose(a, b, rtol=_SAME):
        return _("At step %(step)d both have a loss of %(low)s.") % names
    if low > 0:
        text = (
            _(
                "Over the last steps to %(step)d the mean loss of “%(higher)s” is %(times)s times that of "
                "“%(lower)s” (%(high)s against %(low)s)."
            )
            if window
            else _(
                "At step %(step)d the loss of “%(higher)s” is %(times)s times that of “%(lower)s” (%(high)s "
                "against %(low)s)."
            )
        )
        return text % {**names, "times": format_number(high / low)}
    text = _(
        "At step %(step)d the loss of “%(higher)s” is %(high)s, that of “%(lower)s” %(low)s: %(gap)s higher."
    )
    return text % {**names, "gap": format_number(high - low)}
