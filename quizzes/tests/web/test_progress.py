"""The progress page."""

import pytest
from django.test import Client

from quizzes.tests.factory import KEY, WRONG, make_flashcard, make_question, make_user, respond
from quizzes.tests.web.forms import answered

pytestmark = pytest.mark.django_db


def test_an_empty_page_says_where_to_begin(client: Client) -> None:
    text = client.get("/progress/").content.decode()
    assert "Nothing answered yet" in text
    assert 'href="/next/"' in text


def test_numbers_history_and_calibration_are_ones_own(client: Client) -> None:
    one, two = make_question(), make_question()
    right = answered(client, one, KEY, confidence="sure")
    wrong = answered(client, two, WRONG, confidence="sure")
    answered(client, two, KEY, confidence="guess")
    answered(Client(), one, WRONG, confidence="unsure")
    page = client.get("/progress/")
    assert (page.context["responses"], page.context["share"]) == (3, 2 / 3)
    assert [topic.topic for topic in page.context["topics_started"]] == ["too-high"]
    assert [(row.label, row.correct, row.responses) for row in page.context["calibration"]] == [
        ("sure", 1, 2),
        ("guess", 1, 1),
    ]
    text = page.content.decode()
    assert "67 %" in text
    for response in (right, wrong):
        assert f'href="{response.get_absolute_url()}"' in text
    assert len(page.context["latest"]) == 3


def test_guests_are_told_how_to_keep_it_and_users_are_not(client: Client) -> None:
    answered(client, make_question())
    assert "belong to this browser" in client.get("/progress/").content.decode()
    client.force_login(make_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "belong to this browser" not in client.get("/progress/").content.decode()


def test_ratings_of_cards_are_not_in_the_history(client: Client) -> None:
    answered(client, make_question())
    from quizzes.models import Learner

    respond(Learner.objects.get(), make_flashcard())
    assert len(client.get("/progress/").context["latest"]) == 1
