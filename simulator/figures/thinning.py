"""Fewer points without another look."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EASY = 1e-12  # values from here to its inverse are rounded by arithmetic
_POWERS = 10.0 ** np.arange(23)


def envelope(values: Floats, most: int = 240) -> Ints:
    """Indices of at most about `most` rows that keep the lowest and the highest value of every stretch.

    Evenly thinned, a curve that alternates would show every second value only and look smooth.
    """
    count = values.size
    if count <= most:
        return np.arange(count)
    firsts, number = _stretches(count, most // 2)
    kept = np.zeros(count, bool)
    kept[[0, -1]] = True
    for extreme in (np.minimum, np.maximum):
        hits = np.flatnonzero(values == extreme.reduceat(values, firsts)[number])
        kept[hits[np.diff(number[hits], prepend=-1) > 0]] = True  # the first of each stretch
    return np.flatnonzero(kept)


@lru_cache(maxsize=64)
def _stretches(count: int, parts: int) -> tuple[Ints, Ints]:
    """Where each of the parts begins (parts,), and which of them each row is in (count,)."""
    edges = np.linspace(0, count, parts + 1).astype(np.int64)
    return edges[:-1], np.repeat(np.arange(parts), np.diff(edges))


def visible_moves(points: Floats, *, finest: float = 0.4, most: int = 400) -> Ints:
    """Indices of the rows of a path (n, 2), in pixels, that a reader could tell from the row before.

    The first and the last row are always kept. When more than `most` remain, the first quarter of them stays
    and the rest is thinned evenly: the beginning of a run is where its steps are told one by one.
    """
    count = len(points)
    if count <= 2:
        return np.arange(count)
    x, y = np.rint(points.T / finest)
    seen = np.ones(count, bool)
    seen[1:-1] = (x[1:-1] != x[:-2]) | (y[1:-1] != y[:-2])
    kept = np.flatnonzero(seen)
    if kept.size > most:
        head = kept[: most // 4]
        tail = kept[np.linspace(most // 4, kept.size - 1, most - most // 4).round().astype(np.int64)]
        kept = np.concatenate([head, tail])
    return kept


def significant(values: Floats, digits: int = 5) -> list[Any]:
    """Values, in one row (n,) or several (k, n), rounded to so many significant digits: as exact as a picture
    shows them, and short in JSON."""
    sizes = np.abs(values)
    zero = sizes == 0
    smallest = max(_EASY, 10.0 ** (digits - _POWERS.size))  # smaller ones need a higher power than there is
    if not ((sizes >= smallest) & (sizes <= 1 / _EASY) | zero).all():
        if values.ndim > 1:
            return [significant(row, digits) for row in values]
        return [float(f"{value:.{digits}g}") for value in values.tolist()]
    sizes[zero] = 1.0
    # Powers of ten up to 10²² are exact, so each product and quotient is the number nearest to the decimal.
    places = (digits - 1 - np.floor(np.log10(sizes))).astype(np.intp)
    up, down = _POWERS[np.maximum(places, 0)], _POWERS[np.maximum(-places, 0)]
    rounded: list[Any] = (np.rint(values * up / down) / up * down).tolist()
    return rounded
