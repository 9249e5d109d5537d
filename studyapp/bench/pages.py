"""Pages against a bare view that sends the same bytes through the same middleware."""

from __future__ import annotations

import gzip
import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from quizzes.models import ItemVersion
from quizzes.services.draw_figures import slider_value
from simulator.core.spec import parse_scenario
from simulator.services import figure_address
from simulator.services.controls import MOST_STEPS
from studyapp.bench import urls
from studyapp.bench.rounds import alternate

Ask = Callable[[], Any]  # the test client answers a subclass of HttpResponse


class NothingToMeasure(LookupError):
    """The bank has no question with a slider."""


def measure(rounds: int, repeat: int) -> dict[str, tuple[float, float]]:
    """Seconds of one request of each page, and of the bare view that answers the same."""
    version = _a_question_with_a_slider()
    asks = {
        "question page": _question(version),
        "feedback post": _feedback(version),
        "slider update, new place": _slider(version, known=False),
        "slider update, known place": _slider(version, known=True),
    }
    with override_settings(ROOT_URLCONF="studyapp.bench.urls"):
        return {
            name: _against_bare(name.replace(", ", "-").replace(" ", "-"), ask, rounds, repeat)
            for name, ask in asks.items()
        }


def _a_question_with_a_slider() -> ItemVersion:
    for version in ItemVersion.objects.current().questions():
        whole = ItemVersion.objects.select_related("item").get(pk=version.pk)
        if slider_value(whole.answer) is not None:
            return whole
    raise NothingToMeasure("There is no published question with a slider: run import_bank first.")


def _client() -> Client:
    """A browser that takes compressed answers, as all do."""
    return Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})


def _question(version: ItemVersion) -> Ask:
    client = _client()
    return lambda: client.get(f"/questions/{version.item.slug}/")


def _feedback(version: ItemVersion) -> Ask:
    client, choice = _client(), version.question["choices"][0]["id"]

    def post() -> Any:
        form = {"id": str(uuid.uuid4()), "version": version.number, "choice": choice, "confidence": "sure"}
        return client.post(f"/questions/{version.item.slug}/", form, headers={"hx-request": "true"})

    return post


def _slider(version: ItemVersion, *, known: bool) -> Ask:
    """An update at a place of the slider where nobody has been before (`known`: where somebody has). The
    slider is as fine as one may be, so that there are places enough; they lie all over it in each round."""
    client, slider = _client(), slider_value(version.answer)
    assert slider is not None  # noqa: S101 (it was chosen so)
    fine = replace(slider, steps=MOST_STEPS)
    address = figure_address(parse_scenario(version.answer["scenario"]), slider=fine).data
    places = itertools.repeat(1) if known else (619 * number % MOST_STEPS for number in itertools.count(1))
    rates = (fine.values[place] for place in places)
    return lambda: client.get(address, {"lr": f"{next(rates):.6g}"})


def _against_bare(name: str, ask: Ask, rounds: int, repeat: int) -> tuple[float, float]:
    cache.clear()  # the requests of the page before would count against this one's limit
    urls.ANSWERS[name] = answer = _plain(ask())
    client = _client()

    def bare() -> Any:
        return client.get(f"/bare/{name}/")

    if answer.status_code != 200 or _plain(bare()).content != answer.content:
        raise RuntimeError(f"The {name} answered {answer.status_code}: {answer.content[:300]!r}")
    seconds = alternate({"page": ask, "bare": bare}, rounds=rounds, repeat=repeat)
    return seconds["page"], seconds["bare"]


def _plain(response: HttpResponse) -> HttpResponse:
    """The same, not compressed."""
    if response.headers.get("Content-Encoding") == "gzip":
        response.content = gzip.decompress(response.content)
    return response
