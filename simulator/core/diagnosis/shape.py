"""Shape of a trajectory: how often it turns back, how often its loss rises."""

import numpy as np

from simulator.core.diagnosis.status import BoolArray, FloatArray

_NEGLIGIBLE_STEP = 1e-6  # of the longest: rounding noise around a minimum is no turn
_NEGLIGIBLE_OFFSET = 1e-12  # of the largest: rounding noise at a minimum is no crossing
_NEGLIGIBLE_RISE = 1e-14  # of the largest loss so far: rounding noise of a loss that stands still is no rise


def reversals(params: FloatArray) -> tuple[int, int]:
    """How many of a run's steps go against the one before them, and how many pairs of steps there are to
    compare.

    `params` (T+1, D) is finite. A step counts against the last when their inner product is negative; steps
    shorter than a millionth of the longest are left out.
    """
    moves = params[1:] - params[:-1]
    lengths = np.sqrt((moves * moves).sum(axis=1))
    if moves.shape[0] < 2 or lengths.max() == 0:
        return 0, 0
    counted = lengths > _NEGLIGIBLE_STEP * lengths.max()
    pairs = counted[1:] & counted[:-1]
    # Unit vectors, because the product of two short steps could underflow.
    units = moves / np.where(lengths > 0, lengths, 1.0)[:, None]
    turns = (units[1:] * units[:-1]).sum(axis=1) < 0
    return int((turns & pairs).sum()), int(pairs.sum())


def crossings(offsets: FloatArray) -> int:
    """How often (T+1,) offsets from a point change sign, up to the first that is not finite."""
    finite = np.isfinite(offsets)
    if not finite.all():
        offsets = offsets[: int(np.argmin(finite))]
    if offsets.size == 0:
        return 0
    sides = np.sign(offsets[np.abs(offsets) > _NEGLIGIBLE_OFFSET * np.abs(offsets).max()])
    return int((sides[1:] != sides[:-1]).sum())


def rising(loss: FloatArray) -> BoolArray:
    """(T,) whether the loss goes up by more than rounding in each update; from finite to not finite is up.

    Updates after the loss has ceased to be finite do not count.
    """
    largest = np.maximum.accumulate(np.abs(loss))[:-1]
    with np.errstate(invalid="ignore", over="ignore"):
        up = ~(loss[1:] <= loss[:-1] + _NEGLIGIBLE_RISE * largest)
    result: BoolArray = up & np.isfinite(loss[:-1])
    return result


def rises(loss: FloatArray) -> int:
    """In how many updates the loss goes up."""
    return int(rising(loss).sum())
