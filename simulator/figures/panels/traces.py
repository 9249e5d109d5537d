"""What is drawn of a run on a loss curve: which of its steps get a mark, and how broad its line is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.panels.moves import Moves

Floats = NDArray[np.float64]

_APART = 7.0  # px between the marks of one run
_ALONG = 10.0  # px of way between marks, for each run that is drawn
_CREEPING = 14.0  # px: a run of shorter steps than that lies on the loss curve itself
_THIN = 1.6
_BROADER = 2.6  # px by which the line of a creeping run is broader than the next one's
_BROADEST = 7.0
_MANY = 40  # steps in sight; their lines are drawn fainter, lest they cover what they cross


@dataclass(frozen=True, eq=False)
class Trace:
    """A run's `moves` with their places `pixels` (n, 2), which of them are `marked` (n,), and the look of its
    line."""

    moves: Moves
    pixels: Floats
    marked: NDArray[np.bool_]
    width: float
    opacity: float

    def row(self) -> dict[str, Any]:
        """The row of the dataset `moves`."""
        mark = self.marked.astype(int).tolist()
        return self.moves.row() | {"mark": mark, "width": round(self.width, 1), "opacity": self.opacity}


def trace_of(moves: Moves, frame: Frame, *, place: int, runs: int) -> Trace:
    """The trace of the run that is number `place` of `runs` drawn.

    Runs that creep along the same curve cover one another: their lines are drawn the narrower the later, and
    their marks take turns.
    """
    pixels = frame.pixels(*moves.points.T)
    line = pixels[~moves.in_cloud]
    hops = np.hypot(*np.diff(line, axis=0).T)
    creeping = bool((hops < _CREEPING).all())
    width, opacity = _THIN, 0.4 if len(line) > _MANY else 0.8
    if creeping:
        opacity = 0.6
        width += min(_BROADER, (_BROADEST - _THIN) / max(runs - 1, 1)) * (runs - 1 - place)
    return Trace(moves, pixels, _marked(pixels, place, runs), width, opacity)


def _marked(pixels: Floats, place: int, runs: int) -> NDArray[np.bool_]:
    """Which steps get a mark: the first and the last; between them one at every so much of the way, other
    places for every run; none nearer to another of the same run than that both can be seen."""
    way = np.r_[0.0, np.hypot(*np.diff(pixels, axis=0).T).cumsum()]
    turn = _ALONG * runs
    marked = np.zeros(len(pixels), bool)
    marked[0] = True
    taken, due = [pixels[0], pixels[-1]], _ALONG * (place + 1)
    for row in range(1, len(pixels) - 1):
        hopping = way[row] - way[row - 1] >= _CREEPING
        if way[row] < due and not hopping:
            continue
        due += turn * max(np.floor((way[row] - due) / turn) + 1, 0)
        if min(np.abs(pixels[row] - other).max() for other in taken) >= _APART:
            marked[row] = True
            taken.append(pixels[row])
    marked[-1] |= bool(np.abs(pixels[-1] - pixels[0]).max() >= _APART)
    return marked
