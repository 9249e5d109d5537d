"""Who may do what: learners nothing, writers drafts, instructors the bank, nobody a published version."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.models import Item, ItemVersion, Response, State
from quizzes.tests.admin.conftest import BACKEND, Desk, type_question
from quizzes.tests.factory import make_guest, make_question, respond

pytestmark = pytest.mark.django_db


def pages_of(item: Item) -> list[str]:
    one = [
        reverse(f"admin:quizzes_item_{name}", args=[item.pk])
        for name in ("change", "versions", "answers", "retire", "unpublish", "history", "delete")
    ]
    numbered = [reverse(f"admin:quizzes_item_{name}", args=[item.pk, 1]) for name in ("version", "restore")]
    return [
        *one,
        *numbered,
        reverse("admin:quizzes_item_changelist"),
        reverse("admin:quizzes_report_changelist"),
    ]


def test_learners_and_guests_see_none_of_it() -> None:
    item = make_question()
    learner = Client()
    learner.force_login(User.objects.create_user("learner"), backend=BACKEND)
    for client in (Client(), learner):
        for page in pages_of(item):
            response = client.get(page)
            assert response.status_code == 302 and "/login/" in response["Location"], page


def test_staff_without_rights_is_refused() -> None:
    item = make_question()
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True), backend=BACKEND)
    for page in pages_of(item):
        assert client.get(page).status_code in (403, 405), page


def test_writer_saves_drafts_and_cannot_publish(writer: User) -> None:
    desk = Desk(writer)
    form = type_question(desk.open())
    assert "_publish" not in form.buttons
    form.buttons["_publish"] = "forged"
    page = desk.press(form, "_publish").content.decode()
    assert "You may not publish" in page
    item = Item.objects.get()
    assert item.state == State.DRAFT and not item.versions.exists()


def test_writer_cannot_take_items_away(writer: User) -> None:
    item = make_question()
    desk = Desk(writer)
    for name in ("retire", "unpublish"):
        assert desk.client.post(reverse(f"admin:quizzes_item_{name}", args=[item.pk])).status_code == 403
    actions = {"action": "retire_items", "_selected_action": [item.pk], "confirmed": "1"}
    desk.client.post(reverse("admin:quizzes_item_changelist"), actions)
    item.refresh_from_db()
    assert item.state == State.PUBLISHED


def test_superuser_may_publish() -> None:
    desk = Desk(User.objects.create_superuser("root"))
    assert "is published as version 1" in desk.press(type_question(desk.blank()), "_publish").content.decode()


def test_who_may_only_look_gets_no_inputs() -> None:
    item = make_question()
    reader = User.objects.create_user("reader", is_staff=True)
    from django.contrib.auth.models import Permission

    reader.user_permissions.set(Permission.objects.filter(codename__in=("view_item", "view_choice")))
    client = Client()
    client.force_login(reader, backend=BACKEND)
    response = client.get(reverse("admin:quizzes_item_change", args=[item.pk]))
    assert response.status_code == 200
    assert b'name="_publish"' not in response.content and b'name="title"' not in response.content
    assert client.post(reverse("admin:quizzes_item_change", args=[item.pk]), {}).status_code == 403
    assert client.post(reverse("admin:quizzes_item_restore", args=[item.pk, 1])).status_code == 403


@pytest.mark.parametrize("who", ["instructor", "superuser"])
def test_versions_and_responses_are_read_only_for_all(who: str, instructor: User) -> None:
    respond(make_guest(), make_question())
    user = instructor if who == "instructor" else User.objects.create_superuser("root")
    client = Client()
    client.force_login(user, backend=BACKEND)
    for name, row in (("itemversion", ItemVersion.objects.get()), ("response", Response.objects.get())):
        assert client.get(reverse(f"admin:quizzes_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:quizzes_{name}_change", args=[row.pk])).status_code == 200
        assert (
            client.post(reverse(f"admin:quizzes_{name}_change", args=[row.pk]), {"x": "y"}).status_code == 403
        )
        assert client.get(reverse(f"admin:quizzes_{name}_delete", args=[row.pk])).status_code == 403
        assert client.get(reverse(f"admin:quizzes_{name}_add")).status_code == 403


def test_published_item_cannot_be_deleted(desk: Desk) -> None:
    item = make_question()
    response = desk.client.post(reverse("admin:quizzes_item_delete", args=[item.pk]), {"post": "yes"})
    assert response.status_code in (200, 403) and Item.objects.filter(pk=item.pk).exists()
    assert "deletelink" not in desk.get("item_change", item.pk)
