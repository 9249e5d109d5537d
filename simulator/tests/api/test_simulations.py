from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from django.test import Client

from simulator.core.exchange import MOST_NUMBERS
from simulator.services.apart import handle

pytestmark = pytest.mark.django_db
VALLEY: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 500,
    "runs": [{"label": "a", "optimizer": {"name": "SGD", "lr": 0.079}}],
}


def post(body: Any) -> Any:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    client = Client(raise_request_exception=False)
    return client.post("/api/v1/simulations/", content, content_type="application/json")


def scenario(**changes: Any) -> dict[str, Any]:
    return VALLEY | changes


def run_at(lr: float, **more: Any) -> dict[str, Any]:
    return {"optimizer": {"name": "SGD", "lr": lr}, **more}


def assert_error(answer: Any, status: int, code: str | None = None, field: str | None = None) -> None:
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    error = answer.json()["error"]
    assert set(error) <= {"code", "message", "fields"}
    assert code in (None, error["code"]), error
    assert field is None or field in error["fields"], error


def test_the_losses_are_those_of_the_closed_form_and_divergence_is_found() -> None:
    runs = [run_at(0.079, label="below"), run_at(0.081, label="above")]
    answer = post(scenario(runs=runs, record={"points": "all"}))
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert set(body) == {"version", "t", "runs"}
    assert body["t"] == list(range(501))
    below, above = body["runs"]
    assert set(below) == {
        *("label", "lr", "loss", "status", "diverged_at", "best_loss", "final_loss", "words")
    }
    assert (below["status"] != "diverged", below["diverged_at"]) == (True, None)
    assert (above["status"], above["diverged_at"]) == ("diverged", 406)
    t = np.arange(501)
    for run, lr in ((below, 0.079), (above, 0.081)):
        exact = 50 * (1 - lr) ** (2 * t) + 12.5 * (1 - 25 * lr) ** (2 * t)
        np.testing.assert_allclose(run["loss"], exact, rtol=1e-12)
        assert run["lr"] == [lr] * 501
        assert run["words"].endswith(".")
        assert run["best_loss"] == min(run["loss"])
        assert run["final_loss"] == run["loss"][-1]


@pytest.mark.parametrize(
    ("record", "count"),
    [
        *(({}, 200), (None, 200), ({"points": 2}, 2), ({"points": 7}, 7), ({"points": 501}, 501)),
        *(({"points": 10**9}, 501), ({"points": "all"}, 501)),
    ],
)
def test_t_is_a_rounded_unique_linspace(record: Any, count: int) -> None:
    body = post(scenario(record=record)).json()
    assert body["t"] == np.unique(np.rint(np.linspace(0, 500, count))).astype(int).tolist()
    assert (body["t"][0], body["t"][-1], len(body["t"])) == (0, 500, count)
    run = body["runs"][0]
    assert len(run["lr"]) == len(run["loss"]) == count
    assert "params" not in run


def test_params_are_recorded_by_point() -> None:
    run = post(scenario(steps=10, record={"points": "all", "params": True})).json()["runs"][0]
    assert (len(run["params"]), len(run["params"][0])) == (11, 2)
    assert run["params"][0] == [10, 1]
    np.testing.assert_allclose(np.array(run["params"])[:, 0], 10 * 0.921 ** np.arange(11), rtol=1e-12)


@pytest.mark.parametrize("points", ["all", 5, 5000])
@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("count", [2, 40])  # 40: long enough for the child process
def test_params_of_several_runs_side_by_side(points: Any, precision: str, count: int) -> None:
    runs = [run_at(0.001 * (1 + index)) for index in range(count)]
    record = {"points": points, "params": True, "precision": precision}
    body = post(scenario(steps=400, runs=runs, record=record)).json()
    for index, run in enumerate(body["runs"]):
        expected = 10 * (1 - 0.001 * (1 + index)) ** np.array(body["t"])
        np.testing.assert_allclose(np.array(run["params"])[:, 0], expected, rtol=1e-6)


def test_single_precision_rounds_and_is_shorter() -> None:
    double = post(scenario(record={"points": "all"}))
    single = post(scenario(record={"points": "all", "precision": "single"}))
    assert len(single.content) < 0.8 * len(double.content)
    np.testing.assert_allclose(
        single.json()["runs"][0]["loss"], double.json()["runs"][0]["loss"], rtol=1e-6, atol=1e-37
    )


def test_what_is_not_finite_is_null_and_rows_after_divergence_are_kept() -> None:
    body = post(scenario(runs=[run_at(5.0)], steps=1000, record={"points": "all", "params": True})).json()
    run = body["runs"][0]
    assert len(run["loss"]) == 1001
    assert run["loss"][-1] is None
    assert run["final_loss"] is None
    assert run["params"][-1] == [None, None]
    assert run["loss"][run["diverged_at"]] is not None
    assert math.isfinite(run["best_loss"])


def test_a_scheduler_is_seen_in_lr() -> None:
    runs = [run_at(0.01, scheduler={"name": "StepLR", "step_size": 2, "gamma": 0.1})]
    lr = post(scenario(steps=5, runs=runs, record={"points": "all"})).json()["runs"][0]["lr"]
    # lr[t] drives update t; the last is what an update T would be driven by
    np.testing.assert_allclose(lr, [0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001])


def test_the_scenario_may_hold_its_record_null_and_run_keys_inside() -> None:
    inside = {
        "steps": 5,
        "runs": [{**run_at(0.1), "objective": {"name": "saddle"}, "start": [1, 1]}],
    }
    assert post(inside).status_code == 200


BAD: list[tuple[Any, int, str | None, str | None]] = [
    (
        scenario(runs=[{"optimizer": {"name": "SGDD", "lr": 1}}]),
        400,
        "unknown_optimizer",
        "runs[0].optimizer.name",
    ),
    (scenario(steps=10**9), 400, None, "steps"),
    (scenario(steps="5"), 400, None, "steps"),
    (scenario(steps=True), 400, None, "steps"),
    (scenario(typo=1), 400, None, "typo"),
    (scenario(runs=[]), 400, None, "runs"),
    (scenario(runs=[run_at(0.1)] * 513), 400, None, "runs"),
    (scenario(start=[1]), 400, None, "start"),
    (scenario(runs=[run_at(-1)]), 400, None, "runs[0].optimizer.lr"),
    (scenario(record=7), 400, None, "record"),
    (scenario(record={"points": 1}), 400, None, "record.points"),
    (scenario(record={"points": 2.5}), 400, None, "record.points"),
    (scenario(record={"points": True}), 400, None, "record.points"),
    (scenario(record={"points": "some"}), 400, None, "record.points"),
    (scenario(record={"params": 1}), 400, None, "record.params"),
    (scenario(record={"precision": "half"}), 400, None, "record.precision"),
    (scenario(record={"precision": []}), 400, None, "record.precision"),
    (scenario(record={"pints": 1}), 400, "unknown_key", "record.pints"),
    ({}, 400, None, None),
    ([], 400, None, None),
    (7, 400, None, None),
    ([VALLEY], 400, None, None),
]


@pytest.mark.parametrize(("body", "status", "code", "field"), BAD)
def test_a_bad_scenario_is_refused_naming_the_field(
    body: Any, status: int, code: str | None, field: str | None
) -> None:
    assert_error(post(body), status, code, field)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" + "0" * 400])
def test_numbers_beyond_json_or_a_double_are_named(number: str) -> None:
    body = json.dumps(scenario(start=["HERE", 1])).replace('"HERE"', number)
    assert_error(post(body), 400, "bad_number", "start[0]")


def test_a_list_of_distinct_groups_is_run() -> None:
    runs = [run_at(0.01), {"optimizer": {"name": "Adam", "lr": 0.1}}, run_at(0.02, clip_norm=1.0)]
    body = post(scenario(runs=runs)).json()
    assert [run["label"] for run in body["runs"]] == ["run 1", "run 2", "run 3"]


def test_more_numbers_than_are_given_is_422() -> None:
    runs = [run_at(0.001 + 1e-5 * index) for index in range(300)]
    assert_error(
        post(scenario(runs=runs, record={"points": "all"})), 422, "too_many_numbers", "record.points"
    )
    fits = post(scenario(runs=runs, record={"points": MOST_NUMBERS // 601}))
    assert fits.status_code == 200
    assert_error(post(scenario(runs=runs, record={"points": 1 + MOST_NUMBERS // 601})), 422)


def test_without_points_as_many_rows_come_as_there_is_room_for() -> None:
    runs = [run_at(0.001 + 1e-5 * index) for index in range(512)]
    body = post(scenario(runs=runs)).json()
    assert len(body["runs"]) == 512
    assert 100 < len(body["t"]) < 200
    assert (body["t"][0], body["t"][-1]) == (0, 500)


def test_a_scenario_above_the_budget_is_422() -> None:
    runs = [run_at(0.01 + 1e-6 * index) for index in range(512)]
    dear = scenario(
        objective={"name": "quadratic", "eigenvalues": [1.0] * 256}, start=[1.0] * 256, steps=5000, runs=runs
    )
    assert_error(post(dear | {"record": {"points": 2}}), 422, "budget_exceeded")


def test_a_promised_size_is_run_whatever_its_kind() -> None:
    """2,000,000 run-dimension-steps; it takes the way through the child process."""
    body = scenario(
        runs=[run_at(0.0001 * (1 + index)) for index in range(200)], steps=5000, record={"points": 10}
    )
    answer = post(body)
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["runs"]) == 200


def test_only_post_is_answered() -> None:
    client = Client()
    answer = client.get("/api/v1/simulations/")
    assert_error(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_when_too_many_wait_the_client_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handle, "_apart", handle._Apart(places=1))
    handle._apart.places.acquire()
    long = scenario(runs=[run_at(0.0001 * (1 + index)) for index in range(100)], steps=5000)
    answer = post(long)
    assert_error(answer, 503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    assert post(scenario(steps=10)).status_code == 200  # what is short needs no place
