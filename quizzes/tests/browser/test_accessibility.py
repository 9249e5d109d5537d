"""axe on every learners' page and in its states, light and dark; and no page wider than a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

from quizzes.models import Item
from quizzes.tests.browser.conftest import no_wider_than_the_window
from quizzes.tests.factory import make_learner, make_topic

# Colours in the middle of a transition are nobody's colours.
STILL: Any = {"reduced_motion": "reduce"}


def states(page: Page) -> Iterator[str]:
    """Goes through the pages and stops in each state."""
    for address in (
        "/",
        "/topics/",
        "/topics/too-high/",
        "/topics/empty/",
        "/quizzes/",
        "/progress/",
        "/account/",
    ):
        page.goto(address)
        yield address
    page.goto("/questions/question-1/")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Choose an option first").wait_for()
    yield "no option"
    page.keyboard.press("1")
    page.get_by_text("sure", exact=True).click()
    yield "an option chosen"
    page.keyboard.press("Enter")
    page.locator("#verdict").wait_for()
    page.get_by_text("proved by simulation").click()
    page.get_by_text("Data table").click()
    page.get_by_role("link", name="Report this question").click()
    page.get_by_role("button", name="Send the report").wait_for()
    yield "feedback, wrong"
    page.goto("/questions/question-2/")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.locator("#verdict").wait_for()
    yield "feedback, right"
    page.goto("/cards/")
    yield "card"
    page.keyboard.press("Space")
    yield "card, revealed"
    page.goto("/cards/?done=3&total=3")
    yield "cards, done"
    page.goto("/quizzes/")
    page.get_by_role("button", name="Start").click()
    yield "quiz, place"
    page.goto(page.url.replace("/1/", "/summary/"))
    yield "quiz, summary"
    for address in (
        "/progress/",
        "/account/",
        "/account/delete/",
        "/privacy/",
        "/questions/question-1/report/",
    ):
        page.goto(address)
        yield address
    for name in ("login", "signup", "password/reset"):
        page.goto(f"/accounts/{name}/")
        yield name


def test_no_violation_in_any_state(
    page: Page, axe: Callable[[Page], None], questions: list[Item], cards: list[Item]
) -> None:
    """Each state as a phone shows it in the light theme, and as a wide window shows it in the dark one."""
    make_topic("empty")
    page.emulate_media(**STILL)
    for state in states(page):
        for width, theme in ((360, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            try:
                axe(page)
                no_wider_than_the_window(page)
            except AssertionError as error:
                raise AssertionError(f"{state}, {theme}: {error}") from error


def test_no_violation_when_logged_in(
    page: Page, axe: Callable[[Page], None], questions: list[Item], sign_in: Callable[..., None]
) -> None:
    user = make_learner().user
    assert user is not None
    sign_in(page, user)
    page.goto("/account/")
    page.get_by_text("ada", exact=True).first.click()
    axe(page)
    for name in ("logout", "password/change", "email"):
        page.goto(f"/accounts/{name}/")
        axe(page)


def test_no_violation_on_error_pages(
    page: Page, axe: Callable[[Page], None], complaints: list[str], db: None
) -> None:
    page.goto("/nowhere/")
    complaints.clear()  # the browser notes the 404 itself
    axe(page)


def test_nothing_moves_for_those_who_ask_for_that(
    new_page: Callable[..., Page], questions: list[Item]
) -> None:
    page = new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto("/questions/question-1/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert (
        float(
            page.evaluate(
                "parseFloat(getComputedStyle(document.querySelector('.option')).transitionDuration)"
            )
        )
        < 0.01
    )
