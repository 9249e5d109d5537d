"""``quizzes/``, ``guides/`` and ``glossary/``: lists that clients may ask for, without an entry so far.

They answer as every list does, so that a client which keeps a copy of all lists needs no exception for them.
"""

from __future__ import annotations

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.bank import FLASHCARD_KINDS, QUESTION_KINDS, REVALIDATE
from quizzes.api.filters import ListFilters, read_filters, refuse_unknown_topic
from quizzes.api.serializers.bank import Slug

NAMES = ("quizzes", "guides", "glossary")


class EntryOut(serializers.Serializer[Any]):
    """An entry; what it holds beside its id is told when there is one."""

    id = Slug()


@method_decorator([REVALIDATE, conditional_page], name="dispatch")
class EmptyList(GenericAPIView[Any]):
    def get(self, request: Request) -> Response:
        """No entries yet."""
        refuse_unknown_topic(read_filters(request, (*QUESTION_KINDS, *FLASHCARD_KINDS)))
        return self.get_paginated_response(self.paginate_queryset([]) or [])


def list_view(name: str) -> type[EmptyList]:
    """The list of that name."""
    described = extend_schema(
        operation_id=f"{name}_list",
        parameters=[ListFilters],
        responses={200: EntryOut(many=True), 304: None},
    )
    return extend_schema_view(get=described)(type(f"{name.title()}List", (EmptyList,), {}))
