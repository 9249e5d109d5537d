"""``topics/``."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quizzes.api.bank import FLASHCARD_KINDS, QUESTION_KINDS, REVALIDATE
from quizzes.api.filters import ListFilters, read_filters, refuse_unknown_topic
from quizzes.api.serializers.bank import TopicOut
from quizzes.models import Kind, State, Topic


def topics() -> QuerySet[Topic]:
    """The topics with how many published items each has."""
    served = Q(items__state=State.PUBLISHED, items__current_version__isnull=False)
    card = Q(items__kind=Kind.FLASHCARD)
    return (
        Topic.objects.annotate(
            questions=Count("items", filter=served & ~card, distinct=True),
            flashcards=Count("items", filter=served & card, distinct=True),
        )
        .order_by("position", "slug")
        .prefetch_related("prerequisites")
    )


def narrowed(found: QuerySet[Topic], filters: dict[str, Any]) -> QuerySet[Topic]:
    """The topics that pass the filters: ``level`` and ``kind`` want a published item of that level and
    kind."""
    if topic := filters.get("topic"):
        found = found.filter(slug=topic)
    if since := filters.get("updated_since"):
        found = found.filter(updated_at__gte=since)
    wanted = {f"items__{name}": filters[name] for name in ("level", "kind") if name in filters}
    if wanted:
        having = Topic.objects.filter(
            items__state=State.PUBLISHED, items__current_version__isnull=False, **wanted
        )
        found = found.filter(pk__in=having.values("pk"))
    return found


def topic_entry(topic: Any) -> dict[str, Any]:
    return {
        "id": topic.slug,
        "title": topic.title,
        "summary": topic.summary,
        "prerequisites": [other.slug for other in topic.prerequisites.all()],
        "questions": topic.questions,
        "flashcards": topic.flashcards,
    }


@method_decorator([REVALIDATE, conditional_page], name="dispatch")
class Topics(GenericAPIView[Any]):
    @extend_schema(
        operation_id="topics_list", parameters=[ListFilters], responses={200: TopicOut(many=True), 304: None}
    )
    def get(self, request: Request) -> Response:
        """The topics, in the order of learning."""
        filters = read_filters(request, (*QUESTION_KINDS, *FLASHCARD_KINDS))
        page = self.paginate_queryset(narrowed(topics(), filters)) or []
        if not page:
            refuse_unknown_topic(filters)
        return self.get_paginated_response([topic_entry(topic) for topic in page])


@method_decorator([REVALIDATE, conditional_page], name="dispatch")
class OneTopic(APIView):
    @extend_schema(operation_id="topics_one", responses={200: TopicOut, 304: None})
    def get(self, request: Request, slug: str) -> Response:
        """One topic."""
        topic = topics().filter(slug=slug).first()
        if topic is None:
            raise NotFound(_("There is no such topic; topics/ lists the ids of all."))
        return Response(topic_entry(topic))
