"""Pages against a bare view that sends the same bytes through the same middleware, over HTTP."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings

from quizzes.models import ItemVersion
from quizzes.services.draw_figures import slider_value
from simulator.core.spec import parse_scenario
from simulator.services import figure_address
from simulator.services.controls import MOST_STEPS
from studyapp.bench.rounds import alternate
from studyapp.bench.server import Answer, Visitor

Ask = Callable[[Visitor], Answer]


class NothingToMeasure(LookupError):
    """The bank has no question with a slider."""


def measure(address: str, rounds: int, repeat: int) -> dict[str, tuple[float, float]]:
    """Seconds of one request of each page, and of the bare view that answers the same, from the site at that
    address (host:port), which must be one process with `studyapp.bench.urls`."""
    version = _a_question_with_a_slider()
    asks = {
        "question page": _question(version),
        "feedback post": _feedback(version),
        "slider update, new place": _slider(version, known=False),
        "slider update, known place": _slider(version, known=True),
    }
    return {name: _against_bare(address, name, ask, rounds, repeat) for name, ask in asks.items()}


def _a_question_with_a_slider() -> ItemVersion:
    for version in ItemVersion.objects.current().questions():
        whole = ItemVersion.objects.select_related("item").get(pk=version.pk)
        if slider_value(whole.answer) is not None:
            return whole
    raise NothingToMeasure("There is no published question with a slider: run import_bank first.")


def _question(version: ItemVersion) -> Ask:
    return lambda visitor: visitor.get(f"/questions/{version.item.slug}/")


def _feedback(version: ItemVersion) -> Ask:
    path = f"/questions/{version.item.slug}/"
    chosen = {"choice": version.question["choices"][0]["id"], "confidence": "sure"}

    def post(visitor: Visitor) -> Answer:
        form = {"id": str(uuid.uuid4()), "version": str(version.number), **chosen}
        token = visitor.cookie(settings.CSRF_COOKIE_NAME)
        return visitor.post(path, form, {"X-CSRFToken": token, "HX-Request": "true"})

    return post


def _slider(version: ItemVersion, *, known: bool) -> Ask:
    """An update at a place of the slider where nobody has been before (`known`: where somebody has). The
    slider is as fine as one may be, so that there are places enough; they lie all over it in each round."""
    slider = slider_value(version.answer)
    assert slider is not None  # noqa: S101 (it was chosen so)
    fine = replace(slider, steps=MOST_STEPS)
    path = figure_address(parse_scenario(version.answer["scenario"]), slider=fine).data
    places = itertools.repeat(1) if known else (619 * number % MOST_STEPS for number in itertools.count(1))
    rates = (fine.values[place] for place in places)
    return lambda visitor: visitor.get(f"{path}?lr={next(rates):.6g}")


def _against_bare(address: str, name: str, ask: Ask, rounds: int, repeat: int) -> tuple[float, float]:
    with Visitor(address) as visitor:
        visitor.get("/")  # for the cookies that a form needs
        answer = ask(visitor)
        path = f"/bare/{name.replace(', ', '-').replace(' ', '-')}/"
        visitor.put(path, answer.body, answer.content_type)
        if answer.status != 200 or visitor.get(path) != answer:
            raise RuntimeError(f"The {name} answered {answer.status}: {answer.body[:300]!r}")
        seconds = alternate(
            {"page": lambda: ask(visitor), "bare": lambda: visitor.get(path)}, rounds=rounds, repeat=repeat
        )
    return seconds["page"], seconds["bare"]
