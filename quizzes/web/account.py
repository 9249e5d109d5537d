"""A visitor's own data: see what there is, take a copy, delete it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from quizzes.models import Learner
from quizzes.services import learners
from quizzes.web.forms import DeleteForm
from quizzes.web.learner import learner_for
from quizzes.web.redirects import SeeOther


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What is stored, and what can be done with it."""
    learner = learner_for(request, create=False)
    has_data = learner is not None or request.user.is_authenticated
    return render(request, "quizzes/account.html", {"answers": _answers(learner), "has_data": has_data})


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is stored about the visitor, as a JSON file."""
    learner = learner_for(request, create=request.user.is_authenticated)
    if learner is None:
        raise Http404("Nothing is stored about this visitor.")
    name = f"overshoot-{timezone.now():%Y-%m-%d}.json"
    return JsonResponse(
        learners.export_data(learner),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Delete everything, after a confirmation: with the password, or by a typed word for guests."""
    learner = learner_for(request, create=request.user.is_authenticated)
    if learner is None:
        raise Http404("Nothing is stored about this visitor.")
    form = DeleteForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        learners.delete_learner(learner)
        logout(request)  # flushes the session, of a guest too
        messages.success(request, _("Everything that was stored about you is deleted."))
        return SeeOther(reverse("quizzes:home"))
    context = {"form": form, "answers": _answers(learner)}
    return render(request, "quizzes/delete.html", context)


def _answers(learner: Learner | None) -> int:
    return learner.responses.count() if learner is not None else 0
