"""Reading a drawn SVG back: which marks are in it, where they stand, and what values that means."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.core.spec import Scenario, parse_scenario
from simulator.figures.axes import Axis
from simulator.figures.frame import WIDTH, Frame
from simulator.services.controls import Prediction, Slider
from simulator.services.drawing import panel_svg
from simulator.services.scenes import Scene, frame_of, make_scene

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_TRANSLATE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")


@dataclass(frozen=True)
class Mark:
    """One mark: the class of its group, its attributes, its text."""

    kind: str
    tag: str
    attributes: Mapping[str, str]
    text: str

    @property
    def points(self) -> NDArray[np.float64]:
        """Corners (n, 2) of a path of straight lines, in pixels of the plot."""
        return np.array(_NUMBER.findall(self.attributes["d"]), dtype=float).reshape(-1, 2)

    @property
    def place(self) -> tuple[float, float]:
        """Where its transform puts it, in pixels of the plot."""
        found = _TRANSLATE.search(self.attributes["transform"])
        assert found is not None
        return float(found[1]), float(found[2])


class Drawn:
    """A drawn panel and the axes that it was drawn on."""

    def __init__(self, svg: str, frame: Frame) -> None:
        self.svg, self.frame = svg, frame
        self.root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves
        self.marks = list(_marks(self.root))

    def of(self, kind: str) -> list[Mark]:
        """Marks of the role `mark`, by their type: "line", "symbol", "text", "rule"."""
        return [mark for mark in self.marks if mark.kind == f"mark-{kind} role-mark"]

    def lines(self, colour: str) -> list[Mark]:
        """Lines of a colour that belong to the data, not to a label."""
        return [mark for mark in self.of("line") if mark.attributes.get("stroke") == colour]

    def symbols(self, colour: str) -> list[Mark]:
        return [mark for mark in self.of("symbol") if mark.attributes.get("fill") == colour]

    def bands(self, colour: str) -> list[Mark]:
        return [mark for mark in self.of("area") if mark.attributes.get("fill") == colour]

    @property
    def texts(self) -> list[str]:
        return [mark.text for mark in self.of("text")]

    def edges(self, band: Mark) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper edge of a band as values on the axes (n, 2), by the step: its outline goes there
        along one and back along the other."""
        outline = self.values(band)
        there, back = outline[: len(outline) // 2], outline[: len(outline) // 2 - 1 : -1]
        return (there, back) if there[:, 1].sum() <= back[:, 1].sum() else (back, there)

    def values(self, mark: Mark) -> NDArray[np.float64]:
        """A line's corners as values on the axes (n, 2)."""
        x, y = mark.points.T
        return np.column_stack(
            [_value(self.frame.x, x / self.frame.width), _value(self.frame.y, 1 - y / self.frame.height)]
        )

    def value_at(self, mark: Mark) -> tuple[float, float]:
        """A symbol's place as values on the axes."""
        x, y = mark.place
        share = np.array([x / self.frame.width]), np.array([1 - y / self.frame.height])
        return float(_value(self.frame.x, share[0])[0]), float(_value(self.frame.y, share[1])[0])


def _value(axis: Axis, share: NDArray[np.float64]) -> NDArray[np.float64]:
    if axis.log:
        return axis.low * (axis.high / axis.low) ** share
    return axis.low + share * (axis.high - axis.low)


def _marks(root: ET.Element, kind: str = "") -> Iterator[Mark]:
    for node in root:
        tag = node.tag.rpartition("}")[2]
        classes = " ".join(node.get("class", "").split()[:2])
        if tag in ("path", "text", "line", "rect"):
            yield Mark(kind, tag, node.attrib, node.text or "")
        yield from _marks(node, classes if classes.startswith("mark-") else kind)


def scenario_of(*runs: dict[str, Any], **settings: Any) -> Scenario:
    """A scenario on a valley of curvature 2 from 1, unless said otherwise."""
    valley = {"objective": {"name": "quadratic", "eigenvalues": [2]}, "start": [1], "steps": 40}
    return parse_scenario({**valley, **settings, "runs": list(runs)})


def sgd(lr: float, label: str | None = None, **options: Any) -> dict[str, Any]:
    """A run by SGD."""
    run: dict[str, Any] = {"optimizer": {"name": "SGD", "lr": lr, **options}}
    return run if label is None else {"label": label, **run}


def draw(
    kind: str,
    scenario: Scenario,
    *,
    theme: str = "light",
    lr: float | None = None,
    changes: Mapping[str, Any] | None = None,
    slider: Slider | None = None,
    width: int = WIDTH,
) -> Drawn:
    """A panel, really drawn; the same one is drawn once in a test process."""
    return _draw(scene_for(scenario, changes=changes, slider=slider), kind, theme, lr, width)


@lru_cache(maxsize=256)
def _draw(scene: Scene, kind: str, theme: str, lr: float | None, width: int) -> Drawn:
    return Drawn(panel_svg(scene, kind, theme=theme, lr=lr, width=width), frame_of(scene, kind, width))


def scene_for(
    scenario: Scenario, *, changes: Mapping[str, Any] | None = None, slider: Slider | None = None
) -> Scene:
    """The scene of a scenario, with the prediction of `changes`."""
    prediction = None if changes is None else Prediction(changes=changes)
    return make_scene(scenario, slider=slider, prediction=prediction)
