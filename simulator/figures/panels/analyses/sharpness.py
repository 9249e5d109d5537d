"""Sharpness along a run against the limit that its rate sets: whether it trains at the edge of stability."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from simulator.core.numbers import format_number
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
from simulator.figures.panels.analyses.pieces import Line, Piece, Plot
from simulator.figures.words import Table

_ROOM = 0.05  # of the axis at least, beyond sharpness and limit
_SAME = 1e-9  # of a sharpness: a smaller difference is one of rounding
_NEAR = 0.05  # of the limit: a sharpness within that at the end is at the edge


def picture(found: Answer, formula: str, width: int) -> Picture:
    """The picture of a run's sharpness. `formula` is what the limit is for this optimizer ("2 / lr")."""
    t, values = np.array(found["t"], dtype=float), numbers(found["sharpness"])
    limit = None if found["limit"] is None else numbers(found["limit"])
    both = values if limit is None else np.r_[values, limit[np.isfinite(limit)]]
    # From zero on where it need not be logarithmic: a distance from the limit is seen as a part of it.
    y = value_axis(np.r_[both, 0.0], _("sharpness"), _("sharpness (log scale)"), room=_ROOM)
    title = _("Sharpness along the run")
    frame = Frame("sharpness", title, step_axis(int(t[-1])), y, width)
    pieces: list[Piece] = []
    if limit is not None:
        name = _("limit %(formula)s") % {"formula": formula}
        pieces.append(Line("ink", t, limit, name, width=1.6, dash=(4, 3)))
    pieces.append(Line("r0", t, values, _("sharpness")))
    words = _words(found, t, values, limit, formula)
    what = _("The largest curvature of the loss where the run is, against the step.")
    subtitle = _("largest eigenvalue of the Hessian")
    plot = Plot(frame, subtitle, tuple(pieces), " ".join([what, *words]))
    return Picture(title, (one_plot("sharpness", plot),), words, _table(t, values, limit))


def _words(
    found: Answer, t: np.ndarray, values: np.ndarray, limit: np.ndarray | None, formula: str
) -> tuple[str, ...]:
    sound = np.flatnonzero(np.isfinite(values))
    if not sound.size:
        return (_("The sharpness is not finite anywhere."),)
    first, last = int(sound[0]), int(sound[-1])
    ends = {"first": told(values[first]), "last": told(values[last]), "step": int(t[last])}
    words = [
        _("The sharpness is %(last)s all the way to step %(step)d.") % ends
        if first < last and np.ptp(values[sound]) <= _SAME * abs(values[first])
        else _("The sharpness begins at %(first)s and is %(last)s at step %(step)d.") % ends
    ]
    if last < len(t) - 1:
        words.append(_("After that the run has diverged."))
    if limit is None:
        words.append(_("For this optimizer there is no single number that it would have to stay below."))
        return tuple(words)
    words.append(
        _("At that step the limit %(formula)s is %(limit)s.")
        % {"formula": formula, "limit": format_number(limit[last])}
    )
    above = np.flatnonzero(values > limit * (1 + _SAME))
    if not above.size:
        words.append(_("The sharpness is not above the limit at any step that was looked at."))
    elif sound.size == 1:
        words.append(_("It is above the limit there."))
    else:
        words.append(
            _("It is above the limit at %(above)d of the %(count)d steps looked at, first at step %(step)d.")
            % {"above": above.size, "count": sound.size, "step": int(t[above[0]])}
        )
    if abs(values[last] / limit[last] - 1) <= _NEAR and abs(values[first] / limit[first] - 1) > _NEAR:
        words.append(_("It ends within 5 % of the limit: the run trains at the edge of stability."))
    return tuple(words)


def _table(t: np.ndarray, values: np.ndarray, limit: np.ndarray | None) -> Table:
    headers = (_("Step"), _("Sharpness"), *((_("Limit"),) if limit is not None else ()))
    rows = tuple(
        (f"{int(t[k])}", told(values[k]), *((told(limit[k]),) if limit is not None else ()))
        for k in some(len(t), 13)
    )
    return Table(_("Sharpness by step"), headers, rows)
