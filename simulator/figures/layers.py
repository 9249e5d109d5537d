"""Pieces of Vega-Lite that all panels share.

Data go in by name (`datasets`), one row per run with its values in lists, so that the browser can replace
the row of one run. There is one variable, `at`: the step that is shown, null for the whole run.
"""

from __future__ import annotations

from typing import Any

from simulator.figures.frame import BOTTOM, LEFT, TOP, Frame
from simulator.figures.labels import SIZE, SWATCH, Label
from simulator.figures.series import MOST, PREDICTION
from simulator.figures.themes import FONT, Theme

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [5, 2], [12, 4], [7, 6])
SHAPES = ("circle", "square", "triangle-left", "triangle-down", "cross", "triangle-right", "diamond")
IDS = (*(f"r{i}" for i in range(MOST)), PREDICTION)
QUIET: Spec = {"aria": False}  # the picture is described as a whole, not mark by mark
UNTIL_AT = {"filter": "at === null || datum.step <= at"}
# A noisy run is a line until it has settled, and a cloud of points from there on.
HAS_CLOUD = {"filter": "isValid(datum.settled)"}
BEFORE_CLOUD = {"filter": "!isValid(datum.settled) || datum.step <= datum.settled"}
IN_CLOUD = {"filter": "datum.step > datum.settled"}
# The row that holds at step `at`: the last one of each run that is not after it.
HELD_AT: Rows = [
    {"filter": "at !== null && datum.step <= at"},
    {"joinaggregate": [{"op": "max", "field": "step", "as": "latest"}], "groupby": ["id"]},
    {"filter": "datum.step === datum.latest"},
]


def colours(theme: Theme, run: str = "id") -> Spec:
    """Colour by run, which the field `run` names."""
    return _by_run([*theme.s, theme.warn], run)


def dashes(run: str = "id") -> Spec:
    """Dashes by run, so that colour is never the only sign."""
    return _by_run([list(dash) for dash in DASHES], run)


def shapes(run: str = "id") -> Spec:
    """Marks by run."""
    return _by_run(list(SHAPES), run)


def _by_run(values: list[Any], run: str) -> Spec:
    return {
        "field": run, "type": "nominal", "legend": None, "scale": {"domain": list(IDS), "range": values},
    }  # fmt: skip


def field(name: str) -> Spec:
    """A quantitative field, on the scale that the panel's axes define."""
    return {"field": name, "type": "quantitative"}


def pixel(name: str) -> Spec:
    """A field that holds a position in pixels of the plot."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def axes(frame: Frame, theme: Theme, x: str, y: str, *, grid: bool) -> Spec:
    """The x and y encodings that define a panel's axes."""
    look = {
        "labelColor": theme.ink_2, "titleColor": theme.ink_2, "gridColor": theme.line,
        "domainColor": theme.line, "tickColor": theme.line, "labelFontSize": SIZE,
        "titleFontSize": SIZE, "titleFontWeight": "normal",
        "labelOverlap": False, "labelFlush": False, "titleBaseline": "top", "labelPadding": 3, "tickSize": 4,
    }  # fmt: skip
    found: Spec = {}
    for channel, name, axis in (("x", x, frame.x), ("y", y, frame.y)):
        encoding = axis.encoding()
        own = encoding.pop("axis")
        # Fixed, so that the title stands at one place however long the numbers are.
        wide = {"titleX": 1 - LEFT} if channel == "y" else {"titleY": BOTTOM - 18}
        found[channel] = (
            field(name) | encoding | {"axis": look | own | wide | {"grid": grid and channel == "y"}}
        )
    return found


def whole(frame: Frame, theme: Theme, datasets: dict[str, Rows], layers: Rows) -> Spec:
    """A complete description. All sizes are fixed, so that a panel never changes its size while it is
    live."""
    return {
        "$schema": SCHEMA,
        "width": frame.width,
        "height": frame.height,
        "padding": dict(zip(("left", "right", "top", "bottom"), frame.margins, strict=True)),
        "autosize": {"type": "none"},
        "background": "transparent" if theme.name == "css" else theme.card,
        "config": {"font": FONT, "view": {"stroke": None}, "aria": False},
        "params": [{"name": "at", "value": None}],
        "datasets": datasets,
        "layer": [*layers, *label_layers(theme), *title_layers(theme)],
    }


def title_rows(title: str, subtitle: str) -> Rows:
    """Rows of the dataset `titles`."""
    left = 6 - LEFT
    return [
        {"id": "title", "text": title, "x": left, "y": 18 - TOP},
        {"id": "subtitle", "text": subtitle, "x": left, "y": 35 - TOP},
    ]


def title_layers(theme: Theme) -> Rows:
    """Title and subtitle are data too: what the subtitle says depends on the run."""
    looks: dict[str, Spec] = {
        "title": {"fontSize": 14, "fontWeight": 600, "color": theme.ink},
        "subtitle": {"color": theme.ink_2},
    }
    return [
        {
            "data": {"name": "titles"},
            "transform": [{"filter": f"datum.id === '{name}'"}],
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "alphabetic",
                "fontSize": 12,
                **look,
                **QUIET,
            },
            "encoding": {"x": pixel("x"), "y": pixel("y"), "text": {"field": "text"}},
        }
        for name, look in looks.items()
    ]


def label_rows(labels: list[Label]) -> Rows:
    """Rows of the dataset `labels`: where the text stands, and the ends and the middle of the piece of line
    before."""
    rows = []
    for label in labels:
        row: dict[str, Any] = {"id": label.id, "text": label.text}
        row |= {"x": round(label.x + label.indent, 1), "y": label.y}
        if label.step is not None:
            row["step"] = label.step
        if label.swatch:
            row |= {"run": label.run, "x0": label.x}
            row["x1"], row["xm"] = round(label.x + SWATCH - 4, 1), round(label.x + SWATCH / 2 - 2, 1)
        rows.append(row)
    return rows


def label_layers(theme: Theme) -> Rows:
    """Texts in the foreground colour with a rim of the card's, behind each a piece of its run's line."""
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": SIZE, **QUIET}
    at = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "text"}}
    rim = {
        "stroke": theme.card,
        "strokeWidth": 3,
        "strokeOpacity": 0.75,
        "strokeJoin": "round",
        "fill": theme.card,
    }
    reached = [{"filter": "at === null || !isValid(datum.step) || datum.step <= at"}]
    swatch = [*reached, {"filter": "isValid(datum.x0)"}]
    return [
        {"data": {"name": "labels"}, "transform": reached, "mark": {**text, **rim}, "encoding": at},
        {
            "data": {"name": "labels"}, "transform": reached,
            "mark": {**text, "color": theme.ink}, "encoding": at,
        },
        {
            "data": {"name": "labels"}, "transform": swatch,
            "mark": {"type": "rule", "strokeWidth": 2.2, **QUIET},
            "encoding": {
                "x": pixel("x0"), "x2": {"field": "x1"}, "y": pixel("y"), "color": colours(theme, "run"),
                "strokeDash": dashes("run"),
            },
        },
        {
            "data": {"name": "labels"}, "transform": swatch,
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 34, **QUIET},
            "encoding": {
                "x": pixel("xm"), "y": pixel("y"), "color": colours(theme, "run"), "shape": shapes("run"),
            },
        },
    ]  # fmt: skip


def exit_layers(theme: Theme, at: Spec) -> Rows:
    """A triangle where a run leaves the view."""
    return [
        {
            "data": {"name": "exits"}, "transform": [UNTIL_AT],
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, **QUIET},
            "encoding": {
                **at, "color": colours(theme), "shape": {"field": "shape", "type": "nominal", "scale": None},
            },
        }
    ]  # fmt: skip


def held_layers(theme: Theme, at: Spec, dataset: str, lists: list[str]) -> Rows:
    """A larger mark on every run where it is at step `at`; `lists` are the fields of the dataset that hold
    lists."""
    return [
        {
            "data": {"name": dataset}, "transform": [{"flatten": lists}, *HELD_AT],
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 90, "clip": True,
                     "stroke": theme.card, "strokeWidth": 1.5, **QUIET},
            "encoding": {**at, "color": colours(theme), "shape": shapes()},
        }
    ]  # fmt: skip
