"""``progress/``."""

from __future__ import annotations

from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quizzes import selectors
from quizzes.api.responses import PRIVATE, learner_of
from quizzes.api.serializers.responses import ProgressOut


@method_decorator(PRIVATE, name="dispatch")
class Progress(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="progress", responses=ProgressOut)
    def get(self, request: Request) -> Response:
        """What the learner answered, remembers and should repeat, by topic."""
        progress = selectors.progress(learner_of(request), timezone.now())
        return Response(
            {
                "topics": [
                    {
                        "topic": row.topic,
                        "responses": row.responses,
                        "correct": row.correct,
                        "due": row.due,
                        "remembered": row.remembered,
                    }
                    for row in progress.topics
                ],
                "due": progress.due,
            }
        )
