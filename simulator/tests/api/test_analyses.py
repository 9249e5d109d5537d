"""Analyses over the API: what is answered, what is refused, and what is remembered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from simulator.core.analyses import log_rates, sweep
from simulator.core.spec import parse_scenario
from simulator.services import answer_analysis
from simulator.services.apart import handle

pytestmark = pytest.mark.django_db
BOWL: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 60,
    "runs": [
        {"label": "plain", "optimizer": {"name": "SGD", "lr": 0.03}},
        {"label": "heavy", "optimizer": {"name": "SGD", "lr": 0.03, "momentum": 0.5}},
    ],
}


def post(path: str, body: Any) -> Any:
    client = Client(raise_request_exception=False)
    return client.post(f"/api/v1/simulations/{path}/", json.dumps(body), content_type="application/json")


def test_a_sweep_is_that_of_the_core() -> None:
    answer = post("sweep", BOWL | {"sweep": {"run": "heavy", "low": 0.001, "high": 1, "count": 7}})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    exact = sweep(parse_scenario(BOWL), "heavy", log_rates(0.001, 1, 7))
    assert [one["lr"] for one in body["outcomes"]] == [one.lr for one in exact.outcomes]
    assert [one["status"] for one in body["outcomes"]] == [one.status for one in exact.outcomes]
    assert body["best"]["final_loss"] == exact.outcomes[exact.outcomes.index(exact.best)].final_loss
    assert (body["run"], body["limit"]) == ("heavy", pytest.approx(3 / 25))
    assert body["outcomes"][-1]["status"] == "diverged"


def test_options_may_be_left_out() -> None:
    for path in ("sweep", "stability", "sharpness", "step-lengths", "range-test"):
        assert post(path, BOWL).json()["run"] == "plain", path
    assert post("sweep", BOWL | {"sweep": None}).status_code == 200
    comparison = post("comparison", BOWL | {"comparison": {"rates": [0.01, 0.05, 0.07]}}).json()
    assert comparison["ranking"][0] == "heavy"
    assert [run["label"] for run in comparison["runs"]] == ["plain", "heavy"]


def test_the_causes_of_a_run_are_told() -> None:
    order = BOWL | {
        "runs": [{"label": "wild", "optimizer": {"name": "SGD", "lr": 0.15}}],
        "causes": {"run": "wild"},
    }
    body = post("causes", order).json()
    assert [one["cause"] for one in body["causes"] if one["holds"]] == ["too_high"]
    assert "diverges at step" in body["causes"][0]["evidence"]
    assert len(body["causes"]) == 8


@pytest.mark.parametrize(
    ("path", "options", "field"),
    [
        ("sweep", {"run": "none"}, "sweep.run"),
        ("sweep", {"run": 3}, "sweep.run"),
        ("sweep", {"rates": [0.1, "x"]}, "sweep.rates[1]"),
        ("sweep", {"rates": [0.1], "count": 3}, "sweep.rates"),
        ("sweep", {"low": 1, "high": 0.1}, "sweep.high"),
        ("sweep", {"count": True}, "sweep.count"),
        ("sweep", {"points": 3}, "sweep.points"),
        ("sweep", [], "sweep"),
        ("range-test", {"steps": 5}, "range_test.steps"),
        ("stability", {"lr": 1}, "stability.lr"),
        ("sharpness", {"points": 0}, "sharpness.points"),
        ("noise-floor", {}, "noise_floor.run"),
        ("search", {}, "search.axes"),
        ("search", {"axes": [{"name": "lr", "low": 0.1}]}, "search.axes"),
        ("search", {"axes": [{"name": "lr", "low": 0.1}] * 2}, "search.axes[0].high"),
        ("search", {"axes": [3, 4]}, "search.axes[0]"),
        ("validation", {}, "validation.run"),
        ("validation", {"share": 1}, "validation.share"),
        ("comparison", {"seeds": 0}, "comparison.seeds"),
        ("comparison", {"run": "plain"}, "comparison.run"),
    ],
)
def test_what_is_wrong_is_named(path: str, options: Any, field: str) -> None:
    answer = post(path, BOWL | {path.replace("-", "_"): options})
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["error"]["fields"], answer.json()


def test_another_analysis_is_an_unknown_key() -> None:
    answer = post("sweep", BOWL | {"stability": {}})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "unknown_key"
    assert post("sweep", BOWL | {"record": {}}).status_code == 400


def test_a_dear_analysis_is_refused() -> None:
    network = {
        "objective": {"name": "mlp", "layers": [2, 50, 1]},
        "start": None,
        "data": {"dataset": "circles", "n": 2000},
    }
    for path in ("sweep", "stability", "sharpness", "range-test", "comparison"):
        answer = post(path, BOWL | network | {"steps": 3000})
        assert answer.status_code == 422, (path, answer.content)
        assert answer.json()["error"]["code"] == "budget_exceeded"


def test_an_answer_is_remembered_and_the_same_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    order = BOWL | {"sweep": {"rates": [0.01, 0.02]}}
    here = answer_analysis("sweep", order, 100)
    # A long body is read and answered in the child process.
    assert answer_analysis("sweep", order, 100_000) == here
    monkeypatch.setattr("simulator.services.analyses._answer", lambda *given: pytest.fail("made anew"))
    assert answer_analysis("sweep", order, 100) == here
    cache.clear()
    monkeypatch.undo()
    monkeypatch.setattr("simulator.services.analyses.SHORT_SECONDS", 0.0)
    assert answer_analysis("sweep", order, 100) == here


def test_a_busy_simulator_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = handle._Apart(places=1)
    busy.places.acquire()
    monkeypatch.setattr(handle, "_apart", busy)
    answer = post("sweep", BOWL | {"sweep": {"low": 1e-5, "high": 1, "count": 300}})
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
