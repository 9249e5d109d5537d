"""Pictures of analyses for tests: scenarios, and what is drawn of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.core.spec import Scenario
from simulator.figures.panels.analyses.picture import Picture
from simulator.figures.panels.analyses.pieces import Plot
from simulator.figures.panels.analyses.plot import spec
from simulator.figures.renderer import renderer
from simulator.figures.svg import finish
from simulator.figures.themes import THEMES
from simulator.services.analysis_figures.pictures import picture_for
from simulator.tests.figures.drawn import Drawn, Mark, scenario_of, sgd

RAVINE: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 100,
}  # fmt: skip
CIRCLES: dict[str, Any] = {
    "objective": {"name": "mlp", "layers": [2, 8, 1], "loss": "bce"}, "start": None, "steps": 200,
    "data": {"dataset": "circles", "n": 60},
}  # fmt: skip
POLYNOMIAL: dict[str, Any] = {
    "objective": {"name": "linear"}, "start": [0] * 13, "steps": 2000,
    "data": {"dataset": "sine", "n": 24, "noise": 0.3, "polynomial": {"degree": 12}},
}  # fmt: skip
SIX = scenario_of(*(sgd(lr, f"lr {lr}") for lr in (0.001, 0.01, 0.05, 0.079, 0.081, 0.3)), **RAVINE)
PAIR = scenario_of(sgd(0.03, "plain"), sgd(0.03, "heavy ball", momentum=0.9), **RAVINE)
WILD = scenario_of(sgd(5, "wild"), sgd(50, "wilder"), **RAVINE)
OVERFLOWING = scenario_of(sgd(1e6), **{**RAVINE, "steps": 500})
SADDLE = scenario_of(sgd(0.5), objective={"name": "saddle"}, start=[0.01, 0.01], steps=200)
ADAM = {"optimizer": {"name": "Adam", "lr": 0.05}}
NETWORK = scenario_of(ADAM, sgd(0.5, "sgd"), **CIRCLES)
FIT = scenario_of(sgd(0.5), **POLYNOMIAL)


def picture(scenario: Scenario, kind: str, *, width: int = 340, names: bool = False, run: int = 0) -> Picture:
    return picture_for(scenario, kind, scenario.runs[run], names=names, width=width)


def drawn(plot: Plot, theme: str = "light") -> Drawn:
    svg = renderer().svg(spec(plot, THEMES[theme]))
    return Drawn(finish(svg, prefix="t", title="t", description="d"), plot.frame)


def panel(scenario: Scenario, kind: str, *, number: int = 0, **settings: Any) -> Drawn:
    return drawn(picture(scenario, kind, **settings).groups[0].plots[number])


def curve(found: Drawn, colour: str) -> np.ndarray[Any, Any]:
    """Corners of the longest line of a colour, as values."""
    line: Mark = max(found.lines(colour), key=lambda mark: len(mark.points))
    return found.values(line)


ALL = [
    (SIX, ("sweep", "range-test", "overlay", "multiples", "sharpness", "step-lengths")),
    (WILD, ("sweep", "range-test", "overlay", "multiples", "sharpness", "step-lengths")),
    (OVERFLOWING, ("sweep", "range-test", "sharpness", "step-lengths")),
    (SADDLE, ("sweep", "range-test", "sharpness", "step-lengths")),
    (NETWORK, ("fit", "validation", "sweep", "multiples")),
    (FIT, ("fit", "validation", "sharpness")),
]
EVERY = [(scenario, kind) for scenario, kinds in ALL for kind in kinds]
