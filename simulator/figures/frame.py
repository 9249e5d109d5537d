"""The fixed part of a panel: its size, its axes, its texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.figures.axes import Axis

WIDTH = 340  # px; a panel is drawn at this size and scaled to where it stands
NARROWEST, WIDEST = 300, 640
LEFT, RIGHT, TOP, BOTTOM = 50, 18, 48, 42
SMALL_LEFT, SMALL_RIGHT, SMALL_TOP, SMALL_BOTTOM, SMALL_HEIGHT = 40, 15, 24, 22, 110


@dataclass(frozen=True)
class Frame:
    """Axes and size of one panel; the same for every position of the slider, so that what moves is the
    run. A `small` one is one of several that stand together: no titles of axes, no subtitle."""

    kind: str
    title: str
    x: Axis
    y: Axis
    total_width: int = WIDTH
    small: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """What is worked out for a frame is looked up by it with every move of a slider."""
        return hash((self.kind, self.title, self.x, self.y, self.total_width, self.small))

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Left, right, top and bottom, px."""
        if self.small:
            return SMALL_LEFT, SMALL_RIGHT, SMALL_TOP, SMALL_BOTTOM
        return LEFT, RIGHT, TOP, BOTTOM

    @property
    def width(self) -> int:
        """Width of the plot inside the margins, px."""
        left, right, _top, _bottom = self.margins
        return self.total_width - left - right

    @property
    def height(self) -> int:
        """Height of the plot inside the margins, px."""
        if self.small:
            return max(SMALL_HEIGHT, round(0.62 * self.width))
        return 210 if self.total_width <= 420 else round(210 * (self.total_width / 420) ** 0.5)

    @property
    def total_height(self) -> int:
        _left, _right, top, bottom = self.margins
        return self.height + top + bottom

    def pixels(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Points of the data as pixels of the plot (n, 2), from its upper left corner."""
        across, up = self.x.fraction(x), self.y.fraction(y)
        found = np.empty((across.size, 2))
        np.multiply(across, self.width, out=found[:, 0])
        np.multiply(1 - up, self.height, out=found[:, 1])
        return found
