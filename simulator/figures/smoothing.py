"""Noisy curves made readable: the mean over stretches of steps, and the band that most of them lie in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 160  # steps; a shorter run is drawn step by step
SHARE = 0.8  # of the steps of a stretch lie in its band
_STRETCHES = 40  # of full length, about
_SHORTEST = 5


@dataclass(frozen=True, eq=False)
class Smoothed:
    """A curve in B stretches of consecutive steps.

    Attributes:
        first, count: (B,) the first step of each stretch, and how many it has.
        mean: (B,) its mean. low, high: (B,) the band that holds `SHARE` of its values, and always the mean.
    """

    first: Ints
    count: Ints
    mean: Floats
    low: Floats
    high: Floats

    @property
    def middle(self) -> Ints:
        """The step (B,) at which each stretch is drawn."""
        found: Ints = self.first + (self.count - 1) // 2
        return found

    @property
    def full(self) -> NDArray[np.bool_]:
        """Which stretches (B,) are long enough for their mean to say something. Those at the beginning are
        short, where a run comes down, and a single step may by chance be as good as at the minimum."""
        found: NDArray[np.bool_] = self.count >= self.count.max() / 4
        return found


def window_of(steps: int) -> int:
    """How many steps a stretch has in a picture of so many: a round number; 0 for no stretches at all."""
    if steps < FEWEST:
        return 0
    wanted = steps / _STRETCHES
    power = 10 ** math.floor(math.log10(wanted))
    return max(
        _SHORTEST, min((power, 2 * power, 5 * power, 10 * power), key=lambda n: abs(math.log(n / wanted)))
    )


def smoothed(values: Floats, window: int) -> Smoothed:
    """The curve `values` (T+1,), from step 0 on, in stretches of up to `window` steps.

    Stretches are single steps at first and grow to `window`, half as long as the run is old: so the way down
    from the start, of a few steps often, is not averaged away.
    """
    first, count, alike = _stretches(values.size, window)
    rising = values.copy()  # within each stretch
    table = rising[first[alike][0] : first[alike][-1] + count[alike][-1]]
    table.reshape(-1, count[alike][0]).sort(axis=1)
    for number in (*range(alike.start), *range(alike.stop, count.size)):
        rising[first[number] : first[number] + count[number]].sort()
    with np.errstate(all="ignore"):
        mean = np.add.reduceat(rising, first) / count
        low, high = (_quantiles(rising, first, count, share) for share in ((1 - SHARE) / 2, (1 + SHARE) / 2))
    return Smoothed(first, count, mean, np.minimum(low, mean), np.maximum(high, mean))


def _quantiles(rising: Floats, first: Ints, count: Ints, share: float) -> Floats:
    """The quantile of each stretch, on the straight line between two of its sorted values."""
    place = share * (count - 1)
    below = place.astype(np.int64)
    one, other = rising[first + below], rising[first + np.minimum(below + 1, count - 1)]
    return np.where(one == other, one, one + (place - below) * (other - one))


@lru_cache(maxsize=64)
def _stretches(count: int, window: int) -> tuple[Ints, Ints, slice]:
    """Of each stretch the first step and how many it has (B,), and which of them, one after the other, have
    equally many: nearly all where there are many."""
    edges = np.array(_edges(count, window), np.int64)
    counts = np.diff(edges)
    changes = np.flatnonzero(np.diff(counts, prepend=-1, append=-1))
    longest = int(np.argmax(np.diff(changes)))
    return edges[:-1], counts, slice(int(changes[longest]), int(changes[longest + 1]))


def _edges(count: int, window: int) -> list[int]:
    edges = [0]
    while edges[-1] < count:
        edges.append(edges[-1] + min(max(edges[-1] // 2, 1), window))
    edges[-1] = count
    # A short rest is no stretch of its own: its mean would jump.
    if len(edges) > 3 and edges[-1] - edges[-2] < (edges[-2] - edges[-3]) / 2:
        del edges[-2]
    return edges
