"""Generated programs: what is in them for each kind of part, and what is left out.

`make parity` runs them under real PyTorch; here they are read as Python's own parser reads them.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.pytorch import datasets, file_stem, objectives, program
from simulator.core.schedulers import LAMBDAS, SCHEDULERS
from simulator.core.spec import Run, parse_scenario
from simulator.core.training import simulate
from simulator.services import named_scenarios
from simulator.tests.core.examples import OBJECTIVES as PLACES
from simulator.tests.core.examples import OPTIMIZERS as SETTINGS
from simulator.tests.core.examples import scenario
from simulator.tests.core.pytorch.mixed import MIXED
from simulator.tests.core.test_scenario_properties import scenarios
from simulator.tests.reference.stored import defaults, stored_runs

GOLDEN = Path(__file__).parent / "golden"
SGD = {"name": "SGD", "lr": 0.1}


def source(data: dict[str, Any]) -> str:
    """The program, which must be valid Python without unused or missing names."""
    text = program(parse_scenario(data))
    tree = ast.parse(text)
    assert not _missing_names(tree), text
    assert "\n\n\n\n" not in text
    assert text.endswith("\n")
    return text


def _missing_names(tree: ast.Module) -> set[str]:
    """Names that are read and nowhere made, and imports that are not used."""
    made = set(dir(builtins))
    imported: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            made.add(node.name)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
    return (used - made - imported) | (imported - used)


def calls(text: str, name: str) -> list[dict[str, Any]]:
    """Keyword arguments of every call of a function of that name, as values."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
            found.append({one.arg: one.value for one in node.keywords})
    return [
        {key: ast.literal_eval(value) for key, value in arguments.items() if not _has_call(value)}
        for arguments in found
    ]


def _has_call(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Call | ast.Name) for node in ast.walk(value))


def the_train(text: str) -> str:
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return ast.unparse(next(node for node in functions if node.name == "train"))


def test_every_kind_has_a_translation() -> None:
    assert set(OBJECTIVES) == objectives.TRANSLATED
    assert set(DATASETS) == datasets.TRANSLATED


def test_no_setting_of_a_run_is_left_out() -> None:
    """Whoever adds one writes it into the programs, and then here."""
    known = {"label", "objective", "start", "optimizer", "scheduler", "noise", "batches", "clip_norm"}
    known |= {"scheduler_interval", "plateau_metric", "data"}
    assert {field.name for field in dataclasses.fields(Run)} == known


def test_every_optimizer_and_scheduler_is_pytorch_s_own() -> None:
    """They are written by name with what is not the default, which must mean the same there."""
    assert set(OPTIMIZERS) <= set(defaults()["optimizers"])
    assert set(SCHEDULERS) - LAMBDAS <= set(defaults()["schedulers"])


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: "-".join(map(str, one.values())))
def test_an_optimizer_is_called_with_its_own_arguments_and_no_defaults(setting: dict[str, Any]) -> None:
    text = source(scenario({**setting, "lr": 0.25}))
    expected = {key: value for key, value in setting.items() if key != "name"}
    (found,) = calls(text, f"torch.optim.{setting['name']}")
    assert {key: list(one) if isinstance(one, tuple) else one for key, one in found.items()} == {
        **expected,
        "lr": 0.25,
    }


def test_an_argument_that_is_given_but_the_default_is_left_out() -> None:
    text = source(scenario({**SGD, "momentum": 0, "nesterov": False}))
    assert "torch.optim.SGD([theta], lr=0.1)" in text


def test_betas_are_floats_in_a_tuple() -> None:
    """PyTorch refuses a pair of an integer and a float."""
    assert "betas=(0.0, 0.9)" in source(scenario({"name": "Adam", "lr": 1, "betas": [0, 0.9]}))


def test_every_stored_reference_run_has_its_scheduler_with_its_own_arguments() -> None:
    seen = set()
    for stored in stored_runs()[::5]:
        scheduler = stored.scenario["runs"][0].get("scheduler")
        if scheduler is None or scheduler["name"] in {"SequentialLR", *LAMBDAS}:
            continue
        seen.add(scheduler["name"])
        known = defaults()["schedulers"][scheduler["name"]]
        (found,) = calls(source(stored.scenario), f"lr_scheduler.{scheduler['name']}")
        given = {key: value for key, value in scheduler.items() if key != "name"}
        assert found == {key: value for key, value in given.items() if known.get(key, ...) != value}
    assert len(seen) >= 10


@pytest.mark.parametrize(
    "scheduler",
    [
        {"name": "InverseTimeLR", "decay": 0.3},
        {"name": "NoamLR", "warmup_steps": 5},
        {"name": "NoamLR", "warmup_steps": 5, "d_model": 64},
    ],
)
def test_a_lambda_is_the_factor_that_the_simulator_multiplies_by(scheduler: dict[str, Any]) -> None:
    place = {**PLACES["quadratic"], "steps": 20, "runs": [{"optimizer": SGD, "scheduler": scheduler}]}
    (written,) = [node for node in ast.walk(ast.parse(source(place))) if isinstance(node, ast.Lambda)]
    factor = eval(ast.unparse(written))  # noqa: S307 (what the program itself would run)
    rates = simulate(parse_scenario(place)).runs[0].lr
    assert [SGD["lr"] * factor(epoch) for epoch in range(21)] == pytest.approx(rates.tolist(), rel=1e-13)


def test_a_sequence_holds_its_schedulers() -> None:
    warm_up = {"name": "LinearLR", "start_factor": 0.1, "total_iters": 10}
    text = source(
        {
            **PLACES["quadratic"],
            "steps": 50,
            "runs": [
                {
                    "optimizer": SGD,
                    "scheduler": {
                        "name": "SequentialLR",
                        "schedulers": [warm_up, {"name": "CosineAnnealingLR", "T_max": 40}],
                        "milestones": [10],
                    },
                }
            ],
        }
    )
    assert calls(text, "LinearLR") == [{"start_factor": 0.1, "total_iters": 10}]
    assert calls(text, "CosineAnnealingLR") == [{"T_max": 40}]
    assert calls(text, "SequentialLR") == [{"milestones": [10]}]


@pytest.mark.parametrize("place", sorted(PLACES))
def test_an_objective_is_one_function_of_theta(place: str) -> None:
    text = source(scenario(SGD, place=place))
    functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert functions.count("objective") == 1
    assert len(the_train(text).splitlines()) <= 11


def test_a_plain_run_holds_nothing_that_it_does_not_need() -> None:
    text = source(scenario(SGD))
    for word in ("numpy as", "scheduler", "noise[", "batches", "clip", "seed", "None", "lambda"):
        assert word not in text, word
    assert len(text.splitlines()) < 55


def test_each_part_of_the_loop_comes_with_its_setting() -> None:
    data = MIXED["one with everything"]
    text = source(data)
    loop = the_train(text)
    assert "noise = gradient_noise(theta, sigma=0.05, seed=3)" in loop
    assert "batches = minibatches(len(X), size=7, seed=2)" in loop
    assert "clip_grad_norm_([theta], max_norm=0.5)" in loop
    assert "if (step + 1) % 5 == 0:" in loop
    assert "scheduler.step(objective(theta).item())" in loop
    before = source({**data, "plateau_metric": "before"})
    assert "scheduler.step(losses[-1])" in the_train(before)


def test_the_order_of_an_update() -> None:
    loop = the_train(source(MIXED["one with everything"]))
    order = ("zero_grad", "backward", "noise[step]", "clip_grad_norm_", "optimizer.step", "scheduler.step")
    places = [loop.index(word) for word in order]
    assert places == sorted(places)


def test_runs_that_differ_in_the_rate_only_are_a_loop() -> None:
    text = source(MIXED["a sweep"])
    assert text.count("torch.optim.SGD(") == 1
    assert "for label, lr in RATES.items():" in text
    assert "lr=lr" in text


def test_what_differs_between_runs_is_an_argument() -> None:
    loop = the_train(source(MIXED["some with each part"]))
    head = loop.split("\n")[0]
    for name in ("objective", "scheduler=None", "noise=None", "batches=None", "clip_norm=None", "interval=1"):
        assert name in head, head


def test_a_label_is_a_literal_whatever_is_in_it() -> None:
    data = MIXED["a name that tries to get out"]
    text = source(data)
    assert "\u2028" not in text
    assert "\u202e" not in text
    label = data["runs"][0]["label"]
    strings = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    assert label in strings
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) and "os" in
                {alias.name for alias in node.names}]  # fmt: skip


@pytest.mark.parametrize("name", sorted(MIXED))
def test_mixed_runs_make_a_program(name: str) -> None:
    text = source(MIXED[name])
    assert text.count("] = train(") == (1 if "RATES" in text else len(MIXED[name]["runs"]))


def test_every_scenario_of_the_catalogue_makes_a_program() -> None:
    for named in named_scenarios().values():
        source(named.scenario.to_dict())


@settings(deadline=None, max_examples=40)
@given(scenarios())
def test_any_scenario_makes_a_program(data: dict[str, Any]) -> None:
    source(data)


def test_long_lists_are_broken() -> None:
    text = source({**PLACES["linear with more columns than rows"], "steps": 3, "runs": [{"optimizer": SGD}]})
    assert max(map(len, text.splitlines())) <= 100


def test_many_runs_on_much_data_do_not_repeat_it() -> None:
    data = PLACES["linear with more columns than rows"]
    runs = [{"optimizer": {**SGD, "momentum": number / 1000}} for number in range(300)]
    one, many = (source({**data, "steps": 3, "runs": some}) for some in (runs[:1], runs))
    assert len(many) < len(one) + 300 * 200


def test_the_name_of_the_file_says_which_scenario_it_is() -> None:
    one, other = (parse_scenario(scenario({**SGD, "lr": lr})) for lr in (0.1, 0.2))
    assert file_stem(one) == file_stem(parse_scenario(scenario(SGD)))
    assert file_stem(one) != file_stem(other)
    assert file_stem(one).isascii()


@pytest.mark.parametrize("name", ["momentum", "sweep", "network"])
def test_a_program_is_the_one_that_was_read_and_approved(name: str) -> None:
    """After a wanted change: look at the new text, then write it into the golden file."""
    assert source(GOLDENS[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


GOLDENS: dict[str, dict[str, Any]] = {
    "momentum": {
        "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
        "start": [10, 1],
        "steps": 100,
        "runs": [
            {"label": "plain", "optimizer": {"name": "SGD", "lr": 0.03}},
            {"label": "momentum 0.9", "optimizer": {"name": "SGD", "lr": 0.03, "momentum": 0.9}},
        ],
    },
    "sweep": MIXED["a sweep with a scheduler"],
    "network": MIXED["one with everything"],
}
