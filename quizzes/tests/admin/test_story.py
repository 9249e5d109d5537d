"""The whole way of a question: written, refused, mended, published, answered."""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.admin.fields.claim import MOST
from quizzes.admin.fields.clause import part_names
from quizzes.models import Item, State
from quizzes.tests.admin.conftest import Desk, type_question
from quizzes.tests.factory import make_flashcard, make_question

pytestmark = pytest.mark.django_db


def test_false_claim_is_refused_with_the_number_then_mended_and_answered(
    desk: Desk, instructor: User
) -> None:
    form = type_question(desk.blank())
    form.option(1, claim_0_number="1e-30")  # the last loss is about 1e-23: the key's claim is false

    refused = desk.press(form, "_publish")
    page = refused.content.decode()
    assert "was not published; the draft is saved" in page
    assert "Option b is the key and claims that the final loss" in page
    assert "the simulation refutes it" in page
    assert "7.44 × 10⁻²⁴" in page
    item = Item.objects.get(slug="three-quarters-of-the-limit")
    assert item.state == State.DRAFT and not item.versions.exists()
    assert Client().get(item.get_absolute_url()).status_code == 404

    mended = desk.again(refused).option(1, claim_0_number="1e-6")
    published = desk.press(mended, "_publish", item)
    assert "is published as version 1" in published.content.decode()
    item.refresh_from_db()
    assert item.state == State.PUBLISHED
    assert item.current_version is not None and item.current_version.published_by == instructor
    assert "Published version 1." in desk.get("item_history", item.pk)

    learner = Client()
    shown = learner.get(item.get_absolute_url())
    assert shown.status_code == 200 and "It diverges" in shown.content.decode()
    answer = learner.get(reverse("api-question", args=[item.slug])).json()
    assert answer["version"] == 1
    assert [choice["text"] for choice in answer["choices"]] == [
        "It diverges",
        "The loss falls below one millionth",
        "The loss rises now and then",
    ]
    assert "key" not in answer


def test_a_cause_is_chosen_without_scripts_and_comes_back(desk: Desk) -> None:
    form = type_question(desk.blank()).fill(scenario_lr0="1.2")  # the limit is 1
    claim = {"claim_0_form": "cause", "claim_0_negate": ""}
    form.option(0, **claim, claim_0_cause="noise_floor", holds_at_lr="")
    form.option(1, **claim, claim_0_cause="")
    form.option(2, **claim | {"claim_0_negate": "not"}, claim_0_cause="too_high")
    refused = desk.press(form, "_save")
    assert "“Among its causes” is empty" in refused.content.decode()
    assert not Item.objects.exists()
    mended = desk.again(refused).option(1, claim_0_cause="too_high")
    published = desk.press(mended, "_publish")
    assert "is published as version 1" in published.content.decode()
    stored = {"a": {"cause": "noise_floor"}, "b": {"cause": "too_high"}, "c": {"not": {"cause": "too_high"}}}
    item = Item.objects.get()
    assert dict(item.choices.values_list("label", "claim")) == stored
    again = desk.open(item)
    assert again.values["choices-1-claim_0_form"] == ["cause"]
    assert again.values["choices-1-claim_0_cause"] == ["too_high"]
    assert again.values["choices-2-claim_0_negate"] == ["not"]


def test_the_fullest_form_has_not_too_many_fields(desk: Desk) -> None:
    """Eight options of as many statements as there may be; Django refuses a request of too many fields."""
    form = type_question(desk.blank())
    for index in range(8):
        for name, value in list(form.values.items()):
            if name.startswith("choices-3-"):
                form.values[name.replace("-3-", f"-{index}-", 1)] = value
        for part, number in product(part_names(), range(2, MOST)):
            form.option(index, **{f"claim_{number}_{part}": ""})
    form.fill(**{"choices-TOTAL_FORMS": 8})
    assert "Check" in desk.press(form, "_check").content.decode()


def test_a_true_distractor_is_refused(desk: Desk) -> None:
    form = type_question(desk.blank()).option(0, claim_0_status="converged", holds_at_lr="")
    page = desk.press(form, "_publish").content.decode()
    assert "Option a is a wrong option and claims that" in page
    assert "the simulation proves it" in page


def test_an_undecided_claim_is_refused(desk: Desk) -> None:
    form = type_question(desk.blank()).option(1, claim_0_number="7.5e-24")  # within 5 % of what is measured
    page = desk.press(form, "_publish").content.decode()
    assert "cannot decide it" in page


def test_neither_proved_nor_sourced_is_refused(desk: Desk) -> None:
    form = type_question(desk.blank()).fill(proof="cited", sources=[])
    for index in range(3):
        form.option(index, claim_0_form="", holds_at_lr="")
    page = desk.press(form, "_publish").content.decode()
    assert "Sources: Give at least one source." in page
    assert not Item.objects.get().versions.exists()


def test_cited_question_needs_no_claims(desk: Desk) -> None:
    form = type_question(desk.blank()).fill(proof="cited")
    for index in range(3):
        form.option(index, claim_0_form="", holds_at_lr="")
    assert "is published as version 1" in desk.press(form, "_publish").content.decode()


def test_flashcard_is_written_and_published(desk: Desk, references: None) -> None:
    query = "?kind=flashcard"
    form = desk.open(query=query)
    assert "stem" not in form.values and "choices-TOTAL_FORMS" not in form.values
    topic = form.options["topic"][1]
    form.fill(title="The limit", topic=topic, front="Where is the limit?", back="At $2/L$.")
    page = desk.press(form, "_publish", query=query).content.decode()
    assert "is published as version 1" in page
    item = Item.objects.get(slug="the-limit")
    assert item.kind == "flashcard" and item.current_version is not None
    assert "<math" in item.current_version.question["back_html"]


def test_draft_alone_changes_nothing_for_learners(desk: Desk) -> None:
    desk.press(type_question(desk.blank()), "_publish")
    item = Item.objects.get()
    page = desk.press(desk.open(item).fill(stem="A quite different question?"), "_continue", item)
    assert "draft differs from what learners see" in page.content.decode()
    assert "quite different" not in Client().get(item.get_absolute_url()).content.decode()
    assert "quite different" in desk.press(desk.open(item), "_check", item).content.decode()


def test_saving_without_a_change_changes_nothing(desk: Desk) -> None:
    for item in (make_question(also=["momentum"]), make_flashcard()):
        page = desk.press(desk.open(item), "_continue", item).content.decode()
        assert "draft differs" not in page
        assert "nothing changed" in desk.press(desk.open(item), "_publish", item).content.decode()


def test_two_people_do_not_overwrite_each_other_unseen(desk: Desk, writer: User) -> None:
    desk.press(type_question(desk.blank()), "_continue")
    item = Item.objects.get()
    mine, theirs = desk.open(item), desk.open(item)
    Desk(writer).press(theirs.fill(takeaway="Theirs."), "_continue", item)
    refused = desk.press(mine.fill(takeaway="Mine."), "_continue", item)
    assert "was saved by somebody else" in refused.content.decode()
    item.refresh_from_db()
    assert item.takeaway == "Theirs."
    desk.press(desk.again(refused), "_continue", item)
    item.refresh_from_db()
    assert item.takeaway == "Mine."


def test_options_are_labelled_in_order_when_one_is_deleted(desk: Desk) -> None:
    desk.press(type_question(desk.blank()), "_continue")
    item = Item.objects.get()
    assert item.key == "b"
    form = desk.open(item).option(0, DELETE="on")
    desk.press(form, "_continue", item)
    item.refresh_from_db()
    texts = list(item.choices.order_by("position").values_list("label", "text"))
    assert texts == [("a", "The loss falls below one millionth"), ("b", "The loss rises now and then")]
    assert item.key == "a"
