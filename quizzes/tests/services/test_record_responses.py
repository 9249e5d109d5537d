"""Recording: once, in order, nothing lost, nothing revealed."""

import random
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from quizzes.core.responses import ResponseError, parse_response
from quizzes.models import Learner, Memory, Response
from quizzes.services.attempts import start_attempt
from quizzes.services.memories import MEMORY_FIELDS, rebuild_memories
from quizzes.services.record_responses import (
    BATCH_LIMIT,
    BatchTooLarge,
    Recorded,
    record_responses,
    result_of,
)
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import (
    NOW,
    make_flashcard,
    make_guest,
    make_learner,
    make_question,
    publish,
    respond,
    response_data,
)

LATER = NOW + timedelta(days=1)


def post(learner: Learner, *data: Any, at: Any = NOW) -> list[Recorded]:
    """As a door does: what does not parse stands as its error."""
    parsed: list[Any] = []
    for body in data:
        try:
            parsed.append(parse_response(body, at))
        except ResponseError as error:
            parsed.append(error)
    return record_responses(learner=learner, responses=parsed, at=at)


def codes(outcomes: list[Recorded]) -> list[str]:
    return [outcome.error["code"] if outcome.error else outcome.status for outcome in outcomes]


def memories_of(learner: Learner) -> dict[int, tuple[Any, ...]]:
    rows = Memory.objects.filter(learner=learner).values_list("item_id", *MEMORY_FIELDS)
    return {row[0]: row[1:] for row in rows}


@pytest.mark.django_db
class TestOne:
    def test_a_right_answer_is_graded_scheduled_and_told(self) -> None:
        learner, item = make_guest(), make_question("q")
        data = response_data(item, confidence="sure", elapsed_ms=900, shown_order=["c", "b", "a"])
        (outcome,) = post(learner, data)
        assert outcome.status == "recorded" and outcome.response is not None
        stored = Response.objects.get()
        assert (stored.score, stored.correct, stored.confidence) == (1.0, True, "sure")
        assert stored.shown_order == ["c", "b", "a"] and stored.elapsed_ms == 900
        assert stored.due_at == Memory.objects.get().due_at > NOW + timedelta(days=1)
        result = result_of(outcome.response)
        assert result["key"] == {"choice": "b"} and result["correct"] is True
        assert result["due"] == stored.due_at
        assert [entry["choice"] for entry in result["feedback"]] == ["a", "b", "c"]
        assert result["proof"]["claims"][0]["verdict"] == "refuted"
        assert result["scenario"]["steps"] == 40

    def test_a_wrong_answer_comes_back_soon(self) -> None:
        response = respond(make_guest(), make_question("q"), "a", confidence="sure")
        assert response.score == 0.0
        assert response.due_at == NOW + timedelta(minutes=10)

    def test_a_flashcard_takes_a_rating_and_has_no_key(self) -> None:
        response = respond(make_guest(), make_flashcard("c"), "easy")
        result = result_of(response)
        assert (result["key"], result["proof"], result["feedback"]) == (None, None, [])
        assert response.correct

    def test_the_same_id_again_gives_the_stored_result_whatever_the_body(self) -> None:
        learner, item = make_guest(), make_question("q")
        data = response_data(item, "a")
        first = post(learner, data)[0].response
        assert first is not None
        for body in (
            data,
            {**data, "response": {"choice": "b"}},
            {**data, "item": "no-such-item"},
            {"id": data["id"]},
            {"id": data["id"], "nonsense": True},
        ):
            (again,) = post(learner, body, at=LATER)
            assert again.status == "duplicate" and again.response == first
            assert again.response is not None and again.response.due_at == first.due_at
            assert result_of(again.response) == result_of(first)
        assert Response.objects.count() == 1 and Memory.objects.get().reviews == 1

    def test_an_id_of_somebody_else_is_rejected_and_tells_nothing(self) -> None:
        owner, stranger, item = make_guest(), make_guest(), make_question("q")
        data = response_data(item, "a")
        post(owner, data)
        (outcome,) = post(stranger, data)
        assert outcome.status == "rejected" and outcome.response is None
        assert outcome.error == {
            "code": "id_not_available",
            "message": "This id cannot be used. Make a new UUID.",
        }
        assert codes(post(stranger, {**data, "item": "no-such-item"})) == ["unknown_item"]
        assert Response.objects.get().learner == owner

    def test_a_version_shown_before_is_graded_by_its_own_key(self) -> None:
        learner, item = make_guest(), make_question("q")
        item.stem = "Changed"
        item.save()
        publish(item)
        assert respond(learner, item, version=1).version.number == 1
        assert respond(learner, item).version.number == 2
        assert codes(post(learner, response_data(item, version=3))) == ["unknown_version"]

    def test_items_that_are_not_there_are_named(self) -> None:
        learner = make_guest()
        retired, unpublished = make_question("retired"), make_question("unpublished")
        retire_item(item=retired)
        unpublish_item(item=unpublished)
        outcomes = post(
            learner,
            response_data("no-such-item"),
            response_data(retired),
            response_data(unpublished),
            response_data(make_question("q"), variant="7f3a"),
            response_data("q", "z"),
            {**response_data("q"), "response": {"rating": "good"}},
            response_data("q", shown_order=["a", "b"]),
            response_data("q", shown_order=["a", "b", "b"]),
        )
        assert codes(outcomes) == [
            "unknown_item",
            "retired_item",
            "unknown_item",
            "unknown_variant",
            "unknown_choice",
            "wrong_form",
            "bad_value",
            "bad_value",
        ]
        assert not Response.objects.exists() and not Memory.objects.exists()

    def test_an_attempt_must_be_ones_own_and_hold_the_item(self) -> None:
        learner, other = make_guest(), make_guest()
        item = make_question("q")
        attempt = start_attempt(learner=learner, at=NOW, seed=1)
        outside = make_question("outside")
        assert codes(post(other, response_data(item, attempt=str(attempt.pk)))) == ["unknown_attempt"]
        assert codes(post(learner, response_data(item, attempt=str(uuid.uuid4())))) == ["unknown_attempt"]
        assert codes(post(learner, response_data(outside, attempt=str(attempt.pk)))) == ["not_in_attempt"]
        retire_item(item=item)
        assert codes(post(learner, response_data(item, attempt=str(attempt.pk)))) == ["recorded"]

    def test_a_guest_that_was_merged_records_for_the_account(self) -> None:
        account, guest, item = make_learner(), make_guest(), make_question("q")
        guest.merged_into = account
        guest.save()
        assert respond(guest, item).learner == account


@pytest.mark.django_db
class TestBatch:
    def test_a_bad_response_does_not_affect_the_others_and_order_is_kept(self) -> None:
        learner, item = make_guest(), make_question("q")
        good = [response_data(item, answered_at=(NOW - timedelta(hours=n)).isoformat()) for n in (3, 2, 1)]
        outcomes = post(learner, good[0], {"id": "x"}, good[1], "nonsense", good[0], good[2])
        assert codes(outcomes) == [
            *("recorded", "missing_key", "recorded", "not_an_object", "duplicate", "recorded"),
        ]
        assert [str(outcome.id) for outcome in outcomes if outcome.id] == [
            *(good[0]["id"], good[1]["id"], good[0]["id"], good[2]["id"]),
        ]
        assert Memory.objects.get().reviews == 3

    def test_a_rejected_body_does_not_use_up_its_id(self) -> None:
        learner, item = make_guest(), make_question("q")
        data = response_data(item)
        outcomes = post(learner, {**data, "response": {"choice": "z"}}, data)
        assert codes(outcomes) == ["unknown_choice", "recorded"]

    def test_more_than_the_limit_is_refused_whole(self) -> None:
        learner, item = make_guest(), make_question("q")
        with pytest.raises(BatchTooLarge):
            post(learner, *(response_data(item) for _ in range(BATCH_LIMIT + 1)))
        assert not Response.objects.exists()

    def test_the_number_of_queries_does_not_grow_with_the_batch(
        self, django_assert_max_num_queries: Any
    ) -> None:
        learner = make_guest()
        items = [make_question() for _ in range(6)]
        batch = [
            response_data(item, answered_at=(NOW - timedelta(minutes=n)).isoformat())
            for n, item in enumerate(items * 20)
        ]
        with django_assert_max_num_queries(14):
            assert set(codes(post(learner, *batch))) == {"recorded"}

    def test_late_answers_give_the_same_memory_as_answers_in_time(self) -> None:
        item, other = make_question("q"), make_flashcard("c")
        batch = [
            response_data(
                (item, other)[n % 2],
                ("b", "good", "a", "again", "b", "easy")[n % 6],
                answered_at=(NOW - timedelta(days=40 - n)).isoformat(),
            )
            for n in range(24)
        ]
        in_time, late, at_once = make_guest(), make_guest(), make_guest()
        shuffled = random.Random(5).sample(batch, len(batch))
        for data in batch:
            post(in_time, {**data, "id": str(uuid.uuid5(uuid.UUID(int=1), data["id"]))})
        for data in shuffled:
            post(late, {**data, "id": str(uuid.uuid5(uuid.UUID(int=2), data["id"]))})
        post(at_once, *shuffled)
        assert memories_of(in_time) == memories_of(late) == memories_of(at_once)
        assert len(memories_of(late)) == 2
        before = memories_of(late)
        Memory.objects.filter(learner=late).delete()
        assert rebuild_memories(learner=late) == 2
        assert memories_of(late) == before


@pytest.mark.django_db(transaction=True)
def test_five_hundred_responses_posted_twice_and_shuffled_by_four_clients() -> None:
    """Each is recorded once, whoever is first; those of somebody else are rejected; memories are as if in
    order."""
    learner, stranger = make_guest(), make_guest()
    items = [make_question() for _ in range(3)] + [make_flashcard()]
    batch = [
        response_data(
            items[n % 4],
            "good" if n % 4 == 3 else "ab"[n % 2],
            answered_at=(NOW - timedelta(minutes=3 * n)).isoformat(),
        )
        for n in range(480)
    ]
    foreign = [response_data(items[n % 3]) for n in range(20)]
    post(stranger, *foreign)
    everything = batch + foreign
    failures: list[BaseException] = []
    outcomes: list[list[Recorded]] = []

    def client(seed: int) -> None:
        try:
            mine = random.Random(seed).sample(everything, len(everything))
            for part in (mine[:250], mine[250:]):
                outcomes.append(post(learner, *part))
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    told = [outcome for part in outcomes for outcome in part]
    assert sum(outcome.status == "recorded" for outcome in told) == 480
    assert sum(outcome.status == "rejected" for outcome in told) == 4 * 20
    assert sum(outcome.status == "duplicate" for outcome in told) == 3 * 480
    assert {outcome.status for outcome in post(learner, *everything[:480])} == {"duplicate"}
    assert Response.objects.filter(learner=learner).count() == 480
    assert Response.objects.filter(learner=stranger).count() == 20
    before = memories_of(learner)
    assert sum(row[MEMORY_FIELDS.index("reviews")] for row in before.values()) == 480
    rebuild_memories(learner=learner)
    assert memories_of(learner) == before


@pytest.mark.django_db(transaction=True)
def test_two_learners_who_send_the_same_new_id_at_once() -> None:
    """One of them gets it, and the other is told to make a new one; neither gets an error of the database."""
    item = make_question("q")
    learners = [make_guest(), make_guest()]
    bodies = [[response_data(item) for _ in range(10)] for _ in range(3)]
    results: list[str] = []

    def client(learner: Learner) -> None:
        try:
            for batch in bodies:
                results.extend(codes(post(learner, *batch)))
        except BaseException as error:
            results.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["id_not_available"] * 30 + ["recorded"] * 30
    assert connection.vendor  # the connection of this thread is still usable
    assert Response.objects.count() == 30
