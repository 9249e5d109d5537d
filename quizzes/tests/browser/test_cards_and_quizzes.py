"""A session of flashcards, and a quiz with its summary."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from quizzes.models import Item, Response
from quizzes.tests.browser.conftest import no_wider_than_the_window


def test_cards_by_keys_alone(page: Page, cards: list[Item]) -> None:
    page.goto("/cards/")
    for number, key in ((1, "4"), (2, "1"), (3, "3")):
        expect(page.get_by_text(f"Card {number} of 3")).to_be_visible()
        expect(page.get_by_role("button", name="Good")).to_be_hidden()
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Good")).to_be_focused()
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Done for now")).to_be_focused()
    ratings = [response.response["rating"] for response in Response.objects.order_by("recorded_at")]
    assert ratings == ["easy", "again", "good"]
    page.reload()
    expect(page.get_by_text("You went through 3 cards.")).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_cards_by_mouse(new_page: Callable[..., Page], cards: list[Item], js: bool) -> None:
    page = new_page(js=js, width=360)
    page.goto("/cards/?topic=too-high")
    for _ in cards:
        page.get_by_text("Show the answer").click()
        expect(page.get_by_role("button", name="Easy")).to_contain_text("8 days")
        no_wider_than_the_window(page)
        page.get_by_role("button", name="Easy").click()
    expect(page.get_by_role("heading", name="Done for now")).to_be_visible()
    assert Response.objects.count() == 3


def test_a_run_beside_a_card(page: Page, cards: list[Item]) -> None:
    page.goto("/cards/card-1/")
    page.get_by_role("link", name="See a run of it").click()
    expect(page.locator("scenario-figure svg").first).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_a_quiz_with_its_summary(new_page: Callable[..., Page], questions: list[Item], js: bool) -> None:
    page = new_page(js=js)
    page.goto("/quizzes/")
    page.get_by_text("A rate that is too high").click()
    page.get_by_text("5", exact=True).click()
    page.get_by_role("button", name="Start").click()
    for number in range(1, 4):
        expect(page.get_by_text(f"Question {number} of 3")).to_be_visible()
        page.get_by_text("It diverges" if number == 2 else "It converges").click()
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#verdict")).to_be_visible()
        expect(page.locator(".crumbs progress")).to_have_attribute("value", str(number))
        page.locator("a[data-next]").click()
    expect(page).to_have_url(re.compile("/summary/$"))
    expect(page.get_by_role("heading", name="2 of 3 right")).to_be_visible()
    page.get_by_role("button", name="Practise the miss again").click()
    expect(page.get_by_text("Question 1 of 1")).to_be_visible()
    page.go_back()
    page.locator(".item-list li", has_text="missed").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Not this time.")).to_be_visible()
