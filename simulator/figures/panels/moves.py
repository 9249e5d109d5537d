"""The way of one run over a landscape or a map: which steps are drawn, and where it leaves the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.labels import Label
from simulator.figures.series import Series
from simulator.figures.smoothing import FEWEST
from simulator.figures.surface import leaves
from simulator.figures.thinning import visible_moves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WANDERING = 8.0  # times its own extent: a noisy run that goes so far in all has filled a cloud
_IN_CLOUD = 360  # points of the clouds of all runs together


@dataclass(frozen=True, eq=False)
class Moves:
    """Steps (n,) and points (n, 2) to draw, in the units of the axes, and the same points in `pixels`; `exit`
    is (step, x, y) at the edge, and `side` the triangle that points out of it.

    `settled` is the step from which on a noisy run only fills a cloud, which is drawn as points; None for a
    run that is a line to its end. `spread` is how wide the cloud is, in pixels.
    """

    id: str
    steps: Ints
    points: Floats
    pixels: Floats
    exit: tuple[int, float, float] | None
    side: str
    settled: int | None = None
    spread: float = 0.0

    @cached_property
    def in_cloud(self) -> NDArray[np.bool_]:
        """Which points (n,) are of the cloud."""
        if self.settled is None:
            return np.zeros(self.steps.size, bool)
        found: NDArray[np.bool_] = self.steps > self.settled
        return found

    @cached_property
    def line(self) -> Floats:
        """The pixels (n, 2) before the cloud."""
        return self.pixels if self.settled is None else self.pixels[~self.in_cloud]

    def row(self) -> dict[str, Any]:
        """The row of the dataset `moves`."""
        x, y = ([float(f"{value:.5g}") for value in column] for column in self.points.T)
        row = {"id": self.id, "step": self.steps.tolist(), "x": x, "y": y}
        if self.settled is not None:
            row |= {"settled": self.settled, "spread": round(self.spread, 1)}
        return row

    def exit_rows(self) -> list[dict[str, Any]]:
        """Its row of the dataset `exits`, if it leaves."""
        if self.exit is None:
            return []
        step, x, y = self.exit
        return [
            {"id": self.id, "step": step, "x": float(f"{x:.5g}"), "y": float(f"{y:.5g}"), "shape": self.side}
        ]


def all_moves(
    shown: Sequence[Series], way: Callable[[Series], Floats], frame: Frame, *, most: int
) -> list[Moves]:
    """The way of each run, whose points (T+1, 2) `way` gives, with about `most` steps told singly.

    A diverging run is drawn to where it leaves the view for the first time; another is drawn to its end, with
    what is outside kept just outside, where it is cut.
    """
    count = len(shown)
    return [
        run.once((frame, place, count), partial(_moves, run, way, frame, most, (place, count)))
        for place, run in enumerate(shown)
    ]


def _moves(
    run: Series, way: Callable[[Series], Floats], frame: Frame, most: int, place: tuple[int, int]
) -> Moves:
    points = way(run)
    low, high = np.array([frame.x.low, frame.y.low]), np.array([frame.x.high, frame.y.high])
    found = leaves(points, low, high)
    if found is not None and run.diverged_at is not None:
        row, edge = found
        points = np.concatenate([points[:row], edge[None]])
    span = high - low
    points = np.clip(np.nan_to_num(points, nan=0.0, posinf=1e300, neginf=-1e300), low - span, high + span)
    pixels = frame.pixels(*points.T)
    settled, spread = _settled(run, pixels), 0.0
    if settled is None:
        kept = visible_moves(pixels, most=most)
    else:
        spread = float(np.hypot(*pixels[settled:].std(axis=0)))
        line = visible_moves(pixels[: settled + 1], most=most)
        kept = np.concatenate([line, _cloud(settled + 1, len(points), *place)])
    way_out = None if found is None else (found[0], float(found[1][0]), float(found[1][1]))
    side = "triangle-up" if way_out is None else _side(frame.pixels([way_out[1]], [way_out[2]])[0], frame)
    return Moves(run.id, kept, points[kept], pixels[kept], way_out, side, settled, spread)


def _settled(run: Series, pixels: Floats) -> int | None:
    """The first step of a noisy run that is as low as its later half, where from there on it goes to and fro
    so much that its line would be a thicket."""
    if not run.noisy or run.diverged_at is not None or len(pixels) < FEWEST:
        return None
    first = int((run.loss <= run.loss[run.loss.size // 2 :].mean()).argmax())
    rest = pixels[first:]
    way, extent = np.hypot(*np.diff(rest, axis=0).T).sum(), np.hypot(*np.ptp(rest, axis=0))
    return first if way > _WANDERING * max(float(extent), 1.0) else None


def _cloud(first: int, end: int, place: int, runs: int) -> Ints:
    """Steps of a cloud to draw, evenly spread. Each run's are others: where two runs coincide, the points of
    both are seen."""
    count = min(_IN_CLOUD // max(runs, 3), end - first)
    steps = first + ((np.arange(count) + (place + 1) / runs) * ((end - first) / max(count, 1))).astype(
        np.int64
    )
    return np.unique(np.minimum(steps, end - 1))


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
