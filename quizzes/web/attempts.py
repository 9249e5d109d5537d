"""Quizzes: choose topics, answer place by place with feedback after each, read the summary."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from quizzes.models import Attempt
from quizzes.web.asking import ask
from quizzes.web.learner import learner_for
from quizzes.web.questions import answered, take_answer
from quizzes.web.requests import HtmxRequest
from quizzes.web.sittings import Sitting, sitting_of


@never_cache
@require_safe
def attempt(request: HtmxRequest, attempt_id: UUID) -> HttpResponse:
    """Go to where the sitting stands: the first open place, or the summary."""
    sitting = _own_sitting(request, attempt_id)
    address = sitting.first_open
    if address is None or sitting.attempt.finished_at is not None:
        return redirect("quizzes:attempt_summary", attempt_id)
    return redirect(address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attempt_place(request: HtmxRequest, attempt_id: UUID, place: int) -> HttpResponse:
    """One place of a sitting. A place is answered once: afterwards its feedback is shown."""
    sitting = _own_sitting(request, attempt_id)
    spot = sitting.at(place)
    if spot is None:
        raise Http404("There is no such place in this quiz.")
    if spot.response is not None:
        if request.method == "POST":
            return answered(request, spot.response.pk, request.POST.get("choice", ""))
        return redirect("quizzes:response", spot.response.pk)
    action, at = sitting.address(place), sitting.place(place)
    if request.method == "POST":
        return take_answer(request, spot.version, action=action, attempt=sitting.attempt, place=at)
    return render(request, "quizzes/question.html", {"asked": ask(spot.version, action=action, place=at)})


def _own_sitting(request: HtmxRequest, attempt_id: UUID) -> Sitting:
    learner = learner_for(request, create=False)
    own = get_object_or_404(Attempt, pk=attempt_id, learner=learner.pk if learner else None)
    return sitting_of(own)
