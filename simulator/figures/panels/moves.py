"""The way of one run over a landscape or a map: which steps are drawn, and where it leaves the view."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.labels import Label
from simulator.figures.panels.names import told_apart
from simulator.figures.series import Series
from simulator.figures.smoothing import FEWEST
from simulator.figures.surface import leaves
from simulator.figures.thinning import significant, visible_moves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pixel = tuple[float, float]

_WANDERING = 8.0  # times its own extent: a noisy run that goes so far in all has filled a cloud
_IN_CLOUD = 360  # points of the clouds of all runs together


@dataclass(frozen=True, eq=False)
class Exit:
    """Where a run leaves the view: the step, the place on the edge, the same in `pixels` (1, 2), and the
    triangle that points out there."""

    step: int
    x: float
    y: float
    pixels: Floats
    shape: str


@dataclass(frozen=True, eq=False)
class Moves:
    """Steps (n,) and points (n, 2) to draw, in the units of the axes, the same points in `pixels`, and where
    they leave the view.

    `settled` is the step from which on a noisy run only fills a cloud, which is drawn as points; None for a
    run that is a line to its end. `spread` is how wide the cloud is, in pixels. `digits` of the points are
    told.
    """

    id: str
    steps: Ints
    points: Floats
    pixels: Floats
    exit: Exit | None
    settled: int | None = None
    spread: float = 0.0
    digits: int = 5

    @cached_property
    def in_cloud(self) -> NDArray[np.bool_]:
        """Which points (n,) are of the cloud."""
        if self.settled is None:
            return np.zeros(self.steps.size, bool)
        found: NDArray[np.bool_] = self.steps > self.settled
        return found

    @cached_property
    def lengths(self) -> Floats:
        """How long the way is from each point to the next (n-1,), in pixels."""
        found: Floats = np.hypot(*(self.pixels[1:] - self.pixels[:-1]).T)
        return found

    @cached_property
    def ends(self) -> tuple[Pixel, Pixel]:
        """The first and the last point in pixels."""
        (x, y), (last_x, last_y) = self.pixels[[0, -1]].tolist()
        return (x, y), (last_x, last_y)

    @cached_property
    def line(self) -> Floats:
        """The pixels (n, 2) before the cloud."""
        return self.pixels if self.settled is None else self.pixels[~self.in_cloud]

    def row(self) -> dict[str, Any]:
        """The row of the dataset `moves`."""
        x, y = significant(self.points.T, self.digits)
        row = {"id": self.id, "step": self.steps.tolist(), "x": x, "y": y}
        if self.settled is not None:
            row |= {"settled": self.settled, "spread": round(self.spread, 1)}
        return row

    def exit_rows(self) -> list[dict[str, Any]]:
        """Its row of the dataset `exits`, if it leaves."""
        if self.exit is None:
            return []
        x, y = (float(f"{value:.{self.digits}g}") for value in (self.exit.x, self.exit.y))
        return [{"id": self.id, "step": self.exit.step, "x": x, "y": y, "shape": self.exit.shape}]


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
    elif found is not None:
        span = high - low
        points = np.nan_to_num(points, nan=0.0, posinf=1e300, neginf=-1e300).clip(low - span, high + span)
    pixels = frame.pixels(*points.T)
    settled, spread = _settled(run, pixels), 0.0
    if settled is None:
        kept = visible_moves(pixels, most=most)
    else:
        spread = math.hypot(*(column.std() for column in pixels[settled:].T))
        line = visible_moves(pixels[: settled + 1], most=most)
        kept = np.concatenate([line, _cloud(settled + 1, len(points), *place)])
    way_out = None if found is None else _exit(found[0], found[1], frame)
    digits = max(frame.x.digits, frame.y.digits)
    return Moves(run.id, kept, points[kept], pixels[kept], way_out, settled, spread, digits)


def _exit(step: int, edge: Floats, frame: Frame) -> Exit:
    at = frame.pixels(edge[:1], edge[1:])
    return Exit(step, float(edge[0]), float(edge[1]), at, _side(at[0], frame))


def _settled(run: Series, pixels: Floats) -> int | None:
    """The first step of a noisy run that is as low as its later half, where from there on it goes to and fro
    so much that its line would be a thicket."""
    if not run.noisy or run.diverged_at is not None or len(pixels) < FEWEST:
        return None
    first = int((run.loss <= run.loss[run.loss.size // 2 :].mean()).argmax())
    x, y = pixels[first:].T  # each by itself: NumPy is slow along the first of two axes
    way = np.sqrt(np.square(np.diff(x)) + np.square(np.diff(y))).sum()
    return first if way > _WANDERING * max(math.hypot(np.ptp(x), np.ptp(y)), 1.0) else None


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


def exit_labels(shown: Sequence[Series], moves: Sequence[Moves]) -> list[Label]:
    """What to say where a run leaves the view."""
    exits = [
        run.once((move, "exit"), partial(_exit_label, run, move.exit))
        for run, move in zip(shown, moves, strict=True)
        if move.exit is not None
    ]
    return told_apart(exits, len(shown))


def _exit_label(run: Series, left: Exit) -> Label:
    text = run.end_in_words(left.step)
    return Label(f"{run.id}-exit", text, left.pixels, swatch=False, step=left.step)
