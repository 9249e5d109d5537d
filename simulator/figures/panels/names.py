"""Where the labels of a panel stand, at rest and while the slider moves a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.labels import Crowd, Label, clear_of, place_among
from simulator.figures.series import Series

Floats = NDArray[np.float64]


def told_apart(exits: Sequence[Label], runs: int) -> list[Label]:
    """What is said where runs leave the picture: beside others, each with a piece of its line, since a label
    may have to stand some way from the mark that it explains."""
    return list(exits) if runs < 2 else [replace(label, swatch=True) for label in exits]


def placed(
    shown: Sequence[Series],
    labels: Sequence[Label],
    lines: Sequence[Floats],
    others: Sequence[Floats],
    frame: Frame,
    at_rest: Callable[[Sequence[Series]], list[Label]],
) -> list[Label]:
    """The labels with their places; the first of them choose first.

    They keep off the `lines`, points (n, 2) of each run, and off the `others`. A run that is moved is evaded
    by the labels that it would lie across, and by no others: what need not jump stays where it is while one
    looks at it. `at_rest` finds the labels of the same panel with the runs where the scenario has them.
    """
    crowd = Crowd([*lines, *others], frame.width, frame.height)
    moved = next((i for i, run in enumerate(shown) if run.at_rest is not None), None)
    if moved is not None and len(shown) > 1:
        still = [run.at_rest or run for run in shown]
        before = still[moved].once((frame, "labels"), partial(at_rest, still))
        own = shown[moved].id
        # What is said of one point of the moved run must stand there; its name may go anywhere along it.
        bound = place_among([label for label in labels if label.run == own and label.id != own], crowd)
        kept = clear_of([label for label in before if label.run != own], lines[moved], bound)
        settled = {label.id for label in (*bound, *kept)}
        found = place_among([one for one in labels if one.id not in settled], crowd, [*bound, *kept])
        if sum(not label.close for label in found) == sum(not label.close for label in labels):
            return found
    return place_among(labels, crowd)
