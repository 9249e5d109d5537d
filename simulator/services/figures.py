"""A figure as pages and the API show it: panels, control, words, table, addresses."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from simulator.core.errors import ScenarioError
from simulator.core.numbers import format_number
from simulator.core.spec import Scenario
from simulator.core.training import Result
from simulator.figures import words
from simulator.figures.renderer import RendererError
from simulator.figures.series import PREDICTION, Series
from simulator.figures.words import Table
from simulator.services.addresses import FigureAddress, address_of
from simulator.services.controls import Prediction, Slider, parse_rate
from simulator.services.drawing import Panel, datasets_of, panel_svg, prefix_of
from simulator.services.lab.addresses import lab_address, setup_of_scene
from simulator.services.scenes import Scene, frame_of, make_scene, series_of

log = logging.getLogger(__name__)

_LIVE = ("curves", "moves")  # datasets of which only the moved run's row is sent


@dataclass(frozen=True)
class Mark:
    """A rate worth jumping to. `series` is the run's id in the drawing, whose colour and dashes it takes."""

    text: str
    lr: float
    series: str

    @property
    def value(self) -> str:
        return f"{self.lr:.6g}"

    @property
    def label(self) -> str:
        return format_number(self.lr, 4)


@dataclass(frozen=True)
class SliderControl:
    """A slider as a form shows it: positions 0…steps for the range input, the rate itself for the number
    field."""

    slider: Slider
    lr: float
    marks: tuple[Mark, ...]
    error: str = ""
    asked: str = ""

    @property
    def position(self) -> int:
        return self.slider.index_of(self.lr)

    @property
    def value(self) -> str:
        return self.asked if self.error else f"{self.lr:.6g}"

    @property
    def label(self) -> str:
        return format_number(self.lr, 4)

    @property
    def low(self) -> str:
        return f"{self.slider.min:.6g}"

    @property
    def high(self) -> str:
        return f"{self.slider.max:.6g}"

    @property
    def grid(self) -> str:
        """The values of all positions, for the script."""
        return " ".join(f"{value:.6g}" for value in self.slider.values)


@dataclass(frozen=True)
class Figure:
    """All that the template `simulator/figure.html` needs."""

    scene: Scene
    lr: float | None
    control: SliderControl | None
    drawn: Mapping[str, str]

    @property
    def uid(self) -> str:
        """An id on the page."""
        return f"f{self.scene.digest[:8]}"

    @cached_property
    def series(self) -> list[Series]:
        return series_of(self.scene, self.lr)

    @cached_property
    def panels(self) -> list[Panel]:
        """The panels, drawn already or now. One that cannot be drawn has no picture, but its words."""
        found = []
        for kind in self.scene.panels:
            frame = frame_of(self.scene, kind)
            svg = self.drawn.get(kind, "") if self.lr is None else ""
            if f'"{prefix_of(self.scene, kind)}-' not in svg:
                svg = ""  # drawn by another version, or for another language
            try:
                svg = svg or panel_svg(self.scene, kind, lr=self.lr)
            except RendererError:
                log.exception("a panel could not be drawn")
            found.append(Panel(kind, frame.title, svg, words.panel_description(kind, frame, self.series)))
        return found

    @cached_property
    def told(self) -> list[tuple[str, str]]:
        """(name, sentence) of each run."""
        return words.runs_in_words(self.series)

    @cached_property
    def description(self) -> str:
        return words.paragraph(self.series)

    @cached_property
    def table(self) -> Table:
        return words.table(self.series)

    @property
    def steps(self) -> int:
        return max(run.steps for run in self.series)

    @cached_property
    def address(self) -> FigureAddress:
        return address_of(self.scene)

    @cached_property
    def lab(self) -> str:
        """The lab's address with the same figure; "" where it would be too long."""
        return lab_address(setup_of_scene(self.scene))

    @property
    def left_out(self) -> str:
        """A remark where not all runs are drawn."""
        if not self.scene.left_out:
            return ""
        count, total = len(self.scene.shown.runs), len(self.scene.scenario.runs)
        return _("%(count)d of %(total)d runs are drawn.") % {"count": count, "total": total}


def build_figure(
    scenario: Scenario,
    *,
    slider: Slider | None = None,
    prediction: Prediction | None = None,
    panels: Mapping[str, str] | None = None,
    lr: str | float | None = None,
) -> Figure:
    """The figure of a scenario for `simulator/figure.html`.

    `slider`: None for the default one. `panels`: SVGs drawn before (kind -> text), used while the slider is
    where the scenario has it, and while they are what would be drawn now. `lr`: where the slider was put, as
    the form sends it; a bad value is told in the form.
    """
    scene = make_scene(scenario, slider=slider, prediction=prediction)
    return _figure(scene, lr, panels or {})


def _figure(scene: Scene, lr: str | float | None, drawn: Mapping[str, str]) -> Figure:
    if scene.slider is None:
        return Figure(scene, None, None, drawn)
    here, error = scene.moved.optimizer.lr, ""
    rate = here
    if lr is not None:
        try:
            rate = parse_rate(lr, scene.slider, exact=scene.rates_kept)
        except ScenarioError as problem:
            error = problem.fields["lr"]
    marks = [Mark(_("this question"), here, f"r{scene.place}")]
    if scene.predicted is not None and scene.prediction_run == scene.moved.label:
        foretold = scene.predicted.runs[0].optimizer.lr
        if foretold != here:
            marks.append(Mark(scene.prediction_name, foretold, PREDICTION))
    control = SliderControl(scene.slider, rate, tuple(marks), error, str(lr or "")[:40])
    return Figure(scene, None if rate == here else rate, control, drawn)


def figure_panels(
    scenario: Scenario, *, prediction: Prediction | None = None, slider: Slider | None = None
) -> list[Panel]:
    """The panels of a figure, drawn. Raises a RendererError where that fails: who publishes must know."""
    scene = make_scene(scenario, slider=slider, prediction=prediction)
    series = series_of(scene)
    return [
        Panel(
            kind,
            frame_of(scene, kind).title,
            panel_svg(scene, kind),
            words.panel_description(kind, frame_of(scene, kind), series),
        )
        for kind in scene.panels
    ]


def figure_table(scenario: Scenario, result: Result | None = None) -> Table:
    """The data table of a scenario's figure. (`result` is not needed: results are remembered.)"""
    return words.table(series_of(make_scene(scenario)))


def describe(scenario: Scenario, result: Result | None = None) -> str:
    """What happens, in words computed from the runs."""
    return words.paragraph(series_of(make_scene(scenario)))


def figure_data(scene: Scene, lr: float | None) -> dict[str, Any]:
    """What changes when the slider moves: by panel, the moved run's row of the long datasets and the short
    ones whole; the words; the table."""
    series = series_of(scene, lr)
    moved = f"r{scene.place}"
    panels = {kind: datasets_of(scene, kind, series, moved=moved) for kind in scene.panels}
    table = words.table(series)
    rate = scene.moved.optimizer.lr if lr is None else lr
    return {
        "lr": rate,
        "label": format_number(rate, 4),
        "merge": [name for name in _LIVE if any(name in data for data in panels.values())],
        "panels": panels,
        "runs": [
            {
                "id": run.id,
                "name": run.name,
                "status": run.status,
                "diverged_at": run.diverged_at,
                "words": run.words,
            }
            for run in series
        ],
        "description": words.paragraph(series),
        "table": {"headers": table.headers, "rows": table.rows},
    }
