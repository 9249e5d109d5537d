"""``questions/`` and ``flashcards/``: what the bank shows before an answer."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quizzes.api.filters import ListFilters, read_filters, refuse_unknown_topic
from quizzes.api.serializers.bank import FlashcardOut, QuestionOut
from quizzes.api.simulations import absolute_addresses, simulation_block
from quizzes.models import Item, Kind, State
from simulator.core import SIMULATOR_VERSION

# Part of every ETag: raise it when entries are made differently from the same rows.
FORMAT = 1
QUESTION_KINDS = ("single_choice", "multiple_choice", "numeric", "tune", "explain")
FLASHCARD_KINDS = (Kind.FLASHCARD.value,)
REVALIDATE = cache_control(public=True, no_cache=True)
# All that an entry is made of. The column ``answer``, with the key, is asked for where it holds none: for
# flashcards.
QUESTION_COLUMNS = (
    "slug",
    "kind",
    "current_version__number",
    "current_version__topic__slug",
    "current_version__level",
    "current_version__question",
)
FLASHCARD_COLUMNS = (*QUESTION_COLUMNS, "current_version__answer")


class Gone(APIException):
    status_code = 410
    default_code = "gone"
    default_detail = _("This item was retired and is not asked any more.")


def bank_state(request: Request, *args: Any, **kwargs: Any) -> str:
    """ETag of an address whose answer depends on published items only: one aggregate, nothing rendered."""
    state = Item.objects.published().aggregate(
        Count("pk"), Max("updated_at"), Max("current_version"), Sum("current_version")
    )
    seen = (FORMAT, SIMULATOR_VERSION, request.build_absolute_uri(), *state.values())
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}"'


def narrowed(items: QuerySet[Item], filters: dict[str, Any]) -> QuerySet[Item]:
    """The published items that pass the filters."""
    names = {"topic": "current_version__topic__slug", "level": "current_version__level", "kind": "kind"}
    chosen = {names[name]: value for name, value in filters.items() if name in names}
    if since := filters.get("updated_since"):
        chosen["current_version__published_at__gte"] = since
    return items.filter(**chosen)


def heading(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["slug"],
        "version": row["current_version__number"],
        "kind": row["kind"],
        "topic": row["current_version__topic__slug"],
        "level": row["current_version__level"],
    }


class Entries(ABC):
    """Which kinds of items there are, which columns they need, and how one looks."""

    kinds: tuple[str, ...]
    columns: tuple[str, ...]

    @abstractmethod
    def entry(self, request: Request, row: dict[str, Any]) -> dict[str, Any]:
        """What is answered of one item."""


class AsQuestions(Entries):
    kinds = QUESTION_KINDS
    columns = QUESTION_COLUMNS

    def entry(self, request: Request, row: dict[str, Any]) -> dict[str, Any]:
        shown = row["current_version__question"]
        return {
            **heading(row),
            "stem": shown["stem"],
            "stem_html": shown["stem_html"],
            "choices": [
                {"id": choice["id"], "text": choice["text"], "text_html": choice["text_html"]}
                for choice in shown["choices"]
            ],
            "variant": None,
        }


class AsFlashcards(Entries):
    kinds = FLASHCARD_KINDS
    columns = FLASHCARD_COLUMNS

    def entry(self, request: Request, row: dict[str, Any]) -> dict[str, Any]:
        shown, answer = row["current_version__question"], row["current_version__answer"]
        return {
            **heading(row),
            "front": shown["front"],
            "front_html": shown["front_html"],
            "back": shown["back"],
            "back_html": shown["back_html"],
            "simulation": simulation_block(absolute_addresses(request), answer),
        }


class ItemList(Entries, GenericAPIView[Any]):
    """The published items."""

    def listed(self, request: Request) -> Response:
        filters = read_filters(request, self.kinds)
        items = narrowed(Item.objects.published().filter(kind__in=self.kinds), filters)
        page = self.paginate_queryset(items.values(*self.columns)) or []
        if not page:
            refuse_unknown_topic(filters)
        return self.get_paginated_response([self.entry(request, row) for row in page])


class OneItem(Entries, APIView):
    """One published item, by its id."""

    error_texts = {404: "There is no such item.", 410: "The item was retired."}

    def one(self, request: Request, slug: str) -> Response:
        row = Item.objects.filter(slug=slug, kind__in=self.kinds).values("state", *self.columns).first()
        if row is not None and row["state"] == State.RETIRED:
            raise Gone
        if row is None or row["state"] != State.PUBLISHED or row["current_version__number"] is None:
            raise NotFound(_("There is no such item; the list has the ids of all."))
        return Response(self.entry(request, row))


class Questions(AsQuestions, ItemList):
    @extend_schema(
        operation_id="questions_list",
        parameters=[ListFilters],
        responses={200: QuestionOut(many=True), 304: None},
    )
    @method_decorator(REVALIDATE)
    @method_decorator(etag(bank_state))
    def get(self, request: Request) -> Response:
        """The questions, in the order of topics; never with key, feedback, explanation or scenario."""
        return self.listed(request)


class Question(AsQuestions, OneItem):
    @extend_schema(operation_id="questions_one", responses={200: QuestionOut, 304: None})
    @method_decorator(REVALIDATE)
    @method_decorator(etag(bank_state))
    def get(self, request: Request, slug: str) -> Response:
        """One question."""
        return self.one(request, slug)


class Flashcards(AsFlashcards, ItemList):
    @extend_schema(
        operation_id="flashcards_list",
        parameters=[ListFilters],
        responses={200: FlashcardOut(many=True), 304: None},
    )
    @method_decorator(REVALIDATE)
    @method_decorator(etag(bank_state))
    def get(self, request: Request) -> Response:
        """The flashcards, in the order of topics."""
        return self.listed(request)


class Flashcard(AsFlashcards, OneItem):
    @extend_schema(operation_id="flashcards_one", responses={200: FlashcardOut, 304: None})
    @method_decorator(REVALIDATE)
    @method_decorator(etag(bank_state))
    def get(self, request: Request, slug: str) -> Response:
        """One flashcard."""
        return self.one(request, slug)
