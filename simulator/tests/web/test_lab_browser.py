"""The lab in a real browser: by mouse, by keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from simulator.core.spec import parse_scenario
from simulator.services.lab import Setup, lab_address

pytestmark = pytest.mark.usefixtures("transactional_db")

RAVINE = lab_address(
    Setup(
        parse_scenario(
            {
                "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
                "start": [10, 1],
                "steps": 100,
                "runs": [{"optimizer": {"name": "SGD", "lr": 0.03}}],
            }
        )
    )
)


def field(page: Page, name: str) -> Any:
    return page.locator(f'#lab-form [name="{name}"]')


def test_a_task_is_solved_from_its_text(page: Page) -> None:
    page.goto("/lab/")
    page.get_by_role("link", name="Beyond the limit of plain descent").click()
    expect(page.get_by_text("Before any change:")).to_be_visible()
    expect(page.locator("#lab.lab-scripted")).to_be_visible()  # the script unfolds what it needs, all moves
    page.get_by_label("momentum").fill("0.6")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#task")).to_contain_text("Solved.")
    expect(page.locator("scenario-figure")).to_contain_text("The loss falls")
    assert page.locator("[data-address]").input_value().endswith("&task=beyond-the-limit")
    page.get_by_role("link", name="All tasks").click()
    expect(page.locator("[data-done=beyond-the-limit]")).to_be_visible()
    expect(page.locator("[data-done=clip-the-cliff]")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
def test_after_a_run_verdict_and_figure_are_in_sight(
    new_page: Callable[..., Page], width: int, height: int
) -> None:
    page = new_page(width=width, height=height)
    page.goto("/lab/?task=quickest-fixed-rate")
    for rate, words in (("0.079", "Not yet:"), ("0.075", "Solved.")):
        page.get_by_label("lr", exact=True).fill(rate)
        expect(page.get_by_text("Not run yet")).to_be_visible()
        page.locator("#lab-run").click()
        expect(page.locator(".lab-verdict")).to_contain_text(words)
        expect(page.locator(".lab-verdict")).to_be_in_viewport()
        expect(page.locator("[data-panel=path] svg")).to_be_in_viewport(ratio=0.6)
        expect(page.get_by_text("Not run yet")).to_be_hidden()


def test_the_verdict_goes_when_the_slider_moves(page: Page) -> None:
    page.goto("/lab/?task=quickest-fixed-rate")
    expect(page.locator(".lab-outcome")).to_be_visible()
    page.locator("[data-range]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("The slider has moved.")).to_be_visible()
    expect(page.locator(".lab-outcome")).to_be_hidden()
    page.locator("[data-mark]").click()
    expect(page.locator(".lab-outcome")).to_be_visible()
    expect(page.get_by_text("The slider has moved.")).to_be_hidden()


def test_what_is_typed_while_a_run_is_under_way_is_not_lost(page: Page) -> None:
    page.goto(RAVINE)
    field(page, "runs[0].optimizer.lr").fill("0.05")
    page.evaluate(
        """() => {
            document.getElementById("lab-run").click();
            const steps = document.querySelector('#lab-form [name="steps"]');
            steps.value = "77";
            steps.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    page.wait_for_url(lambda address: not address.endswith(RAVINE))
    expect(page.locator("[data-rate]")).to_have_value("0.05")
    expect(field(page, "steps")).to_have_value("77")
    expect(page.get_by_text("Not run yet; the picture is of the last run.")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("scenario-figure")).to_contain_text("in 77 steps")
    expect(page.get_by_text("Not run yet")).to_be_hidden()


def test_a_scheduler_can_be_typed(page: Page) -> None:
    """For longer than a pause of typing takes: most letters of a name do not change the choice."""
    page.goto(RAVINE)
    scheduler = page.get_by_label("scheduler", exact=True)
    scheduler.focus()
    page.keyboard.type("CosineAnnealingL", delay=100)
    expect(field(page, "runs[0].scheduler.T_max")).to_be_visible()
    expect(scheduler).to_have_value("CosineAnnealingLR")
    expect(scheduler).to_be_focused()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto(RAVINE)
    field(page, "runs[0].optimizer.lr").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.07")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith(RAVINE))
    expect(field(page, "runs[0].optimizer.lr")).to_have_value("0.07")
    expect(page.locator("[data-rate]")).to_have_value("0.07")


def test_runs_come_and_go_without_losing_the_focus(page: Page) -> None:
    page.goto(RAVINE)
    runs = page.locator("#lab-form [data-run] > summary")
    for count in (2, 3):
        page.get_by_role("button", name="Add a run to compare with").focus()
        page.keyboard.press("Enter")
        expect(runs).to_have_count(count)
        expect(runs.last).to_be_focused()
    for number, place in (("Run 2", 1), ("Run 2", 0)):
        page.get_by_role("button", name=f"Remove {number}").focus()
        page.keyboard.press("Enter")
        expect(runs).to_have_count(place + 1)
        expect(runs.nth(place)).to_be_focused()


def test_another_choice_brings_its_settings_and_keeps_the_focus(page: Page) -> None:
    page.goto(RAVINE)
    page.locator("#lab-group-objective > summary").click()
    page.get_by_label("function to minimise").focus()
    page.get_by_label("function to minimise").select_option("mlp")
    expect(field(page, "objective.layers")).to_have_value("2, 8, 1")
    assert page.url.endswith(RAVINE)  # nothing was run yet
    expect(page.get_by_label("function to minimise")).to_be_focused()
    page.get_by_label("data set").select_option("sine")
    expect(field(page, "objective.layers")).to_have_value("1, 8, 1")
    page.get_by_role("button", name="Add a run to compare with").click()
    expect(field(page, "runs[1].optimizer.lr")).to_have_value("0.5")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(lambda address: not address.endswith(RAVINE))
    expect(page.locator("[data-panel=path]")).to_have_count(0)
    page.go_back()
    expect(page.locator("[data-panel=path] svg")).to_be_visible()


def test_a_click_on_the_map_starts_the_run_there(page: Page) -> None:
    page.goto(RAVINE)
    ring = page.locator("[data-panel=path] svg path[d*='A'][stroke]").last.bounding_box()  # the start's mark
    assert ring is not None
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    page.wait_for_url(lambda address: not address.endswith(RAVINE))
    x, y = (float(number) for number in field(page, "start").input_value().split(","))
    assert x == pytest.approx(10, abs=0.1) and y == pytest.approx(1, abs=0.06)


def test_the_slider_writes_into_the_form_and_the_address(page: Page) -> None:
    page.goto(RAVINE)
    page.locator("[data-range]").focus()
    for _time in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("&lr="))
    rate = page.locator("[data-rate]").input_value()
    expect(field(page, "runs[0].optimizer.lr")).to_have_value(rate)
    assert page.locator("[data-address]").input_value() == page.url.split("#")[0]
    page.reload()
    expect(page.locator("[data-rate]")).to_have_value(rate)


def test_an_error_takes_the_focus_and_nothing_is_lost(page: Page) -> None:
    page.goto(RAVINE)
    field(page, "runs[0].optimizer.momentum").fill("1e99999")
    field(page, "runs[0].optimizer.lr").fill("0.05")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".lab-error")).to_contain_text("must be a number")
    expect(page.locator("[data-panel=path] svg")).to_be_visible()  # of the last run
    expect(page.get_by_text("Not run yet; the picture is of the last run.")).to_be_visible()
    expect(field(page, "runs[0].optimizer.momentum")).to_be_focused()
    expect(field(page, "runs[0].optimizer.lr")).to_have_value("0.05")
    page.evaluate("window.samePage = true")
    page.get_by_role("link", name="Undo: back to the last run").click()
    expect(field(page, "runs[0].optimizer.lr")).to_have_value("0.03")
    expect(page.locator("#lab-run")).to_be_focused()
    assert page.evaluate("window.samePage"), "it does not jump to its top"


@pytest.mark.parametrize(("status", "words"), [(429, "Too many"), (503, "")])
def test_a_run_that_is_refused_loses_nothing(
    page: Page, complaints: list[str], status: int, words: str
) -> None:
    page.goto(RAVINE)
    address = page.url
    page.route(re.compile("/lab/$"), lambda route: route.fulfill(status=status, body="busy"))
    field(page, "runs[0].optimizer.lr").fill("0.05")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#lab-form [data-error]")).to_contain_text(words or re.compile("."))
    expect(field(page, "runs[0].optimizer.lr")).to_have_value("0.05")
    assert page.url == address
    page.unroute(re.compile("/lab/$"))
    assert all(str(status) in complaint for complaint in complaints)
    complaints.clear()  # the browser tells of the refused request
    page.locator("#lab-form [data-error]").get_by_role("button").click()
    expect(page.locator("[data-pending]")).to_be_hidden()
    expect(page.locator("[data-rate]")).to_have_value("0.05")


def test_without_javascript_every_part_works(no_js_page: Page) -> None:
    page = no_js_page
    page.goto("/lab/")
    page.get_by_role("link", name="Build your own").click()
    page.locator("#lab-group-objective > summary").click()
    page.get_by_label("function to minimise").select_option("rosenbrock")
    page.locator("#lab-group-objective").get_by_role("button", name="Show its settings").first.click()
    expect(field(page, "start")).to_have_value("-1.5, 2")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("[data-panel=path] svg")).to_be_visible()
    page.locator("[data-rate]").fill("0.0005")
    page.get_by_role("button", name="Redraw").click()
    expect(page.locator("[data-panel=path] svg")).to_be_visible()
    page.locator(".lab-kinds a").first.click()
    expect(page.locator("#picture svg").first).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_lab_is_accessible_and_fits(
    new_page: Callable[..., Page], axe: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    for address in ("/lab/", "/lab/?task=off-the-saddle", RAVINE):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        axe(page)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("size", [100, 200])
def test_the_lab_fits_a_small_phone_and_large_letters(
    new_page: Callable[..., Page], width: int, size: int
) -> None:
    page = new_page(width=width)
    for address in ("/lab/", "/lab/?task=off-the-saddle", RAVINE):
        page.goto(address)
        page.evaluate("size => { document.documentElement.style.fontSize = `${size}%`; }", size)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_further_picture_comes_without_leaving_the_page(page: Page) -> None:
    page.goto(RAVINE)
    link = page.get_by_role("link", name="Sweep")
    link.click()
    expect(page.locator("#picture svg").first).to_be_visible()
    expect(link).to_have_attribute("aria-current", "true")
    assert page.url.endswith(RAVINE)
