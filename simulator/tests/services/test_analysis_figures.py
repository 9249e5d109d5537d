"""Pictures of analyses as pages use them: which make sense, how they are kept, what can be wrong."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.spec import parse_scenario
from simulator.figures.renderer import Renderer, RendererTimeout
from simulator.services import analysis_figure, analysis_kinds
from simulator.services.analysis_figures import KINDS
from simulator.services.analysis_figures.differences import differences
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db
ALWAYS = ["sweep", "range-test", "sharpness", "step-lengths"]
LOGISTIC: dict[str, Any] = {"objective": {"name": "logistic"}, "start": [1, -1], "steps": 30}
BLOBS = {"dataset": "blobs", "n": 40}


def kinds(*runs: Any, **settings: Any) -> list[str]:
    return [kind.kind for kind in analysis_kinds(scenario_of(*runs, **settings))]


def test_only_what_makes_sense_is_offered() -> None:
    assert kinds(sgd(0.9)) == ALWAYS
    assert set(kinds(sgd(0.9), sgd(0.1))) == {*ALWAYS, "overlay", "multiples"}
    on_data = kinds(sgd(0.9), sgd(0.1), data=BLOBS, **LOGISTIC)
    assert set(on_data) == set(KINDS) and on_data[:4] == ["sweep", "range-test", "fit", "validation"]
    assert "validation" not in kinds(sgd(0.9), data={**BLOBS, "n": 7}, **LOGISTIC)
    three = {"X": [[1, 2, 3]] * 9, "y": [0, 1, 1] * 3}
    assert "fit" not in kinds(sgd(0.9), data=three, **{**LOGISTIC, "start": [0, 0, 0]})
    no_labels = {"X": [[1, 2], [2, 1], [3, 5]], "y": [0.5, 7, 2]}
    linear = {**LOGISTIC, "objective": {"name": "linear"}}
    assert "fit" not in kinds(sgd(0.01), data=no_labels, **linear)
    two_outputs = {"X": [[1], [2], [3]], "y": [[1, 2], [2, 4], [3, 6]]}
    network = {"objective": {"name": "mlp", "layers": [1, 3, 2]}, "start": None}
    assert "fit" not in kinds(sgd(0.01), data=two_outputs, **{**LOGISTIC, **network})


def test_every_kind_has_a_title_and_a_question() -> None:
    for kind in analysis_kinds(scenario_of(sgd(0.9), sgd(0.1), data=BLOBS, **LOGISTIC)):
        assert kind.title and kind.asks.endswith((".", "?"))
        figure = analysis_figure(scenario_of(sgd(0.9), sgd(0.1), data=BLOBS, **LOGISTIC), kind.kind)
        assert figure.kind == kind.kind and figure.words and figure.table.rows
        for panel in figure.panels:
            assert "var(--" in panel.inline and "<title" in panel.svg and panel.description


def test_what_is_wrong_is_told() -> None:
    scenario = scenario_of(sgd(0.9))
    for kind in ("sweet", "fit", "overlay"):
        with pytest.raises(ScenarioError) as raised:
            analysis_figure(scenario, kind)
        assert list(raised.value.fields) == ["kind"]
    for call in (
        lambda: analysis_kinds(scenario, "nobody"),
        lambda: analysis_figure(scenario, "sweep", run="nobody"),
    ):
        with pytest.raises(ScenarioError) as raised:
            call()
        assert list(raised.value.fields) == ["run"]
    dear = parse_scenario(
        {"objective": {"name": "mlp", "layers": [2, 20, 1]}, "data": {"dataset": "circles", "n": 1000},
         "start": None, "steps": 5000, "runs": [sgd(0.1)]}
    )  # fmt: skip
    with pytest.raises(BudgetExceeded):
        analysis_figure(dear, "sweep")


def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = scenario_of(sgd(0.9, "one"), sgd(0.123, "other"))
    first = analysis_figure(scenario, "sharpness", run="other")
    monkeypatch.setattr(Renderer, "svg", None)
    assert analysis_figure(scenario, "sharpness", run="other") == first


def test_every_width_and_theme_has_a_picture_of_its_own() -> None:
    scenario = scenario_of(sgd(0.456))
    looks: list[dict[str, Any]] = [{}, {"width": 300}, {"theme": "dark"}]
    drawn = [analysis_figure(scenario, "sharpness", **look).panels[0].svg for look in looks]
    assert len(set(drawn)) == len(looks)


def test_ids_differ_from_picture_to_picture() -> None:
    scenario = scenario_of(sgd(0.9, "one"), sgd(0.123, "other"))
    one, other = (analysis_figure(scenario, "sweep", run=run).panels[0].svg for run in ("one", "other"))
    ids = [svg.partition('<title id="')[2].partition('"')[0] for svg in (one, other)]
    assert ids[0] != ids[1]


def test_without_a_renderer_there_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Renderer, spec: Any) -> str:
        raise RendererTimeout("too slow")

    monkeypatch.setattr(Renderer, "svg", broken)
    figure = analysis_figure(scenario_of(sgd(0.777)), "sweep")
    assert figure.panels[0].svg == "" and figure.words and figure.table.rows


def noise(seed: int) -> dict[str, Any]:
    return {"sigma": 1, "seed": seed}


def polynomial(first: float) -> dict[str, Any]:
    return {"name": "polynomial", "coeffs": [first, 0.125, 0.25, 0.375, 0.5]}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (sgd(0.1), sgd(0.2), ["learning rate 0.1 against 0.2"]),
        (sgd(0.1), sgd(0.1), []),
        (sgd(0.1, nesterov=True, momentum=0.9), sgd(0.1, momentum=0.9), ["nesterov on against off"]),
        (
            sgd(0.1),
            {"optimizer": {"name": "Adam", "lr": 0.1}},
            ["optimizer SGD against Adam"],
        ),
        (
            sgd(0.1),
            {**sgd(0.1), "scheduler": {"name": "ExponentialLR", "gamma": 0.9}},
            ["scheduler none against ExponentialLR"],
        ),
        (
            {**sgd(0.1), "scheduler": {"name": "ExponentialLR", "gamma": 0.9}},
            {**sgd(0.1), "scheduler": {"name": "ExponentialLR", "gamma": 0.5}},
            ["scheduler’s gamma 0.9 against 0.5"],
        ),
        ({**sgd(0.1), "clip_norm": 1}, sgd(0.1), ["clipping 1 against none"]),
        (sgd(0.1), {**sgd(0.1), "start": [3]}, ["start (1) against (3)"]),
        ({**sgd(0.1), "noise": noise(1)}, {**sgd(0.1), "noise": noise(2)}, ["seed of the noise 1 against 2"]),
        (sgd(0.1), {**sgd(0.1), "scheduler_interval": 5}, ["interval of the scheduler 1 against 5"]),
        (  # too long to be read
            {**sgd(0.1), "objective": polynomial(0.125)},
            {**sgd(0.1), "objective": polynomial(0.25)},
            ["objective’s coeffs"],
        ),
        (
            {**sgd(0.1), "objective": {"name": "polynomial", "coeffs": [0, 1]}},
            {**sgd(0.1), "objective": polynomial(0.25)},
            ["objective’s coeffs"],
        ),
    ],
)
def test_differences_in_words(one: dict[str, Any], other: dict[str, Any], told: list[str]) -> None:
    first, second = scenario_of(one, other).runs
    assert list(differences(first, second)) == told
