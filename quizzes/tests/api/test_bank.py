from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from quizzes.models import Topic
from quizzes.services.publish_item import publish_item
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.api.bank import (
    EXPLANATION,
    LOOK_AT,
    TAKEAWAY,
    make_card,
    make_question,
    make_questions,
)
from quizzes.tests.api.client import ApiClient, assert_error
from quizzes.tests.factory import make_topic

QUESTION_KEYS = {"id", "version", "kind", "topic", "level", "stem", "stem_html", "choices", "variant"}
CARD_KEYS = {
    *("id", "version", "kind", "topic", "level", "front", "front_html", "back", "back_html", "simulation"),
}
LISTS = ("topics/", "questions/", "flashcards/")


def test_a_question_is_exactly_what_may_be_seen_before_the_answer(guest: ApiClient) -> None:
    make_question()
    question = guest.get("questions/overshoot-converges/").json()
    assert set(question) == QUESTION_KEYS
    assert question["id"] == "overshoot-converges"
    assert (question["version"], question["kind"], question["topic"]) == (1, "single_choice", "too-high")
    assert question["level"] == "intermediate"
    assert question["variant"] is None
    assert "<math" in question["stem_html"]
    assert [choice["id"] for choice in question["choices"]] == ["a", "b", "c", "d"]
    assert all(set(choice) == {"id", "text", "text_html"} for choice in question["choices"])
    assert guest.get("questions/").json()["results"] == [question]


def test_nothing_of_the_answer_is_in_any_public_answer(guest: ApiClient) -> None:
    make_question()
    make_card()
    addresses = [*LISTS, "questions/overshoot-converges/", "topics/too-high/", "scenarios/", "schema/", ""]
    for address in addresses:
        text = guest.get(address).content.decode()
        for secret in ("told afterwards", EXPLANATION[:30], TAKEAWAY, LOOK_AT, '"key"', "holds_at"):
            if address == "schema/" and secret == '"key"':
                continue  # the schema names the keys of a result
            assert secret not in text, (address, secret)


def test_a_flashcard_shows_both_sides_and_its_simulation(guest: ApiClient) -> None:
    make_card("card-plain")
    make_card("card-with-run", scenario=True)
    plain = guest.get("flashcards/card-plain/").json()
    assert set(plain) == CARD_KEYS
    assert (plain["kind"], plain["simulation"]) == ("flashcard", None)
    with_run = guest.get("flashcards/card-with-run/").json()
    assert set(with_run["simulation"]) == {"scenario", "svg", "png", "data", "description"}
    assert guest.client.get(with_run["simulation"]["data"]).status_code == 200
    assert guest.get("flashcards/").json()["count"] == 2


def test_topics_count_their_published_items(guest: ApiClient) -> None:
    make_question()
    make_card()
    later = make_topic("schedules")
    later.prerequisites.add(Topic.objects.get(slug="too-high"))
    topics = guest.get("topics/").json()
    assert [topic["id"] for topic in topics["results"]] == ["too-high", "schedules"]
    assert set(topics["results"][0]) == {
        *("id", "title", "summary", "prerequisites", "questions", "flashcards"),
    }
    assert (topics["results"][0]["questions"], topics["results"][0]["flashcards"]) == (1, 1)
    assert topics["results"][1]["prerequisites"] == ["too-high"]
    assert guest.get("topics/schedules/").json() == topics["results"][1]


def test_lists_are_filtered(guest: ApiClient) -> None:
    make_question("one", topic="too-high")
    make_question("two", topic="schedules", changes={"level": "advanced"})
    make_card("three", topic="schedules")

    def ids(path: str, **query: str) -> list[str]:
        answer = guest.get(path, query)
        assert answer.status_code == 200, answer.content
        return [entry["id"] for entry in answer.json()["results"]]

    assert ids("questions/", topic="schedules") == ["two"]
    assert ids("questions/", level="advanced") == ["two"]
    assert ids("questions/", kind="single_choice") == ["one", "two"]
    assert ids("questions/", kind="numeric") == []
    assert ids("questions/", topic="too-high", level="advanced") == []
    assert ids("flashcards/", kind="flashcard") == ["three"]
    assert ids("topics/", topic="schedules") == ["schedules"]
    assert ids("topics/", level="advanced") == ["schedules"]
    assert ids("topics/", kind="flashcard") == ["schedules"]


def test_updated_since_takes_a_moment_of_any_offset(guest: ApiClient) -> None:
    item = make_question()
    assert item.current_version is not None
    at = item.current_version.published_at

    def count(moment: str) -> int:
        return int(guest.get("questions/", {"updated_since": moment}).json()["count"])

    assert count(at.isoformat()) == 1
    assert count((at + timedelta(seconds=1)).isoformat()) == 0
    assert count("2020-01-01") == 1
    assert count((at + timedelta(hours=1)).astimezone(UTC).isoformat().replace("+00:00", "Z")) == 0
    # a "+" that was not percent-encoded
    answer = guest.client.get("/api/v1/questions/?updated_since=2020-01-01T00:00:00+02:00")
    assert answer.json()["count"] == 1


@pytest.mark.parametrize("path", [*LISTS, "scenarios/"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("level", value) for value in ("hard", "", "beginner,advanced")),
        *(("kind", value) for value in ("essay", "")),
        *(("topic", value) for value in ("no-such-topic", "Bad Slug", "", "x" * 500, "a\x00b")),
        *(("updated_since", value) for value in ("yesterday", "2026-01-01T00:00:00", "", "9999-99-99")),
        *(("page", value) for value in ("0", "-1", "two", "1e3", "9" * 30)),
        *(("page_size", value) for value in ("0", "501", "", "٣")),
    ],
)
def test_a_bad_parameter_is_named(guest: ApiClient, path: str, name: str, value: str) -> None:
    assert_error(guest.get(path, {name: value}), 400, field=name)


def test_a_parameter_given_twice_is_named(guest: ApiClient) -> None:
    for path in LISTS:
        assert_error(guest.get(f"{path}?level=beginner&level=advanced"), 400, field="level")
        assert_error(guest.get(f"{path}?page=1&page=2"), 400, field="page")
        assert_error(guest.get(f"{path}?page_size=1&page_size=2"), 400, field="page_size")


def test_the_message_about_a_level_tells_the_levels(guest: ApiClient) -> None:
    error = assert_error(guest.get("questions/?level=hard"), 400, field="level")
    assert "beginner, intermediate, advanced" in error["message"]


def test_an_empty_parameter_is_told_what_would_be_right(guest: ApiClient) -> None:
    error = assert_error(guest.get("questions/?topic="), 400, field="topic")
    assert "the id of a topic" in error["message"]
    error = assert_error(guest.get("questions/?kind="), 400, field="kind")
    assert "single_choice" in error["message"]


def test_lists_are_paged_in_a_stable_order(guest: ApiClient) -> None:
    make_questions(5)
    whole = [entry["id"] for entry in guest.get("questions/").json()["results"]]
    seen: list[str] = []
    address = "http://testserver/api/v1/questions/?page_size=2"
    while address:
        page = guest.client.get(address).json()
        assert page["count"] == 5
        seen += [entry["id"] for entry in page["results"]]
        address = page["next"]
    assert seen == whole
    last = guest.get("questions/", {"page": 3, "page_size": 2}).json()
    assert (len(last["results"]), last["next"]) == (1, None)
    assert last["previous"] == "http://testserver/api/v1/questions/?page=2&page_size=2"
    first = guest.client.get(guest.client.get(last["previous"]).json()["previous"]).json()
    assert [entry["id"] for entry in first["results"]] == whole[:2]
    assert_error(guest.get("questions/", {"page": 4, "page_size": 2}), 404, "unknown_page")


@pytest.mark.parametrize(
    "path", [*LISTS, "questions/overshoot-converges/", "flashcards/card-limit/", "topics/too-high/"]
)
def test_etags_change_with_the_bank_and_only_then(guest: ApiClient, path: str) -> None:
    make_question()
    make_card()
    answer = guest.get(path)
    etag = answer.headers["ETag"]
    assert "no-cache" in answer.headers["Cache-Control"]
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = guest.get(path, **{"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b""), given
        assert again.headers["ETag"] == etag
    assert guest.get(path, **{"If-None-Match": '"other"'}).status_code == 200
    later = make_topic("schedules")
    make_question("another", topic="schedules")
    Topic.objects.filter(slug="too-high").update(summary="Changed.")
    if path != "topics/too-high/":
        assert guest.get(path, **{"If-None-Match": etag}).status_code == 200
    assert later.pk


def test_an_etag_saves_the_rendering(guest: ApiClient, django_assert_max_num_queries: Any) -> None:
    make_questions(3)
    etag = guest.get("questions/").headers["ETag"]
    with django_assert_max_num_queries(1):
        assert guest.get("questions/", **{"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", LISTS)
def test_the_number_of_queries_does_not_grow(
    guest: ApiClient, path: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_questions(2)
    make_card("card-0", scenario=True)
    guest.get(path)
    with CaptureQueriesContext(connection) as few:
        guest.get(path)
    make_questions(6, topic="schedules")
    for number in range(1, 5):
        make_card(f"card-{number}", scenario=True)
    with django_assert_num_queries(len(few)):
        guest.get(path)
    assert len(few) <= 5


def test_a_new_version_is_shown_at_once(guest: ApiClient) -> None:
    item = make_question()
    item.stem = "Another stem."
    item.save()
    assert guest.get("questions/overshoot-converges/").json()["version"] == 1
    publish_item(item=item, by=None, at=timezone.now(), draw=False)
    question = guest.get("questions/overshoot-converges/").json()
    assert (question["version"], question["stem"]) == (2, "Another stem.")


def test_retired_is_gone_and_unknown_is_not_found(guest: ApiClient) -> None:
    item = make_question()
    make_card()
    for path in ("questions/nothing/", "flashcards/nothing/", "topics/nothing/", "scenarios/nothing/"):
        assert_error(guest.get(path), 404)
    assert_error(guest.get("questions/card-limit/"), 404)
    assert_error(guest.get("flashcards/overshoot-converges/"), 404)
    retire_item(item=item, by=None, at=timezone.now())
    gone = assert_error(guest.get("questions/overshoot-converges/"), 410, "gone")
    assert "retired" in gone["message"]
    assert guest.get("questions/").json()["results"] == []
    assert guest.get("topics/too-high/").json()["questions"] == 0


def test_an_unpublished_item_is_not_found(guest: ApiClient) -> None:
    item = make_question()
    unpublish_item(item=item, by=None, at=datetime.now(UTC))
    assert_error(guest.get("questions/overshoot-converges/"), 404)
    assert guest.get("questions/").json()["count"] == 0


def test_html_of_the_bank_holds_no_script(guest: ApiClient) -> None:
    make_question(changes={"stem": "Look <script>alert(1)</script> [here](javascript:alert(1)) **now**."})
    html = guest.get("questions/overshoot-converges/").json()["stem_html"]
    assert not re.search(r"<script|href=\"javascript", html, re.IGNORECASE)
