"""One question: asking it, taking the answer, and showing what happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from quizzes import selectors
from quizzes.core.kinds import QUESTION_KINDS
from quizzes.core.responses import ResponseError, parse_response
from quizzes.models import Attempt, Item, ItemVersion, Kind, Learner, Memory, Response, Topic
from quizzes.services.record_responses import record_responses
from quizzes.web.asking import Place, ask, ask_again, no_option_error, response_data
from quizzes.web.feedback import Feedback, feedback_on
from quizzes.web.figures import figure_of
from quizzes.web.learner import learner_for
from quizzes.web.queries import with_query
from quizzes.web.redirects import SeeOther
from quizzes.web.requests import HtmxRequest
from quizzes.web.sittings import sitting_of


@never_cache
@require_safe
def next_question(request: HtmxRequest) -> HttpResponse:
    """Go to what should be answered next: due first, then new; ``?topic=`` keeps to a topic."""
    now, learner = timezone.now(), learner_for(request, create=False)
    topic = Topic.objects.filter(slug=request.GET["topic"]).first() if "topic" in request.GET else None
    version = selectors.next_item(learner, now, topic=topic.slug if topic else None)
    if version is not None:
        address = reverse("quizzes:question", args=[version.item.slug])
        return redirect(with_query(address, topic=topic.slug if topic else None))
    due_at = _next_due(learner, topic)
    context = {"topic": topic, "due_at": due_at, "now": now, "bank_is_empty": due_at is None}
    return render(request, "quizzes/all_done.html", context)


def _next_due(learner: Learner | None, topic: Topic | None) -> datetime | None:
    if learner is None:
        return None
    memories = Memory.objects.filter(learner=learner, item__kind__in=QUESTION_KINDS)
    if topic is not None:
        memories = memories.filter(item__topic=topic)
    return memories.order_by("due_at").values_list("due_at", flat=True).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HtmxRequest, slug: str) -> HttpResponse:
    """GET asks, POST takes the answer. ``?topic=`` stays along, so that “next” keeps to a topic."""
    version = asked_version(slug)
    if version is None:
        return gone(request)
    action = with_query(reverse("quizzes:question", args=[slug]), topic=request.GET.get("topic"))
    if request.method == "POST":
        return take_answer(request, version, action=action)
    return render(request, "quizzes/question.html", {"asked": ask(version, action=action)})


@never_cache
@require_safe
def response(request: HtmxRequest, response_id: UUID) -> HttpResponse:
    """The feedback on one's own stored answer; somebody else's is not found."""
    learner = learner_for(request, create=False)
    stored = get_object_or_404(_stored(), pk=response_id, learner=learner.pk if learner else None)
    if stored.version.kind == Kind.FLASHCARD:
        return redirect("quizzes:card", stored.item.slug)
    return render(request, "quizzes/response.html", {"feedback": _feedback(request, stored)})


def asked_version(slug: str, kinds: Sequence[str] = QUESTION_KINDS) -> ItemVersion | None:
    """What is asked under ``slug`` now, without its answer; None where it was taken out of the bank.

    Raises:
        Http404: there never was such an item.
    """
    try:
        return selectors.current_version(slug, kinds)
    except ItemVersion.DoesNotExist:
        if Item.objects.filter(slug=slug, kind__in=kinds, versions__isnull=False).exists():
            return None
    raise Http404(_("There is no such question."))


def gone(request: HtmxRequest) -> HttpResponse:
    """A question that is no longer asked: friendly, and 410 for machines."""
    if request.htmx:
        # The whole page, not into the place of the form.
        return HttpResponseClientRedirect(request.get_full_path())
    return render(request, "quizzes/gone.html", status=410)


def take_answer(
    request: HtmxRequest,
    version: ItemVersion,
    *,
    action: str,
    attempt: Attempt | None = None,
    place: Place | None = None,
) -> HttpResponse:
    """Store the posted answer and show its feedback; or put the question again and say what is missing."""
    choice = request.POST.get("choice")
    if not choice:
        return _put_again(request, version, no_option_error(), action, place)
    now = timezone.now()
    data = response_data(
        request, version.item.slug, {"choice": choice}, now, attempt=attempt.pk if attempt else None
    )
    try:
        parsed = parse_response(data, now)
    except ResponseError as error:
        return _put_again(request, version, error.message, action, place)
    learner = learner_for(request, create=True)
    assert learner is not None  # noqa: S101 - created when there was none
    recorded = record_responses(learner=learner, responses=[parsed], at=now)[0]
    if recorded.response is None:
        message = recorded.error["message"] if recorded.error else ""
        return _put_again(request, version, message, action, place)
    return answered(request, recorded.response.pk, choice)


def answered(request: HtmxRequest, response_id: UUID, choice: str = "") -> HttpResponse:
    """The way from a form to the feedback on a stored answer: a fragment for htmx, else a redirect."""
    address = with_query(reverse("quizzes:response", args=[response_id]), topic=request.GET.get("topic"))
    if not request.htmx:
        return SeeOther(f"{address}#feedback")
    stored = _stored().get(pk=response_id)
    feedback = _feedback(request, stored, is_repeat=_differs(stored, choice))
    # The page is about to be at the address of the response: what leads back to it has to say that one.
    shown = render(request, "quizzes/feedback_swap.html", {"feedback": feedback, "page": address})
    shown["HX-Push-Url"] = address
    return shown


def _stored() -> QuerySet[Response]:
    """Responses with all that their feedback needs."""
    return Response.objects.select_related("version__topic", "item", "attempt").defer("version__draft")


def _differs(stored: Response, choice: str) -> bool:
    # The same form sent twice is answered by the first result; say so only where the option is another.
    return bool(stored.response.get("choice") != choice)


def _put_again(
    request: HtmxRequest, version: ItemVersion, error: str, action: str, place: Place | None
) -> HttpResponse:
    asked = ask_again(version, request.POST, action=action, error=error, place=place)
    template = "quizzes/question_form.html" if request.htmx else "quizzes/question.html"
    return render(request, template, {"asked": asked})


def _feedback(request: HtmxRequest, stored: Response, *, is_repeat: bool = False) -> Feedback:
    if stored.attempt is not None:
        sitting = sitting_of(stored.attempt)
        place = sitting.place_of_item(stored.item_id)
        next_url, next_label = sitting.next_step(place)
    else:
        place = None
        next_url = with_query(reverse("quizzes:next"), topic=request.GET.get("topic"))
        next_label = _("Next question")
    return feedback_on(
        stored,
        figure=figure_of(stored.version, stored.response["choice"], lr=request.GET.get("lr")),
        now=timezone.now(),
        next_url=next_url,
        next_label=next_label,
        place=place,
        is_repeat=is_repeat,
    )
