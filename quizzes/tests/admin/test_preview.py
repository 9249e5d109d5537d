"""The live preview is what learners would get: rendered by the server and sanitised."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.tests.admin.conftest import BACKEND, Desk

pytestmark = pytest.mark.django_db
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "<svg onload=alert(1)></svg>",
    "$\\href{javascript:alert(1)}{x}$",
    "$</math><script>alert(1)</script>$",
    '<p style="color:red" onclick="alert(1)">hi</p>',
]


def preview(client: Client, text: str, inline: str = "") -> str:
    response = client.post(reverse("admin:quizzes_item_preview"), {"text": text, "inline": inline})
    assert response.status_code == 200
    return response.content.decode()


def test_markdown_and_formulas(desk: Desk) -> None:
    html = preview(desk.client, "The limit is *exactly* $2/L$.")
    assert html.startswith("<p>") and "<em>exactly</em>" in html and "<math" in html
    assert not preview(desk.client, "an option", "1").startswith("<p>")


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_comes_out(desk: Desk, attack: str) -> None:
    html = preview(desk.client, f"before {attack} after").lower()
    for forbidden in ("<script", "<img", "<svg", 'href="javascript', "<p style", "<p onclick"):
        assert forbidden not in html


def test_formula_that_cannot_be_read_says_so(desk: Desk) -> None:
    html = preview(desk.client, "$\\frac{1$")
    assert "This cannot be shown yet" in html and "<math" not in html


def test_too_long_and_get_are_refused(desk: Desk) -> None:
    assert preview(desk.client, "x" * 30_000) == "Too long to preview."
    assert desk.client.get(reverse("admin:quizzes_item_preview")).status_code == 405


def test_only_authors_may_preview(db: None) -> None:
    address = reverse("admin:quizzes_item_preview")
    assert Client().post(address, {"text": "x"}).status_code == 302
    reader = User.objects.create_user("reader", is_staff=True)
    client = Client()
    client.force_login(reader, backend=BACKEND)
    assert client.post(address, {"text": "x"}).status_code == 403
    assert client.get(reverse("admin:quizzes_item_scenarios")).status_code == 403


def test_catalogue_tells_summary_and_runs(desk: Desk) -> None:
    catalogue = desk.client.get(reverse("admin:quizzes_item_scenarios")).json()
    for entry in catalogue.values():
        assert entry["summary"] and entry["settings"] and entry["runs"]
