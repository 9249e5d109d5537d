"""Pages against a bare view that sends the same bytes through the same middleware, over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings

from quizzes.models import ItemVersion
from studyapp.bench.rounds import alternate
from studyapp.bench.server import Answer, Visitor

Ask = Callable[[Visitor], Answer]


def measure(address: str, version: ItemVersion, rounds: int, repeat: int) -> dict[str, tuple[float, float]]:
    """Seconds of one request of each page of a question, and of the bare view that answers the same, from the
    site at that address (host:port), which must be one process with `studyapp.bench.urls`."""
    asks = {
        "question page": _question(version),
        "feedback post": _feedback(version),
    }
    return {name: _against_bare(address, name, ask, rounds, repeat) for name, ask in asks.items()}


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


def _against_bare(address: str, name: str, ask: Ask, rounds: int, repeat: int) -> tuple[float, float]:
    with Visitor(address) as visitor:
        visitor.get("/")  # for the cookies that a form needs
        answer = ask(visitor)
        path = f"/bare/{name.replace(' ', '-')}/"
        visitor.put(path, answer.body, answer.content_type)
        if answer.status != 200 or visitor.get(path) != answer:
            raise RuntimeError(f"The {name} answered {answer.status}: {answer.body[:300]!r}")
        seconds = alternate(
            {"page": lambda: ask(visitor), "bare": lambda: visitor.get(path)}, rounds=rounds, repeat=repeat
        )
    return seconds["page"], seconds["bare"]
