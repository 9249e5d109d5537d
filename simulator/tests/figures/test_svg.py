"""What is done to an SVG after drawing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from simulator.figures.svg import finish, side_by_side, size, with_raised_digits
from simulator.services.drawing import picture_svg, spec_of
from simulator.services.scenes import make_scene
from simulator.tests.figures.drawn import draw, scenario_of, scene_for, sgd

RAVINE = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 60}


def test_drawn_twice_it_is_the_same_bytes() -> None:
    from simulator.figures.renderer import renderer

    spec = spec_of(scene_for(scenario_of(sgd(0.07), **RAVINE)), "path", theme="css")
    drawn = [
        finish(renderer().svg(spec), prefix="one", title="A title", description="Words.")
        for _time in range(2)
    ]
    assert drawn[0] == drawn[1]


def test_ids_are_of_the_figure_alone_and_used() -> None:
    svg = draw("path", scenario_of(sgd(0.07), **RAVINE), theme="css").svg
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert ids and len(ids) == len(set(ids))
    assert all(re.fullmatch(r"f[0-9a-f]{8}-path-(title|desc|clip\d+)", name) for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)


def test_it_obeys_a_strict_policy() -> None:
    svg = draw("landscape", scenario_of(sgd(0.9)), theme="css").svg
    assert "style=" not in svg and "<style" not in svg and "<script" not in svg and "href" not in svg
    assert not re.search(r"\son\w+=", svg)


def test_it_is_one_image_with_a_title_and_a_description() -> None:
    svg = draw("loss", scenario_of(sgd(0.9)), theme="css").svg
    root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves
    assert root.get("role") == "img"
    names = {node.get("id"): node.text for node in root if node.tag.endswith(("title", "desc"))}
    told = [names[part] for part in str(root.get("aria-labelledby")).split()]
    assert told[0] == "Loss over 40 steps"
    assert "1.77 × 10⁻⁸" in str(told[1])
    assert not re.search(r"aria-roledescription|graphics-", svg)


def test_numbers_in_texts_keep_their_digits() -> None:
    scenario = scenario_of(sgd(0.00212345, "rate 0.00212345"), sgd(0.5, "b"))
    svg = draw("loss", scenario, theme="css").svg
    assert "rate 0.00212345" in svg
    geometry = re.findall(r' (?:d|transform|x2|y2)="([^"]*)"', svg)
    assert not any(re.search(r"\.\d{3}", text) for text in geometry)


def test_a_hostile_label_is_text() -> None:
    label = '<script>alert("1")</script>&amp;'
    svg = draw("loss", scenario_of(sgd(0.9, label), sgd(0.5, "b")), theme="css").svg
    assert "<script" not in svg
    root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves
    assert any(label[:12] in (node.text or "") for node in root.iter())


def test_colours_of_the_page_are_variables() -> None:
    svg = draw("path", scenario_of(sgd(0.07), **RAVINE), theme="css").svg
    assert "var(--s0)" in svg and "var(--fill0)" in svg and "var(--ink-2)" in svg
    assert not re.search(r'(?:fill|stroke)="#', svg)


def test_side_by_side_when_wide_and_stacked_when_narrow() -> None:
    scene = make_scene(scenario_of(sgd(0.9)))
    wide, narrow = picture_svg(scene, theme="light", width=900), picture_svg(scene, theme="light", width=360)
    for svg, width in ((wide, 900), (narrow, 360)):
        root = ET.fromstring(svg)  # noqa: S314 - drawn by ourselves
        assert root.get("width") == str(width)
        ids = re.findall(r'\bid="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
    assert size(wide)[0] > 1.5 * size(wide)[1]
    assert size(narrow)[1] > 1.5 * size(narrow)[0]


def test_pictures_fit_in_their_cells() -> None:
    panel = '<svg width="10" height="20" viewBox="0 0 10 20"><rect/></svg>'
    svg = side_by_side([panel] * 3, columns=2, card="#fff", prefix="p", title="t", description="d", width=40)
    assert size(svg) == (20, 40)
    assert re.findall(r"translate\(([\d,]+)\)", svg) == ["0,0", "10,0", "0,20"]


def test_superscripts_become_raised_digits_in_texts_only() -> None:
    svg = '<svg><desc>loss 10⁻⁴</desc><text x="1">lr 5 × 10⁻¹²: a</text><text>10</text></svg>'
    raised = with_raised_digits(svg)
    assert "<desc>loss 10⁻⁴</desc>" in raised and "<text>10</text>" in raised
    text = next(node for node in ET.fromstring(raised).iter("text"))  # noqa: S314 - our own
    assert "".join(text.itertext()) == "lr 5 × 10−12: a"
    assert [(node.tag, node.text) for node in text] == [("tspan", "−12")]
