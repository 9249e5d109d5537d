"""Fewer points without another look."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def envelope(values: Floats, most: int = 240) -> Ints:
    """Indices of at most about `most` rows that keep the lowest and the highest value of every stretch.

    Evenly thinned, a curve that alternates would show every second value only and look smooth.
    """
    count = values.size
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, most // 2 + 1).astype(np.int64)
    kept = {0, count - 1}
    for low, high in pairwise(edges.tolist()):
        stretch = values[low:high]
        kept |= {int(low + stretch.argmin()), int(low + stretch.argmax())}
    return np.array(sorted(kept), dtype=np.int64)


def visible_moves(points: Floats, *, finest: float = 0.4, most: int = 400) -> Ints:
    """Indices of the rows of a path (n, 2), in pixels, that a reader could tell from the row before.

    The first and the last row are always kept. When more than `most` remain, the first quarter of them stays
    and the rest is thinned evenly: the beginning of a run is where its steps are told one by one.
    """
    count = len(points)
    if count <= 2:
        return np.arange(count)
    cells = np.round(points / finest)
    kept = np.flatnonzero(np.r_[True, (np.diff(cells, axis=0) != 0).any(axis=1)])
    if kept[-1] != count - 1:
        kept = np.append(kept, count - 1)
    if kept.size > most:
        head = kept[: most // 4]
        tail = kept[np.linspace(most // 4, kept.size - 1, most - most // 4).round().astype(np.int64)]
        kept = np.concatenate([head, tail])
    return kept
