"""A sweep: what the loss of a run ends at, over the learning rate."""

from __future__ import annotations

import math

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
    status_told,
    told,
)
from simulator.figures.panels.analyses.pieces import Line, Piece, Plot, Points, Rule
from simulator.figures.words import Table

_MARKS = {"converged": ("circle", False), "running": ("circle", True), "oscillating": ("diamond", False)}
_SAME = 0.99  # of the final loss: a best loss that is not lower is not drawn


def picture(sweep: Answer, limit: Answer | None, lr: float, width: int) -> Picture:
    """The picture of a sweep. `limit` is the answer of the analysis of stability, None where it was not to be
    had; `lr` the rate that the run has."""
    outcomes = sweep["outcomes"]
    rates = [one["lr"] for one in outcomes]
    gone = np.array([one["status"] == "diverged" for one in outcomes])
    final = np.where(gone, np.nan, numbers([one["final_loss"] for one in outcomes]))
    best = numbers([one["best_loss"] for one in outcomes])
    y = loss_axis(np.r_[final, best[~gone]] if (~gone).any() else best)
    frame = Frame("sweep", _("Loss at the end, by learning rate"), rate_axis(rates), y, width)
    lower = np.where(gone, np.nan, best) < _SAME * final
    pieces: list[Piece] = [Line("r0", rates, final, _("final loss"))]
    if lower.any():
        pieces.append(Line("r1", rates, np.where(gone, np.nan, best), _("lowest loss"), width=1.6))
    if gone.any():
        where = np.flatnonzero(gone)
        pieces.append(
            Points("p", np.array(rates)[where], np.full(where.size, np.inf), _("diverges"),
                   60, "triangle-up", named=where.size // 2)
        )  # fmt: skip
    for status, (shape, hollow) in _MARKS.items():
        where = np.flatnonzero([one["status"] == status for one in outcomes])
        if where.size:
            pieces.append(
                Points("r0", np.array(rates)[where], final[where], status_told(status),
                       38, shape, hollow=hollow, named=where.size // 2)
            )  # fmt: skip
    border = _border(limit)
    if border is not None and limit is not None:
        pieces.append(Rule(_("limit %(lr)s") % {"lr": format_number(border)}, x=border))
    pieces.append(Rule(_("this run: %(lr)s") % {"lr": format_number(lr)}, x=lr, key="ink_3", dash=(1, 2)))
    words = _words(sweep, limit, lr)
    counts = _("%(count)d rates, %(steps)d steps") if sweep["steps"] != 1 else _("%(count)d rates, 1 step")
    subtitle = counts % {"count": len(rates), "steps": sweep["steps"]}
    if border is not None and limit is not None:
        known = _("limit by analysis") if limit["kind"] == "analytic" else _("limit measured")
        subtitle = f"{subtitle} · {known}"
    what = _("Final loss over the learning rate, both on logarithmic axes.") if y.log else _(
        "Final loss over the learning rate, which is on a logarithmic axis."
    )  # fmt: skip
    plot = Plot(frame, subtitle, tuple(pieces), " ".join([what, *words]))
    return Picture(frame.title, (one_plot("sweep", plot),), words, _table(outcomes))


def _border(limit: Answer | None) -> float | None:
    """The limit of stability, where it is a rate."""
    return limit["lr"] if limit is not None and limit["lr"] else None


def _words(sweep: Answer, limit: Answer | None, lr: float) -> tuple[str, ...]:
    outcomes, best = sweep["outcomes"], sweep["best"]
    found = []
    if best is None:
        found.append(
            _("Every one of the %(count)d rates from %(low)s to %(high)s diverges.") % {
                "count": len(outcomes), "low": format_number(outcomes[0]["lr"]),
                "high": format_number(outcomes[-1]["lr"]),
            }
        )  # fmt: skip
    else:
        found.append(
            _("Of %(count)d rates from %(low)s to %(high)s, %(best)s ends lowest, at a loss of %(loss)s.") % {
                "count": len(outcomes), "low": format_number(outcomes[0]["lr"]),
                "high": format_number(outcomes[-1]["lr"]), "best": format_number(best["lr"]),
                "loss": told(best["final_loss"]),
            }
        )  # fmt: skip
        if sweep["tenfold"] is not None and sweep["tenfold"][0] < sweep["tenfold"][1]:
            low, high = sweep["tenfold"]
            found.append(
                _("From %(low)s to %(high)s the loss ends at most ten times as high.")
                % {"low": format_number(low), "high": format_number(high)}
            )
        gone = sum(one["status"] == "diverged" for one in outcomes)
        if gone:
            found.append(
                _("%(gone)d of the %(count)d rates diverge.") % {"gone": gone, "count": len(outcomes)}
            )
    border = _border(limit)
    if border is not None and limit is not None:
        text = (
            _("The limit of stability is %(lr)s, known by analysis; this run has %(times)s times that.")
            if limit["kind"] == "analytic"
            else _(
                "The smallest rate that diverges by step %(steps)d was measured: %(lr)s; this run has "
                "%(times)s times that."
            )
        )
        found.append(
            text % {"lr": format_number(border), "times": format_number(lr / border), "steps": limit["steps"]}
        )
    here = min(outcomes, key=lambda one: abs(math.log(one["lr"]) - math.log(lr)))
    if math.isclose(here["lr"], lr, rel_tol=1e-9):
        found.append(
            _("At its own rate of %(lr)s, %(fate)s.") % {"lr": format_number(lr), "fate": fate(here)}
        )
    return tuple(found)


def _table(outcomes: list[Answer]) -> Table:
    headers = (_("Learning rate"), _("Status"), _("Final loss"), _("Lowest loss"))
    rows = tuple(
        (
            format_number(one["lr"], 4),
            status_told(one["status"]),
            told(one["final_loss"]),
            told(one["best_loss"]),
        )
        for one in (outcomes[place] for place in some(len(outcomes)))
    )
    return Table(_("What became of the run, by learning rate"), headers, rows)
