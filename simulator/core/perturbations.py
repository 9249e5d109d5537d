"""What happens to a gradient between the objective and the optimizer: noise and clipping."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.memory import empty
from simulator.core.objectives.base import ordered_sum
from simulator.core.spec import Run

FloatArray = NDArray[np.float64]


def noise_rows(runs: Sequence[Run], dim: int, count: int, steps: int, block: int) -> Iterator[FloatArray]:
    """The noise of each update, flat (D*B,), drawn `block` updates at a time. `runs` has a run for each
    of the B = `count` columns, or one for all.

    Row t of a run is sigma times row t of Generator(PCG64(seed)).standard_normal((T, D)): runs of the same
    seed share their random numbers, so that two rates meet the same noise.
    """
    noises = [run.noise for run in runs if run.noise is not None]
    generators = {one.seed: np.random.Generator(np.random.PCG64(one.seed)) for one in noises}
    sigma = np.broadcast_to([one.sigma for one in noises], (count,))
    for first in range(0, steps, block):
        rows = min(block, steps - first)
        draws = {seed: generator.standard_normal((rows, dim)) for seed, generator in generators.items()}
        if len(draws) == 1:
            drawn = draws[noises[0].seed][:, :, None]
        else:
            drawn = np.stack([draws[one.seed] for one in noises], axis=2)
        yield from np.multiply(drawn, sigma, empty(rows, dim, count)).reshape(rows, dim * count)


def clipping(runs: Sequence[Run], dim: int, count: int) -> Callable[[FloatArray], None] | None:
    """`clip(gradient)`: times min(1, c / (norm + 1e-6)), each run by its own norm. None without clipping.

    `runs` has a run for each of the B = `count` columns, or one for all.
    """
    limits = [run.clip_norm for run in runs if run.clip_norm is not None]
    if not limits:
        return None
    limit = np.array(limits)
    scale = np.empty(count)

    def clip(gradient: FloatArray) -> None:
        columns = gradient.reshape(dim, count)
        np.sqrt(ordered_sum(columns * columns), scale)
        np.add(scale, 1e-6, scale)
        np.divide(limit, scale, scale)
        np.minimum(scale, 1.0, out=scale)
        np.multiply(columns, scale, columns)

    return clip
