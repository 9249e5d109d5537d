"""Pictures of analyses, drawn, and remembered like the other pictures."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from html import escape

from django.utils.translation import get_language

from simulator.core.analyses.variation import run_of
from simulator.core.spec import Scenario
from simulator.figures.frame import NARROWEST, WIDEST, WIDTH
from simulator.figures.panels.analyses.multiples import columns_of
from simulator.figures.panels.analyses.picture import Group, Picture
from simulator.figures.panels.analyses.plot import spec
from simulator.figures.renderer import RendererError, renderer
from simulator.figures.svg import finish, side_by_side, with_raised_digits
from simulator.figures.themes import FONT, THEMES, Theme
from simulator.figures.words import Table
from simulator.services import shared
from simulator.services.analysis_figures.kinds import check_kind
from simulator.services.analysis_figures.pictures import picture_for
from simulator.services.drawing import Panel
from simulator.services.scenes import VERSION

log = logging.getLogger(__name__)

_KEPT_SECONDS = 30 * 24 * 3600
_SIDE_BY_SIDE_FROM = 640  # px
_HEADING = 44  # px


@dataclass(frozen=True)
class AnalysisFigure:
    """A picture of an analysis: its panels, what it shows in sentences with measured numbers, and the numbers
    themselves."""

    kind: str
    title: str
    panels: tuple[Panel, ...]
    words: tuple[str, ...]
    table: Table


def analysis_figure(
    scenario: Scenario,
    kind: str,
    *,
    run: str | None = None,
    theme: str = "css",
    width: int = WIDTH,
    names: bool = False,
) -> AnalysisFigure:
    """The picture of one kind (see `analysis_kinds`), panels `width` px wide.

    `run` is the run that it is of (None: the first); `fit` and `multiples` show all of them, `overlay` sets
    it beside the first. `multiples` calls the runs by letters unless `names`. A panel that cannot be drawn is
    there without its picture.

    Raises:
        ScenarioError: for a kind that is not there or makes no sense here, or an unknown run.
        BudgetExceeded: where it would cost too much.
        SimulatorBusy, SimulatorFailed: as `answer_analysis`.
    """
    try:
        return _figure(scenario, kind, run, theme, width, names)
    except RendererError:
        log.exception("a picture of an analysis could not be drawn")
    picture, _prefix = _picture(scenario, kind, run, width, names)
    panels = tuple(Panel(group.kind, group.title, "", group.description) for group in picture.groups)
    return AnalysisFigure(kind, picture.title, panels, picture.words, picture.table)


def _figure(
    scenario: Scenario, kind: str, run: str | None, theme: str, width: int, names: bool
) -> AnalysisFigure:
    """The same; raises a RendererError where drawing fails."""
    width = min(max(width, NARROWEST), WIDEST)
    key = f"analysis-figure:{_digest(scenario, kind, run, names)}:{theme}:{width}"
    known = shared.known(key)
    if isinstance(known, AnalysisFigure):
        return known
    picture, prefix = _picture(scenario, kind, run, width, names)
    drawn = [_svg(group, THEMES[theme], f"{prefix}-{group.kind}", width) for group in picture.groups]
    panels = tuple(
        Panel(group.kind, group.title, svg, group.description)
        for group, svg in zip(picture.groups, drawn, strict=True)
    )
    figure = AnalysisFigure(kind, picture.title, panels, picture.words, picture.table)
    shared.keep(key, figure, _KEPT_SECONDS)
    return figure


def _picture(scenario: Scenario, kind: str, run: str | None, width: int, names: bool) -> tuple[Picture, str]:
    """What is to be drawn, and what its ids begin with."""
    chosen = run_of(scenario, run)
    check_kind(scenario, kind, chosen)
    picture = picture_for(scenario, kind, chosen, names=names, width=width)
    return picture, f"a{_digest(scenario, kind, run, names)[:8]}"


def _digest(scenario: Scenario, kind: str, run: str | None, names: bool) -> str:
    text = f"{VERSION}/{get_language()}/{scenario.digest()}/{kind}/{names:d}/{run or scenario.runs[0].label}"
    return hashlib.sha256(text.encode()).hexdigest()


def _svg(group: Group, theme: Theme, prefix: str, width: int) -> str:
    """One panel as a finished SVG."""
    drawn = [
        finish(
            renderer().svg(spec(plot, theme)),
            prefix=prefix if len(group.plots) == 1 else f"{prefix}{number}",
            title=plot.frame.title,
            description=plot.description,
        )
        for number, plot in enumerate(group.plots)
    ]
    if len(drawn) == 1:
        return drawn[0]
    return side_by_side(
        drawn,
        columns=columns_of(len(drawn), width),
        card=theme.card,
        prefix=prefix,
        title=group.title,
        description=group.description,
        width=width,
        heading=_heading(group, theme),
        room=_HEADING,
    )


def _heading(group: Group, theme: Theme) -> str:
    rows = ((group.title, 18, 14, "600", theme.ink), (group.subtitle, 35, 12, "400", theme.ink_2))
    return "".join(
        f'<text x="6" y="{y}" font-family="{FONT}" font-size="{size}px" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
        for text, y, size, weight, colour in rows
    )


def analysis_picture_svg(
    scenario: Scenario, kind: str, *, run: str | None, theme: str, width: int, names: bool = False
) -> str:
    """All panels in one SVG of that width. Raises a RendererError where it cannot be drawn, else as
    `analysis_figure`."""
    # How many panels there are does not depend on the width.
    narrow = _figure(scenario, kind, run, theme, min(width, WIDEST), names)
    count = len(narrow.panels)
    columns = count if width >= _SIDE_BY_SIDE_FROM else 1
    figure = narrow if columns == 1 else _figure(scenario, kind, run, theme, width // columns, names)
    return side_by_side(
        [panel.svg for panel in figure.panels],
        columns=columns,
        card=THEMES[theme].card,
        prefix=f"a{_digest(scenario, kind, run, names)[:8]}",
        title=" · ".join(panel.title for panel in figure.panels),
        description=figure.panels[0].description,
        width=width,
    )


def analysis_picture_png(
    scenario: Scenario, kind: str, *, run: str | None, theme: str, width: int, names: bool = False
) -> bytes:
    """The same as a PNG of exactly that width."""
    key = f"analysis-png:{_digest(scenario, kind, run, names)}:{theme}:{width}"
    known = shared.known(key)
    if isinstance(known, bytes):
        return known
    svg = analysis_picture_svg(scenario, kind, run=run, theme=theme, width=width, names=names)
    drawn = renderer().png(with_raised_digits(svg))
    shared.keep(key, drawn, _KEPT_SECONDS)
    return drawn
