"""Where the names of a plot's pieces stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.figures.frame import Frame
from simulator.figures.labels import Label, dense_points, place, shorten
from simulator.figures.layers import IDS
from simulator.figures.panels.analyses.pieces import (
    Line,
    Plot,
    Points,
    Rule,
    inside,
    on_edge,
    stretches,
)

Floats = NDArray[np.float64]

_ORDER = np.array([1.0, 0.9, 0.78, 0.66, 0.54, 0.42, 0.3, 0.15])  # where along a line its name may stand


def labels_of(plot: Plot) -> list[Label]:
    """The names of all pieces, each where there is room for it: what is bound to one point comes first. Bands
    and areas have none: the subtitle or the lines at their edges name them."""
    frame = plot.frame
    bound, free, crowd, marks = [], [], [], []
    for number, piece in enumerate(plot.pieces):
        if isinstance(piece, Rule):
            ends = _rule_ends(piece, frame)
            crowd.append(ends)
            if piece.name and len(ends):
                near = _along_rule(ends)
                bound.append(replace(_label(number, piece.name, near, frame, swatch=False), mark=True))
        elif isinstance(piece, Line):
            parts = [frame.pixels(*part.T) for part in stretches(piece, frame)]
            crowd += parts
            if piece.name and parts:
                label = _label(number, piece.name, _anchors(parts, frame), frame, swatch=piece.key in IDS)
                free.append(replace(label, id=piece.key))
        elif isinstance(piece, Points):
            places = frame.pixels(*on_edge(piece, frame).T)
            marks.append(places)
            if piece.name and len(places):
                near = places[[min(piece.named, len(places) - 1)]]
                bound.append(replace(_label(number, piece.name, near, frame, swatch=False), mark=True))
    points = [dense_points(line) for line in crowd if len(line)]
    return place([*bound, *free], [*points, *marks], frame.width, frame.height)


def _label(number: int, text: str, near: Floats, frame: Frame, *, swatch: bool) -> Label:
    return Label(f"label{number}", shorten(text, frame.width * 0.8 - 30 * swatch), near, swatch=swatch)


def _rule_ends(rule: Rule, frame: Frame) -> Floats:
    if not inside(rule.x, frame.x):
        return np.zeros((0, 2))
    at = float(frame.x.fraction([rule.x])[0]) * frame.width
    return np.array([[at, 0.0], [at, frame.height]])


def _along_rule(ends: Floats) -> Floats:
    shares = np.array([0.06, 0.14, 0.22, 0.3, 0.5, 0.7, 0.9])
    return ends[0] + shares[:, None] * (ends[1] - ends[0])


def _anchors(parts: list[Floats], frame: Frame) -> Floats:
    dense = np.concatenate([dense_points(part) for part in parts])
    dense = dense[
        (dense[:, 1] >= 0) & (dense[:, 1] <= frame.height) & (dense[:, 0] >= 0) & (dense[:, 0] <= frame.width)
    ]
    return dense[(_ORDER * (len(dense) - 1)).round().astype(int)] if len(dense) else np.zeros((0, 2))
