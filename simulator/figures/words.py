"""What a figure says in words: subtitles, descriptions for those who do not see it, and the data table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from simulator.core.claims.laws import stability_law
from simulator.core.numbers import format_number
from simulator.core.spec import Run
from simulator.figures.frame import Frame
from simulator.figures.series import Series
from simulator.figures.smoothing import SHARE, window_of

Floats = NDArray[np.float64]

_ROWS = 9
_DIGITS = 3
_SAME_LOSS = 1e-12


@dataclass(frozen=True)
class Table:
    """A data table: `headers` (k), `rows` of k texts each."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def subtitle(kind: str, series: Sequence[Series], limit: str, minimum: Floats | None) -> str:
    """One short fact about a panel; it may change with the slider. `limit` is what there is to say of the
    limit of stability; `minimum` (D,) is the objective's, where it is known and all runs share it."""
    if kind == "landscape":
        return "" if minimum is None else _hopping(series, float(minimum[0]))
    if kind == "path":
        return _("ring: the start") if minimum is None else _("ring: the start · cross: the minimum")
    if kind == "rate":
        return _("as the scheduler sets it")
    return _smoothing(series) or limit


def _smoothing(series: Sequence[Series]) -> str:
    """What line and band of noisy runs are, where there are any."""
    window = window_of(max(run.steps for run in series))
    noisy = [run.noisy for run in series if run.role != "reach"]
    if not window or not any(noisy):
        return ""
    text = (
        _("line: mean of %(count)d steps · band: %(share)d %% of them")
        if all(noisy)
        else _("noisy runs: mean of %(count)d steps, band of %(share)d %%")
    )
    return text % {"count": window, "share": round(100 * SHARE)}


def limit_in_words(runs: Sequence[Run]) -> str:
    """The limit of stability, where one is known and all runs share it; else nothing."""
    limits, formulas = set(), set()
    for run in runs:
        law = stability_law(run)
        if law is None or not 0 < law.limit < math.inf:
            return ""
        limits.add(format_number(law.limit))
        plain = not any(run.optimizer.options.get(name) for name in ("momentum", "dampening", "weight_decay"))
        formulas.add("2/L = " if plain else "")
    if len(limits) != 1:
        return ""
    return _("the limit is %(limit)s") % {
        "limit": (formulas.pop() if len(formulas) == 1 else "") + limits.pop()
    }


def _hopping(series: Sequence[Series], minimum: float) -> str:
    """Whether the steps of the one run that happens cross the minimum, and whether they come down."""
    runs = [run for run in series if run.role == "happens"]
    if len(runs) != 1:
        return ""
    run = runs[0]
    rows = max(run.sound_rows(), 1)
    at = run.places[:rows, 0] - minimum
    # Where the run has arrived, rounding decides the side.
    arrived = np.abs(at) <= 1e-9 * float(np.abs(at).max())
    told = int(arrived.argmax()) if arrived.any() else rows
    at, loss = at[:told], run.loss[:told]
    if at.size < 3:
        return ""
    crossing = np.sign(at[1:]) != np.sign(at[:-1])
    falling = (np.diff(loss) < -_SAME_LOSS * np.abs(loss[:-1])).all()
    rising = (np.diff(loss) > _SAME_LOSS * np.abs(loss[:-1])).all()
    if crossing.all():
        if falling:
            return _("every step lands on the other side, a little lower")
        return (
            _("every step lands on the other side, and higher")
            if rising
            else _("every step lands on the other side")
        )
    if not crossing.any() and falling:
        return _("every step stays on its side and goes down")
    return ""


def runs_in_words(series: Sequence[Series]) -> list[tuple[str, str]]:
    """(name, sentence) for every run drawn."""
    return [(run.name, run.words) for run in series if run.role != "reach"]


def paragraph(series: Sequence[Series]) -> str:
    """The runs in words, as one text. The name of a run that is alone is left out."""
    told = runs_in_words(series)
    if len(told) == 1:
        return told[0][1]
    sentence = _("%(name)s: %(words)s")
    return " ".join(sentence % {"name": name, "words": words} for name, words in told)


def panel_description(kind: str, frame: Frame, series: Sequence[Series]) -> str:
    """What a panel shows, and what happens in it."""
    steps = _steps_in_words(max(run.steps for run in series))
    kinds = {
        "loss": _("Loss against the step, %(steps)s, on a logarithmic axis.")
        if frame.y.log
        else _("Loss against the step, %(steps)s."),
        "rate": _("Learning rate against the step, %(steps)s."),
        "landscape": _(
            "The loss as a curve over the parameter, with the places of the run after each step on it."
        ),
        "path": _("A contour map of the loss over two parameters, with the way of the run on it."),
    }
    intro = kinds[kind] % {"steps": steps} if "%" in kinds[kind] else kinds[kind]
    return intro if kind == "rate" else f"{intro} {paragraph(series)}"


def _steps_in_words(steps: int) -> str:
    return _("1 step") if steps == 1 else _("%(steps)d steps") % {"steps": steps}


def table(series: Sequence[Series]) -> Table:
    """Loss by step: a row for each of some steps, from the first few to the last, and a column for each
    run."""
    shown = [run for run in series if run.role != "reach"]
    steps = _table_steps(max(run.steps for run in shown))
    headers = (
        _("Step"),
        *(_("Loss, %(run)s") % {"run": run.name} if len(shown) == 1 else run.name for run in shown),
    )
    columns = [run.once(("cells", steps), partial(_cells, run, steps)) for run in shown]
    rows = tuple((f"{step}", *cells) for step, *cells in zip(steps, *columns, strict=True))
    return Table(_("Loss by step"), headers, rows)


@lru_cache(maxsize=64)
def _table_steps(last: int) -> tuple[int, ...]:
    if last < _ROWS:
        return tuple(range(last + 1))
    spread = np.unique(np.rint(np.geomspace(1, last, _ROWS - 1)).astype(int)).tolist()
    return (0, *(_round_step(step) if step not in (1, 2, last) else step for step in spread))


def _round_step(step: int) -> int:
    """A step number that is easy to read: 1, 2 or 5 and zeros, or near."""
    power = 10 ** max(len(str(step)) - 2, 0)
    return max(round(step / (5 * power)) * 5 * power, 1) if step >= 10 else step


def _cells(run: Series, steps: Sequence[int]) -> list[str]:
    found = [_told(run, step) for step in steps]
    digits = digits_of([loss for loss in found if isinstance(loss, float)])
    return [loss if isinstance(loss, str) else format_number(loss, digits) for loss in found]


def _told(run: Series, step: int) -> float | str:
    """The loss at a step, or what stands in its place."""
    if step > run.steps:
        return "–"
    if run.diverged_at is not None and step >= run.diverged_at:
        return _("diverged")
    return float(run.loss[step])


def digits_of(losses: Sequence[float]) -> int:
    """How many significant digits tell these losses apart: more than a few where all begin alike, as from
    1000001 to 1000000."""
    span = max(losses) - min(losses) if losses else 0.0
    if not (math.isfinite(span) and span > 0):
        return _DIGITS
    return min(_DIGITS + max(0, int(math.log10(max(map(abs, losses)) / span))), 15)
