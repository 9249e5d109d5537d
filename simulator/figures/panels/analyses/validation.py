"""Loss and accuracy on the rows trained on and on rows kept apart, over the steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from simulator.core.diagnosis.status import DIVERGENCE_FACTOR
from simulator.core.numbers import format_number
from simulator.figures.axes import linear_axis, step_axis
from simulator.figures.frame import Frame
from simulator.figures.panels.analyses.picture import (
    Answer,
    Picture,
    loss_axis,
    numbers,
    one_plot,
    some,
    told,
)
from simulator.figures.panels.analyses.pieces import Line, Piece, Plot, Points, Rule
from simulator.figures.words import Table

_HIGHEST = 30.0  # times the larger of the first losses: a diverging run is followed no further
_HALF, _ALL = 50.0, 103.0  # per cent: from where at least to where the axis goes, a little above all
_WORSE = 1.02  # times the best validation loss: less is not told as overfitting


def picture(found: Answer, width: int) -> Picture:
    """The picture of a validation."""
    t = np.array(found["t"], dtype=float)
    train, held = numbers(found["train_loss"]), numbers(found["loss"])
    first = np.nanmax([train[0], held[0]]) if np.isfinite([train[0], held[0]]).any() else np.inf
    words = _words(found, train, held)
    x = step_axis(int(t[-1]))
    y = loss_axis(np.r_[train, held], most=_most(np.r_[train, held], float(first)))
    frame = Frame("validation", _("Training and validation loss"), x, y, width)
    pieces: list[Piece] = [
        Line("r0", t, np.nan_to_num(train, nan=np.inf), _("rows trained on")),
        Line("r1", t, np.nan_to_num(held, nan=np.inf), _("rows kept apart")),
    ]
    at = found["best_at"]
    if at is not None:
        row = int(np.searchsorted(t, at))
        pieces.append(Rule(_("lowest at step %(step)d") % {"step": at}, x=float(at), key="ink_3"))
        pieces.append(Points("r1", [at], [held[row]], size=90))
    subtitle = _("trained on %(train)d rows, validated on %(rows)d") % {
        "train": found["train_rows"], "rows": found["rows"],
    }  # fmt: skip
    what = _("Loss against the step, on the rows trained on and on rows kept apart.")
    groups = [one_plot("validation", Plot(frame, subtitle, tuple(pieces), " ".join([what, *words])))]
    if found["accuracy"] is not None:
        groups.append(one_plot("accuracy", _accuracy(found, t, frame)))
    return Picture(_("Training and validation"), tuple(groups), words, _table(found, t, train, held))


def _most(losses: np.ndarray, first: float) -> float:
    """Up to where the axis goes at most: a run that has not diverged is shown whole."""
    beyond = not np.isfinite(losses).all() or losses.max() > DIVERGENCE_FACTOR * max(1.0, first)
    return _HIGHEST * first if beyond and first > 0 else np.inf


def _accuracies(found: Answer) -> tuple[np.ndarray, np.ndarray]:
    """Per cent of the rows trained on and of the others; not a number where the loss is none, because what
    is no number is on no side of one half."""
    lost = ~np.isfinite(numbers(found["train_loss"])) | ~np.isfinite(numbers(found["loss"]))
    train, held = (100 * numbers(found[name]) for name in ("train_accuracy", "accuracy"))
    return np.where(lost, np.nan, train), np.where(lost, np.nan, held)


def _accuracy(found: Answer, t: np.ndarray, loss: Frame) -> Plot:
    train, held = _accuracies(found)
    low = min(float(np.nanmin(np.r_[train, held])), _HALF)
    y = linear_axis(_("accuracy, %"), low, 100.0, ends=True)
    y = replace(y, high=_ALL)
    frame = Frame("accuracy", _("Accuracy"), loss.x, y, loss.total_width)
    pieces = (Line("r0", t, train, _("rows trained on")), Line("r1", t, held, _("rows kept apart")))
    words = _accuracy_words(found)
    what = _("Share of rows whose label is predicted, against the step.")
    return Plot(frame, _("a label is right on its side of one half"), pieces, " ".join([what, *words]))


def _accuracy_words(found: Answer) -> tuple[str, ...]:
    train, held = (float(part[-1]) for part in _accuracies(found))
    if not np.isfinite(train):
        return ()
    text = _(
        "At the end %(train)s %% of the rows trained on are classified correctly, and %(held)s %% of the "
        "others."
    )
    return (text % {"train": format_number(train), "held": format_number(held)},)


def _words(found: Answer, train: np.ndarray, held: np.ndarray) -> tuple[str, ...]:
    words = []
    at, last = found["best_at"], found["t"][-1]
    if at is None:
        words.append(_("The loss on the rows kept apart is not finite at any step."))
    else:
        best = float(held[found["t"].index(at)])
        words.append(
            _("The loss on the rows kept apart is lowest at step %(step)d of %(steps)d, at %(loss)s.")
            % {"step": at, "steps": last, "loss": told(best)}
        )
        end = float(held[-1])
        if not np.isfinite(end):
            words.append(_("At the end it is not finite."))
        elif best > 0 and end > _WORSE * best:
            words.append(
                _("At the end it is %(times)s times that: stopping at step %(step)d would have been better.")
                % {"times": format_number(end / best), "step": at}
            )
        elif at < last:
            words.append(_("Until the end it hardly changes."))
        else:
            words.append(_("It is still falling at the end."))
        if np.isfinite(train[-1]) and np.isfinite(end):
            words.append(
                _("The run ends at %(train)s on the rows trained on and %(held)s on the others.")
                % {"train": told(float(train[-1])), "held": told(end)}
            )
    if found["accuracy"] is not None:
        words.extend(_accuracy_words(found))
    return tuple(words)


def _table(found: Answer, t: np.ndarray, train: np.ndarray, held: np.ndarray) -> Table:
    headers = [_("Step"), _("Training loss"), _("Validation loss")]
    if found["accuracy"] is not None:
        headers += [_("Training accuracy"), _("Validation accuracy")]
    rows = []
    accuracies = _accuracies(found) if found["accuracy"] is not None else ()
    for k in some(len(t), 13):
        row = [f"{int(t[k])}", told(float(train[k])), told(float(held[k]))]
        row += [f"{part[k]:.0f} %" if np.isfinite(part[k]) else "–" for part in accuracies]
        rows.append(tuple(row))
    return Table(_("Training and validation by step"), tuple(headers), tuple(rows))
