"""Figures over HTTP."""

from __future__ import annotations

import gzip
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from PIL import Image

from simulator.figures.renderer import Renderer, RendererTimeout
from simulator.services import figure_address
from simulator.services.controls import Prediction, Slider
from simulator.services.scenes import VERSION
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db
NAMED = "/api/v1/scenarios/hopping-valley"


@pytest.fixture
def address() -> Any:
    slider = Slider(min=0.01, max=1.3, scale="linear", steps=129)
    return figure_address(scenario_of(sgd(0.9)), slider=slider, prediction=Prediction(changes={"lr": 1.05}))


def test_an_svg_of_all_panels_or_one(client: Client, address: Any) -> None:
    response = client.get(address.svg)
    assert response.status_code == 200 and response["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(response.content)  # noqa: S314 - our own
    assert root.get("role") == "img" and root.get("width") == "720"
    assert b"your answer" in response.content and b"var(--" not in response.content
    assert b"Steps on the loss curve" in response.content
    assert b"Steps on the loss curve" not in client.get(address.svg, {"panel": "loss"}).content
    assert "default-src 'none'" in response["Content-Security-Policy"], "a document of its own"
    assert response["X-Content-Type-Options"] == "nosniff"
    for accept in ("image/svg+xml", "image/avif,image/webp,*/*;q=0.8", "text/html"):
        assert client.get(address.svg, headers={"accept": accept}).status_code == 200, "an <img> may ask"


def test_a_png_of_exactly_the_width(client: Client, address: Any) -> None:
    for width in (240, 1001):
        response = client.get(address.png, {"width": width, "theme": "dark", "panel": "loss"})
        image = Image.open(io.BytesIO(response.content))
        assert response["Content-Type"] == "image/png" and image.width == width
        assert image.convert("RGB").getpixel((2, 2)) == (0x1A, 0x1C, 0x23)


def test_the_rate_moves_the_run(client: Client, address: Any) -> None:
    assert b"lr 0.2<" in client.get(address.svg, {"lr": "0.2"}).content
    data = client.get(address.data, {"lr": "0.2"}).json()
    assert data["lr"] == 0.2 and data["runs"][0]["name"] == "lr 0.2"
    assert data["panels"]["loss"]["curves"][0]["loss"][1] == pytest.approx(0.36)
    assert data["table"]["rows"][1][1] == "0.36"
    assert "the loss never rising" in data["description"]


def test_the_question_rate_is_the_default(client: Client, address: Any) -> None:
    assert client.get(address.data).content == client.get(address.data, {"lr": "0.9"}).content


def test_every_rate_has_its_own_data_again_and_again(client: Client, address: Any) -> None:
    for _time in range(2):
        for lr in (0.2, 0.9, 0.4):
            data = client.get(address.data, {"lr": lr}).json()
            (curve,) = data["panels"]["loss"]["curves"]
            assert data["lr"] == lr and curve["loss"][1] == pytest.approx((1 - 2 * lr) ** 2)


def test_data_are_small(client: Client, address: Any) -> None:
    response = client.get(address.data, {"lr": "0.2"}, headers={"accept-encoding": "gzip"})
    assert len(gzip.compress(gzip.decompress(response.content))) < 4096


def test_the_description_for_the_browser(client: Client, address: Any) -> None:
    panels = client.get(address.vega).json()["panels"]
    assert [panel["kind"] for panel in panels] == ["landscape", "loss"]
    assert panels[0]["vega"]["$schema"].startswith("https://vega.github.io/schema/vega/")


@pytest.mark.parametrize("form", ["svg", "png", "data", "vega"])
def test_it_may_be_kept_for_ever(client: Client, address: Any, form: str) -> None:
    response = client.get(getattr(address, form))
    control = response["Cache-Control"]
    assert "public" in control and "immutable" in control and "max-age=31536000" in control
    assert "Cookie" not in response.get("Vary", "")
    again = client.get(getattr(address, form), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304 and not again.content
    assert "immutable" in again["Cache-Control"]


def test_etags_differ_by_what_is_asked_and_an_unchanged_picture_is_not_drawn_again(
    client: Client, address: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = [{}, {"lr": "0.2"}, {"theme": "dark"}, {"width": 500}]
    tags = [client.get(address.svg, {"panel": "loss", **more})["ETag"] for more in asked]
    tags.append(client.get(address.svg, {"panel": "landscape"})["ETag"])
    assert len(set(tags)) == len(tags)
    cache.clear()
    monkeypatch.setattr(Renderer, "svg", None)
    again = client.get(address.svg, {"panel": "loss"}, headers={"if-none-match": tags[0]})
    assert again.status_code == 304


def test_named_scenarios_have_figures_too(client: Client) -> None:
    response = client.get(f"{NAMED}/figure.svg")
    assert response.status_code == 200 and "immutable" not in response["Cache-Control"]
    assert "immutable" in client.get(f"{NAMED}/figure.svg", {"v": VERSION})["Cache-Control"]
    assert "immutable" not in client.get(f"{NAMED}/figure.svg", {"v": "0"})["Cache-Control"]
    assert client.get(f"{NAMED}/data/", {"lr": "0.5"}).json()["lr"] == 0.5
    assert client.get(f"{NAMED}/figure.png").status_code == 200


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"lr": "fast"}, "lr"),
        ({"lr": "nan"}, "lr"),
        ({"lr": "1e400"}, "lr"),
        ({"lr": "-1"}, "lr"),
        ({"lr": "77"}, "lr"),
        ({"theme": "pink"}, "theme"),
        ({"width": "0"}, "width"),
        ({"width": "1e3"}, "width"),
        ({"width": "99999"}, "width"),
        ({"panel": "path"}, "panel"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_parameters_are_named(
    client: Client, address: Any, parameters: dict[str, str], field: str
) -> None:
    for url in (address.svg, f"{NAMED}/figure.png"):
        response = client.get(url, parameters)
        error = response.json()["error"]
        assert response.status_code == 400
        assert list(error["fields"]) == [field] and field in error["message"]
        assert "immutable" not in response.get("Cache-Control", "")


def test_a_parameter_given_twice_is_named(client: Client, address: Any) -> None:
    for url in (address.svg, address.data, address.data.replace("data/", "program.py"), f"{NAMED}/data/"):
        error = client.get(url + "?lr=0.2&lr=0.3").json()["error"]
        assert error["fields"] == {"lr": "Must be given once."} and error["code"] == "bad_value"


def test_a_rate_without_a_slider_is_refused(client: Client) -> None:
    address = figure_address(scenario_of(sgd(0.9, "a"), sgd(0.5, "b")))
    assert client.get(address.data, {"lr": "0.5"}).json()["error"]["fields"] == {
        "lr": "Cannot be set: this figure has no slider."
    }


def test_changed_and_made_up_addresses_are_unknown(client: Client, address: Any) -> None:
    token = re.search(r"figures/([^/]+)/", address.svg)
    assert token is not None
    changed = address.svg.replace(token[1], token[1][:-1] + ("A" if token[1][-1] != "A" else "B"))
    for url in (changed, "/api/v1/figures/nonsense/figure.svg", "/api/v1/scenarios/no-such/figure.svg"):
        response = client.get(url)
        assert response.status_code == 404 and response.json()["error"]["code"] in {
            "unknown_figure",
            "unknown_scenario",
        }


def test_posting_is_refused_in_the_one_shape(client: Client, address: Any) -> None:
    response = client.post(address.svg)
    assert response.status_code == 405 and response.json()["error"]["code"] == "method_not_allowed"


def test_when_nothing_can_be_drawn_that_is_told(
    client: Client, address: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(self: Renderer, spec: dict[str, Any]) -> str:
        raise RendererTimeout("too slow")

    monkeypatch.setattr(Renderer, "svg", give_up)
    response = client.get(address.svg)
    assert response.status_code == 503 and response["Retry-After"]
    assert response.json()["error"]["code"] == "drawing_unavailable"


def test_not_modified_names_the_state_and_a_refusal_is_not_to_be_kept(client: Client, address: Any) -> None:
    for one in (address.svg, address.data, address.program, "/api/v1/schema/"):
        first = client.get(one)
        same = client.get(one, headers={"if-none-match": first["ETag"]})
        assert (same.status_code, same["ETag"]) == (304, first["ETag"])
        assert same["Cache-Control"] == first["Cache-Control"]
        refused = client.get(one, headers={"if-match": '"another"'})
        assert refused.status_code == 412 and "max-age" not in refused.get("Cache-Control", "")


def test_a_cache_that_fails_costs_time_and_nothing_else(
    client: Client, address: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = client.get(address.svg, {"width": 611}).content
    order = scenario_of(sgd(0.611)).to_dict() | {"sweep": {"count": 3}}
    sweep = "/api/v1/simulations/sweep/"
    found = client.post(sweep, order, content_type="application/json").json()

    def full(*given: Any) -> Any:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.get", full)
    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.set", full)
    assert client.get(address.svg, {"width": 611}).content == drawn
    assert client.post(sweep, order, content_type="application/json").json() == found
