"""Pictures of analyses over HTTP."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from simulator.services import figure_address
from simulator.services.analysis_figures import KINDS
from simulator.services.scenes import VERSION
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db
NAMED = "/api/v1/scenarios/hopping-valley"


def address(*runs: dict[str, Any], **settings: Any) -> str:
    """Where the forms of a figure are, up to the last slash."""
    return figure_address(scenario_of(*runs, **settings)).svg.removesuffix("figure.svg")


def test_an_svg_and_a_png_of_a_figures_scenario(client: Client) -> None:
    place = address(sgd(0.9, "high"), sgd(0.2, "low"))
    response = client.get(f"{place}sweep.svg", {"run": "low", "width": "500", "theme": "dark"})
    assert response.status_code == 200 and response["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    assert root.get("role") == "img" and root.get("width") == "500"
    assert b"this run: 0.2" in response.content and b"var(--" not in response.content
    assert "immutable" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    again = client.get(
        f"{place}sweep.svg",
        {"run": "low", "width": "500", "theme": "dark"},
        headers={"if-none-match": response["ETag"]},
    )
    assert again.status_code == 304
    assert client.get(f"{place}sweep.svg", {"run": "high"})["ETag"] != response["ETag"]
    png = client.get(f"{place}overlay.png", {"width": "801"})
    assert png["Content-Type"] == "image/png" and Image.open(io.BytesIO(png.content)).width == 801


def test_panels_stand_side_by_side_where_there_is_room(client: Client) -> None:
    data = {"dataset": "blobs", "n": 40, "noise": 0.5}
    place = address(sgd(0.5), objective={"name": "logistic"}, data=data, start=[1, -1])
    narrow, wide = (
        Image.open(io.BytesIO(client.get(f"{place}validation.png", {"width": width}).content))
        for width in ("320", "700")
    )
    assert narrow.height > narrow.width and wide.height < wide.width


def test_named_scenarios_have_them_too(client: Client) -> None:
    for kind in ("sweep", "range-test", "sharpness", "step-lengths"):
        response = client.get(f"{NAMED}/{kind}.svg")
        assert response.status_code == 200, kind
        assert "immutable" not in response["Cache-Control"]
    assert "immutable" in client.get(f"{NAMED}/sweep.svg", {"v": VERSION})["Cache-Control"]
    assert client.get(f"{NAMED}/sweep.png").status_code == 200
    assert client.get("/api/v1/scenarios/nothing/sweep.svg").status_code == 404
    assert client.get(f"{NAMED}/sweet.svg").status_code == 404


def test_letters_do_not_tell_names_unless_asked(client: Client) -> None:
    place = address(sgd(0.9, "the high one"), sgd(0.2, "the low one"))
    lettered = client.get(f"{place}multiples.svg").content.decode()
    assert "the high one" not in lettered and ">A</text>" in lettered and ">B</text>" in lettered
    named = client.get(f"{place}multiples.svg", {"names": "1"}).content.decode()
    assert "the high one" in named


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"run": "nobody"}, "run"), ({"names": "yes"}, "names"), ({"theme": "pink"}, "theme"),
     ({"width": "1"}, "width"), ({"lr": "0.1"}, "lr")],
)  # fmt: skip
def test_what_is_wrong_is_named(client: Client, parameters: dict[str, str], field: str) -> None:
    response = client.get(f"{NAMED}/sweep.svg", parameters)
    assert response.status_code == 400 and list(response.json()["error"]["fields"]) == [field]


def test_a_kind_that_makes_no_sense_says_why(client: Client) -> None:
    for kind in ("fit", "validation", "overlay", "multiples"):
        response = client.get(f"{NAMED}/{kind}.svg")
        assert response.status_code == 400 and "needs" in response.json()["error"]["fields"]["kind"]


def test_what_would_cost_too_much_is_422(client: Client) -> None:
    data = {"dataset": "circles", "n": 1000}
    mlp = {"name": "mlp", "layers": [2, 20, 1]}
    place = address(sgd(0.1), objective=mlp, data=data, start=None, steps=5000)
    response = client.get(f"{place}sweep.svg")
    assert response.status_code == 422 and response.json()["error"]["code"] == "budget_exceeded"


def test_the_schema_names_every_kind(client: Client) -> None:
    schema = client.get("/api/v1/schema/", {"format": "json"}).json()
    for path in ("figures/{token}", "scenarios/{scenario_id}"):
        for form in ("svg", "png"):
            operation = schema["paths"][f"/api/v1/{path}/{{kind}}.{form}"]["get"]
            (kind,) = [one for one in operation["parameters"] if one["name"] == "kind"]
            assert sorted(kind["schema"]["enum"]) == sorted(KINDS)
            assert {"400", "404", "422", "429", "503"} <= set(operation["responses"])
