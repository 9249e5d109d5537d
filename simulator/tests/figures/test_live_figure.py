"""The figure in a browser: live when it is touched, and usable without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from simulator.core.numbers import format_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def figure_pages(settings: Any) -> None:
    settings.ROOT_URLCONF = "simulator.tests.figures.pages"


def asked(page: Page) -> list[str]:
    """Addresses that the page asks for from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        found.append(request.url)

    page.on("request", note)
    return found


def live(page: Page) -> None:
    """Touch the figure and wait until it is live."""
    page.locator("[data-panels]").focus()
    expect(page.locator("[data-panel=loss] .marks")).to_be_attached()


def loads_of_vega(found: list[str]) -> list[str]:
    return [url for url in found if "vega-slim" in url or "/vega/" in url or "/data/" in url]


def test_vega_waits_for_a_touch_and_then_the_slider_moves_all_that_depends_on_it(page: Page) -> None:
    found = asked(page)
    page.goto("/a-figure/one/", wait_until="networkidle")
    assert not loads_of_vega(found)
    page.locator("[data-range]").focus()
    expect(page.locator("[data-panel=loss] .marks")).to_be_attached()
    assert [url for url in found if "vega-slim" in url]
    assert_labels_apart(page)
    for _press in range(9):
        page.locator("[data-range]").press("ArrowLeft")
    expect(page.locator("[data-rate]")).to_have_value("0.81")
    expect(page.locator("[data-words]")).to_contain_text("lr 0.81.")
    expect(page.locator("[data-table] tbody tr").nth(1).locator("td").first).to_have_text("0.384")
    expect(page.locator("[data-panel=loss] text", has_text="lr 0.81").last).to_be_attached()
    expect(page.locator("[data-status]")).to_contain_text("lr 0.81")
    expect(page.locator("[data-panel=loss] svg")).to_have_attribute("role", "img")


def assert_labels_apart(page: Page) -> None:
    """No label of a panel covers another one, as the browser draws them."""
    panels = page.evaluate(
        """() => [...document.querySelectorAll("[data-panel]")]
        .map(panel => [...panel.querySelectorAll("text")]
        .filter(text => !text.getAttribute("stroke") && text.textContent.trim()).map(text => {
        const box = text.getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom, text.textContent]; }))"""
    )
    for panel in panels:
        assert len(panel) > 10
        for one, other in combinations(panel, 2):
            beside = one[2] <= other[0] or other[2] <= one[0]
            assert beside or one[3] <= other[1] + 3 or other[3] <= one[1] + 3, (one[4], other[4])


def test_a_drag_ends_at_the_last_value_with_few_requests(page: Page) -> None:
    page.goto("/a-figure/one/")
    live(page)
    found = asked(page)
    page.evaluate(
        """async () => { const range = document.querySelector("[data-range]");
        for (let i = 0; i <= 120; i += 2) { range.value = i;
        range.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(requestAnimationFrame); } }"""
    )
    expect(page.locator("[data-words]")).to_contain_text("lr 1.21.")
    requests = [url for url in found if "/data/" in url]
    assert requests[-1].endswith("lr=1.21")
    assert 2 <= len(requests) <= 30


def test_a_page_opened_at_a_rate_stays_there_and_rates_can_be_typed_and_jumped_to(page: Page) -> None:
    page.goto("/a-figure/one/?lr=0.2")
    live(page)
    expect(page.locator("[data-panel=loss] text", has_text="lr 0.2").last).to_be_attached()
    expect(page.locator("[data-words]")).to_contain_text("lr 0.2.")
    page.locator("[data-rate]").fill("0.3")
    page.locator("[data-rate]").press("Enter")
    expect(page.locator("[data-words]")).to_contain_text("lr 0.3.")
    page.get_by_role("link", name="your answer: 1.05").click()
    expect(page.locator("[data-words]")).to_contain_text("lr 1.05.")
    page.get_by_role("link", name="this question: 0.9").click()
    expect(page.locator("[data-words]")).to_contain_text("lr 0.9: what happens.")
    page.locator("[data-rate]").fill("fast")
    page.locator("[data-rate]").press("Enter")
    expect(page.locator("[data-error]")).to_have_text("learning rate must be a number from 0.01 to 1.3.")
    expect(page.locator("[data-rate]")).to_have_attribute("aria-invalid", "true")


def test_step_by_step_by_keyboard(page: Page) -> None:
    page.goto("/a-figure/two/")
    live(page)
    for _press in range(4):
        page.locator("[data-panels]").press("ArrowRight")
    expect(page.locator("[data-readout]")).to_have_text("Step 3: loss 34.6 (plain) · 45.7 (momentum 0.9)")
    page.locator("[data-panels]").press("End")
    expect(page.locator("[data-readout]")).to_contain_text("Step 100:")
    page.locator("[data-panels]").press("Escape")
    expect(page.locator("[data-readout]")).to_be_empty()


def test_noisy_runs_are_live_too(page: Page) -> None:
    page.goto("/a-figure/noisy/")
    live(page)
    assert_labels_apart(page)
    bands = page.locator("[data-panel=loss] .mark-area path")
    expect(bands).to_have_count(3)
    before = bands.nth(1).get_attribute("d")
    page.get_by_role("link", name="your answer: 0.4").click()
    expect(page.locator("[data-words]")).to_contain_text("This run is the same as “lr 0.4”.")
    expect(bands.nth(1)).not_to_have_attribute("d", before or "")
    assert bands.nth(1).get_attribute("d") == bands.nth(0).get_attribute("d")
    page.locator("[data-panels]").press("End")
    readout = page.locator("[data-readout]")
    expect(readout).to_contain_text(
        re.compile(r"^Step 400: loss [\d.]+ on average \(lr 0\.4\) · [\d.]+ on average")
    )


def test_playing_and_pausing(page: Page) -> None:
    page.goto("/a-figure/one/")
    button = page.locator("[data-do=play]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-readout]")).to_contain_text(re.compile("Step [1-9]"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    shown = page.locator("[data-readout]").inner_text()
    page.wait_for_timeout(400)  # more than two steps
    assert page.locator("[data-readout]").inner_text() == shown
    page.get_by_role("button", name="Whole run").click()
    expect(page.locator("[data-readout]")).to_be_empty()
    page.emulate_media(reduced_motion="reduce")  # where motion is not wanted, nothing plays
    button.click()
    expect(page.locator("[data-readout]")).to_contain_text("Step 40:")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_failing_request_is_told_and_can_be_tried_again(page: Page, complaints: list[str]) -> None:
    page.goto("/a-figure/one/")
    # It comes into the page by a swap, as after an answer.
    page.evaluate(
        """async () => { const text = await (await fetch(location.href)).text();
        const fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".card");
        document.querySelector(".card").innerHTML = fresh.innerHTML; }"""
    )
    live(page)
    failing = {"on": True}

    def answer(route: Route) -> None:
        route.abort() if failing["on"] else route.continue_()

    page.route("**/data/?lr=*", answer)
    page.locator("[data-range]").press("ArrowLeft")
    expect(page.locator("[data-problem]")).to_contain_text("The site could not be reached.")
    expect(page.locator("[data-panel=loss] svg")).to_be_visible()
    complaints.clear()  # the browser complains of the request that was cut
    failing["on"] = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-problem]")).to_be_hidden()
    expect(page.locator("[data-words]")).to_contain_text("lr 0.89.")


def test_a_busy_site_is_asked_again_a_moment_later(page: Page, complaints: list[str]) -> None:
    page.goto("/a-figure/one/")
    live(page)
    refused: list[str] = []
    most = {"refused": 1}

    def answer(route: Route) -> None:
        if len(refused) < most["refused"]:
            refused.append(route.request.url)
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
        else:
            route.continue_()

    page.route("**/data/?lr=*", answer)
    page.locator("[data-range]").press("ArrowLeft")
    expect(page.locator("[data-words]")).to_contain_text("lr 0.89.")
    assert len(refused) == 1
    expect(page.locator("[data-problem]")).to_be_hidden()
    most["refused"] = 99  # and if that does not help, it is told
    page.locator("[data-range]").press("ArrowLeft")
    expect(page.locator("[data-problem]")).to_contain_text("Too many requests at once.")
    assert len(refused) == 4
    complaints.clear()  # the browser complains of the answers that were refused


def test_without_javascript_the_form_redraws(no_js_page: Page) -> None:
    page = no_js_page
    page.goto("/a-figure/one/")
    expect(page.locator("[data-range]")).to_be_hidden()
    expect(page.locator("[data-stepper]")).to_be_hidden()
    page.locator("[data-rate]").fill("0.2")
    page.get_by_role("button", name="Redraw").click()
    assert "lr=0.2" in page.url
    expect(page.locator("[data-words]")).to_contain_text("lr 0.2.")
    page.locator("[data-rate]").fill("7")
    page.get_by_role("button", name="Redraw").click()
    expect(page.locator("[data-error]")).to_contain_text("Must be a number from 0.01 to 1.3.")
    page.get_by_role("link", name="your answer: 1.05").click()
    expect(page.locator("[data-words]")).to_contain_text("lr 1.05.")


def test_the_browser_writes_numbers_as_the_server_does(page: Page) -> None:
    values = [0, 1, 0.9, 0.00123456, 0.0009996, 1.77e-8, 12345, 99999, 123456, -2.5, 1e-10, 5e300, 2048, 0.41]
    page.goto("/a-figure/one/")
    written = page.evaluate(
        """async values => { const {formatNumber} = await import("/static/js/figure/numbers.js");
        return values.map(value => formatNumber(value)); }""",
        values,
    )
    assert written == [format_number(value) for value in values]


@pytest.mark.parametrize(("name", "dark"), [("one", False), ("noisy", True)])
def test_on_a_phone_nothing_is_cut_and_all_is_accessible(
    new_page: Callable[..., Page], axe: Callable[[Page], None], name: str, dark: bool
) -> None:
    page = new_page(width=360, height=740, phone=True, dark=dark)
    page.goto(f"/a-figure/{name}/")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    texts = page.evaluate(
        """() => [...document.querySelectorAll("[data-panel] text")].filter(text => text.textContent)
        .map(text => { const box = text.getBoundingClientRect();
        return [box.height, box.left, box.right]; })"""
    )
    assert min(height for height, _left, _right in texts) >= 10
    assert all(left >= 0 and right <= 360 for _height, left, right in texts)
    if dark:
        live(page)  # the picture as it was drawn is looked at in the light
    axe(page)
