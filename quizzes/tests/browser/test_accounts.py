"""A guest's answers go along, in every kind of browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from quizzes.models import Item, Learner, Response
from quizzes.tests.factory import make_learner, respond

KINDS = {"phone": {"width": 360, "phone": True}, "without JavaScript": {"js": False}}


@pytest.mark.parametrize("kind", KINDS)
def test_five_answers_then_sign_up(
    new_page: Callable[..., Page], six_questions: list[Item], answer_next: Callable[[Page], None], kind: str
) -> None:
    page = new_page(**KINDS[kind])
    for _ in range(5):
        answer_next(page)
    page.get_by_role("link", name="Sign up").first.click()
    expect(page.get_by_text("Your 5 answers so far go into the new account.")).to_be_visible()
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Email").fill("grace@example.org")
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("grace").first).to_be_visible()
    page.goto("/progress/")
    expect(page.locator(".stats")).to_contain_text("5")
    assert Response.objects.filter(learner__user__username="grace").count() == 5
    assert Learner.objects.count() == 1


def test_five_answers_by_keyboard_then_log_in(page: Page, six_questions: list[Item]) -> None:
    ada = make_learner()
    respond(ada, six_questions[0])
    page.goto("/next/")
    for _ in range(5):
        expect(page.get_by_role("button", name="Check")).to_be_visible()
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        expect(page.locator("#verdict")).to_be_focused()
        page.keyboard.press("n")
        page.wait_for_url("**/questions/*/")
    page.get_by_role("link", name="Log in").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Login").fill("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ada", exact=True).first).to_be_visible()
    assert ada.responses.count() == 6
    page.goto("/progress/")
    expect(page.locator(".stats dd").first).to_have_text("6")


def test_the_account_menu_opens_and_closes(
    page: Page, questions: list[Item], sign_in: Callable[..., None]
) -> None:
    user = make_learner().user
    assert user is not None
    sign_in(page, user)
    page.goto("/")
    page.get_by_text("ada", exact=True).click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()
    page.get_by_text("ada", exact=True).click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_label("Your password").fill("correct horse")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("is deleted")).to_be_visible()
    assert not Learner.objects.exists()


def test_the_theme_is_kept_from_page_to_page(page: Page, questions: list[Item]) -> None:
    page.goto("/topics/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("group", name="Theme").get_by_role("button", name="Dark").click()
    expect(page).to_have_url("/topics/")
    page.goto("/")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
