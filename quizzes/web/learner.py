"""Which learner a request belongs to: the user's, or the guest's that the session names."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from quizzes.models import Learner
from quizzes.services import learners

SESSION_KEY = "learner_id"
SEEN_KEY = "seen_on"
RENEW_AFTER_DAYS = 7
_CACHED = "_overshoot_learner"


def learner_for(request: HttpRequest, *, create: bool) -> Learner | None:
    """The learner behind ``request``; None for a visitor who has not answered anything yet.

    With ``create`` such a visitor becomes a guest, named by the session from now on. A page that only shows
    something must not create one: visitors who merely look leave no trace.
    """
    learner: Learner | None = getattr(request, _CACHED, None)
    if learner is None:
        learner = _of_user(request, create) if request.user.is_authenticated else _of_session(request, create)
        setattr(request, _CACHED, learner)
    if create:
        _renew_session(request)
    return learner


def guest_of_session(request: HttpRequest) -> Learner | None:
    """The guest that the session names, also when somebody is logged in by now.

    A guest that was merged into an account is not followed: the session alone must not open an account.
    """
    learner_id = request.session.get(SESSION_KEY)
    if learner_id is None:
        return None
    return Learner.objects.filter(pk=learner_id, user=None, merged_into=None).first()


def forget_guest(request: HttpRequest) -> None:
    """Take the guest out of the session, after its answers went to an account or were deleted."""
    request.session.pop(SESSION_KEY, None)
    setattr(request, _CACHED, None)


def _renew_session(request: HttpRequest) -> None:
    """Whoever keeps answering keeps the session: it would end a fixed time after it was last saved."""
    today = timezone.now().date().toordinal()
    if request.session.get(SEEN_KEY, 0) + RENEW_AFTER_DAYS <= today:
        request.session[SEEN_KEY] = today


def _of_user(request: HttpRequest, create: bool) -> Learner | None:
    assert request.user.is_authenticated  # noqa: S101 - tells the type checker what the caller asked
    if create:
        return learners.learner_of_user(request.user)
    return Learner.objects.filter(user=request.user).first()


def _of_session(request: HttpRequest, create: bool) -> Learner | None:
    learner = guest_of_session(request)
    if learner is None and create:
        learner = learners.guest_learner(timezone.now())
        request.session[SESSION_KEY] = learner.pk
    return learner
