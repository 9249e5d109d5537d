"""A figure for a page: panels, control, what moves with the slider."""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np
import orjson
import pytest
from django.template.loader import render_to_string

from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario
from simulator.figures.renderer import Renderer, RendererCrashed
from simulator.services import build_figure, figure_panels, named_scenarios, panels_for, run_scenario, scenes
from simulator.services.controls import Prediction, Slider
from simulator.services.drawing import datasets_of, panel_svg
from simulator.services.figures import figure_data
from simulator.services.scenes import frame_of, make_scene, series_of
from simulator.services.simulation import Record
from simulator.tests.figures.drawn import scenario_of, sgd

VALLEY = scenario_of(sgd(0.9))
SLIDER = Slider(min=0.01, max=1.3, scale="linear", steps=129)


@pytest.mark.parametrize(
    ("settings", "runs", "kinds"),
    [
        ({}, [sgd(0.9)], ("landscape", "loss")),
        ({"objective": {"name": "rosenbrock"}, "start": [0, 0]}, [sgd(0.001)], ("path", "loss")),
        (
            {"objective": {"name": "quadratic", "eigenvalues": [1, 2, 3]}, "start": [1, 1, 1]},
            [sgd(0.1)],
            ("loss",),
        ),
        (
            {},
            [{**sgd(0.9), "scheduler": {"name": "ExponentialLR", "gamma": 0.9}}],
            ("landscape", "loss", "rate"),
        ),
    ],
)
def test_panels_fit_the_scenario(settings: dict[str, Any], runs: list[Any], kinds: tuple[str, ...]) -> None:
    scenario = scenario_of(*runs, **settings)
    assert panels_for(scenario) == kinds
    assert tuple(panel.kind for panel in figure_panels(scenario)) == kinds


def test_the_slider_moves_one_run_and_leaves_the_others() -> None:
    scenario = scenario_of(sgd(0.9, "a"), sgd(0.2, "b"))
    scene = make_scene(scenario, slider=Slider("b", 0.01, 1.3))
    moved = series_of(scene, 0.5)
    assert np.array_equal(moved[0].loss, series_of(scene)[0].loss)
    alone = run_scenario(scenario_of(sgd(0.5)), Record(params=True)).runs[0]
    assert np.array_equal(moved[1].loss, alone.loss)
    assert moved[1].name == "b, lr 0.5"


def test_the_run_of_the_slider_is_among_those_drawn() -> None:
    scenario = scenario_of(*(sgd(0.02 * k, f"number {k}") for k in range(1, 21)))
    for label, place in (
        ("number 6", 0),
        ("number 5", 1),
        ("number 20", 5),
    ):  # the second and third are anyway
        scene = make_scene(scenario, slider=Slider(label, 0.01, 1.3))
        assert len(scene.shown.runs) == 6 and scene.left_out == 14 and scene.place == place
        assert series_of(scene, 0.7)[place].name == f"{label}, lr 0.7"
        assert series_of(scene)[place].name == label


@pytest.mark.parametrize(
    ("label", "still", "moved"),
    [
        (None, "lr 0.9: what happens", "lr 0.5"),
        ("plain", "plain: what happens", "plain, lr 0.5"),
        ("lr 0.9", "lr 0.9: what happens", "lr 0.5"),
        ("SGD, lr 0.9, no momentum", "SGD, lr 0.9, no momentum: what happens", "SGD, lr 0.5, no momentum"),
        ("after 10.9 s", "after 10.9 s: what happens", "after 10.9 s, lr 0.5"),
    ],
)
def test_a_run_never_has_a_rate_in_its_name_that_is_not_its_own(
    label: str | None, still: str, moved: str
) -> None:
    scene = make_scene(
        scenario_of(sgd(0.9, label)), slider=SLIDER, prediction=Prediction(changes={"lr": 1.05})
    )
    assert series_of(scene)[0].name == still
    assert series_of(scene, 0.5)[0].name == moved


def test_data_for_the_slider_are_small_and_hold_what_changed_only() -> None:
    for name, entry in named_scenarios().items():
        scene = make_scene(entry.scenario, slider=entry.slider)
        if scene.slider is None:
            continue
        data = figure_data(scene, scene.slider.values[3])
        text = orjson.dumps(data)
        assert len(gzip.compress(text)) < 4096, name
        assert b"Infinity" not in text and b"NaN" not in text
        for kind, sets in data["panels"].items():
            assert "regions" not in sets and "surface" not in sets
            for long in set(data["merge"]) & set(sets):
                assert [row["id"] for row in sets[long]] == [f"r{scene.place}"], kind


def test_every_theme_has_a_picture_of_its_own() -> None:
    scene = make_scene(VALLEY, slider=SLIDER)
    assert len({panel_svg(scene, "loss", theme=theme) for theme in ("css", "light", "dark")}) == 3


def test_runs_on_different_data_have_no_map_in_common() -> None:
    data = [{"X": [[1, 0], [0, scale]], "y": [1, 1]} for scale in (1, 2)]
    on = [{**sgd(0.1, f"on {number}"), "data": one} for number, one in enumerate(data)]
    linear = {"objective": {"name": "linear"}, "start": [0, 0]}
    assert panels_for(scenario_of(*on, **linear)) == ("loss",)
    assert panels_for(scenario_of(on[0], on[0] | {"label": "again"}, **linear)) == ("path", "loss")


def test_a_curve_beyond_its_axis_is_named_along_the_edge() -> None:
    """The axis of the rates has room for twice the rates drawn; the slider may go higher."""
    run = sgd(0.01) | {"scheduler": {"name": "ConstantLR", "factor": 0.5, "total_iters": 3}}
    scene = make_scene(scenario_of(run), slider=Slider(min=0.001, max=1.0))
    frame = frame_of(scene, "rate")
    assert frame.y.high < 0.4
    (label,) = figure_data(scene, 0.9)["panels"]["rate"]["labels"]
    assert label["text"] == "lr 0.9" and label["y"] < 40
    (end,) = figure_data(scene, 0.9)["panels"]["rate"]["ends"]
    assert end["off"]


def test_what_is_kept_of_a_run_does_not_pile_up_with_the_widths_asked_for() -> None:
    scene = make_scene(VALLEY, slider=SLIDER)
    (run,) = series_of(scene)
    rows = [datasets_of(scene, "loss", [run], width=width) for width in range(300, 360)]
    assert len(run._known) <= 32
    assert rows[0] == datasets_of(scene, "loss", [run], width=300)


def test_not_finite_numbers_are_null_or_left_out() -> None:
    scene = make_scene(scenario_of(sgd(3.0), steps=5000), slider=Slider(min=0.01, max=3.0))
    text = orjson.dumps(figure_data(scene, None))
    assert orjson.loads(text)["runs"][0]["status"] == "diverged"
    assert b"e+308" not in text


@pytest.mark.parametrize(
    ("objective", "start"),
    [
        ({"name": "polynomial", "coeffs": [0, 0, 0, 0, 1]}, 1e77),  # overflows over the view
        ({"name": "polynomial", "coeffs": [0, 0, 0, 0, 1]}, 1e90),  # and at the start
        ({"name": "polynomial", "coeffs": [0, 1]}, 1e308),
        ({"name": "polynomial", "coeffs": [0, 0, 0, -1]}, 1e110),  # overflows to below
        ({"name": "polynomial", "coeffs": [1e308, 1e308]}, 10),
        ({"name": "double_well"}, 1e100),
        ({"name": "rippled", "amp": 1e308}, 1),
        ({"name": "two_wells", "depth": [1, 1], "center": [0, 1], "width": [1e-200, 1]}, 0),
    ],
)
def test_a_loss_that_overflows_is_drawn_all_the_same(objective: dict[str, Any], start: float) -> None:
    run = {"optimizer": {"name": "SGD", "lr": 0.1}}
    scenario = parse_scenario({"objective": objective, "start": [start], "steps": 10, "runs": [run]})
    figure = build_figure(scenario)
    assert figure.panels and figure.told and figure.table


def test_a_bad_rate_is_told_in_the_form_and_the_figure_stays() -> None:
    figure = build_figure(VALLEY, slider=SLIDER, lr="fast")
    assert figure.control is not None and figure.lr is None
    assert figure.control.error == "Must be a number from 0.01 to 1.3."
    html = render_to_string("simulator/figure.html", {"figure": figure})
    assert 'value="fast"' in html and 'aria-invalid="true"' in html and "Must be a number" in html


def test_what_was_typed_is_escaped() -> None:
    figure = build_figure(VALLEY, slider=SLIDER, lr='"><script>alert(1)</script>')
    assert "<script>alert" not in render_to_string("simulator/figure.html", {"figure": figure})


def test_the_form_shows_the_rate_that_is_drawn() -> None:
    figure = build_figure(VALLEY, slider=SLIDER, lr="0.2")
    html = render_to_string("simulator/figure.html", {"figure": figure})
    assert figure.lr == 0.2 and 'name="lr" value="0.2"' in html
    assert "the loss never rising" in html


def test_the_marks_are_the_questions_rate_and_the_predictions() -> None:
    figure = build_figure(VALLEY, slider=SLIDER, prediction=Prediction(changes={"lr": 1.05}))
    assert figure.control is not None
    assert [(mark.text, mark.lr) for mark in figure.control.marks] == [
        ("this question", 0.9),
        ("your answer", 1.05),
    ]
    html = render_to_string("simulator/figure.html", {"figure": figure})
    assert f'href="?lr=1.05#{figure.uid}"' in html


def test_the_slider_of_several_runs_names_its_run_and_has_the_mark_of_the_answer() -> None:
    scenario = scenario_of(sgd(0.4, "lr 0.4"), sgd(0.04, "lr 0.04"))
    slider = Slider("lr 0.04", 0.01, 0.5)
    for lr in (0.4, 0.9):  # the second is past the end of the slider
        figure = build_figure(scenario, slider=slider, prediction=Prediction("lr 0.04", {"lr": lr}))
        assert figure.control is not None
        marks = [(mark.text, mark.lr, mark.series) for mark in figure.control.marks]
        assert marks == [("this question", 0.04, "r1"), ("your answer", lr, "p")]
        html = render_to_string("simulator/figure.html", {"figure": figure})
        assert "learning rate of the run “lr 0.04”" in html
        assert f'<a data-series="p" href="?lr={lr}#{figure.uid}"' in html and f"your answer: {lr}" in html
        jumped = build_figure(
            scenario, slider=slider, prediction=Prediction("lr 0.04", {"lr": lr}), lr=str(lr)
        )
        assert jumped.lr == lr and jumped.control is not None and not jumped.control.error


def test_a_prediction_for_another_run_has_no_place_on_the_slider() -> None:
    scenario = scenario_of(sgd(0.9, "a"), sgd(0.2, "b"))
    slider = Slider("b", 0.01, 1.3)
    for prediction in (Prediction("a", {"lr": 0.4}), Prediction("b", {"momentum": 0.5})):
        figure = build_figure(scenario, slider=slider, prediction=prediction)
        assert figure.control is not None and len(figure.control.marks) == 1


def test_pictures_of_another_version_are_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {panel.kind: panel.svg for panel in figure_panels(VALLEY, slider=SLIDER)}
    monkeypatch.setattr(scenes, "VERSION", "0.0")
    panels = build_figure(VALLEY, slider=SLIDER, panels=before).panels
    assert all(panel.svg and panel.svg != before[panel.kind] for panel in panels)


def test_pictures_drawn_before_are_used_and_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Renderer, spec: dict[str, Any]) -> str:
        raise AssertionError("no picture may be drawn here")

    drawn = {panel.kind: panel.svg for panel in figure_panels(VALLEY, slider=SLIDER)}
    from django.core.cache import cache

    cache.clear()
    monkeypatch.setattr(Renderer, "svg", refuse)
    figure = build_figure(VALLEY, slider=SLIDER, panels=drawn)
    assert [panel.svg for panel in figure.panels] == list(drawn.values())
    with pytest.raises(AssertionError, match="no picture may be drawn"):
        build_figure(VALLEY, slider=SLIDER, panels=drawn, lr="0.3").panels  # noqa: B018 - another picture


def test_without_the_renderer_the_words_and_numbers_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Renderer, spec: dict[str, Any]) -> str:
        raise RendererCrashed("gone")

    monkeypatch.setattr(Renderer, "svg", fail)
    html = render_to_string("simulator/figure.html", {"figure": build_figure(VALLEY, slider=SLIDER)})
    assert "could not be drawn just now" in html and "<table" in html and "1.77 × 10⁻⁸" in html


def test_the_page_has_no_inline_style_or_script() -> None:
    html = render_to_string("simulator/figure.html", {"figure": build_figure(VALLEY, slider=SLIDER)})
    assert "style=" not in html and "<script" not in html and "onclick" not in html


def test_a_prediction_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ScenarioError):
        make_scene(VALLEY, prediction=Prediction(changes={"lr": -1}))
    with pytest.raises(ScenarioError):
        make_scene(VALLEY, prediction=Prediction("nobody", {"lr": 1}))


def test_a_prediction_that_changes_nothing_is_none() -> None:
    assert make_scene(VALLEY, prediction=Prediction(changes={"lr": 0.9})).predicted is None


def test_a_prediction_may_change_more_than_the_rate() -> None:
    scene = make_scene(VALLEY, prediction=Prediction(changes={"momentum": 0.9}))
    assert series_of(scene)[-1].name == "your answer"
    longer = make_scene(VALLEY, prediction=Prediction(changes={"steps": 80}))
    assert frame_of(longer, "loss").x.high == 80


def test_axes_are_the_same_for_every_rate() -> None:
    scene = make_scene(VALLEY, slider=SLIDER)
    assert frame_of(scene, "loss") is frame_of(scene, "loss")


def test_dear_results_are_shared_through_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.services import simulation

    scenario = scenario_of(sgd(0.3), steps=77)
    monkeypatch.setattr(simulation, "_DEAR", 1)
    simulation._remembered.cache_clear()
    first = run_scenario(scenario)
    simulation._remembered.cache_clear()
    monkeypatch.setattr(simulation, "run_once", None)
    second = run_scenario(scenario)
    simulation._remembered.cache_clear()
    assert np.array_equal(first.runs[0].loss, second.runs[0].loss)
    assert second.runs[0].words == first.runs[0].words


def test_a_dear_scenario_gets_a_figure_without_a_dear_sweep() -> None:
    net = {"name": "mlp", "layers": [2, 16, 1]}
    data = {"dataset": "circles", "n": 400, "seed": 0}
    scenario = scenario_of(sgd(0.5), objective=net, start=None, steps=150, data=data)
    scene = make_scene(scenario)
    assert scene.panels == ("loss",) and scene.slider is not None
    assert frame_of(scene, "loss").x.high == 150
    data = figure_data(scene, None)
    assert data["runs"][0]["words"] and data["merge"] == ["curves"]


def test_results_recorded_differently_are_not_taken_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.services import simulation

    scenario = scenario_of(sgd(0.3), steps=78)
    monkeypatch.setattr(simulation, "_DEAR", 1)
    for record in (Record(), Record(points=2), Record(params=True), Record()):
        simulation._remembered.cache_clear()
        (run,) = run_scenario(scenario, record).runs
        assert run.loss.size == (2 if record.points else 79)
        assert (run.params is not None) is record.params
    simulation._remembered.cache_clear()


def test_a_large_result_is_not_shared_through_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.services import simulation

    wide = {"objective": {"name": "quadratic", "eigenvalues": [1] * 256}, "start": [1] * 256, "steps": 600}
    run_once, asked = simulation.run_once, []

    def counting(*given: Any) -> Any:
        asked.append(given)
        return run_once(*given)

    monkeypatch.setattr(simulation, "_DEAR", 1)
    monkeypatch.setattr(simulation, "run_once", counting)
    for record, runs in ((Record(), 1), (Record(params=True), 2)):
        asked.clear()
        for _time in range(2):
            simulation._remembered.cache_clear()
            run_scenario(scenario_of(sgd(0.31), **wide), record)
        assert len(asked) == runs
    simulation._remembered.cache_clear()
