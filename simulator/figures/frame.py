"""The fixed part of a panel: its size, its axes, its texts."""

from __future__ import annotations

from dataclasses import dataclass

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
        across, down = self.x.fraction(x) * self.width, (1 - self.y.fraction(y)) * self.height
        found = np.empty((across.size, 2))
        found[:, 0], found[:, 1] = across, down
        return found
