"""The PyTorch code beside a figure, in a browser: loaded when it is opened, copied, downloaded."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def figure_pages(settings: Any) -> None:
    settings.ROOT_URLCONF = "simulator.tests.figures.pages"


def opened(page: Page) -> str:
    """Open the code with the keyboard; the text that is shown then."""
    page.locator("[data-code] > summary").press("Enter")
    source = page.locator("[data-source] code")
    expect(source).to_contain_text("torch.optim")
    return source.inner_text()


def test_the_code_is_loaded_when_it_is_opened_and_not_before(page: Page, axe: Callable[[Page], None]) -> None:
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    page.goto("/a-figure/one/", wait_until="networkidle")
    assert not [url for url in found if "program.py" in url]
    text = opened(page)
    ast.parse(text)
    assert "lr=0.9" in text
    assert len([url for url in found if "program.py" in url]) == 1
    axe(page)
    page.locator("[data-code] > summary").press("Enter")
    page.locator("[data-code] > summary").press("Enter")
    expect(page.locator("[data-source]")).to_be_visible()
    assert len([url for url in found if "program.py" in url]) == 1


def test_the_code_is_copied_and_that_is_told(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/a-figure/one/")
    text = opened(page)
    page.locator("[data-copy]").press("Enter")
    told = page.locator("[data-told]")
    expect(told).to_have_text("Copied.")
    expect(told).to_have_role("status")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == text.strip()


def test_without_a_clipboard_the_code_is_selected(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto("/a-figure/one/")
    opened(page)
    page.locator("[data-copy]").click()
    expect(page.locator("[data-told]")).to_contain_text("selected")
    assert "torch.optim" in page.evaluate("getSelection().toString()")


def test_the_code_and_its_links_follow_the_slider(page: Page) -> None:
    page.goto("/a-figure/one/")
    opened(page)
    page.locator("[data-rate]").fill("0.2")
    page.locator("[data-rate]").press("Enter")
    expect(page.locator("[data-source] code")).to_contain_text("lr=0.2)")
    for form in ("program", "notebook"):
        href = page.locator(f"[data-file={form}]").get_attribute("href")
        assert href is not None and href.endswith("?lr=0.2")
    page.locator("[data-mark]").first.click()
    expect(page.locator("[data-source] code")).to_contain_text("lr=0.9)")


def test_the_files_are_downloaded_under_their_names(page: Page, tmp_path: Path) -> None:
    page.goto("/a-figure/two/")
    opened(page)
    for form, ending in (("program", ".py"), ("notebook", ".ipynb")):
        with page.expect_download() as download:
            page.locator(f"[data-file={form}]").click()
        name = download.value.suggested_filename
        assert name.startswith("overshoot-") and name.endswith(ending)
        download.value.save_as(tmp_path / name)
        assert "momentum=0.9" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_failure_is_told_and_opening_again_tries_again(page: Page, complaints: list[str]) -> None:
    page.route("**/program.py*", lambda route: route.fulfill(status=500, body=""))
    page.goto("/a-figure/one/")
    page.locator("[data-code] > summary").click()
    expect(page.locator("[data-told]")).to_contain_text("could not be loaded")
    complaints.clear()
    page.unroute("**/program.py*")
    page.locator("[data-code] > summary").click()
    opened(page)
    expect(page.locator("[data-told]")).to_have_text("")


def test_without_javascript_the_links_lead_to_the_files(no_js_page: Page) -> None:
    no_js_page.goto("/a-figure/one/?lr=0.2")
    no_js_page.locator("[data-code] > summary").click()
    expect(no_js_page.locator("[data-copy]")).to_be_hidden()
    with no_js_page.expect_download() as download:
        no_js_page.locator("[data-file=program]").click()
    assert "lr=0.2)" in Path(download.value.path()).read_text(encoding="utf-8")


def test_on_a_phone_only_the_code_scrolls_sideways(phone_page: Page, axe: Callable[[Page], None]) -> None:
    phone_page.goto("/a-figure/two/")
    opened(phone_page)
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(phone_page)
