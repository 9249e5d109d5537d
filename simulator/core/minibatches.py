"""Which rows each update uses."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.spec import Batches

IntArray = NDArray[np.intp]


def batch_rows(batches: Sequence[Batches], n: int) -> Iterator[IntArray]:
    """The rows of update 0, 1, …: (m,) where all runs draw the same, else (B, m). All have the same size.

    Each run draws epochs of Generator(PCG64(seed)).permutation(n) and cuts them in runs of `size`; the last
    batch of an epoch is shorter where `size` does not divide n.
    """
    size = batches[0].size
    seeds = sorted({one.seed for one in batches})
    generators = [np.random.Generator(np.random.PCG64(seed)) for seed in seeds]
    order = np.array([seeds.index(one.seed) for one in batches])
    while True:
        epoch = np.stack([generator.permutation(n) for generator in generators])
        for first in range(0, n, size):
            rows = epoch[:, first : first + size]
            yield rows[0] if len(seeds) == 1 else rows[order]
