"""A scenario as a value: shared keys, the canonical public form, and what can be changed."""

import json
from typing import Any

import pytest

from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario
from simulator.tests.core.examples import CONTRACT_EXAMPLE, OBJECTIVES, ROWS


def test_every_key_of_a_run_overrides_the_shared_one() -> None:
    runs = [
        {"optimizer": {"name": "SGD"}},
        {
            "optimizer": {"name": "SGD"},
            "objective": {"name": "linear"},
            "data": ROWS,
            "start": [0, 0],
            "noise": {"sigma": 1},
            "batches": {"size": 2},
            "clip_norm": 3,
            "scheduler_interval": 4,
            "plateau_metric": "after",
        },
    ]
    first, second = parse_scenario({**CONTRACT_EXAMPLE, "clip_norm": 1, "runs": runs}).runs
    assert (first.objective.name, first.data, first.clip_norm, first.scheduler_interval) == (
        "quadratic",
        None,
        1.0,
        1,
    )
    assert second.objective.name == "linear"
    assert second.data is not None
    assert (second.clip_norm, second.scheduler_interval, second.plateau_metric) == (3.0, 4, "after")
    assert second.noise is not None
    assert second.batches is not None
    assert (second.noise.sigma, second.noise.seed, second.batches.size) == (1.0, 0, 2)


def test_a_run_can_take_a_shared_setting_away() -> None:
    runs = [{"optimizer": {"name": "SGD"}}, {"optimizer": {"name": "SGD"}, "noise": None, "clip_norm": None}]
    scenario = parse_scenario({**CONTRACT_EXAMPLE, "noise": {"sigma": 1}, "clip_norm": 2, "runs": runs})
    assert [run.noise is None for run in scenario.runs] == [False, True]
    assert parse_scenario(scenario.to_dict()) == scenario


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_comes_back_from_its_public_form(name: str) -> None:
    scenario = parse_scenario(
        {**OBJECTIVES[name], "steps": 3, "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]}
    )
    again = parse_scenario(json.loads(json.dumps(scenario.to_dict(), allow_nan=False)))
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert hash(again) == hash(scenario)


def test_the_public_form_is_canonical() -> None:
    spelled = {
        **CONTRACT_EXAMPLE,
        "runs": [
            {"label": "run 1", "optimizer": {"name": "SGD", "lr": 0.5, "momentum": 0, "nesterov": False}}
        ],
    }
    short = {
        "steps": 100,
        "runs": [
            {
                "objective": {"name": "quadratic", "eigenvalues": [1.0, 25.0], "minimum": -0.0},
                "start": [10.0, 1],
                "optimizer": {"lr": 0.5, "name": "SGD"},
            }
        ],
    }
    one, other = parse_scenario(spelled), parse_scenario(short)
    assert one == other
    assert one.digest() == other.digest()
    assert one.to_dict() == {
        "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
        "start": [10, 1],
        "steps": 100,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}}],
    }
    assert parse_scenario({**spelled, "steps": 101}).digest() != one.digest()


def test_a_rate_can_be_changed() -> None:
    runs = [{"label": name, "optimizer": {"name": "SGD", "lr": 0.1}} for name in ("a", "b")]
    scenario = parse_scenario({**CONTRACT_EXAMPLE, "runs": runs})
    assert [run.optimizer.lr for run in scenario.with_lr(0.2).runs] == [0.2, 0.1]
    assert [run.optimizer.lr for run in scenario.with_lr(0.2, "b").runs] == [0.1, 0.2]
    assert scenario.runs[0].optimizer.lr == 0.1
    with pytest.raises(KeyError):
        scenario.with_lr(0.2, "c")
    for wrong in (0, -1, float("nan"), "1", None, True):
        with pytest.raises(ScenarioError) as caught:
            scenario.with_lr(wrong, "b")  # type: ignore[arg-type]
        assert list(caught.value.fields) == ["runs[1].optimizer.lr"]


def test_anything_can_be_changed_as_strictly_as_it_is_parsed() -> None:
    scenario = parse_scenario(CONTRACT_EXAMPLE)
    changed_one = scenario.with_changes(
        {
            "steps": 50,
            "lr": 0.2,
            "momentum": 0.5,
            "scheduler": {"name": "StepLR", "step_size": 10},
            "start": [1, 2],
            "noise": {"sigma": 1},
        }
    )
    run = changed_one.run("plain")
    assert changed_one.steps == 50
    assert (run.optimizer.lr, run.optimizer.options["momentum"], run.start) == (0.2, 0.5, (1.0, 2.0))
    assert run.scheduler is not None
    assert run.scheduler.options["gamma"] == 0.1
    adam = scenario.with_changes({"optimizer": {"name": "Adam", "lr": 0.1}, "amsgrad": True}).runs[0]
    assert (adam.optimizer.name, adam.optimizer.options["amsgrad"]) == ("Adam", True)
    for wrong, where in (
        ({"momentun": 1}, "runs[0].momentun"),
        ({"momentum": -1}, "runs[0].optimizer.momentum"),
        ({"optimizer": {"name": "Nope"}, "lr": 1}, "runs[0].optimizer.name"),
        ({"steps": 0}, "steps"),
        ({"start": [1]}, "runs[0].start"),
    ):
        with pytest.raises(ScenarioError) as caught:
            scenario.with_changes(wrong)
        assert list(caught.value.fields) == [where]


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("objective", {"name": "saddle", "typo": 1}, "objective.typo"),
        ("start", ["1", 2], "start[0]"),
        ("noise", {"sigma": 1, "typo": 1}, "noise.typo"),
        ("batches", {"size": 0}, "batches.size"),
        ("clip_norm", "1", "clip_norm"),
        ("scheduler_interval", 0, "scheduler_interval"),
        ("plateau_metric", "now", "plateau_metric"),
        ("data", {"dataset": "moons"}, "data.dataset"),
    ],
)
def test_a_shared_value_that_every_run_overrides_is_read_too(key: str, value: Any, place: str) -> None:
    own: dict[str, Any] = {
        "objective": {"name": "linear"},
        "start": [0, 0],
        "data": ROWS,
        "noise": None,
        "batches": None,
    }
    own |= {"clip_norm": None, "scheduler_interval": 1, "plateau_metric": "after"}
    data = {**CONTRACT_EXAMPLE, key: value, "runs": [{**CONTRACT_EXAMPLE["runs"][0], **own}]}
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(data)
    assert place in caught.value.fields


def test_the_public_form_always_has_a_start() -> None:
    net = {"objective": {"name": "mlp", "layers": [2, 2, 1]}, "data": ROWS}
    runs = [
        {"optimizer": {"name": "SGD", "lr": 0.1}},
        {"optimizer": {"name": "SGD", "lr": 0.2}, "start": [0.0] * 9},
    ]
    assert parse_scenario({**net, "steps": 5, "runs": runs[:1]}).to_dict()["start"] is None
    both = parse_scenario({**net, "steps": 5, "runs": runs}).to_dict()
    assert [run["start"] for run in both["runs"]] == [None, [0] * 9]
