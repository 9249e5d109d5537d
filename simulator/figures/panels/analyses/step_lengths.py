"""How far each update goes, with the rate that it was made at."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from simulator.figures.axes import step_axis
from simulator.figures.frame import Frame
from simulator.figures.panels.analyses.picture import (
    Answer,
    Picture,
    numbers,
    one_plot,
    some,
    told,
    value_axis,
)
from simulator.figures.panels.analyses.pieces import Line, Plot
from simulator.figures.words import Table

_ROOM = 0.03  # of the axis at least, beyond the longest and the shortest
_HIGHEST = 1e6  # times the first length: a diverging run is followed no further
_STEADY = 1.5  # the longest over the shortest length of a run whose steps keep their length


def picture(found: Answer, width: int) -> Picture:
    """The picture of a run's step lengths."""
    t = np.array(found["t"], dtype=float)
    lengths, lr, per_rate = (numbers(found[name]) for name in ("length", "lr", "per_rate"))
    positive = [part[np.isfinite(part) & (part > 0)] for part in (lengths, per_rate)]
    first = max((float(part[0]) for part in positive if part.size), default=1.0)
    moves = positive[0].size > 0
    shown = np.concatenate([*positive, lr[lr > 0], np.zeros(0 if moves else 1)])
    most = _HIGHEST * first
    y = value_axis(shown, _("length"), _("length (log scale)"), most=most, log=moves, room=_ROOM)
    title = _("How far each update goes")
    frame = Frame("step-lengths", title, step_axis(int(t[-1]) + 1), y, width)
    pieces = (
        Line("r2", t, lr, _("learning rate"), width=1.4),
        Line("r1", t, per_rate, _("length / rate"), width=1.6),
        Line("r0", t, np.nan_to_num(lengths, nan=np.inf), _("length")),
    )
    words = _words(t, lengths, lr, per_rate)
    what = (
        _("Length of each update of the parameters against the step, on a logarithmic axis.")
        if y.log
        else _("Length of each update of the parameters against the step.")
    )
    subtitle = _("distance between the parameters before and after")
    plot = Plot(frame, subtitle, pieces, " ".join([what, *words]))
    return Picture(title, (one_plot("step-lengths", plot),), words, _table(t, lengths, lr, per_rate))


def _words(t: np.ndarray, lengths: np.ndarray, lr: np.ndarray, per_rate: np.ndarray) -> tuple[str, ...]:
    sound = np.flatnonzero(np.isfinite(lengths))
    if not sound.size:
        return (_("No update has a finite length."),)
    first, last = int(sound[0]), int(sound[-1])
    longest = int(sound[np.argmax(lengths[sound])])
    if lengths[longest] == 0:
        return (_("The parameters do not move: every update has a length of 0."),)
    if first == last:
        words = [_("The only update to be seen is %(first)s long.") % {"first": told(lengths[first])}]
        if per_rate[first] > 0 and np.isfinite(per_rate[first]):
            words.append(_("Divided by the rate, that is %(first)s.") % {"first": told(per_rate[first])})
        if last < len(t) - 1:
            words.append(_("After that the lengths are no longer finite."))
        return tuple(words)
    words = [
        _("The first update is %(first)s long, the one at step %(step)d %(last)s.")
        % {"first": told(lengths[first]), "last": told(lengths[last]), "step": int(t[last])},
        _("The longest is %(longest)s, at step %(step)d.")
        % {"longest": told(lengths[longest]), "step": int(t[longest])},
    ]
    if last < len(t) - 1:
        words.append(_("After that the lengths are no longer finite."))
    shortest = float(lengths[sound].min())
    if shortest > 0 and lengths[longest] <= _STEADY * shortest:
        words.append(_("The updates keep about the same length."))
    if per_rate[last] > 0 and np.isfinite(per_rate[first]) and np.isfinite(per_rate[last]):
        words.append(
            _("Divided by the rate, it goes from %(first)s to %(last)s.")
            % {"first": told(per_rate[first]), "last": told(per_rate[last])}
        )
    if lr.min() < lr.max():
        words.append(
            _("The rate itself lies between %(low)s and %(high)s.")
            % {"low": told(float(lr.min())), "high": told(float(lr.max()))}
        )
    return tuple(words)


def _table(t: np.ndarray, lengths: np.ndarray, lr: np.ndarray, per_rate: np.ndarray) -> Table:
    headers = (_("Step"), _("Length"), _("Learning rate"), _("Length / rate"))
    rows = tuple((f"{int(t[k])}", told(lengths[k]), told(lr[k]), told(per_rate[k])) for k in some(len(t), 13))
    return Table(_("Length of the updates by step"), headers, rows)
