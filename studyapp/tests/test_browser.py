"""The browser fixtures themselves: they see what they promise to see."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


def test_pages_reach_the_live_server(page: Page) -> None:
    response = page.goto("/healthz")
    assert response is not None and response.status == 200


def test_complaints_collect_violations_and_exceptions(page: Page, complaints: list[str]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("setTimeout(() => { throw Error('on purpose') })")
    page.wait_for_timeout(100)
    assert any("style-src" in complaint for complaint in complaints)
    assert any("on purpose" in complaint for complaint in complaints)
    complaints.clear()


def test_without_javascript_scripts_do_not_run(no_js_page: Page) -> None:
    no_js_page.goto("/accounts/login/")
    assert no_js_page.locator("input[name=password]").is_visible()


def test_phone_is_narrow(phone_page: Page) -> None:
    phone_page.goto("/accounts/login/")
    assert phone_page.evaluate("innerWidth") == 360


def test_axe_finds_a_violation(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    with pytest.raises(AssertionError, match="html-has-lang"):
        axe(page)
