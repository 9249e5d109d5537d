"""What a plot of an analysis is put together of, and what of it lies in the plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.figures.axes import Axis
from simulator.figures.frame import Frame
from simulator.figures.thinning import envelope

Floats = NDArray[np.float64]

SOLID = (1, 0)


@dataclass(frozen=True, eq=False)
class Line:
    """A line through x, y (n,): broken where a value is not finite, cut at the edge of the plot.

    `key` is an id of a run ("r0" … "r5", "p"), which gives colour and dashes, or a colour of the text
    ("ink_3"). `name` is the label beside it. With `exact` every point is kept, as a line that goes back and
    forth needs it.
    """

    key: str
    x: ArrayLike
    y: ArrayLike
    name: str = ""
    width: float = 2.2
    opacity: float = 1.0
    dash: tuple[int, ...] | None = None
    exact: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Marks at x, y (n,). Those above the plot stand on its upper edge, those below on its lower one; what is
    not finite counts as above. `name` stands beside the one at `named`."""

    key: str
    x: ArrayLike
    y: ArrayLike
    name: str = ""
    size: float = 44.0
    shape: str = ""
    opacity: float = 1.0
    hollow: bool = False
    named: int = 0


@dataclass(frozen=True)
class Rule:
    """A straight line up the plot at one x, with its name."""

    name: str
    x: float
    key: str = "ink"
    dash: tuple[int, ...] = (4, 3)


@dataclass(frozen=True, eq=False)
class Band:
    """The stretch between low (n,) and high (n,) over x (n,), shaded."""

    key: str
    x: ArrayLike
    low: ArrayLike
    high: ArrayLike
    opacity: float = 0.16


@dataclass(frozen=True, eq=False)
class Area:
    """A filled ring (n, 2) of the plane."""

    key: str
    ring: Floats
    opacity: float = 0.14


Piece = Line | Points | Rule | Band | Area


@dataclass(frozen=True, eq=False)
class Plot:
    """Pieces in painting order on the axes of a frame. `description` is for those who do not see it."""

    frame: Frame
    subtitle: str
    pieces: tuple[Piece, ...]
    description: str


def inside(value: float, axis: Axis) -> bool:
    """Whether a value is on the axis."""
    return bool(axis.low <= value <= axis.high)


def stretches(line: Line, frame: Frame) -> list[Floats]:
    """The pieces (n, 2) of a line between values that are not finite, thinned."""
    x, y = np.asarray(line.x, dtype=float), np.asarray(line.y, dtype=float)
    sound = np.isfinite(x) & ~np.isnan(y)
    y = frame.y.kept_near(np.nan_to_num(y, nan=0.0, posinf=np.inf, neginf=-np.inf))
    edges = np.flatnonzero(np.diff(np.r_[False, sound, False].astype(int)))
    found = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        part = np.column_stack([x[first:last], y[first:last]])
        found.append(part if line.exact else part[envelope(part[:, 1])])
    return found


def on_edge(points: Points, frame: Frame) -> Floats:
    """Places (n, 2) of the marks; those left or right of the plot are left out."""
    x, y = np.asarray(points.x, dtype=float), np.asarray(points.y, dtype=float)
    y = np.clip(np.nan_to_num(y, nan=np.inf, posinf=np.inf, neginf=-np.inf), frame.y.low, frame.y.high)
    within = (x >= frame.x.low) & (x <= frame.x.high)
    return np.column_stack([x, y])[within]
