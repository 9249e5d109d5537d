"""Where on an objective a figure looks: points worth seeing, and lines cut at the edge of the view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.figures.series import Series

Floats = NDArray[np.float64]

# Times the distance from the start to the minimum: how far a diverging run, or a predicted one, is followed.
_DIVERGING = 1.7
_STRAY = 6.0  # other runs are followed that far
_FAR_OUT = 2.0  # times the distance of the start from zero: wells further out are left out of the picture


class Surface(Protocol):
    """What a figure needs of an objective."""

    dim: int

    def loss(self, theta: Floats) -> Floats:
        """Loss of each point: theta (..., D) -> (...)."""
        ...

    @property
    def minimum(self) -> Floats | None:
        """The place (D,) of the global minimum, where known."""
        ...


def landmarks(
    name: str, options: Mapping[str, Any], start: Sequence[float] | None = None
) -> list[list[float]]:
    """Points that should be in the view whatever the runs do: wells that a run may miss, say."""
    if name == "double_well":
        return [[-1.45], [1.45]]
    if name == "two_wells":
        return [
            [centre + side * 2 * width]
            for centre, width in zip(options["center"], options["width"], strict=True)
            for side in (-1, 1)
        ]
    if name == "polynomial":
        return _stationary(options["coeffs"], abs(start[0]) if start else 0.0)
    if name == "saddle":
        return [[-0.6, -1.3], [0.6, 1.3]]
    return []


def _stationary(coeffs: Sequence[float], distance: float) -> list[list[float]]:
    """Where a polynomial c0 + c1 x + … has no slope, unless that is much further out than the start."""
    slope = [k * c for k, c in enumerate(coeffs)][1:]
    while slope and slope[-1] == 0:
        slope.pop()
    with np.errstate(all="ignore"):
        try:
            roots = np.roots(slope[::-1])
        except np.linalg.LinAlgError:  # coefficients of which one is infinitely larger than another
            return []
    # A double root comes out as a pair that is a little off the line.
    real = roots.real[np.abs(roots.imag) <= 1e-6 * np.maximum(np.abs(roots), 1e-3)]
    near = sorted({float(f"{x:.6g}") for x in real if abs(x) <= _FAR_OUT * max(distance, 1.0)})
    return [[x + 0.0] for x in near]


def view(
    series: Sequence[Series], minimum: Floats | None, marks: Sequence[Sequence[float]]
) -> tuple[Floats, Floats]:
    """Lower and upper corner (D,) of the box that holds the runs, the minimum and the landmarks, unpadded.

    A run that strays far is followed part of the way only, else the place where the rest happens would be a
    dot.
    """
    runs = [run for run in series if run.params is not None]
    paths = [run.places for run in runs]
    starts = np.array([path[0] for path in paths])
    known = minimum is not None and bool(np.isfinite(minimum).all())
    centre = minimum if known and minimum is not None else _middle(starts)
    fixed = [starts, np.array([centre])]
    if minimum is not None and len(centre) == 1:
        fixed.append(2 * centre - starts)  # the other side, where a step too long lands
    if len(marks):
        fixed.append(np.array(marks, dtype=float))
    points = np.concatenate(fixed)
    radius = np.abs(points - centre).max(axis=0)
    radius = np.where(radius > 0, radius, max(float(radius.max()), 1.0) * 0.5)
    if not known:
        radius = np.maximum(radius, _usual_way(runs, centre))
    for run in runs:
        path = run.places[: max(run.sound_rows(), 1)]
        reach = _DIVERGING if run.diverged_at is not None or run.role == "prediction" else _STRAY
        reach = 1.15 if run.role == "reach" else reach
        near = (np.abs(path - centre) <= reach * radius).all(axis=1)
        points = np.concatenate([points, path[near]])
    return points.min(axis=0), points.max(axis=0)


def _usual_way(runs: Sequence[Series], centre: Floats) -> Floats:
    """How far (D,) the runs go that happen and do not diverge: the middle one of them in each direction."""
    ways = [np.abs(run.places - centre).max(axis=0) for run in runs
            if run.role == "happens" and run.diverged_at is None]  # fmt: skip
    ways = [way for way in ways if np.isfinite(way).all()]
    middle: Floats = np.median(ways, axis=0) if ways else np.zeros_like(centre)
    return middle


def _middle(points: Floats) -> Floats:
    """The mean (D,) of points (n, D); the first of them where their sum overflows."""
    with np.errstate(over="ignore"):
        mean: Floats = points.mean(axis=0)
    return mean if np.isfinite(mean).all() else points[0]


def leaves(path: Floats, low: Floats, high: Floats) -> tuple[int, Floats] | None:
    """The first row of a path (n, D) outside the box, and where the line to it crosses the edge; None if
    none is."""
    inside = np.ones(len(path), bool)
    for column, least, most in zip(path.T, low, high, strict=True):
        inside &= (column >= least) & (column <= most)
    outside = ~inside  # what is not finite among it
    if not outside.any():
        return None
    row = int(outside.argmax())
    if row == 0:
        return 0, np.clip(np.nan_to_num(path[0]), low, high)
    before, after = path[row - 1], np.nan_to_num(path[row], nan=0.0, posinf=1e300, neginf=-1e300)
    move = after - before
    with np.errstate(all="ignore"):
        edges = np.where(move > 0, high, low)
        shares = np.where(move != 0, (edges - before) / move, np.inf)
    share = float(np.clip(np.nanmin(shares), 0.0, 1.0))
    return row, np.clip(before + share * move, low, high)
