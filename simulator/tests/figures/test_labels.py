"""Labels never cover one another and never leave the plot."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.figures.labels import (
    Crowd,
    Label,
    clear_of,
    dense_points,
    place,
    place_among,
    shorten,
    text_width,
)
from simulator.figures.layers import Rows
from simulator.services import named_scenarios
from simulator.services.controls import Slider
from simulator.services.drawing import datasets_of
from simulator.services.scenes import Scene, frame_of, make_scene, series_of
from simulator.tests.figures.drawn import scenario_of, scene_for, sgd

WIDTH, HEIGHT = 272.0, 210.0
RAVINE = {"objective": {"name": "quadratic", "eigenvalues": [1, 20]}, "start": [10, 4]}
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


def test_no_line_lies_under_a_label_where_there_is_room() -> None:
    """Points are counted in cells; to the pixel none may lie under the label in the end."""
    generator = np.random.default_rng(3)
    for _ in range(60):
        lines = [generator.uniform([0, 0], [WIDTH, HEIGHT], (4, 2)) for _ in range(3)]
        points = [dense_points(line) for line in lines]
        (label,) = place([Label("r0", "lr 0.05", points[0][::9])], points, WIDTH, HEIGHT)
        left, top, right, bottom = label.box()
        x, y = np.concatenate(points).T
        assert not ((x > left + 1) & (x < right - 1) & (y > top + 1) & (y < bottom - 1)).any()


def test_labels_with_a_place_keep_it() -> None:
    line = np.column_stack([np.linspace(0, WIDTH, 50), np.full(50, 100.0)])
    placed = place([Label("r0", "a run", line[::7])], [dense_points(line)], WIDTH, HEIGHT)
    crowd = Crowd([dense_points(line)], WIDTH, HEIGHT)
    both = place_among([Label("r1", "another", line[::7])], crowd, placed)
    assert both[0] is placed[0] and apart(both[0].box(), both[1].box())
    assert clear_of(placed, line) == placed
    left, top, right, bottom = placed[0].box()
    assert clear_of(placed, np.array([[(left + right) / 2, (top + bottom) / 2]])) == []
    assert clear_of(placed, line, placed) == []


def labels_at(scene: Scene, kind: str, lr: float | None) -> Rows:
    return datasets_of(scene, kind, series_of(scene, lr))["labels"]


def standing(rows: Rows, moved: str) -> dict[str, tuple[float, float]]:
    """Where the labels of the runs stand that the slider does not move."""
    return {row["id"]: (row["x"], row["y"]) for row in rows if row["id"].partition("-")[0] != moved}


@pytest.mark.parametrize("more", [{}, RAVINE], ids=["one parameter", "two parameters"])
def test_labels_of_other_runs_jump_only_out_of_the_way(more: dict[str, Any]) -> None:
    runs = [sgd(lr, f"the rate {lr}") for lr in (0.02, 0.05, 0.07)]
    scene = scene_for(scenario_of(*runs, **more), slider=Slider(min=0.001, max=0.09, steps=60))
    moved = f"r{scene.place}"
    still = evading = 0
    for kind in scene.panels:
        rest = labels_at(scene, kind, None)
        boxes = {row["id"]: box for row, box in zip(rest, boxes_of_rows(rest), strict=True)}
        before = standing(rest, moved)
        for lr in (scene.slider or Slider()).values[::3]:
            now = standing(labels_at(scene, kind, lr), moved)
            still += sum(now[name] == place for name, place in before.items())
            evading += sum(now[name] != place for name, place in before.items())
            if kind == "loss":
                loss = next(run.loss for run in series_of(scene, lr) if run.id == moved)
                x, y = dense_points(frame_of(scene, kind).pixels(np.arange(loss.size), loss)).T
                for name in before:
                    left, top, right, bottom = boxes[name]
                    # The boxes of rows are as wide as those that are kept apart, to a tenth of a pixel.
                    crossed = (x > left - 2.1) & (x < right + 2.1) & (y > top - 2.1) & (y < bottom + 2.1)
                    assert now[name] == before[name] or crossed.any(), (
                        f"{name} jumps at {lr}: nothing is there"
                    )
    assert still > 4 * evading > 0


def test_what_is_said_of_one_point_of_the_moved_run_stands_there() -> None:
    starts = {"start": [2.0], "objective": {"name": "quadratic", "eigenvalues": [1.0]}, "steps": 60}
    runs = [sgd(0.05, "lr 0.05"), {**sgd(0.1, "lr 0.1"), "start": [2.3]}, sgd(0.15, "lr 0.15")]
    scene = scene_for(scenario_of(*runs, **starts), slider=Slider(min=0.01, max=5, steps=120))
    for lr in (2.5, 3.3, 4.0):
        frame, series = frame_of(scene, "loss", 300), series_of(scene, lr)
        rows = datasets_of(scene, "loss", series, width=300)
        (end,) = (row for row in rows["ends"] if row["id"] == "r0")
        at = frame.pixels([end["step"]], [end["loss"]])[0]
        (box,) = (
            box for row, box in zip(rows["labels"], boxes_of_rows(rows["labels"]), strict=True)
            if row["id"] == "r0-end"
        )  # fmt: skip
        away = max(box[0] - at[0], at[0] - box[2], 0) + max(box[1] - at[1], at[1] - box[3], 0)
        assert away < 20, f"{away:.0f} px away at {lr}"


def test_where_labels_stand_does_not_depend_on_where_the_slider_was_before() -> None:
    scenario = scenario_of(*(sgd(lr, f"the rate {lr}") for lr in (0.1, 0.5, 1.2)), steps=30)
    found = []
    for order in (1, -1):
        # Another slider with the same grid makes another scene, which remembers nothing of the first.
        scene = scene_for(scenario, slider=Slider(min=0.01, max=2.0, steps=96 if order > 0 else 192))
        rates = [0.01, 0.1414, 2.0][::order]
        found.append({lr: [labels_at(scene, kind, lr) for kind in scene.panels] for lr in rates})
    assert found[0] == found[1]


def test_long_texts_are_cut_and_short_ones_are_not() -> None:
    assert shorten("lr 0.9", 100) == "lr 0.9"
    cut = shorten("a very long name of a run that nobody can read in a figure", 120)
    assert cut.endswith("…") and text_width(cut) <= 120


def test_dense_points_lie_on_the_line_and_are_close() -> None:
    line = np.array([[0.0, 0.0], [30.0, 40.0], [30.0, 40.0], [30.0, 140.0]])
    points = dense_points(line)
    assert np.hypot(*np.diff(points, axis=0).T).max() <= 4.01
    assert (points[0] == line[0]).all() and (points[-1] == line[-1]).all()


def test_a_label_that_is_true_at_one_point_only_stands_beside_it_or_not_at_all() -> None:
    """Where lines were in the way, the number of a step went to where it named another one."""
    x, y = np.meshgrid(np.arange(0, 120, 3.0), np.arange(0, 120, 3.0))
    thicket = np.column_stack([x.ravel(), y.ravel()])
    number = Label("r0-3", "3", np.array([[60.0, 60.0]]), swatch=False, close=True)
    (far,) = place([replace(number, close=False)], [thicket], WIDTH, HEIGHT)
    (near,) = place([number], [thicket], WIDTH, HEIGHT)
    assert max(abs(far.x - 60), abs(far.y - 60)) > 50 and max(abs(near.x - 60), abs(near.y - 60)) < 25
    wide = Label("r1", "M" * 8, np.array([[60.0, 60.0]]))
    around = [replace(wide, id=f"r{i}", x=20.0, y=60.0 + 12 * i) for i in range(-3, 4)]
    for taken in (around, around[3:4]):  # beside one there is room, but only where another step may be
        assert place_among([number], Crowd([thicket], WIDTH, HEIGHT), taken) == taken
