"""A scenario is read to the letter, and every error names its place."""

import copy
from typing import Any

import pytest

from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario
from simulator.core.training import simulate
from simulator.tests.core.examples import CONTRACT_EXAMPLE as BASE
from simulator.tests.core.examples import ROWS

HUGE = 10**4200
REMOVE = object()


def changed(path: str, value: Any, base: dict[str, Any] = BASE) -> dict[str, Any]:
    """`base` with the value at a path such as runs.0.optimizer.lr set, or removed."""
    data = copy.deepcopy(base)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = data
    for key in parents:
        place = place[key]
    if value is REMOVE:
        del place[last]
    else:
        place[last] = value
    return data


def error_of(data: object) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(data)
    return caught.value


def test_the_contracts_example_is_read() -> None:
    scenario = parse_scenario(BASE)
    assert scenario.steps == 100
    run = scenario.run("plain")
    assert run.start == (10.0, 1.0)
    assert run.optimizer.name == "SGD"
    assert run.optimizer.lr == 0.03
    assert dict(run.optimizer.options) == {
        "momentum": 0.9,
        "dampening": 0.0,
        "weight_decay": 0.0,
        "nesterov": False,
        "maximize": False,
    }
    with pytest.raises(KeyError):
        scenario.run("other")


def test_labels_default_to_numbers() -> None:
    runs = [
        {"optimizer": {"name": "SGD"}},
        {"label": "mine", "optimizer": {"name": "Adam"}},
        {"optimizer": {"name": "SGD"}},
    ]
    assert [run.label for run in parse_scenario({**BASE, "runs": runs}).runs] == ["run 1", "mine", "run 3"]


def test_lr_defaults_to_pytorchs() -> None:
    runs = [{"optimizer": {"name": name}} for name in ("SGD", "Adagrad", "Adadelta", "NAdam", "Rprop")]
    assert [run.optimizer.lr for run in parse_scenario({**BASE, "runs": runs}).runs] == [
        1e-3,
        1e-2,
        1.0,
        2e-3,
        1e-2,
    ]


@pytest.mark.parametrize(
    "path, value, code, where",
    [
        ("steps", 0, "out_of_bounds", "steps"),
        ("steps", 5001, "out_of_bounds", "steps"),
        ("steps", 10**9, "out_of_bounds", "steps"),
        ("steps", HUGE, "out_of_bounds", "steps"),
        ("steps", 100.0, "bad_value", "steps"),
        ("steps", "100", "bad_value", "steps"),
        ("steps", True, "bad_value", "steps"),
        ("steps", None, "bad_value", "steps"),
        ("steps", REMOVE, "missing_key", "steps"),
        ("stepps", 5, "unknown_key", "stepps"),
        ("optimizer", {"name": "SGD"}, "unknown_key", "optimizer"),
        ("runs", REMOVE, "missing_key", "runs"),
        ("runs", [], "out_of_bounds", "runs"),
        ("runs", [{}] * 513, "out_of_bounds", "runs"),
        ("runs", {}, "bad_value", "runs"),
        ("runs", [1], "bad_value", "runs[0]"),
        ("runs.0.optimizer", REMOVE, "missing_key", "runs[0].optimizer"),
        ("runs.0.optimizer", "SGD", "bad_value", "runs[0].optimizer"),
        ("runs.0.optimizer.name", "sgdd", "unknown_optimizer", "runs[0].optimizer.name"),
        ("runs.0.optimizer.name", REMOVE, "missing_key", "runs[0].optimizer.name"),
        ("runs.0.optimizer.name", ["SGD"], "unknown_optimizer", "runs[0].optimizer.name"),
        ("runs.0.optimizer.momentun", 0.9, "unknown_key", "runs[0].optimizer.momentun"),
        ("runs.0.optimizer.foreach", True, "unknown_key", "runs[0].optimizer.foreach"),
        ("runs.0.optimizer.lr", 0, "out_of_bounds", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", -0.1, "out_of_bounds", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", float("nan"), "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", float("inf"), "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", HUGE, "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", "0.1", "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", True, "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.lr", None, "bad_value", "runs[0].optimizer.lr"),
        ("runs.0.optimizer.nesterov", 1, "bad_value", "runs[0].optimizer.nesterov"),
        ("runs.0.label", "", "out_of_bounds", "runs[0].label"),
        ("runs.0.label", "x" * 61, "out_of_bounds", "runs[0].label"),
        ("runs.0.label", "a\nb", "bad_value", "runs[0].label"),
        ("runs.0.label", "\ud800", "bad_value", "runs[0].label"),
        ("runs.0.label", 1, "bad_value", "runs[0].label"),
        (
            "runs.0.scheduler",
            {"name": "StepLr", "step_size": 3},
            "unknown_scheduler",
            "runs[0].scheduler.name",
        ),
        ("runs.0.scheduler", {"name": "StepLR"}, "missing_key", "runs[0].scheduler.step_size"),
        (
            "runs.0.scheduler",
            {"name": "StepLR", "step_size": 2.5},
            "bad_value",
            "runs[0].scheduler.step_size",
        ),
        ("runs.0.scheduler", "StepLR", "bad_value", "runs[0].scheduler"),
        ("runs.0.steps", 5, "unknown_key", "runs[0].steps"),
        ("objective", REMOVE, "missing_key", "objective"),
        ("objective.name", "parabola", "unknown_objective", "objective.name"),
        ("objective.eigenvalues", REMOVE, "bad_value", "objective"),
        ("objective.matrix", [[1, 0], [0, 1]], "bad_value", "objective"),
        ("objective.eigenvalues", [], "out_of_bounds", "objective.eigenvalues"),
        ("objective.eigenvalues", [1] * 257, "out_of_bounds", "objective.eigenvalues"),
        ("objective.eigenvalues", [1, "2"], "bad_value", "objective.eigenvalues[1]"),
        ("objective.minimum", [1, 2, 3], "bad_value", "objective.minimum"),
        ("start", REMOVE, "missing_key", "start"),
        ("start", None, "missing_key", "start"),
        ("start", [1], "bad_value", "start"),
        ("start", [1, 2, 3], "bad_value", "start"),
        ("start", 3, "bad_value", "start"),
        ("start", [1, float("inf")], "bad_value", "start[1]"),
        ("noise", {"seed": 0}, "missing_key", "noise.sigma"),
        ("noise", {"sigma": -1}, "out_of_bounds", "noise.sigma"),
        ("noise", {"sigma": 1, "seed": 2**70}, "out_of_bounds", "noise.seed"),
        ("noise", {"sigma": 1, "seed": 0.5}, "bad_value", "noise.seed"),
        ("noise", {"sigma": 1, "size": 4}, "unknown_key", "noise.size"),
        ("noise", 0.1, "bad_value", "noise"),
        ("batches", {"size": 4}, "bad_value", "batches"),
        ("clip_norm", 0, "out_of_bounds", "clip_norm"),
        ("clip_norm", "1", "bad_value", "clip_norm"),
        ("scheduler_interval", 0, "out_of_bounds", "scheduler_interval"),
        ("scheduler_interval", None, "bad_value", "scheduler_interval"),
        ("plateau_metric", "later", "bad_value", "plateau_metric"),
        ("data", {"dataset": "blobs"}, "bad_value", "data"),
    ],
)
def test_an_error_names_its_place(path: str, value: Any, code: str, where: str) -> None:
    error = error_of(changed(path, value))
    assert error.code == code
    assert list(error.fields) == [where]
    assert error.fields[where] in error.message
    assert len(error.message) < 400


LINEAR = {**BASE, "objective": {"name": "linear"}, "data": ROWS}


@pytest.mark.parametrize(
    "path, value, code, where",
    [
        ("data", REMOVE, "missing_key", "data"),
        ("data", [1], "bad_value", "data"),
        ("data", {}, "missing_key", "data.dataset"),
        ("data", {"dataset": "moons"}, "unknown_data_set", "data.dataset"),
        ("data", {"dataset": "blobs", "n": 2001}, "out_of_bounds", "data.n"),
        ("data", {"dataset": "blobs", "n": 0}, "out_of_bounds", "data.n"),
        ("data", {"dataset": "blobs", "noise": -0.1}, "out_of_bounds", "data.noise"),
        ("data", {"dataset": "blobs", "X": [[1, 2]]}, "unknown_key", "data.dataset"),
        ("data", {"X": [[1, 2]]}, "missing_key", "data.y"),
        ("data.y", [0, 1], "bad_value", "data.y"),
        ("data.y", [0, 1, [1]], "bad_value", "data.y[2]"),
        ("data.y", [[0, 1], [1, 1], [1, 0]], "bad_value", "data.y"),
        ("data.X.1", [3], "bad_value", "data.X[1]"),
        ("data.X.1.1", "4", "bad_value", "data.X[1][1]"),
        ("data.X", [[0] * 257] * 3, "out_of_bounds", "data.X[0]"),
        ("data.X", [[0]] * 2001, "out_of_bounds", "data.X"),
        ("batches", {"size": 0}, "out_of_bounds", "batches.size"),
        ("objective", {"name": "logistic", "l2": -1}, "out_of_bounds", "objective.l2"),
        ("objective", {"name": "mlp", "layers": [2]}, "out_of_bounds", "objective.layers"),
        ("objective", {"name": "mlp", "layers": [3, 1]}, "bad_value", "objective.layers[0]"),
        ("objective", {"name": "mlp", "layers": [2, 4, 2]}, "bad_value", "objective.layers[2]"),
        ("objective", {"name": "mlp", "layers": [2, 100, 1]}, "out_of_bounds", "objective"),
        (
            "objective",
            {"name": "mlp", "layers": [2, 1], "init": {"seeds": 1}},
            "unknown_key",
            "objective.init.seeds",
        ),
        (
            "objective",
            {"name": "mlp", "layers": [2, 1], "activation": "gelu"},
            "bad_value",
            "objective.activation",
        ),
    ],
)
def test_an_error_in_a_data_objective_names_its_place(path: str, value: Any, code: str, where: str) -> None:
    error = error_of(changed(path, value, LINEAR))
    assert error.code == code
    assert list(error.fields) == [where]


def test_labels_of_a_logistic_loss_lie_between_0_and_1() -> None:
    for objective in ({"name": "logistic"}, {"name": "mlp", "layers": [2, 1], "loss": "bce"}):
        data = {**LINEAR, "objective": objective, "data": {**ROWS, "y": [0, 1, 2]}}
        assert list(error_of(data).fields) == ["data"]


@pytest.mark.parametrize(
    "matrix, where",
    [
        ([[1, 2], [3, 4]], "objective.matrix[1][0]"),
        ([[1, 2], [3]], "objective.matrix[1]"),
        ([[1, 2, 3], [2, 1, 1]], "objective.matrix[0]"),
        ([1, 2], "objective.matrix[0]"),
    ],
)
def test_a_matrix_is_square_and_symmetric(matrix: Any, where: str) -> None:
    error = error_of({**BASE, "objective": {"name": "quadratic", "matrix": matrix}})
    assert list(error.fields) == [where]


def test_close_names_are_suggested() -> None:
    assert "“momentum”" in error_of(changed("runs.0.optimizer.momentun", 0.9)).message
    assert "“SGD”" in error_of(changed("runs.0.optimizer.name", "sgd")).message
    assert "“rosenbrock”" in error_of(changed("objective.name", "rosenbrok")).message
    assert "“CosineAnnealingLR”" in error_of(changed("runs.0.scheduler", {"name": "CosineLR"})).message
    assert "SGD, Adam, AdamW" in error_of(changed("runs.0.optimizer.name", "Zzz")).message


def test_labels_are_unique_default_ones_included() -> None:
    runs = [{"label": "run 2", "optimizer": {"name": "SGD"}}, {"optimizer": {"name": "SGD"}}]
    assert list(error_of({**BASE, "runs": runs}).fields) == ["runs[1].label"]


@pytest.mark.parametrize("data", [None, 3, "quadratic", [], [BASE], True])
def test_a_scenario_is_an_object(data: Any) -> None:
    assert error_of(data).code == "bad_value"


def test_deep_nesting_is_harmless() -> None:
    deep: Any = []
    for _ in range(50_000):
        deep = [deep]
    assert error_of(changed("start", deep)).code == "out_of_bounds"
    assert error_of(deep).code == "out_of_bounds"
    endless: list[Any] = []
    endless.append(endless)
    assert error_of(changed("noise", {"sigma": endless})).code == "out_of_bounds"


def test_many_values_are_harmless() -> None:
    assert error_of(changed("start", [[0] * 1000] * 2000)).code == "out_of_bounds"
    twice: Any = [0, 0]
    for _ in range(28):
        twice = [twice, twice]  # 2^29 values in a few bytes
    assert error_of(changed("start", twice)).code == "out_of_bounds"


def test_messages_stay_short_whatever_the_value() -> None:
    for value in ("x" * 10**6, HUGE, 10**6000, {"a": "b" * 10**6}, ["y" * 10**6]):
        for path in ("steps", "runs.0.optimizer.name", "runs.0.label", "plateau_metric", "start", "noise"):
            assert len(error_of(changed(path, value)).message) < 600
    assert len(error_of({**BASE, "k" * 10**6: 1}).message) < 600


@pytest.mark.parametrize("count", [2**63, 10**30, 10**308])
@pytest.mark.parametrize(
    ("name", "key"),
    [
        *(("StepLR", "step_size"), ("LinearLR", "total_iters"), ("PolynomialLR", "total_iters")),
        *(("CosineAnnealingLR", "T_max"), ("CosineAnnealingWarmRestarts", "T_0")),
        *(("ReduceLROnPlateau", "patience"), ("ReduceLROnPlateau", "cooldown")),
    ],
)
def test_a_count_beyond_64_bits_is_out_of_bounds(name: str, key: str, count: int) -> None:
    assert parse_scenario(changed("runs.0.scheduler", {"name": name, key: 2**63 - 1}))
    error = error_of(changed("runs.0.scheduler", {"name": name, key: count}))
    assert (error.code, list(error.fields)) == ("out_of_bounds", [f"runs[0].scheduler.{key}"])


@pytest.mark.parametrize(
    "scheduler",
    [
        {"name": "CosineAnnealingWarmRestarts", "T_0": 3, "T_mult": 2**63 - 1},
        {"name": "OneCycleLR", "max_lr": 1, "epochs": 2**63 - 1, "steps_per_epoch": 2**63 - 1},
        {"name": "CyclicLR", "base_lr": 0.1, "max_lr": 1, "step_size_up": 2**63 - 1},
        {"name": "SequentialLR", "schedulers": [{"name": "LinearLR"}] * 2, "milestones": [2**63 - 1]},
        {"name": "MultiStepLR", "milestones": [2**63 - 1]},
    ],
)
def test_the_largest_counts_can_be_run(scheduler: dict[str, Any]) -> None:
    result = simulate(parse_scenario({**changed("runs.0.scheduler", scheduler), "steps": 5}))
    assert len(result.runs[0].lr) == 6
