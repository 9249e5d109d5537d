"""Scenarios of random values: valid ones come back and run, hostile ones only ever raise ScenarioError."""

import copy
import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.examples import OBJECTIVES, OPTIMIZERS

finite = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
rates = st.floats(min_value=1e-6, max_value=2)
schedulers = st.one_of(
    st.none(),
    st.builds(
        lambda size, gamma: {"name": "StepLR", "step_size": size, "gamma": gamma},
        st.integers(1, 50),
        st.floats(0.1, 1),
    ),
    st.builds(lambda total: {"name": "CosineAnnealingLR", "T_max": total}, st.integers(1, 100)),
    st.builds(lambda total: {"name": "LinearLR", "total_iters": total}, st.integers(0, 40)),
    st.builds(
        lambda marks: {"name": "MultiStepLR", "milestones": marks}, st.lists(st.integers(0, 60), max_size=4)
    ),
    st.builds(lambda wait: {"name": "ReduceLROnPlateau", "patience": wait}, st.integers(0, 9)),
)
settings_of_a_run = st.fixed_dictionaries(
    {"optimizer": st.builds(lambda kind, lr: {**kind, "lr": lr}, st.sampled_from(OPTIMIZERS), rates)},
    optional={
        "scheduler": schedulers,
        "noise": st.one_of(
            st.none(), st.fixed_dictionaries({"sigma": st.floats(0, 3), "seed": st.integers(0, 2**60)})
        ),
        "clip_norm": st.one_of(st.none(), st.floats(1e-3, 1e3)),
        "scheduler_interval": st.integers(1, 20),
        "plateau_metric": st.sampled_from(["before", "after"]),
    },
)


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    place = OBJECTIVES[draw(st.sampled_from(sorted(OBJECTIVES)))]
    data = {
        **place,
        "steps": draw(st.integers(1, 25)),
        "runs": draw(st.lists(settings_of_a_run, min_size=1, max_size=4)),
    }
    if "start" in place:
        data["start"] = draw(st.lists(finite, min_size=len(place["start"]), max_size=len(place["start"])))
    if "data" in place and draw(st.booleans()):
        data["batches"] = {"size": draw(st.integers(1, 50)), "seed": draw(st.integers(0, 9))}
    return copy.deepcopy(data)


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.just(10**400),
        st.just(10**9),
        st.sampled_from(["SGD", "Adam", "StepLR", "quadratic", "mlp", "circles", "name", "lr"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["name", "lr", "X", "y"])), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=80)
@given(scenarios())
def test_a_scenario_comes_back_from_its_public_form(data: dict[str, Any]) -> None:
    scenario = parse_scenario(data)
    written = scenario.to_dict()
    again = parse_scenario(json.loads(json.dumps(written, allow_nan=False)))
    assert again == scenario
    assert again.to_dict() == written
    assert again.digest() == scenario.digest()


@settings(deadline=None, max_examples=60)
@given(scenarios())
def test_any_valid_scenario_runs_and_keeps_its_promises(data: dict[str, Any]) -> None:
    scenario = parse_scenario(data)
    result = simulate(scenario, Record(params=True))
    assert result.t.tolist() == list(range(scenario.steps + 1))
    for spec, run in zip(scenario.runs, result.runs, strict=True):
        assert run.label == spec.label
        assert run.params is not None
        assert run.params.shape == (scenario.steps + 1, spec.dim)
        assert run.lr.shape == run.loss.shape == (scenario.steps + 1,)
        assert run.status in ("converged", "running", "oscillating", "diverged")
        assert (run.status == "diverged") == (run.diverged_at is not None)
        assert run.words
        smallest = run.loss[np.isfinite(run.loss)]
        assert run.best_loss == (float(smallest.min()) if smallest.size else None)


@settings(deadline=None, max_examples=25)
@given(scenarios())
def test_each_run_is_the_same_alone(data: dict[str, Any]) -> None:
    scenario = parse_scenario(data)
    together = simulate(scenario, Record(params=True))
    for spec, run in zip(scenario.runs, together.runs, strict=True):
        alone = simulate(type(scenario)(scenario.steps, (spec,)), Record(params=True)).runs[0]
        assert run.params is not None
        assert alone.params is not None
        assert np.array_equal(alone.params, run.params, equal_nan=True)
        assert np.array_equal(alone.loss, run.loss, equal_nan=True)
        assert (alone.status, alone.diverged_at) == (run.status, run.diverged_at)


@settings(deadline=None, max_examples=150)
@given(json_values)
def test_nonsense_raises_nothing_but_a_scenario_error(data: Any) -> None:
    _parse(data)


@settings(deadline=None, max_examples=300)
@given(scenarios(), st.data())
def test_a_valid_scenario_with_something_hostile_in_it(data: dict[str, Any], draw: st.DataObject) -> None:
    place: Any = data
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw.draw(st.sampled_from(keys)) if keys else None
        if key is None:
            return
        if isinstance(place[key], dict | list) and draw.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = draw.draw(json_values)
        break
    _parse(data)


def _parse(data: Any) -> None:
    try:
        parse_scenario(data)
    except ScenarioError as error:
        assert error.code
        assert error.message
        assert len(error.message) < 600
        assert error.fields
