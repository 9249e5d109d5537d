from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from quizzes.models import Response
from quizzes.services.retire_item import retire_item
from quizzes.tests.api.bank import EXPLANATION, FEEDBACK, make_card, make_question
from quizzes.tests.api.client import ApiClient, assert_error, response_to

RESULT_KEYS = {
    *("id", "status", "score", "correct", "key", "feedback", "explanation", "explanation_html", "proof"),
    *("simulation", "due"),
}


def test_a_response_is_recorded_and_everything_told(learner: ApiClient) -> None:
    make_question()
    sent = response_to("overshoot-converges", {"choice": "a"}, confidence="sure", elapsed_ms=1200, version=1)
    answer = learner.post("responses/", sent)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert set(told) == RESULT_KEYS
    assert told["id"] == sent["id"]
    assert told["status"] == "recorded"
    assert (told["score"], told["correct"], told["key"]) == (0.0, False, {"choice": "c"})
    assert [each["choice"] for each in told["feedback"]] == ["a", "b", "c", "d"]
    assert set(told["feedback"][0]) == {"choice", "text", "text_html"}
    assert told["feedback"][0]["text"] == FEEDBACK.format("a")
    assert told["explanation"] == EXPLANATION
    assert "<math" in told["explanation_html"]
    assert told["proof"]["verdict"] == "proved"
    assert {claim["choice"]: claim["verdict"] for claim in told["proof"]["claims"]} == {
        "a": "refuted",
        "b": "refuted",
        "c": "proved",
        "d": "refuted",
    }
    assert all(set(claim) == {"choice", "verdict", "measured"} for claim in told["proof"]["claims"])
    assert "Goh" in told["proof"]["sources"][0]
    assert datetime.fromisoformat(told["due"]) > timezone.now()
    assert Response.objects.get(pk=sent["id"]).elapsed_ms == 1200


def test_the_figure_of_a_result_can_be_had(learner: ApiClient) -> None:
    make_question()
    block = learner.post("responses/", response_to("overshoot-converges")).json()["simulation"]
    assert set(block) == {"scenario", "svg", "png", "data", "description"}
    assert block["scenario"]["objective"]["name"] == "quadratic"
    assert "120 steps" in block["description"] or block["description"]
    for form in ("svg", "png", "data"):
        assert block[form].startswith("http://testserver/api/v1/")
    data = learner.client.get(block["data"])
    assert data.status_code == 200, data.content
    ran = learner.post("simulations/", block["scenario"])
    assert ran.status_code == 200
    assert ran.json()["runs"][0]["status"] == "converged"


def test_a_flashcard_is_rated(learner: ApiClient) -> None:
    make_card()
    told = learner.post("responses/", response_to("card-limit", {"rating": "good"})).json()
    assert (told["correct"], told["key"], told["feedback"], told["proof"]) == (True, None, [], None)
    assert told["simulation"] is None
    assert told["due"] is not None


def test_the_same_id_again_gives_the_stored_result_whatever_the_body(learner: ApiClient) -> None:
    make_question()
    sent = response_to("overshoot-converges", {"choice": "c"})
    first = learner.post("responses/", sent).json()
    for body in (sent, {**sent, "response": {"choice": "a"}}, {"id": sent["id"]}, {**sent, "item": "other"}):
        again = learner.post("responses/", body)
        assert again.status_code == 200
        assert again.json() == {**first, "status": "duplicate"}
    assert Response.objects.count() == 1


def test_a_strangers_id_is_rejected_and_reveals_nothing(learner: ApiClient) -> None:
    make_question()
    other = ApiClient.of_new_learner()
    sent = response_to("overshoot-converges", {"choice": "c"})
    other.post("responses/", sent)
    error = assert_error(learner.post("responses/", sent), 409)
    assert error["message"]
    body = learner.post("responses/", [sent]).json()[0]
    assert set(body) == {"id", "status", "error"}
    assert body["status"] == "rejected"
    assert_error(learner.get(f"responses/{sent['id']}/"), 404)
    assert Response.objects.count() == 1


def test_a_list_is_answered_in_its_order_and_one_bad_entry_harms_no_other(learner: ApiClient) -> None:
    make_question()
    make_card()
    now = datetime.now(UTC)
    good = [response_to("overshoot-converges"), response_to("card-limit", {"rating": "easy"})]
    bad = [
        (response_to("no-such-item"), "unknown_item"),
        (response_to("overshoot-converges", {"choice": "z"}), "unknown_choice"),
        (response_to("overshoot-converges", answered_at="2026-01-01T10:00:00"), "naive_time"),
        (
            response_to("overshoot-converges", answered_at=(now + timedelta(minutes=6)).isoformat()),
            "future_time",
        ),
        (response_to("overshoot-converges", {"rating": "good"}), "wrong_form"),
        (response_to("card-limit", {"rating": None}), "bad_value"),
        (response_to("overshoot-converges", id="not-a-uuid"), "bad_id"),
        (response_to("overshoot-converges", version=9), "unknown_version"),
        (response_to("overshoot-converges", typo=1), "unknown_key"),
        ({}, "missing_key"),
        (7, "not_an_object"),
        (response_to("overshoot-converges", confidence="very"), "bad_value"),
        (response_to("overshoot-converges", attempt=str(uuid.uuid4())), "unknown_attempt"),
    ]
    sent: list[Any] = [good[0], *(body for body, _code in bad), good[1], good[0]]
    answer = learner.post("responses/", sent)
    assert answer.status_code == 200
    told = answer.json()
    assert [each["status"] for each in told] == [
        "recorded",
        *["rejected"] * len(bad),
        "recorded",
        "duplicate",
    ]
    assert [each["error"]["code"] for each in told[1 : 1 + len(bad)]] == [code for _body, code in bad]
    assert all(each["error"]["message"] for each in told[1 : 1 + len(bad)])
    assert [each["id"] for each in told[1:7]] == [body["id"] for body in sent[1:7]]
    assert told[7]["id"] == "not-a-uuid"
    assert Response.objects.count() == 2


def test_one_rejected_object_is_an_error_in_the_one_shape(learner: ApiClient) -> None:
    make_question()
    assert_error(
        learner.post("responses/", response_to("overshoot-converges", {"choice": "z"})),
        400,
        "unknown_choice",
        "response.choice",
    )
    assert_error(learner.post("responses/", response_to("nothing")), 400, "unknown_item", "item")
    assert_error(learner.post("responses/", "text"), 400)
    assert_error(learner.post("responses/", "7"), 400, "not_an_object")
    assert_error(learner.post("responses/", ""), 400, "missing_key", "id")


def test_a_retired_item_is_not_answered(learner: ApiClient) -> None:
    item = make_question()
    retire_item(item=item, by=None, at=timezone.now())
    assert_error(learner.post("responses/", response_to("overshoot-converges")), 410, "retired_item")


@pytest.mark.parametrize("count", [0, 501])
def test_the_length_of_a_list_is_bounded(learner: ApiClient, count: int) -> None:
    answer = learner.post("responses/", [{}] * count)
    if count:
        assert_error(answer, 400, "too_many_responses")
    else:
        assert answer.json() == []


def test_responses_are_read_back_by_their_owner_only(learner: ApiClient) -> None:
    make_question()
    make_card()
    sent = [
        response_to("overshoot-converges", {"choice": "b"}, confidence="guess", elapsed_ms=5),
        response_to("card-limit", {"rating": "again"}),
    ]
    told = learner.post("responses/", sent).json()
    answer = learner.get("responses/")
    assert "no-store" in answer.headers["Cache-Control"]
    listed = answer.json()
    assert (listed["count"], listed["next"], listed["previous"]) == (2, None, None)
    by_id = {each["id"]: each for each in listed["results"]}
    for one, result in zip(sent, told, strict=True):
        stored = by_id[one["id"]]
        assert {key: stored[key] for key in RESULT_KEYS} == result
        assert stored["item"] == one["item"]
        assert stored["response"] == one["response"]
        assert stored["version"] == 1
        alone = learner.get(f"responses/{one['id']}/")
        assert alone.json() == stored
        assert learner.get(f"responses/{one['id'].upper()}/").json() == stored
    assert by_id[sent[0]["id"]]["confidence"] == "guess"
    assert by_id[sent[1]["id"]]["confidence"] is None
    assert ApiClient.of_new_learner().get("responses/").json()["count"] == 0
    assert_error(learner.get(f"responses/{uuid.uuid4()}/"), 404)
    assert_error(learner.get("responses/nothing/"), 404)


def test_since_takes_a_moment_with_offset(learner: ApiClient) -> None:
    make_card()
    first = response_to("card-limit", {"rating": "good"})
    learner.post("responses/", first)
    between = timezone.now()
    second = response_to("card-limit", {"rating": "good"})
    learner.post("responses/", second)
    found = learner.get("responses/", {"since": between.isoformat()}).json()["results"]
    assert [each["id"] for each in found] == [second["id"]]
    assert learner.get("responses/", {"since": "2020-01-01"}).json()["count"] == 2
    for wrong in ("yesterday", "2026-01-01T00:00:00", "", "9999-99-99"):
        assert_error(learner.get("responses/", {"since": wrong}), 400, field="since")
    assert_error(learner.get("responses/?since=2020-01-01&since=2021-01-01"), 400, field="since")


def test_the_list_is_paged(learner: ApiClient) -> None:
    make_card()
    sent = [response_to("card-limit", {"rating": "good"}) for _ in range(5)]
    learner.post("responses/", sent)
    seen: list[str] = []
    address = "responses/?page_size=2"
    while address:
        page = learner.get(address.removeprefix("http://testserver/api/v1/")).json()
        assert page["count"] == 5
        seen += [each["id"] for each in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(each["id"] for each in sent)


def test_a_batch_takes_few_queries_however_long(
    learner: ApiClient, django_assert_max_num_queries: Any
) -> None:
    make_question()
    make_card()
    batch = [response_to("overshoot-converges") for _ in range(250)]
    batch += [response_to("card-limit", {"rating": "good"}) for _ in range(250)]
    with django_assert_max_num_queries(40):
        told = learner.post("responses/", batch).json()
    assert {each["status"] for each in told} == {"recorded"}


def test_without_a_token_nothing_is_recorded_or_read(guest: ApiClient) -> None:
    make_question()
    for answer in (
        guest.post("responses/", response_to("overshoot-converges")),
        guest.get("responses/"),
        guest.get(f"responses/{uuid.uuid4()}/"),
        guest.get("progress/"),
    ):
        assert_error(answer, 401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"]
    assert Response.objects.count() == 0


def test_progress_counts_what_was_answered(learner: ApiClient) -> None:
    make_question()
    make_card()
    learner.post("responses/", response_to("overshoot-converges", {"choice": "c"}))
    learner.post("responses/", response_to("card-limit", {"rating": "again"}))
    progress = learner.get("progress/").json()
    assert set(progress) == {"topics", "due"}
    row = progress["topics"][0]
    assert set(row) == {"topic", "responses", "correct", "due", "remembered"}
    assert (row["topic"], row["responses"], row["correct"]) == ("too-high", 2, 1)
    assert 0 <= row["remembered"] <= 1
    fresh = ApiClient.of_new_learner().get("progress/").json()
    assert fresh["topics"][0]["remembered"] is None
    assert fresh["due"] == 0
