"""Unpublish, retire, versions and restoring, one by one and in bulk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.models import Item, State
from quizzes.tests.admin.conftest import Desk, type_question
from quizzes.tests.factory import make_draft, make_question, question_content

pytestmark = pytest.mark.django_db


def act(desk: Desk, action: str, items: list[Item], **more: str) -> str:
    data = {"action": action, "_selected_action": [item.pk for item in items], **more}
    response = desk.client.post(reverse("admin:quizzes_item_changelist"), data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("name", "state"), [("unpublish", "draft"), ("retire", "retired")])
def test_taking_away_asks_first(desk: Desk, name: str, state: str) -> None:
    item = make_question()
    address = reverse(f"admin:quizzes_item_{name}", args=[item.pk])
    assert "Yes, " in desk.client.get(address).content.decode()
    item.refresh_from_db()
    assert item.state == State.PUBLISHED
    assert desk.client.post(address, follow=True).status_code == 200
    item.refresh_from_db()
    assert item.state == state
    assert Client().get(item.get_absolute_url()).status_code in (404, 410)
    # and back again
    assert "is published as version 1" in desk.press(desk.open(item), "_publish", item).content.decode()
    assert Client().get(item.get_absolute_url()).status_code == 200


def test_taking_away_what_is_not_there_is_told(desk: Desk) -> None:
    item = make_draft(question_content())
    response = desk.client.get(reverse("admin:quizzes_item_unpublish", args=[item.pk]), follow=True)
    assert "is draft" in response.content.decode()
    assert desk.client.get(reverse("admin:quizzes_item_retire", args=[99999])).status_code == 404


def test_bulk_actions(desk: Desk) -> None:
    items = [make_question(), make_question()]
    assert "Yes, unpublish" in act(desk, "unpublish_items", items)
    assert Item.objects.filter(state=State.PUBLISHED).count() == 2
    assert "2 unpublished" in act(desk, "unpublish_items", items, confirmed="1")
    assert Item.objects.filter(state=State.DRAFT).count() == 2
    assert act(desk, "publish_items", items).count("is published as version 1") == 2
    assert "2 retired" in act(desk, "retire_items", items, confirmed="1")
    assert Item.objects.filter(state=State.RETIRED).count() == 2


def test_bulk_publishing_tells_what_was_refused(desk: Desk) -> None:
    good = make_question("good-one")
    content = question_content("bad-one")
    content["choices"][1]["claim"] = {"measure": "final_loss", "above": 5}
    bad = make_draft(content)
    page = act(desk, "publish_items", [good, bad])
    assert "“Title of bad-one” was not published" in page
    assert "Option b is the key" in page and "refutes it" in page
    assert "is published as it stands: nothing changed" in page


def test_versions_are_listed_shown_and_restored(desk: Desk) -> None:
    desk.press(type_question(desk.blank()), "_publish")
    item = Item.objects.get()
    desk.press(desk.open(item).fill(stem="A *second* wording?"), "_publish", item)
    page = desk.get("item_versions", item.pk)
    assert page.count("Look at it") == 2 and "grace" in page
    first = desk.get("item_version", item.pk, 1)
    assert "What happens?" in first and "second" not in first
    assert "Restore as draft" in first and "<svg" in first
    response = desk.client.post(reverse("admin:quizzes_item_restore", args=[item.pk, 1]), follow=True)
    assert "The draft is version 1 again" in response.content.decode()
    item.refresh_from_db()
    assert "What happens?" in item.stem
    assert item.current_version is not None and item.current_version.number == 2
    assert "draft differs from what learners see" in response.content.decode()
    published = desk.press(desk.open(item), "_publish", item).content.decode()
    assert "is published as version 3" in published


def test_restoring_what_names_a_lost_source_is_told(desk: Desk) -> None:
    item = make_question()
    item.sources.all().delete()
    response = desk.client.post(reverse("admin:quizzes_item_restore", args=[item.pk, 1]), follow=True)
    assert "no longer there" in response.content.decode()


def test_unknown_versions_are_not_found(desk: Desk) -> None:
    item = make_question()
    assert desk.client.get(reverse("admin:quizzes_item_version", args=[item.pk, 7])).status_code == 404
    assert desk.client.get(reverse("admin:quizzes_item_versions", args=["x"])).status_code == 404
    assert desk.client.get(reverse("admin:quizzes_item_restore", args=[item.pk, 1])).status_code == 405


def test_id_stays_once_published(desk: Desk) -> None:
    item = make_question("permanent-id")
    form = desk.open(item)
    assert "slug" not in form.values
    desk.press(form.fill(slug="another-id", title="Another title"), "_continue", item)
    item.refresh_from_db()
    assert (item.slug, item.title) == ("permanent-id", "Another title")
