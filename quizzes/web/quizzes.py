"""Starting a quiz over chosen topics, and reading its summary."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quizzes import selectors
from quizzes.models import Attempt
from quizzes.services.attempts import NothingToAsk, start_attempt
from quizzes.services.repeat_misses import repeat_misses
from quizzes.web.learner import learner_for
from quizzes.web.numbers import whole
from quizzes.web.redirects import SeeOther

SIZES = (5, 10, 20)
LATEST = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quizzes(request: HttpRequest) -> HttpResponse:
    """Choose topics and a size; POST starts."""
    learner = learner_for(request, create=False)
    overview = [topic for topic in selectors.topics_overview(learner, timezone.now()) if topic.questions]
    known = {topic.slug for topic in overview}
    given = request.POST if request.method == "POST" else request.GET
    chosen = [slug for slug in given.getlist("topics") if slug in known]
    size = whole(given.get("size"), low=min(SIZES), high=max(SIZES), default=10)
    error = ""
    if request.method == "POST":
        try:
            return SeeOther(_start(request, chosen, size).get_absolute_url())
        except NothingToAsk:
            error = _("There is no question in these topics yet. Choose others.")
    context = {
        "topics": overview,
        "chosen": chosen,
        "sizes": SIZES,
        "size": size,
        "error": error,
        "attempts": list(learner.attempts.order_by("-created_at")[:LATEST]) if learner else [],
    }
    return render(request, "quizzes/quiz_start.html", context)


@never_cache
@require_safe
def summary(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """How a sitting went: the score, every question with its mark, and what was missed."""
    attempt = _own_attempt(request, attempt_id)
    shown = selectors.attempt_summary(attempt)
    context = {"attempt": attempt, "summary": shown, "remark": _remark(len(shown.misses))}
    return render(request, "quizzes/quiz_summary.html", context)


@require_POST
def again(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """A new sitting of the questions missed in this one."""
    attempt = _own_attempt(request, attempt_id)
    try:
        new = repeat_misses(attempt=attempt, at=timezone.now())
    except NothingToAsk:
        return SeeOther(attempt.get_absolute_url())
    return SeeOther(new.get_absolute_url())


def _start(request: HttpRequest, topics: list[str], size: int) -> Attempt:
    learner = learner_for(request, create=True)
    assert learner is not None  # noqa: S101 - created when there was none
    return start_attempt(
        learner=learner, topics=topics, size=size, at=timezone.now(), seed=secrets.randbits(32)
    )


def _own_attempt(request: HttpRequest, attempt_id: UUID) -> Attempt:
    learner = learner_for(request, create=False)
    return get_object_or_404(Attempt, pk=attempt_id, learner=learner.pk if learner else None)


def _remark(misses: int) -> str:
    if not misses:
        return _("Nothing missed. These questions come back in some days.")
    return ngettext(
        "The miss comes back in minutes; the rest in days.",
        "The misses come back in minutes; the rest in days.",
        misses,
    )
