"""Which rows of a run are kept in a result."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Record:
    """`points` rows spread evenly over 0..T (None: all T+1), and whether the parameters are kept too."""

    points: int | None = None
    params: bool = False

    def __post_init__(self) -> None:
        if self.points is not None and self.points < 1:
            raise ValueError(f"points must be at least 1 or None, not {self.points}")

    def rows(self, steps: int) -> NDArray[np.intp]:
        """The recorded steps (R,): a rounded, unique linspace from 0 to `steps`."""
        if self.points is None or self.points > steps:
            return np.arange(steps + 1, dtype=np.intp)
        return np.unique(np.rint(np.linspace(0, steps, self.points)).astype(np.intp))
