"""What is measured beside the loss where rows are kept apart: the loss on these, and how many labels are said
right on either side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.core.datasets import sides_of
from simulator.core.objectives import OBJECTIVES, DataObjective, build_plain
from simulator.core.spec import Run

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Of B runs at R places: the mean loss (R, B) of the rows kept apart, without the penalty, and the shares
    (R, B) of labels that are predicted, of the rows trained on and of those kept apart; None where y is no
    label."""

    val_loss: FloatArray
    accuracy: FloatArray | None
    val_accuracy: FloatArray | None


def measure(runs: Sequence[Run], objective: DataObjective, states: FloatArray) -> Measured | None:
    """Of the runs of one group, whose `objective` is of the rows trained on, at states (R, D, B).

    None where no rows are kept apart.
    """
    data = runs[0].data
    apart = None if data is None else sides_of(data)[1]
    if data is None or apart is None:
        return None
    held = build_plain(runs, apart)
    with np.errstate(all="ignore"):
        loss = held.losses(states)
        if not data.labelled:
            return Measured(loss, None, None)
        return Measured(loss, objective.accuracy(states), held.accuracy(states))


def numbers_of(run: Run) -> int:
    """How many numbers beside rate, loss and parameters are told of a recorded row."""
    if run.data is None or not run.data.apart:
        return 0
    return 3 if run.data.labelled else 1


def operations_of(run: Run) -> float:
    """Operations of measuring them at one place, as cost.py counts them."""
    if run.data is None or not run.data.apart:
        return 0.0
    kind, options, dim = OBJECTIVES[run.objective.name], run.objective.options, run.dim
    told = 0.5 * kind.operations(options, dim, run.data.apart)
    if run.data.labelled:
        told += 0.5 * kind.batch_operations(options, dim, run.data.n)
    return told
