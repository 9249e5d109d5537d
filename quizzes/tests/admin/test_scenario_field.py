"""Scenarios, settings and sliders written in inputs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.admin.fields import ChangesField, ScenarioField, SliderField, texts_of_scenario
from quizzes.admin.fields.changes import ChangesWidget
from quizzes.admin.fields.scenario import ScenarioWidget
from quizzes.admin.fields.slider import SliderWidget
from quizzes.admin.fields.values import read_assignments, write_assignments
from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec import parse_scenario
from simulator.services import named_scenarios

rates = st.floats(1e-6, 10).map(lambda rate: float(f"{rate:.4g}"))
names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
values = st.one_of(
    st.integers(-1000, 1000),
    rates,
    st.booleans(),
    st.none(),
    st.lists(rates, max_size=3),
    st.sampled_from(["mean", "rel"]),
)


def typed(field: type[Any], **texts: str) -> list[str]:
    return [texts.get(part.name, "") for part in field().widget.parts]


@st.composite
def simple_scenarios(draw: st.DrawFn) -> dict[str, Any]:
    eigenvalues = draw(st.lists(st.integers(1, 50), min_size=1, max_size=3))
    labels = draw(
        st.lists(st.sampled_from(["plain", "slow", "fast", "both"]), min_size=1, max_size=4, unique=True)
    )
    scenario: dict[str, Any] = {
        "objective": {"name": "quadratic", "eigenvalues": eigenvalues},
        "start": [draw(rates) for _ in eigenvalues],
        "steps": draw(st.integers(1, 500)),
        "runs": [],
    }
    for label in labels:
        optimizer: dict[str, Any] = {"name": "SGD", "lr": draw(rates)}
        if draw(st.booleans()):
            optimizer |= {"momentum": 0.9, "nesterov": draw(st.booleans())}
        run: dict[str, Any] = {"label": label, "optimizer": optimizer}
        if draw(st.booleans()):
            run["scheduler"] = {"name": "StepLR", "step_size": draw(st.integers(1, 50))}
        scenario["runs"].append(run)
    if draw(st.booleans()):
        scenario["noise"] = {"sigma": draw(rates), "seed": draw(st.integers(0, 99))}
    return scenario


@given(simple_scenarios())
@settings(max_examples=60, deadline=None)
def test_common_scenarios_are_shown_in_inputs_and_read_back(scenario: dict[str, Any]) -> None:
    parse_scenario(scenario)
    assert texts_of_scenario(scenario) is not None
    assert ScenarioField(required=False).clean(ScenarioWidget().decompress(scenario)) == scenario


@given(st.dictionaries(names, values, max_size=5))
@settings(max_examples=100, deadline=None)
def test_assignments_come_back(settings_given: dict[str, Any]) -> None:
    text = write_assignments(settings_given).replace('"', "")
    assert read_assignments(text, "Settings") == settings_given


def test_what_the_inputs_cannot_say_is_left_to_json() -> None:
    runs = [{"optimizer": {"name": "SGD", "lr": 0.1 * n}} for n in range(1, 9)]
    scenario = {
        "objective": {"name": "quadratic", "eigenvalues": [2]},
        "start": [1],
        "steps": 5,
        "runs": runs,
    }
    assert texts_of_scenario(scenario) is None
    assert texts_of_scenario({"steps": 3}) is None
    assert texts_of_scenario({"objective": 3, "steps": "x", "runs": {}}) is None


def test_most_of_the_catalogue_can_be_shown_in_inputs() -> None:
    catalogue = [named.scenario.to_dict() for named in named_scenarios().values()]
    shown = [texts_of_scenario(scenario) is not None for scenario in catalogue if len(scenario["runs"]) <= 4]
    assert sum(shown) >= 0.5 * len(shown)


def test_everything_that_the_simulator_knows_is_offered() -> None:
    html = ScenarioWidget().render("scenario", None, {"id": "id_scenario"})
    for name in (*OBJECTIVES, *OPTIMIZERS, *SCHEDULERS, *DATASETS):
        assert f'<option value="{name}">' in html or f'<option value="{name}" selected>' in html, name


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"eigenvalues": "2", "start": "1", "lr0": "0.1"}, "Steps: say how many"),
        ({"eigenvalues": "2", "start": "1", "steps": "5"}, "Run 1: give its learning rate"),
        ({"eigenvalues": "2; x", "steps": "5", "lr0": "0.1"}, "Curvatures: “x” is not a number"),
        ({"eigenvalues": "1e400", "steps": "5", "lr0": "0.1"}, "not finite"),
        ({"steps": "5.5", "lr0": "0.1"}, "“5.5” is not a whole number"),
        ({"steps": "5", "lr0": "fast"}, "Run 1, learning rate: “fast” is not a number"),
        ({"steps": "5", "lr0": "0.1", "options0": "nesterov"}, "not of the form name = value"),
        ({"steps": "5", "lr0": "0.1", "options0": "betas = [0.9,"}, "not valid JSON"),
        ({"steps": "5", "lr0": "0.1", "label1": "second"}, "Run 2: give its learning rate"),
    ],
)
def test_bad_input_names_the_place(texts: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ScenarioField(required=False).clean(typed(ScenarioField, **texts))
    assert message in " ".join(refused.value.messages)


def test_several_problems_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        ScenarioField(required=False).clean(typed(ScenarioField, eigenvalues="x", steps="many", lr0="fast"))
    assert len(refused.value.messages) == 3


def test_changes() -> None:
    field = ChangesField(required=False)
    changes = {"lr": 0.9, "steps": 80, "run": "plain", "nesterov": True}
    assert field.clean(ChangesWidget().decompress(changes)) == changes
    assert field.clean(typed(ChangesField)) is None
    with pytest.raises(ValidationError, match="given twice"):
        field.clean(typed(ChangesField, lr="0.9", other="lr = 0.8"))


def test_slider() -> None:
    field = SliderField(required=False)
    slider = {"min": 0.01, "max": 1.2, "scale": "linear", "run": "plain", "steps": 60}
    assert field.clean(SliderWidget().decompress(slider)) == slider
    for texts, message in (
        ({"min": "0.1"}, "a smallest and a largest"),
        ({"min": "1", "max": "0.1"}, "below the largest"),
        ({"min": "-1", "max": "1"}, "above zero"),
    ):
        with pytest.raises(ValidationError, match=message):
            field.clean(typed(SliderField, **texts))
