"""The range test (learning rate finder): one run with a growing rate, and what rules of thumb read off it."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from simulator.core.numbers import format_number
from simulator.figures.frame import Frame
from simulator.figures.panels.analyses.picture import (
    Answer,
    Picture,
    fate,
    loss_axis,
    numbers,
    one_plot,
    rate_axis,
    some,
    told,
)
from simulator.figures.panels.analyses.pieces import Line, Piece, Plot, Points, Rule
from simulator.figures.words import Table

_ROOM = 1.5  # times the highest loss before the end: how far a run that blows up is followed
_LEFT, _RIGHT = 3.0, 4.0  # factors of rate that the picture shows beyond where something happens
_LEFT_OF_FALL = 100.0
_FALLEN = 0.98
_RULES = {
    "steepest": (lambda: _("steepest fall"), "r1"),
    "minimum_tenth": (lambda: _("lowest loss / 10"), "r2"),
    "valley": (lambda: _("valley"), "r3"),
    "minimum": (lambda: _("lowest loss"), "r4"),
}


def picture(found: Answer, width: int) -> Picture:
    """The picture of a range test."""
    lr, loss, smoothed = numbers(found["lr"]), numbers(found["loss"]), numbers(found["smoothed"])
    end, blown = found["end"], found["end"] < len(lr)
    usable = np.isfinite(smoothed[:end])
    top = _ROOM * float(np.max(smoothed[:end][usable])) if usable.any() else float("inf")
    first, last = _stretch(lr, smoothed, end)
    y = loss_axis(smoothed[:end], most=top if top > 0 else float("inf"))
    frame = Frame("range-test", _("Loss while the rate grows"), rate_axis([lr[first], lr[last]]), y, width)
    noisy = not np.array_equal(loss, smoothed, equal_nan=True)
    pieces: list[Piece] = []
    if noisy:
        pieces.append(Line("ink_3", lr, loss, width=1.0, opacity=0.6))
    pieces.append(Line("r0", lr, smoothed, _("smoothed loss") if noisy else _("loss")))
    if blown:
        pieces.append(
            Rule(_("blows up at %(lr)s") % {"lr": format_number(float(lr[end]))}, x=float(lr[end]), key="p")
        )
    for one in found["suggestions"]:
        if one["lr"] is None:
            continue
        name, key = _RULES[one["rule"]]
        at = float(np.interp(np.log(one["lr"]), np.log(lr[:end]), smoothed[:end]))
        text = _("%(rule)s: %(lr)s") % {"rule": name(), "lr": format_number(one["lr"])}
        pieces.append(Points(key, [one["lr"]], [at], text, 90))
    words = _words(found, lr)
    subtitle = (
        _("grey: the loss itself, line: its average") if noisy else _("one run, its rate higher at each step")
    )
    what = _("Loss against the rate of one run whose rate grows at every step, on a logarithmic axis.")
    plot = Plot(frame, subtitle, tuple(pieces), " ".join([what, *words]))
    return Picture(frame.title, (one_plot("range-test", plot),), words, _table(found, lr, loss, smoothed))


def _stretch(lr: np.ndarray, smoothed: np.ndarray, end: int) -> tuple[int, int]:
    """First and last row in sight: from well before the loss begins to fall to just after the end."""
    fallen = np.flatnonzero(smoothed[:end] < _FALLEN * smoothed[0]) if smoothed[0] > 0 else np.zeros(0, int)
    start = lr[fallen[0]] / _LEFT_OF_FALL if fallen.size else lr[max(end - 1, 0)] / 1e4
    first = int(np.searchsorted(lr, start))
    last = min(int(np.searchsorted(lr, lr[min(end, len(lr) - 1)] * _RIGHT)), len(lr) - 1)
    return min(first, last - 1), last


def _words(found: Answer, lr: np.ndarray) -> tuple[str, ...]:
    told_words = []
    end = found["end"]
    if end < len(lr):
        told_words.append(
            _("The loss blows up at a rate of %(lr)s, at step %(step)d of %(steps)d.")
            % {"lr": format_number(float(lr[end])), "step": end, "steps": len(lr) - 1}
        )
    else:
        told_words.append(
            _("The loss does not blow up at any rate up to %(lr)s.") % {"lr": format_number(float(lr[-1]))}
        )
    rules = [one for one in found["suggestions"] if one["lr"] is not None]
    if not rules:
        told_words.append(_("The loss never falls, so no rule finds a rate."))
    for one in rules:
        told_words.append(
            _("%(rule)s: %(lr)s; as a constant rate, %(fate)s.") % {
                "rule": _RULES[one["rule"]][0]().capitalize(), "lr": format_number(one["lr"]),
                "fate": fate(one["outcome"]),
            }
        )  # fmt: skip
    return tuple(told_words)


def _table(found: Answer, lr: np.ndarray, loss: np.ndarray, smoothed: np.ndarray) -> Table:
    headers = (_("Step"), _("Learning rate"), _("Loss"), _("Smoothed loss"))
    last = min(found["end"] + 1, len(lr))
    rows = tuple((f"{k}", told(lr[k]), told(loss[k]), told(smoothed[k])) for k in some(last))
    return Table(_("Loss while the rate grows"), headers, rows)
