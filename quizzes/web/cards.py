"""Flashcards: a session of due and new cards, one at a time.

A session is not stored: how far it is stands in the address (``?done=&total=&topic=``), so it survives a
reload. What counts, the ratings, are responses like all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from quizzes import selectors
from quizzes.core.frozen import FlashcardPayload
from quizzes.core.responses import RATINGS, ResponseError, parse_response
from quizzes.core.scheduling import review
from quizzes.models import ItemVersion, Kind, Learner, Memory, Topic
from quizzes.selectors import StudyMap
from quizzes.services.record_responses import record_responses
from quizzes.templatetags.study import span
from quizzes.web.asking import response_data
from quizzes.web.figures import figure_of
from quizzes.web.learner import learner_for
from quizzes.web.numbers import whole
from quizzes.web.queries import with_query
from quizzes.web.questions import asked_version, gone
from quizzes.web.redirects import SeeOther
from quizzes.web.requests import HtmxRequest

LARGEST_SESSION = 20
LABELS = {
    "again": gettext_lazy("Again"),
    "hard": gettext_lazy("Hard"),
    "good": gettext_lazy("Good"),
    "easy": gettext_lazy("Easy"),
}


@dataclass(frozen=True, slots=True)
class Session:
    """How far a session is. ``topic`` is a slug, or empty for all."""

    done: int
    total: int
    topic: str

    @property
    def number(self) -> int:
        return self.done + 1

    @property
    def address(self) -> str:
        return with_query(reverse("quizzes:cards"), topic=self.topic, done=self.done or "", total=self.total)


@dataclass(frozen=True, slots=True)
class RatingShown:
    """One of the four answers, with when the card would come back."""

    value: str
    label: str
    comes_back: str


@dataclass(frozen=True, slots=True)
class ShownCard:
    question: FlashcardPayload
    slug: str
    topic: Topic
    level: str
    version_number: int
    response_id: UUID
    action: str
    report_url: str
    is_new: bool
    ratings: list[RatingShown]
    has_run: bool
    error: str = ""


@never_cache
@require_safe
def cards(request: HtmxRequest) -> HttpResponse:
    """The next card of a session: what is due, then what is new."""
    learner, now = learner_for(request, create=False), timezone.now()
    study_map = selectors.study_map(learner, now)
    session = _session_of(request.GET, study_map)
    return render(request, "quizzes/card.html", _session_context(learner, session, now, study_map))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HtmxRequest, slug: str) -> HttpResponse:
    """One card by its address; POST stores the rating and goes on with the session."""
    version = asked_version(slug, [Kind.FLASHCARD])
    if version is None:
        return gone(request)
    learner, now = learner_for(request, create=False), timezone.now()
    version = selectors.with_session(ItemVersion.objects.unanswered(), learner).get(pk=version.pk)
    if request.method == "POST":
        return _rate(request, version, now)
    context: dict[str, object] = {"card": _shown(version, now), "sitting": Session(done=0, total=1, topic="")}
    if "run" in request.GET:
        context["figure"] = figure_of(version, lr=request.GET.get("lr"))
    return render(request, "quizzes/card.html", context)


def _rate(request: HtmxRequest, version: ItemVersion, now: datetime) -> HttpResponse:
    error, rating = "", request.POST.get("rating", "")
    data = response_data(request, version.item.slug, {"rating": rating}, now)
    try:
        parsed = parse_response(data, now)
        learner = learner_for(request, create=True)
        assert learner is not None  # noqa: S101 - created when there was none
        recorded = record_responses(learner=learner, responses=[parsed], at=now)[0]
        error = recorded.error["message"] if recorded.error else ""
    except ResponseError as problem:
        error = problem.message if rating in RATINGS else _("Choose one of the four ratings.")
    learner, now = learner_for(request, create=False), timezone.now()
    study_map = selectors.study_map(learner, now)
    session = _session_of(request.POST, study_map)
    if error:
        context: dict[str, object] = {"card": _shown(version, now, error=error), "sitting": session}
        return render(request, _template(request), context)
    ahead = Session(done=session.done + 1, total=max(session.total, session.done + 1), topic=session.topic)
    if not request.htmx:
        return SeeOther(ahead.address)
    context = _session_context(learner, ahead, now, study_map, rated=version.item.slug)
    shown = render(request, _template(request), context)
    shown["HX-Replace-Url"] = ahead.address
    return shown


def _template(request: HtmxRequest) -> str:
    return f"quizzes/card{'_session' if request.htmx else ''}.html"


def _session_of(given: Mapping[str, str], study_map: StudyMap) -> Session:
    topic = given.get("topic", "")[:60]
    done = whole(given.get("done"), low=0, high=500, default=0)
    total = whole(given.get("total"), low=1, high=500, default=0)
    if not total:
        standing = study_map.cards(topic or None)
        total = min(LARGEST_SESSION, standing.due + standing.new)
    return Session(done=done, total=total, topic=topic)


def _session_context(
    learner: Learner | None, session: Session, now: datetime, study_map: StudyMap, rated: str | None = None
) -> dict[str, object]:
    context: dict[str, object] = {"sitting": session, "now": now}
    if session.done < session.total:
        topic, exclude = session.topic or None, (rated,) if rated is not None else ()
        version = selectors.next_card(learner, now, topic, exclude, known_map=study_map)
        if version is not None:
            return context | {"card": _shown(version, now)}
    return context | {
        "due_at": _next_due(learner, session.topic),
        "bank_is_empty": not session.done and not study_map.cards().items,
    }


def _next_due(learner: Learner | None, topic: str) -> datetime | None:
    if learner is None:
        return None
    memories = Memory.objects.filter(learner=learner, item__kind=Kind.FLASHCARD)
    if topic:
        memories = memories.filter(item__topic__slug=topic)
    return memories.order_by("due_at").values_list("due_at", flat=True).first()


def _shown(version: ItemVersion, now: datetime, error: str = "") -> ShownCard:
    """``version`` as it comes with :func:`quizzes.selectors.with_session`."""
    slug, memory = version.item.slug, getattr(version, "memory_card", None)
    return ShownCard(
        question=version.question,
        slug=slug,
        topic=version.topic,
        level=version.get_level_display(),
        version_number=version.number,
        response_id=uuid4(),
        action=reverse("quizzes:card", args=[slug]),
        report_url=reverse("quizzes:report", args=[slug]),
        is_new=memory is None,
        ratings=[
            RatingShown(rating, str(LABELS[rating]), span(review(memory, rating, now)[1] - now))
            for rating in RATINGS
        ],
        has_run=bool(getattr(version, "has_run", False)),
        error=error,
    )
