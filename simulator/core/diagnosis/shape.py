"""Shape of a trajectory: how often it turns back, how often its loss rises, when it comes near its end value."""

import numpy as np

from simulator.core.diagnosis.status import FloatArray

_NEGLIGIBLE_STEP = 1e-6  # of the longest: rounding noise around a minimum is no turn


def reversals(params: FloatArray) -> tuple[int, int]:
    """How many of a run's steps go against the one before them, and how many pairs of steps there are to compare.

    `params` (T+1, D) is finite. A step counts against the last when their inner product is negative; steps shorter
    than a millionth of the longest are left out.
    """
    moves = np.diff(params, axis=0)
    lengths = np.sqrt((moves * moves).sum(axis=1))
    if moves.shape[0] < 2 or lengths.max() == 0:
        return 0, 0
    counted = lengths > _NEGLIGIBLE_STEP * lengths.max()
    pairs = counted[1:] & counted[:-1]
    # Unit vectors, because the product of two short steps could underflow.
    units = moves / np.where(lengths > 0, lengths, 1.0)[:, None]
    turns = (units[1:] * units[:-1]).sum(axis=1) < 0
    return int((turns & pairs).sum()), int(pairs.sum())


def rises(loss: FloatArray) -> int:
    """In how many updates a finite loss goes up by more than rounding."""
    return int((np.diff(loss) > rounding_of(loss)).sum())


def rounding_of(loss: FloatArray) -> float:
    """A rise up to this size is rounding: a 1e-12th of the largest finite loss of the run."""
    finite = loss[np.isfinite(loss)]
    return 1e-12 * float(np.abs(finite).max()) if finite.size else 0.0
