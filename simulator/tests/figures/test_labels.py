"""Labels never cover one another and never leave the plot."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.figures.labels import Label, dense_points, place, shorten, text_width
from simulator.services import named_scenarios
from simulator.services.drawing import datasets_of
from simulator.services.scenes import Scene, frame_of, make_scene, series_of
from simulator.tests.figures.drawn import scenario_of, scene_for, sgd

WIDTH, HEIGHT = 272.0, 210.0
coordinates = st.tuples(st.floats(-50, WIDTH + 50), st.floats(-50, HEIGHT + 50))
curves = st.lists(st.lists(coordinates, min_size=2, max_size=30), min_size=1, max_size=7)


def boxes_of_rows(rows: list[dict[str, float]]) -> list[tuple[float, float, float, float]]:
    """Boxes of the rows of the dataset `labels`, swatches included."""
    return [
        (row.get("x0", row["x"]), row["y"] - 7, row["x"] + text_width(str(row["text"])), row["y"] + 7)
        for row in rows
    ]


def apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@settings(max_examples=60, deadline=None)
@given(
    curves, st.lists(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=60))
)
def test_placed_labels_are_inside_and_apart(lines: list[list[tuple[float, float]]], texts: list[str]) -> None:
    paths = [np.array(line) for line in lines]
    texts = (texts + ["a run"] * len(paths))[: len(paths)]
    wanted = [
        Label(f"r{i}", shorten(text, WIDTH * 0.7), path)
        for i, (text, path) in enumerate(zip(texts, paths, strict=True))
    ]
    placed = place(wanted, [dense_points(path) for path in paths], WIDTH, HEIGHT)
    assert len(placed) == len(wanted), "there is room for seven"
    for label in placed:
        left, top, right, bottom = label.box()
        assert left >= 0 and top >= 0 and right <= WIDTH and bottom <= HEIGHT
    for one, other in combinations(placed, 2):
        assert apart(one.box(), other.box())


def scenes() -> list[tuple[str, Scene, float | None]]:
    """Every named scenario, at its own rate and at some of its slider."""
    found: list[tuple[str, Scene, float | None]] = []
    for name, named in list(named_scenarios().items())[:20]:
        scene = make_scene(named.scenario, slider=named.slider)
        found.append((name, scene, None))
        if scene.slider is not None:
            found += [(f"{name} at {lr:g}", scene, lr) for lr in scene.slider.values[::40]]
    crowd = scenario_of(
        *(sgd(lr, f"SGD with the rate {lr}") for lr in (0.002, 0.02, 0.1, 0.3, 0.7, 1.4)), steps=90
    )
    found.append(("crowd", scene_for(crowd, changes={"lr": 1.5}), None))
    return found


@pytest.mark.parametrize(
    ("name", "scene", "lr"), scenes(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_real_figures_have_all_their_names_apart_and_in_view(
    name: str, scene: Scene, lr: float | None
) -> None:
    series = series_of(scene, lr)
    for kind in scene.panels:
        frame = frame_of(scene, kind)
        rows = datasets_of(scene, kind, series)["labels"]
        assert {run.id for run in series} <= {row["id"] for row in rows}, f"{kind}: every run is named"
        boxes = boxes_of_rows(rows)
        for box in boxes:
            assert box[0] >= 0 and box[1] >= 0 and box[2] <= frame.width and box[3] <= frame.height, kind
        for one, other in combinations(boxes, 2):
            assert apart(one, other), f"{kind}: {one} {other}"


def test_a_label_keeps_off_the_lines_where_it_can() -> None:
    line = np.column_stack([np.linspace(0, WIDTH, 50), np.full(50, 100.0)])
    (label,) = place([Label("r0", "a run", line[::7])], [dense_points(line)], WIDTH, HEIGHT)
    assert abs(label.y - 100) > 8


def test_long_texts_are_cut_and_short_ones_are_not() -> None:
    assert shorten("lr 0.9", 100) == "lr 0.9"
    cut = shorten("a very long name of a run that nobody can read in a figure", 120)
    assert cut.endswith("…") and text_width(cut) <= 120


def test_dense_points_lie_on_the_line_and_are_close() -> None:
    line = np.array([[0.0, 0.0], [30.0, 40.0], [30.0, 40.0], [30.0, 140.0]])
    points = dense_points(line)
    assert np.hypot(*np.diff(points, axis=0).T).max() <= 4.01
    assert (points[0] == line[0]).all() and (points[-1] == line[-1]).all()
