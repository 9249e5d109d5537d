"""The main story: commit to an answer, then see what really happens."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from quizzes.models import Item, Response
from quizzes.tests.browser.conftest import no_wider_than_the_window

FEEDBACK = re.compile(r"/responses/[0-9a-f-]{36}/$")


def test_two_clicks_from_the_first_page_to_the_figure(page: Page, questions: list[Item]) -> None:
    page.goto("/")
    page.get_by_text("It diverges").click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Not this time.")).to_be_focused()
    expect(page).to_have_url(FEEDBACK)
    expect(page.locator("scenario-figure svg").first).to_be_visible()
    expect(page.get_by_text("The belief behind it").first).to_be_visible()
    assert Response.objects.get().elapsed_ms is not None

    page.reload()
    expect(page.get_by_role("heading", name="Not this time.")).to_be_visible()
    page.get_by_text("proved by simulation").click()
    expect(page.get_by_text("The simulator checked")).to_be_visible()
    page.get_by_role("link", name="Next question").last.click()
    expect(page).to_have_url(re.compile("/questions/question-2/$"))


def test_going_back_asks_anew(page: Page, questions: list[Item]) -> None:
    page.goto("/questions/question-1/")
    first = page.locator("input[name=id]").get_attribute("value")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Check")).to_be_enabled()
    assert page.locator("input[name=id]").get_attribute("value") != first
    page.go_forward()
    expect(page.get_by_role("heading", name="Right.")).to_be_visible()


def test_by_the_shortcut_keys_alone(page: Page, questions: list[Item]) -> None:
    page.goto("/questions/question-1/")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator("input[name=choice]").nth(1)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Right.")).to_be_focused()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/questions/question-2/$"))


def test_by_tab_arrows_and_enter_alone(page: Page, questions: list[Item]) -> None:
    """The way of somebody who has turned the shortcut keys off, and of screen readers."""
    page.goto("/questions/question-1/")
    page.get_by_role("group", name="Keys").get_by_role("button", name="Off").click()
    expect(page.locator("html[data-keys=off]")).to_be_attached()
    page.keyboard.press("2")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):  # two breadcrumbs, then the options
        page.keyboard.press("Tab")
    expect(page.locator("input[name=choice]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=choice]").nth(2)).to_be_checked()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Right.")).to_be_focused()
    assert Response.objects.get().confidence == "sure"
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Next question").first).to_be_focused()


def test_on_a_phone(phone_page: Page, questions: list[Item]) -> None:
    phone_page.goto("/")
    no_wider_than_the_window(phone_page)
    phone_page.get_by_text("It converges").tap()
    phone_page.get_by_text("unsure").tap()
    phone_page.get_by_role("button", name="Check").tap()
    expect(phone_page.get_by_role("heading", name="Right.")).to_be_in_viewport()
    no_wider_than_the_window(phone_page)
    assert Response.objects.get().confidence == "unsure"


def test_without_javascript(no_js_page: Page, questions: list[Item]) -> None:
    no_js_page.goto("/")
    no_js_page.get_by_text("It diverges").click()
    no_js_page.get_by_role("button", name="Check").click()
    expect(no_js_page.get_by_role("heading", name="Not this time.")).to_be_visible()
    words = no_js_page.locator(".figure-words")
    expect(words).to_contain_text("converges")
    no_js_page.get_by_label("learning rate", exact=True).fill("1.2")
    no_js_page.get_by_role("button", name="Redraw").click()
    expect(words).to_contain_text("diverges")
    no_js_page.get_by_role("link", name="Report this question").click()
    no_js_page.get_by_label("Reason").select_option("unclear")
    no_js_page.get_by_role("button", name="Send the report").click()
    expect(no_js_page.get_by_text("Thank you.")).to_be_visible()


def test_no_option_is_said_and_loses_nothing(page: Page, questions: list[Item]) -> None:
    page.goto("/questions/question-1/")
    page.get_by_text("guess", exact=True).click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert").filter(has_text="Choose an option first")).to_be_visible()
    expect(page.locator("input[name=confidence][value=guess]")).to_be_checked()
    page.get_by_text("It converges").click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Right.")).to_be_visible()


def test_a_broken_line_keeps_the_choice_and_can_be_retried(
    page: Page, questions: list[Item], complaints: list[str]
) -> None:
    page.goto("/questions/question-1/")
    page.keyboard.press("2")
    page.context.set_offline(True)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("The site could not be reached. Your choice is kept.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Right.")).to_be_visible()
    assert Response.objects.count() == 1
    complaints.clear()


def test_a_fault_of_the_server_is_told_beside_the_button(
    page: Page, questions: list[Item], complaints: list[str]
) -> None:
    status = 0

    def fail(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body="")
        else:
            route.continue_()

    page.route("**/questions/question-1/", fail)
    page.goto("/questions/question-1/")
    page.keyboard.press("1")
    for status, words in ((500, "on our side"), (403, "Reload the page"), (429, "Wait a moment")):  # noqa: B007
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        expect(page.locator("input[name=choice]").first).to_be_checked()
        expect(page.get_by_role("button", name="Check")).to_be_enabled()
    complaints.clear()


def test_two_quick_clicks_count_once(page: Page, questions: list[Item]) -> None:
    page.goto("/questions/question-1/")
    page.keyboard.press("2")
    page.get_by_role("button", name="Check").dblclick()
    expect(page.get_by_role("heading", name="Right.")).to_be_visible()
    assert Response.objects.count() == 1


def test_the_curve_follows_the_slider(page: Page, questions: list[Item]) -> None:
    page.goto("/questions/question-1/")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_visible()
    slider = page.locator("scenario-figure input[type=range]")
    expect(slider).to_be_visible()
    before = page.locator("[data-panel=loss] svg").inner_html()
    words = page.locator(".figure-words").inner_text()
    slider.focus()
    for _ in range(6):
        page.keyboard.press("PageUp")
    expect(page.locator(".figure-words")).not_to_have_text(words)
    changed = "before => document.querySelector('[data-panel=loss] svg').innerHTML !== before"
    page.wait_for_function(changed, arg=before)
    expect(slider).to_be_focused()


def test_the_report_form_opens_in_place(
    page: Page, questions: list[Item], answer_next: Callable[[Page], None]
) -> None:
    answer_next(page)
    page.get_by_role("link", name="Report this question").click()
    page.get_by_label("Reason").select_option("other")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Say in a few words what is wrong.")).to_be_visible()
    page.get_by_label("What did you see").fill("The 4 in the stem should be 2, and 1n is not typed by keys.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
