"""Fixtures that drive a real Chromium against the site, served by pytest-django's live server.

A test that uses one of them carries the marker ``browser`` by itself. Where no Chromium is found such
tests are skipped, with the command that installs one; with ``CI`` set a skipped test fails the run (see
``conftest.py``). The headless shell is Chromium without its windows and menus: the same pages in little
more than half the time.

Whatever the browser complains of (console errors, violations of the content security policy, exceptions)
fails the test at its end. A test that provokes one on purpose takes the fixture ``complaints`` and clears it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "no Chromium found: “apt-get install chromium” (or chromium-headless-shell) gives tests one"
FIXTURES = {"chromium", "new_page", "page", "phone_page", "no_js_page", "axe"}
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with it, and it only meets our own pages
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REPORT_CSP = """addEventListener("securitypolicyviolation", event => console.error(
    `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


def chromium_path() -> str | None:
    """The first Chromium on the PATH."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = chromium_path() is None
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
            if absent:
                item.add_marker(pytest.mark.skip(reason=INSTALL))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a test process. Each test gets its own context, so cookies never mix."""
    # Playwright's synchronous interface runs an event loop in this thread, where Django would refuse queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of so far in this test. Clear it where a complaint is meant."""
    return []


@pytest.fixture
def new_page(chromium: Browser, live_server: Any, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Makes pages: ``new_page(width=1280, dark=False, js=True, phone=False)``; addresses may be relative."""
    contexts: list[BrowserContext] = []

    def make(
        *, width: int = 1280, height: int = 900, dark: bool = False, js: bool = True, phone: bool = False
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
            has_touch=phone,
            is_mobile=phone,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_CSP)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain(complaints, message))
        page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def complain(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        complaints.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page as wide as a laptop's."""
    return new_page()


@pytest.fixture
def phone_page(new_page: Callable[..., Page]) -> Page:
    """A page as narrow as a small phone's, with touch."""
    return new_page(width=360, height=740, phone=True)


@pytest.fixture
def no_js_page(new_page: Callable[..., Page]) -> Page:
    """A page in a browser with JavaScript off."""
    return new_page(js=False)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, User], None]:
    """Logs a user in without the form: ``sign_in(page, user)``."""

    def do(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )

    return do


@pytest.fixture
def axe(complaints: list[str]) -> Callable[[Page], None]:
    """Asserts that a page has no WCAG 2.2 A or AA violation that axe can find: ``axe(page)``."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        before = list(complaints)
        # axe adds a style of its own, which the page's policy would refuse and report.
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        found = page.evaluate(
            "options => axe.run(options).then(results => results.violations)",
            {"runOnly": WCAG, "resultTypes": ["violations"]},
        )
        complaints[:] = before
        assert not found, "\n".join(
            f"axe: {violation['id']} ({violation['impact']}): {violation['help']}: {node['target']}\n"
            f"     {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        )

    return check
