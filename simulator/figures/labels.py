"""Direct labels: texts beside the curves they name, never on top of one another.

Positions are searched here, in pixels, because the drawing library has no way to keep labels apart that works
the same on the server and in the browser.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Corner = tuple[float, float]
Boxes = list[tuple[float, float, float, float]]  # left, top, right, bottom

SIZE = 11.5  # px
HEIGHT = 14.0
SWATCH = 26.0  # room for a piece of the curve's line before the text
MARK = 13.0  # the same for a mark alone
_GAP = 5.0
_FAR = 12.0  # what a place away from what a label names costs at least
_SOME = 8  # points that it names, about, from which it is measured how far away that is
_COVERED = 5.0  # what each point of a line costs that a label covers
_CELL = 4.0  # px
# Places of a label beside a point, the best first, from the point to the label's left upper corner: pixels to
# the right, widths of the label to the right, pixels down.
_BESIDE = (
    (_GAP + 3, 0.0, -HEIGHT / 2), (-_GAP - 3, -1.0, -HEIGHT / 2),
    (0.0, -0.5, -HEIGHT - _GAP), (0.0, -0.5, _GAP),
    (_GAP, 0.0, -HEIGHT - _GAP), (_GAP, 0.0, _GAP), (-_GAP, -1.0, -HEIGHT - _GAP), (-_GAP, -1.0, _GAP),
    (0.0, -0.5, -2.2 * HEIGHT), (0.0, -0.5, 1.2 * HEIGHT),
)  # fmt: skip
# Widths of Liberation Sans (= Arial) in thousandths of the size, for characters that are not about 556 wide.
_WIDTHS = {
    **dict.fromkeys("ijl’'|", 222), **dict.fromkeys(" .,:;!/ft()[]·", 290),
    **dict.fromkeys("r-⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 340), **dict.fromkeys("ckszvxyJ", 500),
    **dict.fromkeys("ABEKPSVXY&", 667), **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778), **dict.fromkeys("mM", 833), "W": 944, "—": 1000, "…": 1000,
}  # fmt: skip
# Where the font is not installed another takes its place; the widest in common use is a seventh wider.
_SLACK = 1.1


@lru_cache(maxsize=1024)
def text_width(text: str, size: float = SIZE) -> float:
    """Width of a text in pixels, on the safe side."""
    return sum(_WIDTHS.get(character, 570) for character in text) * size * _SLACK / 1000


def shorten(text: str, width: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it would be wider than `width` pixels."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" ,;:·") + "…"


@dataclass(frozen=True)
class Label:
    """A text that wants a place. `near` (n, 2) are points that it may stand beside, the best first.

    Before it stands a piece of a run's line, a `swatch`, or the `mark` of the points that it names. A `close`
    one says which point it stands beside, so that it is true nowhere else. `step`, where given, is the first
    step at which it is true. `x`, `y` are the left end and the middle of the placed box, swatch included.
    """

    id: str
    text: str
    near: Floats
    swatch: bool = True
    step: int | None = None
    mark: bool = False
    close: bool = False
    x: float = 0.0
    y: float = 0.0

    @property
    def run(self) -> str:
        """The id of the run that it belongs to."""
        return self.id.partition("-")[0]

    @property
    def width(self) -> float:
        return text_width(self.text) + self.indent

    @property
    def indent(self) -> float:
        """Where in the box the text begins, in pixels."""
        return SWATCH if self.swatch else MARK if self.mark else 0.0

    def at(self, x: float, y: float) -> Label:
        """The same label at a place. (`dataclasses.replace` takes several times as long.)"""
        return Label(
            self.id, self.text, self.near, self.swatch, self.step, self.mark, self.close,
            round(x, 1), round(y, 1),
        )  # fmt: skip

    def box(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels."""
        return self.x, self.y - HEIGHT / 2, self.x + self.width, self.y + HEIGHT / 2


def place(labels: Iterable[Label], points: Sequence[Floats], width: float, height: float) -> list[Label]:
    """Give every label a place inside the plot (width x height px) where it covers no other label and as few
    of the `points` (each (n, 2); of lines, see `dense_points`) as can be; the first choose first. A label for
    which there is no room left is left out."""
    return place_among(labels, Crowd(points, width, height))


def place_among(labels: Iterable[Label], crowd: Crowd, placed_before: Iterable[Label] = ()) -> list[Label]:
    """The same where the points are counted already and some labels have a place, which they keep."""
    placed = list(placed_before)
    taken = [label.box() for label in placed]
    for label in labels:
        wide = label.width
        corner = _best(label, wide, taken, crowd)
        if corner is None:
            continue
        found = label.at(corner[0], corner[1] + HEIGHT / 2)
        taken.append(found.box())
        placed.append(found)
    return placed


def clear_of(placed: Sequence[Label], points: Floats, others: Sequence[Label] = ()) -> list[Label]:
    """Those of the labels under which none of the points (n, 2) lies, with a margin of two pixels, and that
    cover none of the others."""
    if not placed:
        return []
    boxes = np.array([label.box() for label in placed])
    boxes += (-2, -2, 2, 2)
    left, top, right, bottom = boxes.T[:, :, None]
    x, y = np.ascontiguousarray(points.T)
    under = (x > left) & (x < right) & (y > top) & (y < bottom)
    taken = [label.box() for label in others]
    return [
        label
        for label, crossed in zip(placed, under.any(axis=1).tolist(), strict=True)
        if not crossed and _free(label.x, label.y - HEIGHT / 2, _blocked(taken, label.width))
    ]


class Crowd:
    """A plot of width x height px with the points (each (n, 2)) that labels keep off.

    How many lie under a box, whatever its size, is told by four numbers of a summed-area table. The plot is
    counted in cells of `_CELL` pixels, so an edge of a box is off by half of one at most. Crow, "Summed-area
    tables for texture mapping", SIGGRAPH 1984.
    """

    def __init__(self, points: Sequence[Floats], width: float, height: float) -> None:
        self.width, self.height = width, height
        down, across = int(height / _CELL) + 2, int(width / _CELL) + 2
        # What is outside goes into a rim of cells that are not counted.
        at = np.concatenate([*points, np.zeros((0, 2))])
        at /= _CELL
        at += 1
        np.maximum(at, 0, out=at)
        np.minimum(at, (across + 1, down + 1), out=at)
        column, row = at.astype(np.int64).T
        cells = np.bincount(row * (across + 2) + column, minlength=(down + 2) * (across + 2))
        self._sums = np.zeros((down + 1, across + 1), np.int64)
        inside = cells.reshape(down + 2, across + 2)[1:-1, 1:-1]
        inside.cumsum(axis=0).cumsum(axis=1, out=self._sums[1:, 1:])
        # Much quicker than the array where single numbers are read.
        self._at, self._across = self._sums.reshape(-1).data, across + 1

    def under(self, x: float, y: float, wide: float) -> int:
        """How many points it would cover, with a margin of two pixels."""
        left, right = int((x - 2) / _CELL + 0.5), int((x + wide + 2) / _CELL + 0.5)
        top = int((y - 2) / _CELL + 0.5) * self._across
        bottom = int((y + HEIGHT + 2) / _CELL + 0.5) * self._across
        at = self._at
        return at[bottom + right] - at[top + right] - at[bottom + left] + at[top + left]

    def under_each(self, x: Floats, y: Floats, wide: float) -> Ints:
        """The same of many boxes (k,)."""
        sums = self._sums
        left, right = _edges(x - 2), _edges(x + wide + 2)
        top, bottom = _edges(y - 2), _edges(y + HEIGHT + 2)
        return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


def _edges(at: Floats) -> Ints:
    return (at / _CELL + 0.5).astype(np.int64)


def _best(label: Label, wide: float, taken: Boxes, crowd: Crowd) -> Corner | None:
    """The left upper corner of the free place that costs the least with what it covers; None where none is
    free.

    The cheapest are tried first, until none that is left can be better. No place far away costs less than
    `_FAR`, so that they are looked at only where none near is as good.
    """
    found, least, far = None, math.inf, label.close
    near, under = label.near.tolist(), crowd.under
    last_x, last_y = crowd.width - 1 - wide, crowd.height - 1 - HEIGHT
    blocked = _blocked(taken, wide)
    for cost, number, right, share, down in _order(len(near)):
        if cost >= _FAR and not far:
            found, least, far = *_far(label, wide, blocked, crowd, found, least), True
        if cost >= least:
            break
        if label.close and not -HEIGHT - _GAP <= down <= _GAP:
            continue
        x, y = near[number]
        x, y = x + right + share * wide, y + down
        if 1 <= x <= last_x and 1 <= y <= last_y and _free(x, y, blocked):
            cost += _COVERED * under(x, y, wide)
            if cost < least:
                found, least = (x, y), cost
    if least > _FAR and not far:
        found, least = _far(label, wide, blocked, crowd, found, least)
    return found


@lru_cache(maxsize=256)
def _order(count: int) -> list[tuple[float, int, float, float, float]]:
    """The places beside `count` points, the cheapest first: cost, number of the point, and from it to the
    left upper corner: pixels to the right, widths of the label to the right, pixels down."""
    places = [
        (number * 0.7 + rank * 0.25, number, *beside)
        for number in range(count)
        for rank, beside in enumerate(_BESIDE)
    ]
    return sorted(places, key=itemgetter(0))


def _blocked(taken: Boxes, wide: float) -> Boxes:
    """Where the left upper corner of a label so wide may not lie, since it would cover one of those that have
    their place."""
    return [(left - wide - 2, top - HEIGHT - 1, right + 2, bottom + 1) for left, top, right, bottom in taken]


def _free(x: float, y: float, blocked: Boxes) -> bool:
    """Whether a label there covers no label that has its place."""
    for left, top, right, bottom in blocked:  # noqa: SIM110 - a generator takes twice as long, and this is asked often
        if left < x < right and top < y < bottom:
            return False
    return True


def _far(
    label: Label, wide: float, blocked: Boxes, crowd: Crowd, found: Corner | None, least: float
) -> tuple[Corner | None, float]:
    """A better place than the one found, anywhere in the plot, with its cost: the further away from what the
    label names, the dearer. Else the one found."""
    x, y = _all_over(crowd.width, crowd.height, wide)
    cost = _FAR + _COVERED * crowd.under_each(x, y, wide)
    if len(label.near):
        near_x, near_y = label.near[:: 1 + len(label.near) // _SOME].T[:, :, None]
        cost += 0.15 * (np.abs(x + wide / 2 - near_x) + np.abs(y + HEIGHT / 2 - near_y)).min(axis=0)
    for place in np.argsort(cost, kind="stable").tolist():
        if cost[place] >= least:
            break
        corner = float(x[place]), float(y[place])
        if _free(*corner, blocked):
            return corner, float(cost[place])
    return found, least


@lru_cache(maxsize=256)
def _all_over(width: float, height: float, wide: float) -> tuple[Floats, Floats]:
    """Left upper corners of labels in rows and columns: x (k,), y (k,)."""
    across = np.linspace(2, max(width - wide - 2, 2), 7) if wide <= width - 3 else np.zeros(0)
    down = np.arange(1.0, height - HEIGHT - 1 + 1e-9, HEIGHT + 1)
    return np.tile(across, down.size), np.repeat(down, across.size)


def dense_points(line: Floats, gap: float = 4.0, most: int = 4000) -> Floats:
    """Points evenly along a line (n, 2), at most `gap` pixels from one to the next; further apart where they
    would be more than `most`."""
    if len(line) < 2:
        return line
    across, down = (line[1:] - line[:-1]).T
    way = np.zeros(len(line))
    np.sqrt(across * across + down * down).cumsum(out=way[1:])
    count = min(math.ceil(way[-1] / gap), most)
    at = np.arange(count + 1) * (way[-1] / max(count, 1))
    points = np.empty((at.size, 2))
    points[:, 0], points[:, 1] = np.interp(at, way, line[:, 0]), np.interp(at, way, line[:, 1])
    return points
