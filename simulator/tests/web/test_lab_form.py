"""The form of the lab: every scenario goes into its texts and comes back, and every choice can be run."""

from typing import Any

import pytest

from simulator.core.datasets import DATASETS
from simulator.core.errors import ScenarioError
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec import Scenario, parse_scenario
from simulator.services.catalogue import named_scenarios
from simulator.services.lab import lab_tasks
from simulator.web.lab.changes import changed_texts
from simulator.web.lab.examples import completed
from simulator.web.lab.shape import Input, lab_form
from simulator.web.lab.texts import GIVEN, Texts, renumbered, scenario_of, texts_of

FIRST = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 100,
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.03}}],
}
SPECIAL: list[dict[str, Any]] = [
    FIRST | {"noise": {"sigma": 0.5, "seed": 7}, "clip_norm": 2.5, "scheduler_interval": 3},
    FIRST | {"objective": {"name": "quadratic", "matrix": [[2, 1], [1, 3]], "minimum": [1, -1]}},
    FIRST
    | {
        "runs": [
            {"label": "quiet", "optimizer": {"name": "Adam", "lr": 0.1, "betas": [0.8, 0.9]}},
            {"label": "noisy", "optimizer": {"name": "SGD", "lr": 0.1}, "noise": {"sigma": 1, "seed": 0}},
            {
                "label": "elsewhere",
                "optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.5, "nesterov": True},
                "objective": {"name": "rosenbrock"},
                "start": [0, 1],
            },
        ]
    },
    FIRST
    | {
        "runs": [
            {
                "optimizer": {"name": "SGD", "lr": 0.1},
                "scheduler": {
                    "name": "SequentialLR",
                    "schedulers": [{"name": "LinearLR"}, {"name": "ExponentialLR", "gamma": 0.9}],
                    "milestones": [20],
                },
            }
        ]
    },
    FIRST
    | {
        "runs": [
            {
                "optimizer": {"name": "SGD", "lr": 0.1},
                "scheduler": {"name": "SequentialLR", "schedulers": [{"name": "LinearLR"}], "milestones": []},
            },
            {
                "optimizer": {"name": "Adam", "lr": 0.1},
                "scheduler": {"name": "MultiStepLR", "milestones": []},
            },
        ]
    },
    FIRST
    | {
        "noise": {"sigma": 1, "seed": 0},
        "runs": [
            {"optimizer": {"name": "SGD", "lr": 0.1}},
            {"optimizer": {"name": "SGD", "lr": 0.1}, "noise": None},
        ],
    },
    FIRST | {"runs": [{"optimizer": {"name": "SGD", "lr": 0.001 * k}} for k in range(1, 10)]},
    {
        "objective": {"name": "mlp", "layers": [1, 4, 1], "init": {"seed": 3, "gain": 0.5}},
        "start": None,
        "steps": 20,
        "data": {"X": [[0.5], [-1], [2]], "y": [1, 0, 3], "standardize": True},
        "batches": {"size": 2, "seed": 5},
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}, "scheduler": {"name": "ReduceLROnPlateau"}}],
        "plateau_metric": "after",
    },
    {
        "objective": {"name": "linear"},
        "start": [0, 0, 0],
        "steps": 20,
        "data": {"dataset": "sine", "n": 50, "polynomial": {"degree": 2, "basis": "monomial"}},
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
    },
]


def known() -> list[Scenario]:
    return [
        *(named.scenario for named in named_scenarios().values()),
        *(task.scenario for task in lab_tasks().values()),
        *map(parse_scenario, SPECIAL),
    ]


def of_first(**changes: str) -> Texts:
    return texts_of(parse_scenario(FIRST)) | {"objective.was": "quadratic"} | changes


def inputs(texts: Texts, errors: dict[str, str] | None = None) -> dict[str, Input]:
    form = lab_form(texts, errors)
    return {one.name: one for group in (*form.groups, *form.runs) for one in (*group.inputs, *group.rare)}


@pytest.mark.parametrize("scenario", known(), ids=lambda scenario: scenario.digest()[:8])
def test_every_scenario_goes_through_the_form(scenario: Scenario) -> None:
    assert parse_scenario(scenario_of(texts_of(scenario))) == scenario


@pytest.mark.parametrize("scenario", known(), ids=lambda scenario: scenario.digest()[:8])
def test_the_form_has_an_input_for_every_text(scenario: Scenario) -> None:
    texts = {name: text for name, text in texts_of(scenario).items() if text}
    shown = inputs(texts)
    if texts["scheduler_interval"] == "1":
        del texts["scheduler_interval"]  # what holds anyway is not typed in, it is the placeholder
    assert {name: shown[name].value for name in texts} == texts


@pytest.mark.parametrize("scenario", known(), ids=lambda scenario: scenario.digest()[:8])
def test_what_is_complete_is_left_as_it_is(scenario: Scenario) -> None:
    """As when another run is asked for. Where an input was empty and PyTorch's default held, the example that
    a newly chosen scheduler begins with was filled in."""
    texts = texts_of(scenario)
    sent = {name: one.value for name, one in inputs(texts).items()}
    again = completed(sent | {"objective.was": texts["objective.name"]})
    assert parse_scenario(scenario_of(again)) == scenario


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_can_be_run_as_soon_as_it_is_chosen(name: str) -> None:
    scenario = parse_scenario(scenario_of(completed(of_first(**{"objective.name": name}))))
    assert scenario.runs[0].objective.name == name


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_scheduler_can_be_run_as_soon_as_it_is_chosen(name: str, optimizer: str) -> None:
    chosen = {"runs[0].scheduler.name": name, "runs[0].optimizer.name": optimizer}
    run = parse_scenario(scenario_of(completed(of_first(**chosen)))).runs[0]
    assert run.scheduler is not None and run.scheduler.name == name and run.optimizer.name == optimizer


@pytest.mark.parametrize("name", [*DATASETS, GIVEN])
def test_a_network_takes_the_columns_of_the_data_that_are_chosen(name: str) -> None:
    texts = completed(of_first(**{"objective.name": "mlp"}))
    run = parse_scenario(scenario_of(completed(texts | {"data.dataset": name}))).runs[0]
    assert run.data is not None and run.objective.options["layers"][0] == run.data.columns


def test_another_objective_takes_nothing_over_that_means_something_else_there() -> None:
    texts = of_first(**{"objective.eigenvalues": "3, 4, 5", "start": "1, 1, 1"})
    changed = completed(texts | {"objective.name": "deep_linear"})
    assert changed["objective.depth"] == "2" and changed["start"] == "0.5, 1.5"
    assert "objective.eigenvalues" not in changed
    assert completed(of_first(**{"objective.name": "rosenbrock"}))["start"] == "-1.5, 2", "of the same size"


def test_what_was_typed_stays_when_other_inputs_come() -> None:
    texts = of_first(
        **{"runs[0].optimizer.momentum": "0.7", "runs[0].scheduler.name": "StepLR", "steps": "90"}
    )
    changed = completed(texts)
    assert changed["runs[0].optimizer.momentum"] == "0.7"
    assert changed["runs[0].scheduler.step_size"] == "30"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"runs[0].optimizer.lr": "-1"}, "runs[0].optimizer.lr"),
        ({"runs[0].optimizer.lr": "fast"}, "runs[0].optimizer.lr"),
        ({"runs[0].optimizer.lr": "nan"}, "runs[0].optimizer.lr"),
        ({"runs[0].optimizer.lr": "1e999"}, "runs[0].optimizer.lr"),
        ({"steps": ""}, "steps"),
        ({"steps": "2.5"}, "steps"),
        ({"start": "1, 2, 3"}, "start"),
        ({"objective.eigenvalues": "1, x"}, "objective.eigenvalues"),
        ({"noise.sigma": "-1"}, "noise.sigma"),
        ({"runs[0].scheduler.name": "StepLR"}, "runs[0].scheduler.step_size"),
        ({"runs[0].own": "{"}, "runs[0].own"),
        ({"runs[0].optimizer.name": "SDG"}, "runs[0].optimizer.name"),
    ],
)  # fmt: skip
def test_an_error_stands_at_its_input(changes: dict[str, str], where: str) -> None:
    texts = of_first(**changes)
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(scenario_of(texts))
    shown = inputs(texts, caught.value.fields)
    assert [name for name, one in shown.items() if one.error] == [where]
    assert shown[where].value == changes[where] if where in changes else True


def test_an_error_about_a_whole_part_stands_at_its_choice() -> None:
    errors = {"objective": "Does not fit.", "runs[0].scheduler": "Is refused.", "start[1]": "Is too far."}
    shown = inputs(of_first(), errors)
    assert {name: one.error for name, one in shown.items() if one.error} == {
        "objective.name": "Does not fit.",
        "runs[0].scheduler.name": "Is refused.",
        "start": "[1]: Is too far.",
    }
    assert lab_form(of_first(), errors).problems == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,1", 0.1), ("0,125", 0.125), ("-2,5", None), ("12,25", 12.25), ("1,000", None), ("1,2,3", None)],
)
def test_a_decimal_comma_is_read_where_it_can_be_nothing_else(text: str, number: float | None) -> None:
    texts = texts_of(parse_scenario(FIRST)) | {"runs[0].optimizer.lr": text}
    if number is None:
        with pytest.raises(ScenarioError):
            parse_scenario(scenario_of(texts))
    else:
        assert parse_scenario(scenario_of(texts)).runs[0].optimizer.lr == number


def test_only_the_rate_is_free_where_the_rate_is() -> None:
    """Adagrad has an argument whose name begins as that of the rate does."""
    run = {"optimizer": {"name": "Adagrad", "lr": 0.1}, "scheduler": {"name": "StepLR", "step_size": 5}}
    texts = texts_of(parse_scenario(FIRST | {"runs": [run]}))

    def free(*names: str) -> set[str]:
        groups = lab_form(texts, free=names).runs
        return {one.name for group in groups for one in (*group.inputs, *group.rare) if one.free}

    assert free("lr") == {"runs[0].optimizer.lr"}
    assert {"runs[0].scheduler.name", "runs[0].scheduler.step_size"} <= free("scheduler")


def test_an_error_without_an_input_is_told_all_the_same() -> None:
    form = lab_form(of_first(), {"scenario": "is nested too deeply", "runs[3].odd": "is wrong"})
    assert form.problems == ("is nested too deeply", "runs[3].odd: is wrong")


def test_rare_inputs_are_unfolded_where_they_say_something_but_a_name() -> None:
    def unfolded(**changes: str) -> bool:
        return lab_form(of_first(**changes), errors).runs[0].rare_open

    errors: dict[str, str] = {}
    assert not unfolded() and not unfolded(**{"runs[0].label": "mine"})
    assert unfolded(**{"runs[0].optimizer.weight_decay": "0.1"})
    assert not unfolded(**{"runs[0].optimizer.weight_decay": "0"}), "as it is anyway"
    errors["runs[0].label"] = "Is too long."
    assert unfolded()


def test_runs_are_added_and_removed() -> None:
    one = of_first(**{"runs[0].optimizer.momentum": "0.9", "runs[0].label": "mine"})
    two = changed_texts(one, "add-run", "")
    assert two["runs[1].optimizer.momentum"] == "0.9" and two["runs[1].label"] == ""
    three = changed_texts(two | {"runs[1].optimizer.lr": "0.5"}, "add-run", "")
    left = renumbered(changed_texts(three, "remove-run", "0"))
    assert [run.optimizer.lr for run in parse_scenario(scenario_of(left)).runs] == [0.5, 0.5]
    assert changed_texts(of_first(), "remove-run", "0") == of_first()  # one run always stays


def test_no_more_runs_are_added_than_are_drawn() -> None:
    texts = of_first()
    for _number in range(9):
        texts = changed_texts(texts, "add-run", "")
    six = parse_scenario(scenario_of(texts))
    assert len(six.runs) == 6 and len(lab_form(texts_of(six)).runs) == 6
    assert not lab_form(texts).may_add and not lab_form(texts_of(six)).may_add
