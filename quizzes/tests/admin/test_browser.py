"""The authoring pages in a real browser: scripts help, the policy holds, and nothing needs a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from quizzes.models import Item, State
from quizzes.services.report_item import report_item
from quizzes.tests.factory import (
    NOW,
    make_draft,
    make_misconception,
    make_question,
    make_source,
    make_topic,
    question_content,
)

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Page, User], None]


def visit(page: Page, name: str, *args: object) -> None:
    page.goto(reverse(f"admin:quizzes_{name}", args=args))


def test_write_check_mend_and_publish(page: Page, sign_in: SignIn, instructor: User) -> None:
    make_topic("too-high"), make_source("goh-2017"), make_misconception("higher-is-faster")
    sign_in(page, instructor)
    visit(page, "item_add")
    page.get_by_label("Title:").fill("Three quarters of the limit")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Id:")).to_have_value("three-quarters-of-the-limit")
    page.get_by_label("Topic:").select_option(label="Too high")

    # Only the inputs of the chosen source are there.
    expect(page.locator("#id_scenario_lr0")).to_be_hidden()
    page.get_by_label("described here").check()
    expect(page.locator("#id_scenario_name")).to_be_hidden()
    page.get_by_label("Curvatures (eigenvalues)").fill("2")
    page.get_by_label("Start", exact=True).fill("3")
    page.locator("#id_scenario_steps").fill("40")
    page.locator("#id_scenario_lr0").fill("0.75")
    page.get_by_role("button", name="Add a run").click()
    expect(page.locator("#id_scenario_lr1")).to_be_visible()

    page.get_by_label("Question:").fill("Where does $x^2$ end with `lr = 0.75`?")
    expect(page.locator(".field-stem .md-preview math")).to_be_visible()

    first, second, third = (page.locator(f"#choices-{index}") for index in range(3))
    first.get_by_label("Text:").fill("It diverges")
    first.get_by_label("Feedback:").fill("Above $2/L$ only.")
    first.get_by_label("Misconception:").select_option(label="Someone believes in higher-is-faster.")
    statement = first.locator(".clause").first
    expect(statement.get_by_label("Status", exact=True)).to_be_hidden()
    statement.get_by_label("The option claims something about").select_option("status")
    statement.get_by_label("Status", exact=True).select_option("diverged")
    expect(statement.get_by_label("Number")).to_be_hidden()
    second.get_by_label("Text:").fill("Below one millionth")
    second.get_by_label("Feedback:").fill("It halves each step.")
    second.get_by_label("The option claims something about").select_option("final_loss")
    second.get_by_label("Number").first.fill("1e-30")
    expect(second.get_by_label("With several statements")).to_be_hidden()
    second.get_by_role("button", name="And another statement").click()
    second.get_by_label("and about").first.select_option("monotone")
    expect(second.get_by_label("With several statements")).to_be_visible()
    for _ in range(2):
        second.get_by_role("button", name="And another statement").click()
    fourth = page.locator("#id_choices-1-claim_3_form")
    fourth.select_option("max_loss")
    page.locator("#id_choices-1-claim_3_number").fill("10")
    second.get_by_label("the right answer").check()
    expect(second).to_have_class(re.compile("is-key"))
    third.get_by_role("button", name="Remove").click()
    page.locator("#choices-2").get_by_role("button", name="Remove").click()

    for label in ("Explanation:", "What to look at:", "Takeaway:"):
        page.get_by_label(label).fill("It halves each step.")
    page.locator(".field-sources .select2-selection").click()
    page.keyboard.type("Momentum")
    page.get_by_role("option", name=re.compile("Goh")).click()

    page.get_by_role("button", name="Check", exact=True).click()
    result = page.locator("#inspection")
    expect(result).to_contain_text("1 thing to mend before it can be published")
    expect(result).to_contain_text("7.44 × 10⁻²⁴")
    expect(result.locator("figure.panel svg")).to_have_count(2)
    expect(second.locator(".option-verdict")).to_contain_text("the key must be true")
    assert not Item.objects.exists()

    second.get_by_label("Number").first.fill("1e-6")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(result).to_contain_text("Ready to publish.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".messagelist")).to_contain_text("is published as version 1")
    item = Item.objects.get()
    assert item.state == State.PUBLISHED
    claims = dict(item.choices.values_list("label", "claim"))
    assert claims == {
        "a": {"status": "diverged"},
        "b": {
            "all": [
                {"measure": "final_loss", "below": 1e-6},
                {"monotone": True},
                {"measure": "max_loss", "below": 10},
            ]
        },
    }
    page.get_by_role("link", name="See it as a learner does").click()
    expect(page.get_by_text("Below one millionth")).to_be_visible()


def test_an_option_is_proved_by_a_cause_that_is_chosen_with_the_keyboard(
    new_page: Callable[..., Page], axe: Callable[[Page], None], sign_in: SignIn, instructor: User
) -> None:
    item = make_draft(
        question_content(
            "why-does-it-diverge",
            scenario={
                "objective": {"name": "quadratic", "eigenvalues": [1, 4]},
                "start": [1, 1],
                "steps": 100,
                "runs": [
                    {"label": "high", "optimizer": {"name": "SGD", "lr": 0.8}},
                    {"label": "fine", "optimizer": {"name": "SGD", "lr": 0.4}},
                ],
            },
            slider=None,
            choices=[
                {"id": "a", "text": "It waits", "feedback": "No.", "misconception": "higher-is-faster"},
                {"id": "b", "text": "Each step is too long", "feedback": "Yes."},
            ],
        )
    )
    page = new_page(width=360, height=740, phone=True, dark=True)
    sign_in(page, instructor)
    visit(page, "item_change", item.pk)
    for index, negate, cause in ((0, "", "It is on a plateau"), (1, "", "Its rate is too high")):
        statement = page.locator(f"#choices-{index} .clause").first
        expect(statement.get_by_label("Among its causes")).to_be_hidden()
        statement.get_by_label("The option claims something about").focus()
        page.keyboard.type("a cause of")
        for text in ("high", negate, cause):
            page.keyboard.press("Tab")
            page.keyboard.type(text)
        expect(statement.get_by_label("Number")).to_be_hidden()
    page.locator("#choices-1").get_by_role("button", name="And another statement").click()
    page.keyboard.type("a cause of")
    for text in ("fine", "is not", "its rate is too low"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.get_by_role("button", name="Check", exact=True).click()
    result = page.locator("#inspection")
    expect(result).to_contain_text("Ready to publish.")
    expect(result).to_contain_text("the rate of the run 'high' is too high")
    assert_no_sideways_scrolling(page)
    page.evaluate("document.querySelectorAll('.select2-container').forEach(node => node.remove())")
    axe(page)
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator(".messagelist")).to_contain_text("is published as version 1")
    key = {"run": "high", "cause": "too_high"}
    assert dict(item.choices.values_list("label", "claim")) == {
        "a": {"run": "high", "cause": "plateau"},
        "b": {"all": [key, {"not": {"run": "fine", "cause": "too_low"}}]},
    }
    # It comes back as it was chosen.
    shown = page.locator("#choices-1 .clause").first
    expect(shown.get_by_label("Among its causes")).to_have_value("too_high")
    expect(shown.get_by_label("Run", exact=True)).to_have_value("high")


def test_key_follows_its_option_when_others_are_removed_or_added(
    page: Page, sign_in: SignIn, instructor: User
) -> None:
    make_topic()
    sign_in(page, instructor)
    visit(page, "item_add")
    page.locator("#choices-2").get_by_label("the right answer").check()
    page.locator("#choices-0").get_by_role("button", name="Remove").click()
    expect(page.locator("#choices-1 input[name=key]")).to_be_checked()
    expect(page.locator("#choices-1 input[name=key]")).to_have_value("choices-1")
    page.get_by_role("button", name="Add another Option").click()
    added = page.locator("#choices-3")
    expect(added.locator("input[name=key]")).to_have_value("choices-3")
    added.get_by_label("Text:").fill("A *new* one")
    expect(added.locator(".md-preview em").first).to_be_visible()


def test_attack_in_a_text_does_nothing(page: Page, sign_in: SignIn, instructor: User) -> None:
    make_topic()
    sign_in(page, instructor)
    visit(page, "item_add")
    page.get_by_label("Question:").fill("<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1))")
    expect(page.locator(".field-stem .md-preview strong")).to_be_visible()
    assert page.locator(".field-stem .md-preview img").count() == 0
    assert page.locator(".field-stem .md-preview a[href^=javascript]").count() == 0


def test_without_scripts_a_check_comes_back_with_everything(
    no_js_page: Page, sign_in: SignIn, instructor: User
) -> None:
    content = question_content("still-a-draft", takeaway=None)
    item = make_draft(content)
    sign_in(no_js_page, instructor)
    visit(no_js_page, "item_change", item.pk)
    no_js_page.locator("#id_look_at").fill("Typed and not saved.")
    no_js_page.get_by_role("button", name="Check", exact=True).click()
    expect(no_js_page.locator("#inspection")).to_contain_text("Takeaway: This text is missing.")
    expect(no_js_page.get_by_role("link", name="See what the check found")).to_be_visible()
    expect(no_js_page.locator("#id_look_at")).to_have_value("Typed and not saved.")
    expect(no_js_page.locator("#id_choices-0-claim_0_status")).to_be_visible()


def test_pages_fit_a_phone(phone_page: Page, sign_in: SignIn, instructor: User) -> None:
    item = make_question("a-question")
    report_item(learner=None, item=item, version=item.current_version, reason="other", text="Hm.", at=NOW)
    sign_in(phone_page, instructor)
    lists = (("item_changelist", ()), ("report_changelist", ()))
    for name, args in (
        *lists,
        ("item_versions", (item.pk,)),
        ("item_answers", (item.pk,)),
        ("item_retire", (item.pk,)),
    ):
        visit(phone_page, name, *args)
        assert_no_sideways_scrolling(phone_page)
    visit(phone_page, "item_change", item.pk)
    phone_page.get_by_role("button", name="Check", exact=True).click()
    expect(phone_page.locator("#inspection")).to_contain_text("Ready to publish.")
    assert_no_sideways_scrolling(phone_page)


def assert_no_sideways_scrolling(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), page.url


@pytest.mark.parametrize("dark", [False, True])
def test_authoring_breaks_no_rule_of_accessibility(
    new_page: Callable[..., Page], axe: Callable[[Page], None], sign_in: SignIn, instructor: User, dark: bool
) -> None:
    item = make_question("a-question")
    page = new_page(dark=dark)
    sign_in(page, instructor)
    visit(page, "item_change", item.pk)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#inspection")).to_contain_text("Ready to publish.")
    # The insides of Django's autocomplete inputs are not ours to mend.
    page.evaluate("document.querySelectorAll('.select2-container').forEach(node => node.remove())")
    axe(page)
    visit(page, "item_version", item.pk, 1)
    axe(page)
