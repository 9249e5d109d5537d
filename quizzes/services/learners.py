"""Learners: guests, users, and what happens when one becomes the other."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from quizzes.models import Attempt, Learner, Report, Response
from quizzes.services.learner_data import delete_learner, export_data
from quizzes.services.memories import rebuild_memories

__all__ = [
    "acting_learner",
    "attach_guest",
    "delete_learner",
    "export_data",
    "guest_learner",
    "learner_of_user",
    "merge_guest",
]

_LONGEST_CHAIN = 20


def guest_learner(at: datetime) -> Learner:
    """A new learner without an account; the session keeps its id."""
    return Learner.objects.create(created_at=at)


def learner_of_user(user: User) -> Learner:
    """The learner of an account, made when it is asked for first."""
    learner = Learner.objects.filter(user=user).first()
    if learner is not None:
        return learner
    try:
        with transaction.atomic():
            return Learner.objects.create(user=user)
    except IntegrityError:  # another request of the same user was quicker
        return Learner.objects.get(user=user)


def acting_learner(learner: Learner, *, lock: bool = False) -> Learner:
    """The learner itself, or the one that it was merged into; its row locked if asked for.

    Every change of a learner's responses and memories takes this lock first, so that two requests of the same
    learner follow one another. (SQLite has no row locks; there the transaction itself is exclusive.)

    Raises:
        Learner.DoesNotExist: it was deleted meanwhile.
    """
    rows = Learner.objects.select_for_update() if lock else Learner.objects.all()
    for _ in range(_LONGEST_CHAIN):
        learner = rows.get(pk=learner.pk)
        if learner.merged_into_id is None:
            return learner
        learner = Learner(pk=learner.merged_into_id)
    raise AssertionError("learners merged in a circle")


@transaction.atomic
def attach_guest(*, guest: Learner, user: User) -> Learner:
    """At sign-up: the guest's row becomes the account's. If the account has one already, they are merged."""
    locked = acting_learner(guest, lock=True)
    if locked.user_id == user.pk:
        return locked
    if locked.user_id is not None:
        # A guest that belongs to another account already: nothing of it may be taken.
        return learner_of_user(user)
    if Learner.objects.filter(user=user).exists():
        return merge_guest(guest=locked, user=user)
    locked.user = user
    locked.save(update_fields=["user"])
    return locked


@transaction.atomic
def merge_guest(*, guest: Learner, user: User) -> Learner:
    """At log-in: what the guest answered goes to the account's learner; the memories follow from the
    responses.

    Merging twice, or merging a guest that is the account's own, changes nothing.
    """
    account = learner_of_user(user)
    # Always in the same order, so that two merges cannot wait for one another.
    rows = {row.pk: row for row in _locked_in_order({guest.pk, account.pk})}
    source = rows.get(guest.pk)
    if source is None or source.pk == account.pk or not source.is_guest or source.merged_into_id is not None:
        return account
    items = set(Response.objects.filter(learner=source).values_list("item_id", flat=True))
    Response.objects.filter(learner=source).update(learner=account)
    Attempt.objects.filter(learner=source).update(learner=account)
    Report.objects.filter(learner=source).update(learner=account)
    Learner.objects.filter(merged_into=source).update(merged_into=account)
    source.memories.all().delete()
    source.merged_into = account
    source.save(update_fields=["merged_into"])
    rebuild_memories(learner=account, items=items)
    return account


def _locked_in_order(ids: set[int]) -> list[Learner]:
    return list(Learner.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
