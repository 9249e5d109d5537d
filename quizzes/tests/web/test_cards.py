"""Flashcards: a session of due and new cards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from quizzes.models import Item, Memory, Response
from quizzes.services.retire_item import retire_item
from quizzes.tests.factory import make_flashcard, make_topic
from quizzes.tests.web.forms import HTMX

pytestmark = pytest.mark.django_db


def rate(client: Client, card: Item, rating: str = "good", *, htmx: bool = False, **fields: str):  # type: ignore[no-untyped-def]
    data = {"id": str(uuid4()), "rating": rating, **fields}
    return client.post(card.get_absolute_url(), data, headers=HTMX if htmx else {})


def test_a_session_begins_with_the_first_new_card_and_counts_them(client: Client) -> None:
    first = make_flashcard()
    make_flashcard()
    page = client.get("/cards/")
    text = page.content.decode()
    assert page.context["card"].slug == first.slug
    assert "Card 1 of 2" in text
    assert "<details" in text  # the back opens without JavaScript
    for label in ("Again", "Hard", "Good", "Easy"):
        assert label in text


def test_each_rating_says_when_the_card_would_come_back(client: Client) -> None:
    make_flashcard()
    shown = {rating.value: rating.comes_back for rating in client.get("/cards/").context["card"].ratings}
    assert shown == {"again": "10 minutes", "hard": "15 minutes", "good": "2 days", "easy": "8 days"}


def test_the_interval_shown_is_the_one_that_is_stored(client: Client) -> None:
    card = make_flashcard()
    rate(client, card, "easy")
    stored = Response.objects.get()
    assert stored.due_at is not None
    assert round((stored.due_at - stored.answered_at) / timedelta(days=1)) == 8


def test_rating_goes_on_to_the_next_card_until_done(client: Client) -> None:
    first, second = make_flashcard(), make_flashcard()
    sent = rate(client, first, done="0", total="2")
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"])
    assert page.context["card"].slug == second.slug
    assert "Card 2 of 2" in page.content.decode()
    done = client.get(rate(client, second, "again", done="1", total="2").headers["Location"]).content.decode()
    assert "Done for now" in done
    assert "You went through 2 cards." in done
    assert "comes back in 10 minutes" in done


def test_with_htmx_the_next_card_comes_at_once(client: Client) -> None:
    first, second = make_flashcard(), make_flashcard()
    shown = rate(client, first, htmx=True, done="0", total="2")
    assert shown.context["card"].slug == second.slug
    assert "<html" not in shown.content.decode()
    assert shown.headers["HX-Replace-Url"] == "/cards/?done=1&total=2"


def test_due_cards_come_before_new_ones(client: Client) -> None:
    old, last, _new = make_flashcard(), make_flashcard(), make_flashcard()
    rate(client, old)
    rate(client, last)  # what was answered just now is not asked again at once
    Memory.objects.update(due_at=timezone.now() - timedelta(days=1))
    page = client.get("/cards/")
    assert page.context["card"].slug == old.slug
    assert not page.context["card"].is_new


def test_a_session_can_keep_to_a_topic(client: Client) -> None:
    make_topic("what-is-a-learning-rate")
    make_flashcard(topic="what-is-a-learning-rate")
    card = make_flashcard(topic="too-high")
    page = client.get("/cards/", {"topic": "too-high"})
    assert (page.context["card"].slug, page.context["sitting"].total) == (card.slug, 1)
    sent = rate(client, card, topic="too-high", done="0", total="1")
    assert sent.headers["Location"] == "/cards/?topic=too-high&done=1&total=1"


def test_states_without_a_card(client: Client) -> None:
    assert "No cards yet" in client.get("/cards/").content.decode()
    rate(client, make_flashcard(), "easy")
    text = client.get("/cards/").content.decode()
    assert "No card is due" in text
    assert "comes back in 8 days" in text


def test_a_forged_rating_shows_the_card_again(client: Client) -> None:
    card = make_flashcard()
    for fields in ({"rating": "great"}, {"rating": ""}, {"rating": "good", "id": "x"}):
        shown = client.post(card.get_absolute_url(), {"id": str(uuid4())} | fields)
        assert shown.status_code == 200
        assert shown.context["card"].error
    assert not Response.objects.exists()


def test_the_same_rating_twice_counts_once(client: Client) -> None:
    card, response_id = make_flashcard(), str(uuid4())
    for _ in range(2):
        assert rate(client, card, id=response_id).status_code == 303
    assert Response.objects.count() == 1


def test_nonsense_in_the_address_is_no_error(client: Client) -> None:
    make_flashcard()
    for query in ("?done=-1&total=x", "?done=9999999999&total=3", "?total=0", "?topic=nothing", "?topic=%00"):
        assert client.get(f"/cards/{query}").status_code == 200


def test_a_retired_card_is_gone(client: Client) -> None:
    card = make_flashcard()
    retire_item(item=card, by=None, at=timezone.now())
    assert client.get(card.get_absolute_url()).status_code == 410
    assert rate(client, card).status_code == 410


def test_the_run_of_a_card_is_shown_on_demand(client: Client) -> None:
    card = make_flashcard()
    assert "<scenario-figure" not in client.get(card.get_absolute_url()).content.decode()
    assert "<scenario-figure" in client.get(card.get_absolute_url(), {"run": "1"}).content.decode()
