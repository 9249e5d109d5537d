"""A bank for the browser, and the steps that several stories share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from quizzes.models import Item
from quizzes.tests.factory import make_flashcard, make_question, make_topic


@pytest.fixture
def questions(transactional_db: None) -> list[Item]:
    """Three questions of one topic; the key of each is its second option."""
    make_topic("too-high", title="A rate that is too high")
    return [make_question(f"question-{number}") for number in range(1, 4)]


@pytest.fixture
def six_questions(questions: list[Item]) -> list[Item]:
    return [*questions, *(make_question(f"question-{number}") for number in range(4, 7))]


@pytest.fixture
def cards(transactional_db: None) -> list[Item]:
    return [make_flashcard(f"card-{number}") for number in range(1, 4)]


@pytest.fixture
def answer_next() -> Callable[[Page], None]:
    """Answer the next question as anybody can, with and without JavaScript."""

    def do(page: Page, option: int = 2) -> None:
        page.goto("/next/")
        page.locator(".option").nth(option - 1).click()
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#verdict")).to_be_visible()

    return do


def no_wider_than_the_window(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
