"""Who writes: an instructor as ``create_instructor`` makes one, and a writer who may not publish."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from quizzes.models import Item
from quizzes.tests.admin.page_form import PageForm, read_form
from quizzes.tests.factory import make_misconception, make_source, make_topic

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def instructor(db: None) -> User:
    call_command("create_instructor", "grace")
    return User.objects.get(username="grace")


@pytest.fixture
def writer(db: None) -> User:
    """Staff who may edit drafts and no more."""
    user = User.objects.create_user("writer", is_staff=True)
    codenames = ("add_item", "change_item", "view_item", "add_choice", "change_choice", "view_choice")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def desk(instructor: User) -> Desk:
    """The admin in the hands of an instructor."""
    return Desk(instructor)


@pytest.fixture
def references(db: None) -> None:
    """A topic, two misconceptions and a source to refer to."""
    make_topic("too-high")
    make_misconception("higher-is-faster")
    make_misconception("overshoot-means-failing")
    make_source("goh-2017")


_blank: list[PageForm] = []


class Desk:
    """Opens pages and posts forms as a browser without scripts would."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, backend=BACKEND)

    def get(self, name: str, *args: Any, query: str = "") -> str:
        response = self.client.get(reverse(f"admin:quizzes_{name}", args=args) + query)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def blank(self) -> PageForm:
        """The form of a new question. It is read once a test run: no choice in it that tests use differs."""
        if not _blank:
            _blank.append(self.open())
        return deepcopy(_blank[0])

    def open(self, item: Item | None = None, query: str = "") -> PageForm:
        """The form of an item, or of a new one."""
        html = self.get("item_change", item.pk) if item else self.get("item_add", query=query)
        return read_form(html, "item_form")

    def press(self, form: PageForm, button: str, item: Item | None = None, query: str = "") -> HttpResponse:
        """Post the form and follow redirects; the last page must be there."""
        address = (
            reverse("admin:quizzes_item_change", args=[item.pk])
            if item
            else reverse("admin:quizzes_item_add")
        )
        response = self.client.post(address + query, form.post(button), follow=True)
        assert response.status_code == 200, response.status_code
        return response

    @staticmethod
    def again(response: HttpResponse) -> PageForm:
        """The form on the page that came back."""
        return read_form(response.content.decode(), "item_form")


def type_question(form: PageForm) -> PageForm:
    """Fill in a whole question about one step rule: key ``b``, proved, with nothing typed as JSON."""
    topic, source = make_topic("too-high"), make_source("goh-2017")
    beliefs = [make_misconception("higher-is-faster"), make_misconception("overshoot-means-failing")]
    form.fill(
        title="Three quarters of the limit",
        topic=topic.pk,
        level="intermediate",
        sources=[source.pk],
        stem="Gradient descent on $x^2$ uses `lr = 0.75`. What happens?",
        explanation="Each step multiplies the distance by $1 - 2 \\cdot 0.75 = -0.5$.",
        look_at="The dots hop from side to side.",
        takeaway="Overshooting is not failing.",
        proof="proved",
        scenario_source="form",
        scenario_objective="quadratic",
        scenario_eigenvalues="2",
        scenario_start="3",
        scenario_steps="40",
        scenario_lr0="0.75",
        key="choices-1",
    )
    form.option(
        0,
        text="It diverges",
        feedback="That needs a rate above $2/L = 1$.",
        misconception=beliefs[1].pk,
        claim_0_form="status",
        claim_0_status="diverged",
        holds_at_lr="1.25",
    )
    form.option(
        1,
        text="The loss falls below one millionth",
        feedback="Each step halves the distance.",
        claim_0_form="final_loss",
        claim_0_relation="below",
        claim_0_number="1e-6",
    )
    form.option(
        2,
        text="The loss rises now and then",
        feedback="It never does below $2/L$.",
        misconception=beliefs[0].pk,
        claim_0_form="monotone",
        claim_0_monotone="false",
    )
    return form
