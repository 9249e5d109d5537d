"""Pages under the strict policy, error pages, and the vendored script."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from quizzes.tests.factory import WRONG, make_flashcard, make_question, make_user
from quizzes.tests.web.forms import answered

INLINE = re.compile(
    r"<script(?![^>]*\s(?:src=|type=.application/json))|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|hx-on|hx-vals=.js:",
    re.IGNORECASE,
)


def assert_nothing_inline(html: str) -> None:
    found = INLINE.search(html)
    assert found is None, html[max(0, found.start() - 80) : found.end() + 80]


@pytest.mark.django_db
def test_no_page_has_inline_script_or_style(client: Client) -> None:
    question, card = make_question(), make_flashcard()
    stored = answered(client, question, WRONG, confidence="sure")
    addresses = [
        "/",
        "/topics/",
        "/topics/too-high/",
        "/next/",
        "/cards/",
        "/quizzes/",
        "/progress/",
        "/privacy/",
    ]
    addresses += [question.get_absolute_url(), stored.get_absolute_url(), f"{card.get_absolute_url()}?run=1"]
    addresses += ["/account/", "/account/delete/", f"/questions/{question.slug}/report/", "/nowhere/"]
    addresses += [f"/accounts/{name}/" for name in ("login", "signup", "password/reset")]
    for address in addresses:
        page = client.get(address)
        assert_nothing_inline(page.content.decode())
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
    client.force_login(make_user(), backend=settings.AUTHENTICATION_BACKENDS[0])
    for name in ("logout", "password/change", "email", "reauthenticate"):
        assert_nothing_inline(client.get(f"/accounts/{name}/").content.decode())


@pytest.mark.django_db
def test_a_page_that_is_not_there(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()
    assert 'class="site-nav"' in page.content.decode()


@pytest.mark.django_db
def test_a_fault_shows_a_friendly_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("quizzes.selectors.topics_overview", fail)
    client.raise_request_exception = False
    page = client.get("/topics/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.content.decode()
    assert "a fault" not in page.content.decode()


def test_the_page_of_faults_needs_neither_request_nor_database() -> None:
    html = render_to_string("500.html")
    assert "Something went wrong" in html
    assert_nothing_inline(html)


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "403_csrf.html", "429.html"])
def test_error_pages_need_no_database(name: str) -> None:
    """Without the context processors that ask who is logged in."""
    request = RequestFactory().get("/somewhere/")
    assert "<h1>" in render_to_string(name, {"request": request})
    assert "<h1>" in render_to_string(name)


@pytest.mark.django_db
def test_a_form_of_another_session_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(make_question().get_absolute_url(), {"choice": WRONG})
    assert page.status_code == 403
    assert "The form is out of date" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/questions/\x00/", "/topics/" + "x" * 3000 + "/", "/responses/1/", "/%ff/"]
)
def test_strange_addresses_are_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_htmx_is_the_published_file() -> None:
    folder = Path(settings.BASE_DIR / "static/vendor/htmx")
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    assert set(sums) == {"htmx.min.js", "LICENSE"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert 'version:"2.0.11"' in (folder / "htmx.min.js").read_text()
