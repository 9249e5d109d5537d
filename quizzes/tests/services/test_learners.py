"""Guests become users, and keep what they did."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quizzes.models import Attempt, Item, Learner, Memory, Report, Response
from quizzes.services.attempts import start_attempt
from quizzes.services.learners import (
    acting_learner,
    attach_guest,
    delete_learner,
    export_data,
    guest_learner,
    learner_of_user,
    merge_guest,
)
from quizzes.services.memories import MEMORY_FIELDS, rebuild_memories
from quizzes.services.report_item import report_item
from quizzes.tests.factory import (
    NOW,
    make_flashcard,
    make_guest,
    make_learner,
    make_question,
    make_user,
    respond,
)

pytestmark = pytest.mark.django_db


def memories_of(learner: Learner) -> dict[int, tuple[Any, ...]]:
    rows = Memory.objects.filter(learner=learner).values_list("item_id", *MEMORY_FIELDS)
    return {row[0]: row[1:] for row in rows}


def test_signing_up_keeps_five_responses_under_the_same_row() -> None:
    guest = make_guest()
    for _ in range(5):
        respond(guest, make_question())
    user = make_user()
    learner = attach_guest(guest=guest, user=user)
    assert learner.pk == guest.pk and learner.user == user
    assert learner_of_user(user) == learner
    assert learner.responses.count() == learner.memories.count() == 5
    assert attach_guest(guest=guest, user=user) == learner


def test_signing_up_with_an_account_that_answered_already_merges() -> None:
    account, guest = make_learner(), make_guest()
    respond(guest, make_question())
    assert account.user is not None
    assert attach_guest(guest=guest, user=account.user) == account
    assert account.responses.count() == 1


def test_logging_in_merges_responses_attempts_reports_and_memories() -> None:
    account, guest = make_learner(), make_guest()
    both, only_guest, only_account = make_question(), make_question(), make_flashcard()
    respond(account, both, "a", at=NOW - timedelta(days=3))
    respond(guest, both, "b", at=NOW - timedelta(days=2))
    respond(account, both, "b", at=NOW - timedelta(days=1))
    respond(guest, only_guest, at=NOW)
    respond(account, only_account, at=NOW)
    attempt = start_attempt(learner=guest, at=NOW, seed=1)
    report = report_item(learner=guest, item=both, version=None, reason="other", text="Hm.", at=NOW)
    assert account.user is not None
    merged = merge_guest(guest=guest, user=account.user)
    guest.refresh_from_db()
    attempt.refresh_from_db()
    report.refresh_from_db()
    assert merged == account and guest.merged_into == account
    assert attempt.learner == account and report.learner == account
    assert account.responses.count() == 5 and not guest.responses.exists() and not guest.memories.exists()
    assert set(memories_of(account)) == {both.pk, only_guest.pk, only_account.pk}
    assert Memory.objects.get(learner=account, item=both).reviews == 3
    before = memories_of(account)
    rebuild_memories(learner=account)
    assert memories_of(account) == before


def test_merging_twice_or_with_itself_changes_nothing() -> None:
    account, guest = make_learner(), make_guest()
    respond(guest, make_question())
    assert account.user is not None
    for _ in range(2):
        assert merge_guest(guest=guest, user=account.user) == account
    assert merge_guest(guest=account, user=account.user) == account
    assert account.responses.count() == 1
    account.refresh_from_db()
    assert account.merged_into is None


def test_the_learner_of_an_account_is_never_taken_over_by_another() -> None:
    ada, eve = make_learner("ada"), make_learner("eve")
    respond(ada, make_question())
    assert eve.user is not None
    assert merge_guest(guest=ada, user=eve.user) == eve
    assert attach_guest(guest=ada, user=eve.user) == eve
    ada.refresh_from_db()
    assert ada.responses.count() == 1 and ada.merged_into is None and ada.user != eve.user


def test_a_merged_guest_acts_as_the_account_also_over_two_merges() -> None:
    account, guest = make_learner(), make_guest()
    assert account.user is not None
    merge_guest(guest=guest, user=account.user)
    assert acting_learner(Learner.objects.get(pk=guest.pk)) == account
    older = guest_learner(NOW)
    older.merged_into = guest
    older.save()
    assert acting_learner(older, lock=True) == account


ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 3),  # which learner: the account or one of three guests
        st.integers(0, 2),  # which item
        st.integers(0, 60 * 24),  # hours
        st.sampled_from(["a", "b"]),
        st.sampled_from([None, "guess", "unsure", "sure"]),
    ),
    min_size=1,
    max_size=14,
)


class TestMerging(TestCase):
    """The same responses give the same memories, whichever guests made them and in whatever order they
    merge."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.items = [make_question(f"q{number}") for number in range(3)]  # type: ignore[attr-defined]

    @settings(deadline=None, max_examples=15)
    @given(answers=ANSWERS, order=st.permutations([1, 2, 3]))
    def test_memories_do_not_depend_on_the_way(self, answers: Any, order: list[int]) -> None:
        items: list[Item] = self.items  # type: ignore[attr-defined]
        alone = make_guest()
        account = make_learner(f"user-{uuid.uuid4().hex[:8]}")
        learners = [account, make_guest(), make_guest(), make_guest()]
        for index, (who, item, hours, choice, confidence) in enumerate(answers):
            # Distinct moments: between answers of the same moment the ids decide, and these differ.
            at = NOW - timedelta(hours=hours, seconds=index)
            respond(learners[who], items[item], choice, at=at, confidence=confidence)
        in_time = sorted(enumerate(answers), key=lambda row: (-row[1][2], -row[0]))
        for index, (_, item, hours, choice, confidence) in in_time:
            at = NOW - timedelta(hours=hours, seconds=index)
            respond(alone, items[item], choice, at=at, confidence=confidence)
        assert account.user is not None
        for number in order:
            merge_guest(guest=learners[number], user=account.user)
        assert memories_of(account) == memories_of(alone)


def test_everything_stored_about_a_learner_can_be_taken_away() -> None:
    learner = make_learner("ada")
    question = make_question("q")
    respond(learner, question, "a", confidence="unsure")
    attempt = start_attempt(learner=learner, at=NOW, seed=1)
    report_item(
        learner=learner, item=question, version=question.current_version, reason="unclear", text="?", at=NOW
    )
    data = json.loads(json.dumps(export_data(learner), allow_nan=False))
    assert data["account"]["username"] == "ada"
    assert data["responses"][0]["item"] == "q" and data["responses"][0]["response"] == {"choice": "a"}
    assert data["memories"][0]["reviews"] == 1
    assert data["attempts"][0] == {
        "id": str(attempt.pk),
        "topics": [],
        "started": NOW.isoformat(),
        "finished": None,
        "items": ["q"],
    }
    assert data["reports"][0]["reason"] == "unclear"
    assert export_data(make_guest())["account"] is None


def test_deleting_a_learner_deletes_account_answers_and_merged_guests() -> None:
    learner, guest = make_learner("ada"), make_guest()
    question = make_question("q")
    respond(learner, question)
    respond(guest, question, "a")
    assert learner.user is not None
    merge_guest(guest=guest, user=learner.user)
    start_attempt(learner=learner, at=NOW, seed=1)
    report_item(learner=learner, item=question, version=None, reason="other", text="x", at=NOW)
    other = make_guest()
    respond(other, question)
    delete_learner(learner)
    assert not User.objects.filter(username="ada").exists()
    assert list(Learner.objects.all()) == [other]
    assert Response.objects.count() == Memory.objects.count() == 1 and not Attempt.objects.exists()
    assert Report.objects.get().learner is None


def test_the_account_of_staff_stays() -> None:
    user = make_user("prof", is_staff=True)
    respond(learner_of_user(user), make_question())
    delete_learner(learner_of_user(user))
    assert User.objects.filter(pk=user.pk).exists() and not Response.objects.exists()


def test_reports_are_checked() -> None:
    item = make_question("q")
    report = report_item(
        learner=None, item=item, version=item.current_version, reason="figure", text=" a\r\nb ", at=NOW
    )
    assert (report.text, report.reason) == ("a\nb", "figure")
    with pytest.raises(ValueError, match="wrong_key"):
        report_item(learner=None, item=item, version=None, reason="boring", text="", at=NOW)
    with pytest.raises(ValueError, match="At most"):
        report_item(learner=None, item=item, version=None, reason="other", text="x" * 2001, at=NOW)
