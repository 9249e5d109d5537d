"""What is drawn of a run on a loss curve: which of its steps get a mark, and how broad its line is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.panels.moves import Moves, Pixel
from simulator.figures.series import Series

Floats = NDArray[np.float64]

_APART = 7.0  # px between the marks of one run
_ALONG = 10.0  # px of way between marks, for each run that is drawn
_CREEPING = 24.0  # px: a run of shorter steps than that lies on the loss curve itself
_THIN = 1.6
_BROADER = 2.6  # px by which the line of a creeping run is broader than the next one's
_BROADEST = 7.0
_MANY = 40  # steps in sight; their lines are drawn fainter, lest they cover what they cross


@dataclass(frozen=True, eq=False)
class Trace:
    """A run's `moves`, which of them are `marked` (n,), and the look of its line."""

    moves: Moves
    marked: NDArray[np.bool_]
    width: float
    opacity: float

    def row(self) -> dict[str, Any]:
        """The row of the dataset `moves`."""
        mark = self.marked.astype(int).tolist()
        return self.moves.row() | {"mark": mark, "width": round(self.width, 1), "opacity": self.opacity}


def traces_of(shown: Sequence[Series], moves: Sequence[Moves]) -> list[Trace]:
    """The traces of all runs drawn.

    Runs that creep along the same curve cover one another: their lines are drawn the narrower the later, and
    their marks take turns. Where several begin or end, the first of them has the mark.
    """
    creeping = [run.once(move, partial(_creeps, move)) for run, move in zip(shown, moves, strict=True)]
    found: list[Trace] = []
    ends: tuple[Pixel, ...] = ()
    for index, (run, move) in enumerate(zip(shown, moves, strict=True)):
        queue = [i for i, other in enumerate(shown) if creeping[i] and other.surface == run.surface]
        place, runs = (queue.index(index), len(queue)) if creeping[index] else (0, 1)
        taken = tuple(end for end in ends if _near(end, move.ends))
        marked = run.once((move, place, runs, taken), partial(_marked, move, place, runs, taken))
        ends += tuple(end for end, has_mark in zip(move.ends, marked[[0, -1]], strict=True) if has_mark)
        width, opacity = _THIN, 0.4 if len(move.line) > _MANY else 0.8
        if creeping[index]:
            width, opacity = min(_THIN + _BROADER * (runs - 1 - place), _BROADEST), 0.6
        found.append(Trace(move, marked, width, opacity))
    return found


def _creeps(move: Moves) -> bool:
    """Whether all steps are so short that the line lies on the loss curve."""
    return bool((move.lengths[: max(len(move.line) - 1, 0)] < _CREEPING).all())


def _marked(move: Moves, place: int, runs: int, ends: Sequence[Pixel]) -> NDArray[np.bool_]:
    """Which steps get a mark: the first and the last, unless one of `ends` is there; between them one at
    every so much of the way, other places for each of the `runs` that share it; none nearer to another of the
    same run than that both can be seen."""
    turn, due = _ALONG * runs, _ALONG * (place + 1)
    marked = np.zeros(len(move.pixels), bool)
    # Plain numbers: this is done step by step with every move of the slider, and NumPy is slow on pairs.
    places = move.pixels.tolist()
    marked[0] = not _near(places[0], ends)
    taken = [places[0], places[-1]]
    before = 0.0
    for row, at in enumerate(move.lengths[:-1].cumsum().tolist(), 1):
        hopping, before = at - before >= _CREEPING, at
        if at < due and not hopping:
            continue
        due += turn * max(math.floor((at - due) / turn) + 1, 0)
        if not _near(places[row], taken):
            marked[row] = True
            taken.append(places[row])
    marked[-1] |= not _near(places[-1], [*ends, places[0]])
    return marked


def _near(pixel: Sequence[float], others: Sequence[Sequence[float]]) -> bool:
    x, y = pixel
    for other_x, other_y in others:  # noqa: SIM110 - a generator takes twice as long, and this is asked often
        if abs(x - other_x) < _APART and abs(y - other_y) < _APART:
            return True
    return False
