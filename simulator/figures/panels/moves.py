"""The way of one run over a landscape or a map: which steps are drawn, and where it leaves the view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.labels import Label
from simulator.figures.series import Series
from simulator.figures.surface import leaves
from simulator.figures.thinning import visible_moves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MANY = 40  # steps in sight; their lines are drawn fainter, lest they cover what they cross


@dataclass(frozen=True, eq=False)
class Moves:
    """Steps (n,) and points (n, 2) to draw, in the units of the axes; `exit` is (step, x, y) at the edge,
    and `side` the triangle that points out of it."""

    id: str
    steps: Ints
    points: Floats
    exit: tuple[int, float, float] | None
    side: str

    def row(self) -> dict[str, Any]:
        """The row of the dataset `moves`."""
        x, y = ([float(f"{value:.5g}") for value in column] for column in self.points.T)
        many = len(self.steps) > _MANY
        return {"id": self.id, "many": many, "step": self.steps.tolist(), "x": x, "y": y}

    def exit_rows(self) -> list[dict[str, Any]]:
        """Its row of the dataset `exits`, if it leaves."""
        if self.exit is None:
            return []
        step, x, y = self.exit
        return [
            {"id": self.id, "step": step, "x": float(f"{x:.5g}"), "y": float(f"{y:.5g}"), "shape": self.side}
        ]


def moves_of(run: Series, points: Floats, frame: Frame, low: Floats, high: Floats, *, most: int) -> Moves:
    """The way of a run over `points` (T+1, 2). A diverging run is drawn to where it leaves the box
    low..high for the first time; another is drawn to its end, with what is outside kept just outside, where
    it is cut."""
    found = leaves(points, low, high)
    if found is not None and run.diverged_at is not None:
        row, edge = found
        points = np.concatenate([points[:row], edge[None]])
    span = high - low
    points = np.clip(np.nan_to_num(points, nan=0.0, posinf=1e300, neginf=-1e300), low - span, high + span)
    kept = visible_moves(frame.pixels(*points.T), most=most)
    way_out = None if found is None else (found[0], float(found[1][0]), float(found[1][1]))
    side = "triangle-up" if way_out is None else _side(frame.pixels([way_out[1]], [way_out[2]])[0], frame)
    return Moves(run.id, kept, points[kept], way_out, side)


def _side(point: Floats, frame: Frame) -> str:
    """The triangle that points out of the plot at a point of its edge."""
    distances = {
        "triangle-up": point[1],
        "triangle-down": frame.height - point[1],
        "triangle-left": point[0],
        "triangle-right": frame.width - point[0],
    }
    return min(distances, key=lambda name: abs(distances[name]))


def exit_labels(shown: Sequence[Series], moves: Sequence[Moves], frame: Frame) -> list[Label]:
    """What to say where a run leaves the view."""
    labels = []
    for run, move in zip(shown, moves, strict=True):
        if move.exit is not None:
            step, x, y = move.exit
            text, place = run.end_in_words(step), frame.pixels([x], [y])
            labels.append(Label(f"{run.id}-exit", text, place, swatch=False, step=step))
    return labels
