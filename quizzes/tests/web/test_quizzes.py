"""A quiz: start, place by place, summary, misses again."""

from uuid import uuid4

import pytest
from django.test import Client

from quizzes.models import Attempt, Learner, Response
from quizzes.services.retire_item import retire_item
from quizzes.tests.factory import KEY, WRONG, make_question, make_topic
from quizzes.tests.web.forms import HTMX

pytestmark = pytest.mark.django_db


def start(client: Client, **fields: object) -> Attempt:
    sent = client.post("/quizzes/", fields)
    assert sent.status_code == 303
    return Attempt.objects.get(pk=sent.headers["Location"].split("/")[2])


def answer_place(client: Client, address: str, choice: str, **headers: str):  # type: ignore[no-untyped-def]
    return client.post(address, {"id": str(uuid4()), "choice": choice}, headers=headers)


def test_the_start_offers_topics_that_have_questions(client: Client) -> None:
    make_topic("empty", title="An empty topic")
    make_question()
    text = client.get("/quizzes/").content.decode()
    assert 'name="topics" value="too-high"' in text
    assert "An empty topic" not in text
    assert not Learner.objects.exists()


def test_a_quiz_keeps_to_its_topics_and_size(client: Client) -> None:
    make_topic("what-is-a-learning-rate")
    for topic in ("what-is-a-learning-rate", "too-high"):
        for _ in range(6):
            make_question(topic=topic)
    attempt = start(client, topics=["too-high"], size="5")
    assert attempt.places.count() == 5
    assert set(attempt.places.values_list("version__topic__slug", flat=True)) == {"too-high"}
    assert start(client, size="10").places.count() == 10


def test_forged_sizes_and_topics_are_held_in_bounds(client: Client) -> None:
    make_question()
    assert start(client, size="999999", topics=["nothing"]).places.count() == 1


def test_without_questions_there_is_nothing_to_start(client: Client) -> None:
    sent = client.post("/quizzes/", {})
    assert sent.status_code == 200
    assert not Attempt.objects.exists()


def test_a_quiz_from_start_to_summary(client: Client) -> None:
    for _ in range(3):
        make_question()
    attempt = start(client, size="5")
    here = client.get(attempt.get_absolute_url()).headers["Location"]
    assert here == f"/attempts/{attempt.pk}/1/"
    page = client.get(here)
    assert "Question 1 of 3" in page.content.decode()
    assert page.context["asked"].place.done == 0

    sent = answer_place(client, here, KEY)
    feedback = client.get(sent.headers["Location"])
    assert "Question 1 of 3" in feedback.content.decode()
    assert feedback.context["feedback"].place.done == 1
    assert feedback.context["feedback"].next_url == f"/attempts/{attempt.pk}/2/"

    swapped = answer_place(client, f"/attempts/{attempt.pk}/2/", WRONG, **HTMX)
    assert 'hx-swap-oob="true"' in swapped.content.decode()
    assert swapped.context["feedback"].place.done == 2

    sent = answer_place(client, f"/attempts/{attempt.pk}/3/", KEY)
    last = client.get(sent.headers["Location"]).context["feedback"]
    assert (last.next_label, last.next_url) == ("See the summary", f"/attempts/{attempt.pk}/summary/")
    attempt.refresh_from_db()
    assert attempt.finished_at is not None
    assert client.get(attempt.get_absolute_url()).headers["Location"] == last.next_url

    text = client.get(last.next_url).content.decode()
    assert "2 of 3 right" in text
    missed = Response.objects.get(correct=False)
    assert f'href="/responses/{missed.pk}/"' in text
    assert "Practise the miss again" in text
    assert "Too high: 2 of 3 right" in text


def test_misses_can_be_practised_again(client: Client) -> None:
    for _ in range(3):
        make_question()
    attempt = start(client)
    for place, choice in ((1, WRONG), (2, KEY), (3, WRONG)):
        answer_place(client, f"/attempts/{attempt.pk}/{place}/", choice)
    missed = Response.objects.filter(correct=False).order_by("recorded_at")
    retired = missed[1].item
    retire_item(item=retired, by=None, at=attempt.created_at)
    sent = client.post(f"/attempts/{attempt.pk}/again/")
    again = Attempt.objects.get(pk=sent.headers["Location"].split("/")[2])
    assert again.pk != attempt.pk
    assert [place.version.item for place in again.places.all()] == [missed[0].item]


def test_nothing_missed_nothing_again(client: Client) -> None:
    make_question()
    attempt = start(client)
    answer_place(client, f"/attempts/{attempt.pk}/1/", KEY)
    assert "Nothing missed" in client.get(f"/attempts/{attempt.pk}/summary/").content.decode()
    assert client.post(f"/attempts/{attempt.pk}/again/").headers["Location"] == attempt.get_absolute_url()
    assert Attempt.objects.count() == 1


def test_a_place_is_answered_once(client: Client) -> None:
    make_question()
    attempt = start(client)
    here = f"/attempts/{attempt.pk}/1/"
    first = answer_place(client, here, WRONG).headers["Location"]
    assert answer_place(client, here, KEY).headers["Location"] == first
    assert client.get(here).headers["Location"] == first.removesuffix("#feedback")
    assert Response.objects.get().response == {"choice": WRONG}


def test_the_place_without_an_option_is_put_again(client: Client) -> None:
    make_question()
    attempt = start(client)
    shown = client.post(f"/attempts/{attempt.pk}/1/", {"id": str(uuid4())})
    assert shown.status_code == 200
    assert "Question 1 of 1" in shown.content.decode()


def test_a_quiz_is_its_learners_alone(client: Client) -> None:
    make_question()
    attempt = start(client)
    stranger = Client()
    for address in ("", "1/", "summary/"):
        assert stranger.get(f"/attempts/{attempt.pk}/{address}").status_code == 404
    assert stranger.post(f"/attempts/{attempt.pk}/again/").status_code == 404
    assert client.get(f"/attempts/{attempt.pk}/9/").status_code == 404
    assert client.get(f"/attempts/{attempt.pk}/0/").status_code == 404


def test_an_unfinished_quiz_can_be_taken_up(client: Client) -> None:
    make_question()
    attempt = start(client)
    assert f'href="{attempt.get_absolute_url()}"' in client.get("/quizzes/").content.decode()
    text = client.get(f"/attempts/{attempt.pk}/summary/").content.decode()
    assert "not answered" in text
