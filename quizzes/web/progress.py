"""A learner's own progress: topics, calibration, latest answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from quizzes import selectors
from quizzes.core.kinds import QUESTION_KINDS
from quizzes.models import Confidence, Learner
from quizzes.web.learner import learner_for

LATEST = 12


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many answers given with one confidence were right."""

    label: str
    responses: int
    correct: int


@dataclass(frozen=True, slots=True)
class LatestAnswer:
    id: UUID
    title: str
    correct: bool
    at: datetime

    @property
    def mark(self) -> str:
        return "right" if self.correct else "wrong"


@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Everything on one page; for a visitor who answered nothing, where to begin."""
    learner = learner_for(request, create=False)
    shown = selectors.progress(learner, timezone.now())
    responses = sum(topic.responses for topic in shown.topics)
    correct = sum(topic.correct for topic in shown.topics)
    context = {
        "progress": shown,
        "responses": responses,
        "share": correct / responses if responses else None,
        "topics_started": [topic for topic in shown.topics if topic.responses],
        "topics_open": [topic for topic in shown.topics if not topic.responses],
        "is_guest": not request.user.is_authenticated,
        "calibration": _calibration(learner) if learner else [],
        "latest": _latest(learner) if learner else [],
    }
    return render(request, "quizzes/progress.html", context)


def _calibration(learner: Learner) -> list[Calibration]:
    rows = {
        row["confidence"]: row
        for row in learner.responses.exclude(confidence="")
        .order_by()
        .values("confidence")
        .annotate(responses=Count("id"), right=Count("id", filter=Q(correct=True)))
    }
    return [
        Calibration(str(label), rows[value]["responses"], rows[value]["right"])
        for value, label in reversed(Confidence.choices)
        if value in rows
    ]


def _latest(learner: Learner) -> list[LatestAnswer]:
    rows = (
        learner.responses.filter(version__kind__in=QUESTION_KINDS)
        .annotate(title=KeyTextTransform("title", "version__question"))
        .order_by("-recorded_at", "-id")
        .values_list("id", "title", "correct", "answered_at")
    )
    return [LatestAnswer(*row) for row in rows[:LATEST]]
