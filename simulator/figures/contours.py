"""Contour maps as filled polygons: closed rings of points, the largest level first, so that each level is
painted over the ones that contain it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.surface import Surface

Floats = NDArray[np.float64]
Filled = tuple[list[Floats], list[NDArray[np.uint32]]]  # what the fill type OuterOffset gives

LEVELS = 10
_ROWS, _COLUMNS = 57, 73
_FINEST = 0.12  # px; bends smaller than that are straightened


@dataclass(frozen=True, eq=False)
class Region:
    """A connected part of where the loss is below a level: `rank` 0 is the lowest level; ring (n, 2),
    closed."""

    rank: int
    level: float
    ring: Floats


def regions(surface: Surface, frame: Frame) -> list[Region]:
    """The regions of all levels in painting order.

    Levels are quantiles of the loss over the view, so that a map has shades to show however steep it is; on
    an elliptic bowl they come out about evenly spaced.
    """
    x, y = np.linspace(frame.x.low, frame.x.high, _COLUMNS), np.linspace(frame.y.low, frame.y.high, _ROWS)
    loss = surface.loss(np.stack(np.meshgrid(x, y), axis=-1))
    loss = np.nan_to_num(loss, nan=1e300, posinf=1e300)
    levels = np.quantile(loss, (np.arange(1, LEVELS + 1) / (LEVELS + 0.6)) ** 1.8)
    bottom = float(loss.min())
    levels = np.unique(levels[levels > bottom])
    generator = contourpy.contour_generator(x, y, loss, fill_type=contourpy.FillType.OuterOffset)
    found = []
    floor = bottom - max(1.0, abs(bottom))
    for rank in range(len(levels) - 1, -1, -1):
        polygons, offsets = cast("Filled", generator.filled(floor, float(levels[rank])))
        for points, starts in zip(polygons, offsets, strict=True):
            rings = [_straightened(points[a:b], frame) for a, b in pairwise(starts.tolist())]
            found.append(Region(rank, float(levels[rank]), _keyhole(rings)))
    return found


def _keyhole(rings: list[Floats]) -> Floats:
    """One ring out of an outer one and its holes: in to each hole and back by the same way."""
    outer, *holes = rings
    ring = [outer]
    for hole in holes:
        ring += [hole, outer[:1]]
    return np.concatenate(ring)


def _straightened(ring: Floats, frame: Frame) -> Floats:
    """The ring without points that lie, to the eye, on the line between their neighbours."""
    for _pass in range(3):
        if len(ring) < 8:
            break
        pixels = frame.pixels(*ring.T)
        before, here, after = pixels[:-2], pixels[1:-1], pixels[2:]
        along, offset = after - before, here - before
        length = np.maximum(np.hypot(*along.T), 1e-9)
        distance = np.abs(along[:, 0] * offset[:, 1] - along[:, 1] * offset[:, 0]) / length
        flat = distance < _FINEST
        flat[1::2] = False  # never two neighbours at once
        ring = ring[np.r_[True, ~flat, True]]
    return ring
