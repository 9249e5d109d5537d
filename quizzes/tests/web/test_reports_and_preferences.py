"""Reports, theme and keys."""

import pytest
from django.test import Client

from quizzes.models import Report
from quizzes.tests.factory import make_flashcard, make_question
from quizzes.tests.web.forms import HTMX, answered

pytestmark = pytest.mark.django_db


def test_a_report_reaches_the_inbox_with_version_and_learner(client: Client) -> None:
    question = make_question()
    stored = answered(client, question)
    address = f"/questions/{question.slug}/report/?back=/responses/{stored.pk}/"
    assert "Title of" in client.get(address).content.decode()
    sent = client.post(address, {"reason": "wrong_key", "text": " The key is d. "})
    assert "Thank you." in sent.content.decode()
    assert f'href="/responses/{stored.pk}/"' in sent.content.decode()
    report = Report.objects.get()
    assert (report.item, report.version, report.learner) == (question, stored.version, stored.learner)
    assert (report.reason, report.text) == ("wrong_key", "The key is d.")


def test_a_report_by_htmx_is_a_fragment(client: Client) -> None:
    card = make_flashcard()
    address = f"/questions/{card.slug}/report/"
    form = client.get(address, headers=HTMX).content.decode()
    assert "<html" not in form
    assert "hx-post" in form
    assert "<html" not in client.post(address, {"reason": "unclear"}, headers=HTMX).content.decode()
    assert Report.objects.get().learner is None


@pytest.mark.parametrize(
    "fields",
    [{"reason": "other", "text": "  "}, {"reason": "bad"}, {"reason": "other", "text": "x" * 2001}, {}],
)
def test_a_report_without_content_is_put_again(client: Client, fields: dict[str, str]) -> None:
    shown = client.post(f"/questions/{make_question().slug}/report/", fields)
    assert shown.status_code == 200
    assert "errorlist" in shown.content.decode()
    assert not Report.objects.exists()


def test_reports_lead_nowhere_else(client: Client) -> None:
    address = f"/questions/{make_question().slug}/report/?back=https://elsewhere.example/"
    assert "elsewhere" not in client.post(address, {"reason": "unclear"}).content.decode().split("<footer")[0]


def test_the_theme_is_chosen_by_a_form_and_set_by_the_server(client: Client) -> None:
    assert "data-theme" not in client.get("/").content.decode()
    sent = client.post("/preferences/", {"theme": "dark", "next": "/topics/"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/topics/")
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()
    client.post("/preferences/", {"theme": "auto"})
    assert "data-theme" not in client.get("/").content.decode()


def test_shortcut_keys_can_be_turned_off(client: Client) -> None:
    client.post("/preferences/", {"keys": "off"})
    assert 'data-keys="off"' in client.get("/").content.decode()
    client.post("/preferences/", {"keys": "on"})
    assert "data-keys" not in client.get("/").content.decode()


def test_forged_preferences_are_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in client.get("/").content.decode()
    sent = client.post("/preferences/", {"theme": "x", "next": "//elsewhere.example/"})
    assert sent.headers["Location"] == "/"
    assert client.get("/preferences/").status_code == 405
