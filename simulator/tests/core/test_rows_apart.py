"""Rows kept apart: which they are, that nothing is trained on them, and what is told of them."""

import pickle
from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import validation
from simulator.core.analyses.model import features_at, plain_inputs
from simulator.core.cost import estimate
from simulator.core.datasets import read_data, rows_of, sides_of
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.exchange import parse_order, result_to_dict
from simulator.core.objectives import build
from simulator.core.pytorch import program
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.examples import OBJECTIVES

SINE = {"dataset": "sine", "n": 41, "seed": 2, "noise": 0.3}
CIRCLES = {"dataset": "circles", "n": 50, "seed": 1}
SPLIT = {"share": 0.3, "seed": 5}
ON_DATA = [
    name for name, place in OBJECTIVES.items() if "data" in place and len(place["data"].get("X", "x" * 9)) > 3
]
EVERYTHING = Record(params=True)


def place(objective: dict[str, Any], start: Any, data: dict[str, Any], **more: Any) -> Scenario:
    runs = more.pop("runs", [{"optimizer": {"name": "SGD", "lr": 0.1}}])
    given = {"objective": objective, "start": start, "data": data, "runs": runs, "steps": 30}
    return parse_scenario(given | more)


def by_hand(data: dict[str, Any], share: float, seed: int) -> tuple[Any, Any, Any, Any]:
    """X and y of the rows trained on and of the others, from the words of docs/api.md."""
    whole = rows_of(read_data({key: one for key, one in data.items() if key != "standardize"}, "data"))
    n = len(whole.X)
    apart = np.random.Generator(np.random.PCG64(seed)).permutation(n)[: round(share * n)]
    left = [row for row in range(n) if row not in apart]
    apart = [row for row in range(n) if row in apart]
    X, held = whole.X[left], whole.X[apart]
    if data.get("standardize"):
        mean, spread = X.mean(axis=0), X.std(axis=0)
        X, held = (X - mean) / spread, (held - mean) / spread
    return X, whole.y[left], held, whole.y[apart]


@pytest.mark.parametrize(
    "data", [SINE, CIRCLES, CIRCLES | {"standardize": True}, SINE | {"standardize": True}]
)
@pytest.mark.parametrize(("share", "seed"), [(0.25, 0), (0.5, 7), (0.02, 1), (0.9, 3)])
def test_the_first_rows_of_a_permutation_are_kept_apart(
    data: dict[str, Any], share: float, seed: int
) -> None:
    read = read_data(data | {"validation": {"share": share, "seed": seed}}, "data")
    train, held = sides_of(read)
    assert held is not None and len(held.X) == read.apart == round(share * read.n)
    assert len(train.X) == read.trained == read.n - read.apart
    for made, expected in zip((train.X, train.y, held.X, held.y), by_hand(data, share, seed), strict=True):
        np.testing.assert_allclose(made, expected, rtol=1e-13, atol=1e-15)


def test_polynomials_are_made_before_and_scaled_by_the_rows_trained_on() -> None:
    data = SINE | {"polynomial": {"degree": 4}}
    train, held = sides_of(read_data(data | {"standardize": True, "validation": SPLIT}, "data"))
    X, _, other, _ = by_hand(data, **SPLIT)
    assert held is not None
    np.testing.assert_array_equal(train.X[:, 0], 1)  # the constant stays as it is
    mean, spread = X[:, 1:].mean(axis=0), X[:, 1:].std(axis=0)
    np.testing.assert_allclose(train.X[:, 1:], (X[:, 1:] - mean) / spread, rtol=1e-12)
    np.testing.assert_allclose(held.X[:, 1:], (other[:, 1:] - mean) / spread, rtol=1e-12)


def test_inputs_drawn_beside_the_data_are_scaled_by_the_rows_trained_on() -> None:
    data = read_data(SINE | {"polynomial": {"degree": 3}, "standardize": True, "validation": SPLIT}, "data")
    np.testing.assert_allclose(features_at(data, plain_inputs(data)), rows_of(data).X, atol=1e-14)


@pytest.mark.parametrize("name", ON_DATA)
@pytest.mark.parametrize("batches", [None, {"size": 4, "seed": 3}])
def test_a_run_is_that_on_the_rows_trained_on_alone(name: str, batches: dict[str, int] | None) -> None:
    """Bit for bit what the run gives on these rows given outright: batches are cut from them alone."""
    given = OBJECTIVES[name]
    data = given["data"] | {"validation": SPLIT}
    rows = rows_of(read_data(data, "data"))
    outright = {"X": rows.X.tolist(), "y": rows.y.tolist()}
    split, alone = (
        simulate(place(given["objective"], given.get("start"), one, batches=batches), EVERYTHING).runs[0]
        for one in (data, outright)
    )
    assert split.params is not None and alone.params is not None
    np.testing.assert_array_equal(split.params, alone.params)
    np.testing.assert_array_equal(split.loss, alone.loss)
    assert alone.val_loss is None and alone.accuracy is None and alone.val_accuracy is None


@pytest.mark.parametrize("name", ON_DATA)
def test_the_loss_told_is_that_of_the_others_without_the_penalty(name: str) -> None:
    given = OBJECTIVES[name]
    objective = given["objective"] | {"l2": 0.3, "l1": 0.1}
    data = given["data"] | {"validation": SPLIT}
    run = simulate(place(objective, given.get("start"), data), EVERYTHING).runs[0]
    held = sides_of(read_data(data, "data"))[1]
    assert held is not None and run.params is not None and run.val_loss is not None
    outright = {"X": held.X.tolist(), "y": held.y.tolist()}
    plain = build(place(objective | {"l2": 0, "l1": 0}, given.get("start"), outright).runs[0])
    np.testing.assert_array_equal(run.val_loss, plain.loss(run.params))
    assert (run.val_loss != run.loss).all()


@pytest.mark.parametrize(
    ("objective", "start", "limit"),
    [({"name": "linear"}, [0.3, -0.2], 0.5), ({"name": "logistic"}, [0.3, -0.2], 0.0)],
)
def test_accuracies_are_counted_on_either_side(objective: dict[str, Any], start: Any, limit: float) -> None:
    data = {"dataset": "blobs", "n": 60, "noise": 1.5, "validation": SPLIT}
    run = simulate(place(objective, start, data), EVERYTHING).runs[0]
    assert run.params is not None and run.accuracy is not None and run.val_accuracy is not None
    for side, found in zip(sides_of(read_data(data, "data")), (run.accuracy, run.val_accuracy), strict=True):
        assert side is not None
        expected = [np.mean(((side.X @ w) > limit) == (side.y[:, 0] == 1)) for w in run.params]
        np.testing.assert_array_equal(found, expected)
        assert len(set(expected)) > 1  # it changes as the run goes


@pytest.mark.parametrize("loss", ["mse", "bce"])
def test_a_network_tells_labels_on_its_own_side_of_the_threshold(loss: str) -> None:
    """A network of one unit without inputs that matter says its bias, and is right where that is."""
    objective = {"name": "mlp", "layers": [2, 1], "loss": loss}
    labels = {"X": [[1, 2]] * 10, "y": [1] * 7 + [0] * 3}
    limit = 0.0 if loss == "bce" else 0.5
    for bias, said in ((limit + 0.01, 1.0), (limit - 0.01, 0.0)):
        data = labels | {"validation": {"share": 0.5, "seed": 1}}
        scenario = place(objective, [0.0, 0.0, bias], data, steps=1)
        run = simulate(scenario).runs[0]
        assert run.accuracy is not None and run.val_accuracy is not None
        for side, found in zip(
            sides_of(read_data(data, "data")), (run.accuracy, run.val_accuracy), strict=True
        ):
            assert side is not None and found[0] == (side.y == said).mean()


def test_what_is_no_label_has_no_accuracy() -> None:
    several = {
        "X": [[1, 2], [3, -1], [0, 1], [1, 1]],
        "y": [[1, 0], [0, 1], [1, 1], [0, 0]],
        "validation": {},
    }
    scenarios = [
        place({"name": "linear"}, [0.5], SINE | {"validation": {}}),
        place({"name": "mlp", "layers": [2, 2]}, None, several),
    ]
    for scenario in scenarios:
        run = simulate(scenario).runs[0]
        assert run.val_loss is not None and run.accuracy is None and run.val_accuracy is None
        assert set(result_to_dict(simulate(scenario))["runs"][0]) & {"accuracy", "val_accuracy"} == set()


@pytest.mark.parametrize("name", ["linear", "logistic", "mlp", "mlp for labels", "linear with ten columns"])
def test_what_is_told_is_the_same_alone_beside_others_and_thinned(name: str) -> None:
    given = OBJECTIVES[name]
    data = given["data"] | {"validation": SPLIT, "standardize": True}
    runs = [
        {
            "label": str(lr),
            "optimizer": {"name": "SGD", "lr": lr},
            "objective": given["objective"] | {"l2": lr},
        }
        for lr in (0.01, 0.2, 5.0, 0.1)
    ]
    together = simulate(place(given["objective"], given.get("start"), data, runs=runs, steps=60))
    few = simulate(place(given["objective"], given.get("start"), data, runs=runs, steps=60), Record(points=7))
    for index, one in enumerate(runs):
        alone = simulate(place(given["objective"], given.get("start"), data, runs=[one], steps=60)).runs[0]
        for key in ("val_loss", "accuracy", "val_accuracy"):
            np.testing.assert_array_equal(getattr(alone, key), getattr(together.runs[index], key))
            np.testing.assert_array_equal(getattr(alone, key)[few.t], getattr(few.runs[index], key))


def test_a_result_keeps_what_was_measured_when_it_travels() -> None:
    result = simulate(place({"name": "logistic"}, [0, 0], {"dataset": "blobs", "validation": SPLIT}))
    again = pickle.loads(pickle.dumps(result)).runs[0]  # noqa: S301 (made here)
    np.testing.assert_array_equal(again.val_loss, result.runs[0].val_loss)
    np.testing.assert_array_equal(again.val_accuracy, result.runs[0].val_accuracy)


def test_the_public_form_has_the_series_of_a_split_and_only_of_one() -> None:
    order = {"objective": {"name": "logistic"}, "start": [0, 0], "steps": 20}
    order["runs"] = [
        {"optimizer": {"name": "SGD", "lr": 0.5}, "data": {"dataset": "blobs", "validation": {}}},
        {"optimizer": {"name": "SGD", "lr": 0.5}, "data": {"dataset": "blobs"}},
    ]
    parsed = parse_order(order | {"record": {"points": 5, "precision": "single"}})
    split, plain = result_to_dict(simulate(parsed.scenario, parsed.record), parsed.precision)["runs"]
    assert set(split) - set(plain) == {"val_loss", "accuracy", "val_accuracy"}
    for key in ("val_loss", "accuracy", "val_accuracy"):
        assert split[key].shape == (5,) and split[key].dtype == np.float32
    assert "params" not in split


def test_what_is_measured_counts_among_the_numbers_and_in_the_cost() -> None:
    def order(data: dict[str, Any], points: int) -> dict[str, Any]:
        runs = [{"optimizer": {"name": "SGD", "lr": 0.1}}] * 16
        top = {"objective": {"name": "linear"}, "start": [0.0] * data.pop("dim"), "steps": 5000, "runs": runs}
        return top | {"data": data, "record": {"points": points}}

    labelled = {"dataset": "blobs", "dim": 2, "validation": {}}  # of 16: lr, loss, val_loss, two accuracies
    numbers = {"dataset": "sine", "dim": 1, "validation": {}}  # lr, loss, val_loss
    for data, a_row in ((labelled, 1 + 16 * 5), (numbers, 1 + 16 * 3)):
        most = 200_000 // a_row
        parse_order(order(dict(data), most))
        with pytest.raises(BudgetExceeded):
            parse_order(order(dict(data), most + 1))

    network = {"name": "mlp", "layers": [2, 30, 1], "loss": "bce"}
    plain, split = (
        estimate(place(network, None, {"dataset": "circles", "n": 400} | more, steps=200))
        for more in ({}, {"validation": {"share": 0.01}})
    )
    assert split.operations > 1.2 * plain.operations and split.bytes > plain.bytes
    most = {"dataset": "circles", "n": 400, "validation": {"share": 0.9}}
    few = estimate(place(network, None, most, steps=200), Record(points=2))
    assert few.operations < 0.2 * plain.operations  # gradients are of the rows trained on alone


@pytest.mark.parametrize(
    ("split", "path", "code"),
    [
        ({"share": 0}, "data.validation.share", "out_of_bounds"),
        ({"share": 1}, "data.validation.share", "out_of_bounds"),
        ({"share": 0.001}, "data.validation.share", "out_of_bounds"),
        ({"share": 0.999}, "data.validation.share", "out_of_bounds"),
        ({"share": True}, "data.validation.share", "bad_value"),
        ({"share": "0.2"}, "data.validation.share", "bad_value"),
        ({"seed": -1}, "data.validation.seed", "out_of_bounds"),
        ({"seed": 2**63}, "data.validation.seed", "out_of_bounds"),
        ({"seed": 1.0}, "data.validation.seed", "bad_value"),
        ({"part": 0.2}, "data.validation.part", "unknown_key"),
        (0.25, "data.validation", "bad_value"),
        ([0.25, 0], "data.validation", "bad_value"),
    ],
)
def test_a_split_is_read_strictly(split: Any, path: str, code: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        place({"name": "linear"}, [0.0], SINE | {"validation": split})
    assert (raised.value.code, list(raised.value.fields)) == (code, [path])


def test_a_split_of_too_few_rows_is_refused_and_the_smallest_possible_is_not() -> None:
    rows = {"X": [[1], [2]], "y": [1, 2]}
    with pytest.raises(ScenarioError, match="either side"):
        place({"name": "linear"}, [0.0], {"X": [[1]], "y": [1], "validation": {"share": 0.6}})
    scenario = place({"name": "linear"}, [0.0], rows | {"validation": {"share": 0.5}})
    assert scenario.runs[0].data is not None and scenario.runs[0].data.trained == 1


def test_rows_kept_apart_must_be_labels_and_finite_too() -> None:
    far = {
        "X": [[1.0], [2.0], [3.0], [1e200]],
        "y": [0, 1, 1, 7],
        "polynomial": {"degree": 2, "basis": "monomial"},
    }
    seed = next(one for one in range(99) if np.random.Generator(np.random.PCG64(one)).permutation(4)[0] == 3)
    split = {"validation": {"share": 0.25, "seed": seed}}
    with pytest.raises(ScenarioError) as raised:
        place({"name": "linear"}, [0.0] * 3, far | split)
    assert list(raised.value.fields) == ["data.polynomial"]
    with pytest.raises(ScenarioError, match="labels"):
        place({"name": "logistic"}, [0.0], {"X": far["X"], "y": far["y"]} | split)


def test_what_is_not_given_is_not_written() -> None:
    plain = place({"name": "linear"}, [0.0], SINE)
    assert plain.to_dict()["data"] == SINE
    assert place({"name": "linear"}, [0.0], SINE | {"validation": None}) == plain
    split = place({"name": "linear"}, [0.0], SINE | {"validation": {}})
    assert split.to_dict()["data"]["validation"] == {"share": 0.25, "seed": 0}
    assert parse_scenario(split.to_dict()) == split and split.digest() != plain.digest()


def test_the_analysis_takes_the_split_of_the_data_unless_told_another() -> None:
    own = place({"name": "linear", "l2": 0.5}, [0.0], SINE | {"validation": SPLIT})
    plain = place({"name": "linear", "l2": 0.5}, [0.0], SINE)
    run = simulate(own).runs[0]
    np.testing.assert_array_equal(validation(own).loss, run.val_loss)
    for given, meant in (
        ({}, SPLIT),
        ({"share": 0.5}, {"share": 0.5, "seed": 5}),
        ({"seed": 0}, {"share": 0.3, "seed": 0}),
        ({"share": 0.25, "seed": 0}, {}),
    ):
        found, expected = validation(own, **given), validation(plain, **meant)
        np.testing.assert_array_equal(found.loss, expected.loss)
        np.testing.assert_array_equal(found.train_loss, expected.train_loss)
    assert (validation(plain).train_rows, validation(own).train_rows) == (31, 29)


def test_a_program_leaves_the_same_rows() -> None:
    text = program(
        place({"name": "linear"}, [0.0] * 3, SINE | {"polynomial": {"degree": 2}, "validation": SPLIT})
    )
    assert "X, y = trained_on(X, y, share=0.3, seed=5)" in text
    assert text.index("X = polynomials(") < text.index("= trained_on(X")
    assert "on the rows trained on." in text
    assert "trained_on" not in program(place({"name": "linear"}, [0.0], SINE))
