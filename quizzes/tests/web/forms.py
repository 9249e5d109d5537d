"""What a browser would send, for tests without one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from quizzes.models import Item, Response
from quizzes.tests.factory import KEY

HTMX = {"HX-Request": "true"}


def answer(
    client: Client, item: Item, choice: str | None = KEY, *, htmx: bool = False, **fields: Any
) -> HttpResponse:
    """Post the form of a question; ``choice=None`` leaves all options unchosen."""
    data: dict[str, Any] = {"id": str(uuid4()), "elapsed_ms": "1200", **fields}
    if choice is not None:
        data["choice"] = choice
    return client.post(item.get_absolute_url(), data, headers=HTMX if htmx else {})


def answered(client: Client, item: Item, choice: str = KEY, **fields: Any) -> Response:
    """Answer and give back what was stored."""
    sent = answer(client, item, choice, **fields)
    assert sent.status_code == 303, sent.content
    return Response.objects.get(pk=sent.headers["Location"].split("/")[2])
