"""The first page: a question to answer at once, and the topics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from quizzes import selectors
from quizzes.web.asking import ask
from quizzes.web.learner import learner_for


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A new visitor meets the first question of the first topic, everybody else what comes next for them."""
    now = timezone.now()
    learner = learner_for(request, create=False)
    study_map = selectors.study_map(learner, now)
    version = selectors.next_item(learner, now, known_map=study_map)
    topics = selectors.topics_overview(learner, now, known_map=study_map)
    asked = ask(version, action=reverse("quizzes:question", args=[version.item.slug])) if version else None
    context = {
        "asked": asked,
        "topics": topics,
        "has_questions": any(topic.questions for topic in topics),
    }
    return render(request, "quizzes/home.html", context)
