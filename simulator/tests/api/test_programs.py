"""Scenarios as PyTorch programs and notebooks over HTTP."""

from __future__ import annotations

import ast
import json
from typing import Any

import nbformat
import pytest
from django.test import Client

from simulator.core.pytorch import notebook, program
from simulator.core.spec import parse_scenario
from simulator.services import figure_address
from simulator.services.apart import SHORT_ORDER
from simulator.services.controls import Slider
from simulator.tests.api.test_simulations import VALLEY, assert_error
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db
FORMS = {"program": "pytorch", "notebook": "notebook"}
SLIDER = Slider(min=0.01, max=1.3, scale="linear", steps=129)


def post(form: str, body: Any) -> Any:
    client = Client(raise_request_exception=False)
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(f"/api/v1/simulations/{FORMS[form]}/", content, content_type="application/json")


def test_a_program_comes_as_text_with_a_name() -> None:
    body = post("program", VALLEY).json()
    assert set(body) == {"filename", "program"}
    assert body["program"] == program(parse_scenario(VALLEY))
    assert body["filename"].endswith(".py")


def test_a_notebook_comes_as_an_object_with_a_name() -> None:
    body = post("notebook", VALLEY).json()
    assert set(body) == {"filename", "notebook"}
    assert body["notebook"] == notebook(parse_scenario(VALLEY))
    nbformat.validate(body["notebook"])
    assert body["filename"].endswith(".ipynb")


@pytest.mark.parametrize("form", FORMS)
def test_a_body_is_read_as_strictly_as_for_a_simulation(form: str) -> None:
    assert_error(post(form, {**VALLEY, "record": {}}), 400, "unknown_key", "record")
    assert_error(post(form, {**VALLEY, "steps": 0}), 400, "out_of_bounds", "steps")
    assert_error(post(form, []), 400)
    assert_error(post(form, "{"), 400, "not_json")
    network = {"name": "mlp", "layers": [2, 60, 1]}
    dear = [{"optimizer": {"name": "Adam", "lr": 0.1}}] * 10
    body = {"objective": network, "data": {"dataset": "circles", "n": 2000}, "steps": 5000, "runs": dear}
    assert_error(post(form, body), 422, "budget_exceeded")


def test_a_long_order_is_written_apart_and_just_the_same() -> None:
    rows = [[index + 0.123456789, 0.5] for index in range(1500)]
    long = {
        "objective": {"name": "linear"},
        "data": {"X": rows, "y": [1] * len(rows)},
        "start": [0, 0],
        "steps": 3,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.01}}],
    }
    assert len(json.dumps(long)) > SHORT_ORDER
    assert post("program", long).json()["program"] == program(parse_scenario(long))
    assert_error(post("program", {**long, "steps": -1}), 400, "out_of_bounds", "steps")


def test_it_counts_as_a_simulation(settings: Any) -> None:
    settings.API_RATES = {**settings.API_RATES, "simulations": (3, 3)}
    assert [post(form, VALLEY).status_code for form in ("program", "notebook", "program")] == [200] * 3
    refused = post("notebook", VALLEY)
    assert_error(refused, 429, "throttled")
    assert int(refused["Retry-After"]) > 0
    again = Client().post("/api/v1/simulations/", json.dumps(VALLEY), content_type="application/json")
    assert again.status_code == 429


@pytest.fixture
def address() -> Any:
    return figure_address(scenario_of(sgd(0.9, "rate 0.9")), slider=SLIDER)


def test_the_files_of_a_figure_are_kept_under_their_name(client: Client, address: Any) -> None:
    for url, kind, ending in (
        (address.program, "text/x-python; charset=utf-8", ".py"),
        (address.notebook, "application/x-ipynb+json", ".ipynb"),
    ):
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].startswith('attachment; filename="overshoot-')
        assert answer["Content-Disposition"].endswith(f'{ending}"')
        assert "public" in answer["Cache-Control"] and "max-age" in answer["Cache-Control"]
        again = client.get(url, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304 and again.content == b""


def test_a_figures_program_is_that_of_its_scenario(client: Client, address: Any) -> None:
    text = client.get(address.program).content.decode()
    assert text == program(scenario_of(sgd(0.9, "rate 0.9")))
    made = json.loads(client.get(address.notebook).content)
    nbformat.validate(made)
    assert "lr=0.9" in json.dumps(made)


def test_a_figures_program_follows_the_slider(client: Client, address: Any) -> None:
    still = client.get(address.program)
    moved = client.get(address.program, {"lr": "0.2"})
    text = moved.content.decode()
    assert "torch.optim.SGD([theta], lr=0.2)" in text
    assert "rate 0.2" in text and "0.9" not in text
    assert moved["ETag"] != still["ETag"]
    ast.parse(text)


def test_a_moved_runs_name_tells_its_rate_and_is_no_other_runs(client: Client) -> None:
    heavy = scenario_of(sgd(0.9, "rate 0.9, momentum 0.9", momentum=0.9))
    text = client.get(figure_address(heavy, slider=SLIDER).program, {"lr": "0.2"}).content.decode()
    assert '"rate 0.2, momentum 0.9"' in text
    two = figure_address(scenario_of(sgd(0.9, "rate 0.9"), sgd(0.2, "rate 0.2")), slider=SLIDER)
    text = client.get(two.program, {"lr": "0.2"}).content.decode()
    assert '"rate 0.9"' in text and '"rate 0.2"' in text


def test_all_runs_are_in_the_program_also_those_not_drawn(client: Client) -> None:
    runs = [sgd(0.1 + index / 100, f"run {index}") for index in range(9)]
    text = client.get(figure_address(scenario_of(*runs)).program).content.decode()
    assert all(f'"run {index}"' in text for index in range(9))


def test_bad_requests_for_a_figures_program(client: Client, address: Any) -> None:
    assert_error(client.get(address.program, {"lr": "x"}), 400, None, "lr")
    assert_error(client.get(address.program, {"theme": "dark"}), 400, "unknown_parameter", "theme")
    forged = address.program.replace("/program.py", "x/program.py")
    assert_error(client.get(forged), 404, "unknown_figure")
