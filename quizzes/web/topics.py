"""The map of topics, and one topic."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quizzes import selectors
from quizzes.models import Topic
from quizzes.web.learner import learner_for
from quizzes.web.numbers import page_number


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics with the visitor's own progress."""
    overview = selectors.topics_overview(learner_for(request, create=False), timezone.now())
    return render(request, "quizzes/topics.html", {"topics": overview})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: what it builds on, its questions and cards with the visitor's own marks."""
    learner = learner_for(request, create=False)
    try:
        shown = selectors.topic_page(slug, learner, timezone.now(), page=page_number(request))
    except Topic.DoesNotExist:
        raise Http404(_("There is no such topic.")) from None
    return render(request, "quizzes/topic.html", {"topic": shown})
