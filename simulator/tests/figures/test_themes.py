"""Colours: contrast enough in every theme, and the same in the style sheets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.figures.themes import CSS, DARK, LIGHT, Theme

STYLES = Path(__file__).resolve().parents[3] / "static" / "css"
PAIR = re.compile(r"(--[a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_wcags() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_strokes_stand_out_on_the_card_and_on_every_shade_of_the_map(theme: Theme) -> None:
    for stroke in (*theme.s, theme.warn):
        for ground in (theme.card, *theme.fill):
            assert contrast(stroke, ground) >= 3, f"{theme.name}: {stroke} on {ground}"
    assert contrast(theme.ink_3, theme.card) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_texts_can_be_read(theme: Theme) -> None:
    for ground in (theme.card, *theme.fill):
        assert contrast(theme.ink, ground) >= 4.5, f"{theme.name}: on {ground}"
    assert contrast(theme.ink_2, theme.card) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_shades_go_one_way(theme: Theme) -> None:
    steps = [contrast(fill, theme.card) for fill in theme.fill]
    assert steps == sorted(steps, reverse=True), "the lowest loss stands out most"


def test_the_style_sheets_have_the_same_colours() -> None:
    pairs = {}
    for sheet in ("base.css", "figure.css"):
        for name, light, dark in PAIR.findall((STYLES / sheet).read_text()):
            pairs[name] = (light, dark)
    light, dark = LIGHT.variables(), DARK.variables()
    assert {name: pairs.get(name) for name in light} == {name: (light[name], dark[name]) for name in light}


def test_the_page_theme_names_the_variables() -> None:
    assert CSS.variables() == {name: f"var({name})" for name in LIGHT.variables()}
