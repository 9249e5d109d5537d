"""The change list, the answers of an item and the inbox of reports."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quizzes.models import Item, Report
from quizzes.services.report_item import report_item
from quizzes.services.retire_item import retire_item
from quizzes.tests.admin.conftest import Desk
from quizzes.tests.factory import (
    NOW,
    make_draft,
    make_flashcard,
    make_guest,
    make_learner,
    make_question,
    question_content,
    respond,
)

pytestmark = pytest.mark.django_db


def report(item: Item, text: str = "The key is wrong.") -> Report:
    return report_item(
        learner=make_guest(), item=item, version=item.current_version, reason="wrong_key", text=text, at=NOW
    )


def listed(desk: Desk, query: str = "") -> list[str]:
    """Ids of the items that the change list shows."""
    return re.findall(r"<small class='quiet'>([^<]+)</small>", desk.get("item_changelist", query=query))


def test_list_shows_states_and_filters(desk: Desk) -> None:
    same, changed = make_question("same"), make_question("changed")
    retired, draft = make_question("gone"), make_draft(question_content("only-a-draft"))
    card = make_flashcard("card", topic="momentum")
    Item.objects.filter(pk=changed.pk).update(stem="Another question?")
    retire_item(item=retired)
    report(same)
    page = desk.get("item_changelist")
    assert page.count("draft differs</span>") == 1
    assert set(listed(desk)) == {item.slug for item in (same, changed, retired, draft, card)}
    assert listed(desk, "?draft=differs") == ["changed"]
    assert set(listed(desk, "?draft=same")) == {"same", "card"}
    assert listed(desk, "?reports=open") == ["same"]
    assert set(listed(desk, "?reports=none")) == {"changed", "gone", "only-a-draft", "card"}
    assert listed(desk, "?state__exact=retired") == ["gone"]
    assert listed(desk, "?kind__exact=flashcard") == ["card"]
    assert listed(desk, f"?topic__id__exact={card.topic_id}") == ["card"]
    assert listed(desk, "?q=Another+question") == ["changed"]
    assert set(listed(desk, "?q=diverges&kind__exact=single_choice")) == {
        "same",
        "changed",
        "gone",
        "only-a-draft",
    }


def queries_of(desk: Desk, name: str, query: str = "") -> int:
    desk.get(name, query=query)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        desk.get(name, query=query)
    return len(captured)


@pytest.mark.parametrize("query", ["", "?draft=differs", "?reports=open"])
def test_list_takes_as_many_queries_for_many_items_as_for_few(desk: Desk, query: str) -> None:
    few = [make_question(also=["momentum"]) for _ in range(3)]
    for item in few:
        Item.objects.filter(pk=item.pk).update(title="Changed")
        report(item)
    before = queries_of(desk, "item_changelist", query)
    for item in [make_question(also=["momentum"]) for _ in range(12)]:
        Item.objects.filter(pk=item.pk).update(title="Changed")
        report(item)
    assert queries_of(desk, "item_changelist", query) == before
    assert queries_of(desk, "report_changelist") < 20


def test_form_takes_as_many_queries_for_eight_options_as_for_three(desk: Desk) -> None:
    def queries(item: Item) -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get("item_change", item.pk)
        return len(captured)

    three = make_draft(question_content("three"))
    content = question_content("eight")
    content["choices"] = [
        {**content["choices"][0], "id": label, "text": f"Option {label}"} for label in "abcdefgh"
    ]
    eight = make_draft(content)
    queries(three)
    assert queries(eight) == queries(three)


def test_answers_show_shares_without_names(desk: Desk) -> None:
    item = make_question()
    for name, option, confidence in (
        ("Wilhelmina", "b", "sure"),
        ("Xanthippe", "a", "sure"),
        ("Yolanda", "b", "guess"),
        ("Zenobia", "b", None),
    ):
        respond(make_learner(name), item, option, confidence=confidence)
    page = desk.get("item_answers", item.pk)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "4 responses" in words and "4 learners" in words and "75 % right" in words
    assert re.search(r"b It converges key 3 .*?75 %", words)
    assert re.search(r"a It diverges 1 .*?25 %", words)
    assert re.search(r"c The loss rises now and then 0 .*?0 %", words)
    assert re.search(r"sure 2 .*?50 %", words) and re.search(r"guess 1 .*?100 %", words)
    for name in ("Wilhelmina", "Xanthippe", "Yolanda", "Zenobia", "example.org"):
        assert name not in page


def test_answers_of_a_card_and_of_nobody(desk: Desk) -> None:
    card, unanswered = make_flashcard(), make_question()
    respond(make_guest(), card, "hard")
    assert "How it was rated" in desk.get("item_answers", card.pk)
    assert "Nobody has answered it yet." in desk.get("item_answers", unanswered.pk)


def test_inbox_lists_open_reports_first_and_handles_them(desk: Desk, instructor: Any) -> None:
    item = make_question()
    old, new = report(item, "An old remark."), report(item, "A new remark.")
    desk.client.post(
        reverse("admin:quizzes_report_changelist"), {"action": "mark_handled", "_selected_action": [new.pk]}
    )
    new.refresh_from_db()
    assert new.handled_at is not None and new.handled_by == instructor
    page = desk.get("report_changelist")
    assert page.index("An old remark.") < page.index("A new remark.")
    assert "A new remark." not in desk.get("report_changelist", query="?handled=no")

    address = reverse("admin:quizzes_report_change", args=[old.pk])
    opened = desk.client.get(address).content.decode()
    assert reverse("admin:quizzes_item_change", args=[item.pk]) in opened
    assert reverse("admin:quizzes_item_version", args=[item.pk, 1]) in opened
    desk.client.post(address, {"note": "Mended in version 2.", "_handle": "1"})
    old.refresh_from_db()
    assert old.handled_by == instructor and old.note == "Mended in version 2."
    desk.client.post(address, {"note": old.note, "_reopen": "1"})
    old.refresh_from_db()
    assert old.handled_at is None and old.text == "An old remark."


def test_reports_cannot_be_added_or_rewritten(desk: Desk) -> None:
    filed = report(make_question())
    assert desk.client.get(reverse("admin:quizzes_report_add")).status_code == 403
    desk.client.post(
        reverse("admin:quizzes_report_change", args=[filed.pk]), {"text": "Forged", "_save": "1"}
    )
    filed.refresh_from_db()
    assert filed.text == "The key is wrong."


def test_topics_misconceptions_and_sources_can_be_written(desk: Desk) -> None:
    make_question()
    for name, data in (
        ("topic", {"title": "A topic", "slug": "a-topic", "position": 3}),
        ("misconception", {"belief": "A belief", "slug": "a-belief"}),
        ("source", {"citation": "Somebody (2020).", "slug": "somebody-2020", "url": "https://example.org/"}),
    ):
        added = desk.client.post(reverse(f"admin:quizzes_{name}_add"), data)
        assert added.status_code == 302, added.context["adminform"].form.errors
        assert desk.client.get(reverse(f"admin:quizzes_{name}_changelist")).status_code == 200


def test_every_page_of_the_admin_opens(desk: Desk) -> None:
    item = make_question()
    report(item)
    for name in ("index", "password_change"):
        assert desk.client.get(reverse(f"admin:{name}")).status_code == 200
    assert desk.client.get(reverse("admin:app_list", args=["quizzes"])).status_code == 200
    assert desk.client.get(reverse("admin:quizzes_item_history", args=[item.pk])).status_code == 200
