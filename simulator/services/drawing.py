"""Drawing the panels of a scene, remembering what was drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from simulator.figures import words
from simulator.figures.frame import NARROWEST, WIDEST, WIDTH
from simulator.figures.layers import Rows, Spec
from simulator.figures.panels import landscape, loss, path, rate
from simulator.figures.renderer import renderer
from simulator.figures.series import Series
from simulator.figures.svg import finish, side_by_side, with_raised_digits
from simulator.figures.themes import THEMES
from simulator.services import shared
from simulator.services.scenes import Scene, frame_of, limit_of, series_of, surfaces_of

_KEPT_SECONDS = 30 * 24 * 3600
_SIDE_BY_SIDE_FROM = 640  # px
_SPECS = {"loss": loss.spec, "rate": rate.spec, "landscape": landscape.spec, "path": path.spec}


@dataclass(frozen=True)
class Panel:
    """One drawn panel. `svg` follows the page's colours and may stand inline; it is empty where drawing
    failed."""

    kind: str
    title: str
    svg: str
    description: str

    @property
    def inline(self) -> SafeString:
        """The picture for a template."""
        return mark_safe(self.svg)  # noqa: S308 - drawn here, its texts escaped


def datasets_of(
    scene: Scene, kind: str, series: list[Series], *, width: int = WIDTH, moved: str | None = None
) -> dict[str, Rows]:
    """The datasets of one panel; with `moved`, a run, only what changes with it."""
    frame = frame_of(scene, kind, width)
    surfaces = surfaces_of(scene)
    minimum = surfaces[0].minimum if len(surfaces) == 1 else None
    limit = limit_of(scene) if kind == "loss" else ""
    subtitle = words.subtitle(kind, series, limit, minimum)
    if kind == "landscape":
        return landscape.datasets(series, surfaces, frame, subtitle, moved=moved)
    if kind == "path":
        return path.datasets(series, surfaces[0], frame, subtitle, moved=moved)
    if kind == "rate":
        return rate.datasets(series, frame, subtitle, moved=moved)
    return loss.datasets(series, frame, subtitle, moved=moved)


def spec_of(scene: Scene, kind: str, *, theme: str, lr: float | None = None, width: int = WIDTH) -> Spec:
    """The Vega-Lite description of one panel."""
    data = datasets_of(scene, kind, series_of(scene, lr), width=width)
    frame = frame_of(scene, kind, width)
    return _SPECS[kind](data, frame, THEMES[theme])


def panel_svg(
    scene: Scene, kind: str, *, theme: str = "css", lr: float | None = None, width: int = WIDTH
) -> str:
    """One panel as a finished SVG. Raises a RendererError where it cannot be drawn."""
    key = f"panel:{_name(scene, kind, theme, lr, width)}"
    known = shared.known(key)
    if isinstance(known, str):
        return known
    frame = frame_of(scene, kind, width)
    drawn = finish(
        renderer().svg(spec_of(scene, kind, theme=theme, lr=lr, width=width)),
        prefix=prefix_of(scene, kind),
        title=frame.title,
        description=words.panel_description(kind, frame, series_of(scene, lr)),
    )
    shared.keep(key, drawn, _KEPT_SECONDS)
    return drawn


def prefix_of(scene: Scene, kind: str) -> str:
    """What the ids in a panel's SVG begin with; it changes with all that the picture depends on."""
    return f"f{scene.digest[:8]}-{kind}"


def panel_vega(scene: Scene, kind: str) -> dict[str, Any]:
    """One panel compiled for the browser, in the page's colours."""
    key = f"vega:{_name(scene, kind, 'css', None, WIDTH)}"
    known = shared.known(key)
    if isinstance(known, dict):
        return known
    compiled = renderer().vega(spec_of(scene, kind, theme="css"))
    shared.keep(key, compiled, _KEPT_SECONDS)
    return compiled


def picture_svg(
    scene: Scene, *, theme: str, lr: float | None = None, width: int = 720, kind: str | None = None
) -> str:
    """One panel, or all of them side by side (one under the other where that would be narrow), `width` px
    wide."""
    kinds = scene.panels if kind is None else (kind,)
    columns = len(kinds) if width >= _SIDE_BY_SIDE_FROM else 1
    panel_width = min(max(width // columns, NARROWEST), WIDEST if len(kinds) == 1 else 480)
    drawn = [panel_svg(scene, one, theme=theme, lr=lr, width=panel_width) for one in kinds]
    series = series_of(scene, lr)
    frame = frame_of(scene, kinds[0], panel_width)
    return side_by_side(
        drawn,
        columns=columns,
        card=THEMES[theme].card,
        prefix=f"f{scene.digest[:8]}",
        title=" · ".join(frame_of(scene, one, panel_width).title for one in kinds),
        description=words.panel_description(kinds[0], frame, series),
        width=width,
    )


def picture_png(
    scene: Scene, *, theme: str, lr: float | None = None, width: int = 720, kind: str | None = None
) -> bytes:
    """The same as a PNG of exactly that width."""
    key = f"png:{_name(scene, kind or '', theme, lr, width)}"
    known = shared.known(key)
    if isinstance(known, bytes):
        return known
    svg = picture_svg(scene, theme=theme, lr=lr, width=width, kind=kind)
    drawn = renderer().png(with_raised_digits(svg))
    shared.keep(key, drawn, _KEPT_SECONDS)
    return drawn


def _name(scene: Scene, kind: str, theme: str, lr: float | None, width: int) -> str:
    rate = scene.moved.optimizer.lr if lr is None else lr
    return hashlib.sha256(f"{scene.digest}/{kind}/{theme}/{rate!r}/{width}".encode()).hexdigest()
