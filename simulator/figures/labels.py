"""Direct labels: texts beside the curves they name, never on top of one another.

Positions are searched here, in pixels, because the drawing library has no way to keep labels apart that works
the same on the server and in the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Boxes = list[tuple[float, float, float, float]]  # left, top, right, bottom

SIZE = 11.5  # px
HEIGHT = 14.0
SWATCH = 26.0  # room for a piece of the curve's line before the text
_GAP = 5.0
_FAR = 12.0  # what a place away from what a label names costs at least
_COVERED = 5.0  # what each point of a line costs that a label covers
_LOOKED_AT = 16  # places, the cheapest first, before it is asked whether a dearer one can be better
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

    `step`, where given, is the first step at which it is true. `x`, `y` are the left end and the middle of
    the placed box, swatch included.
    """

    id: str
    text: str
    near: Floats
    swatch: bool = True
    step: int | None = None
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        return text_width(self.text) + (SWATCH if self.swatch else 0.0)

    def box(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels."""
        return self.x, self.y - HEIGHT / 2, self.x + self.width, self.y + HEIGHT / 2


def place(labels: Iterable[Label], points: Sequence[Floats], width: float, height: float) -> list[Label]:
    """Give every label a place inside the plot (width x height px) where it covers no other label and as few
    of the `points` (each (n, 2); of lines, see `dense_points`) as can be. A label for which there is no room
    left is left out."""
    crowd = np.concatenate([*points, np.zeros((0, 2))])
    inside = (crowd >= -2).all(axis=1) & (crowd <= [width + 2, height + 2]).all(axis=1)
    crowd = crowd[inside]
    taken: Boxes = []
    placed = []
    for label in labels:
        wide = label.width
        corner, cost = _best(*_close(label, wide, width, height), wide, taken, crowd)
        # No place far away costs less than that, so they are looked at only where none near is as good.
        if cost > _FAR:
            other, far_cost = _best(*_far(label, wide, width, height), wide, taken, crowd)
            corner = other if far_cost < cost else corner
        if corner is None:
            continue
        found = replace(label, x=round(corner[0], 1), y=round(corner[1] + HEIGHT / 2, 1))
        taken.append(found.box())
        placed.append(found)
    return placed


def _best(
    corners: Floats, cost: Floats, wide: float, taken: Boxes, crowd: Floats
) -> tuple[tuple[float, float] | None, float]:
    """The free place that costs the least with what it covers, the first of several; None and infinity where
    none is free."""
    order = np.argsort(cost, kind="stable")
    found, least, first = -1, np.inf, 0
    while first < len(order) and cost[order[first]] <= least:
        some = order[first : first + _LOOKED_AT]
        some = some[_free(corners[some], wide, taken)]
        if len(some):
            costs = cost[some] + _COVERED * _covered(corners[some], wide, crowd)
            lowest = float(costs.min())
            here = int(some[costs == lowest].min())
            if lowest <= least:
                found = here if lowest < least else min(found, here)
                least = lowest
        first += _LOOKED_AT
    return ((float(corners[found, 0]), float(corners[found, 1])), least) if found >= 0 else (None, np.inf)


def _free(corners: Floats, wide: float, taken: Boxes) -> NDArray[np.bool_]:
    """Which places (k, 2) cover no label that has one."""
    if not taken:
        return np.ones(len(corners), bool)
    x, y = corners[:, :1], corners[:, 1:]
    left, top, right, bottom = np.array(taken).T
    free = (x >= right + 2) | (x + wide <= left - 2) | (y >= bottom + 1) | (y + HEIGHT <= top - 1)
    found: NDArray[np.bool_] = free.all(axis=1)
    return found


def _close(label: Label, wide: float, width: float, height: float) -> tuple[Floats, Floats]:
    """Left upper corners to try beside what the label names (k, 2), and what each costs."""
    offsets = np.array(
        [
            (_GAP + 3, -HEIGHT / 2), (-wide - _GAP - 3, -HEIGHT / 2),
            (-wide / 2, -HEIGHT - _GAP), (-wide / 2, _GAP),
            (_GAP, -HEIGHT - _GAP), (_GAP, _GAP), (-wide - _GAP, -HEIGHT - _GAP), (-wide - _GAP, _GAP),
            (-wide / 2, -2.2 * HEIGHT), (-wide / 2, 1.2 * HEIGHT),
        ]
    )  # fmt: skip
    corners = (label.near[:, None, :] + offsets[None, :, :]).reshape(-1, 2)
    cost = (np.arange(len(label.near))[:, None] * 0.7 + np.arange(len(offsets))[None, :] * 0.25).ravel()
    return _inside(corners, cost, wide, width, height)


def _far(label: Label, wide: float, width: float, height: float) -> tuple[Floats, Floats]:
    """The same all over the plot: the further away, the dearer."""
    xs, ys = np.linspace(2, max(width - wide - 2, 2), 7), np.arange(1.0, height - HEIGHT, HEIGHT + 1)
    corners = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    middles = corners + np.array([wide / 2, HEIGHT / 2])
    if not len(label.near):
        return _inside(corners, np.full(len(corners), _FAR), wide, width, height)
    away = np.abs(middles[:, None, :] - label.near[None, :, :]).sum(axis=2).min(axis=1)
    return _inside(corners, _FAR + 0.15 * away, wide, width, height)


def _inside(corners: Floats, cost: Floats, wide: float, width: float, height: float) -> tuple[Floats, Floats]:
    x, y = corners[:, 0], corners[:, 1]
    fits = (x >= 1) & (y >= 1) & (x + wide <= width - 1) & (y + HEIGHT <= height - 1)
    return corners[fits], cost[fits]


def _covered(corners: Floats, wide: float, crowd: Floats) -> Floats:
    """How many of the crowd's points each box would cover, with a margin of two pixels."""
    x, y = crowd[:, 0][None, :] - corners[:, 0][:, None], crowd[:, 1][None, :] - corners[:, 1][:, None]
    hits = (x > -2) & (x < wide + 2) & (y > -2) & (y < HEIGHT + 2)
    return hits.sum(axis=1).astype(float)


def dense_points(line: Floats, gap: float = 4.0, most: int = 4000) -> Floats:
    """Points along a line (n, 2), about `gap` pixels from one to the next; further apart where they would
    be more than `most`."""
    if len(line) < 2:
        return line
    starts, moves = line[:-1], np.diff(line, axis=0)
    lengths = np.hypot(*moves.T)
    gap = max(gap, float(lengths.sum()) / most)
    counts = np.maximum(np.ceil(lengths / gap).astype(int), 1)
    firsts = np.cumsum(counts) - counts
    shares = (np.arange(counts.sum()) - np.repeat(firsts, counts)) / np.repeat(counts, counts)
    points = np.repeat(starts, counts, axis=0) + shares[:, None] * np.repeat(moves, counts, axis=0)
    return np.concatenate([points, line[-1:]])
