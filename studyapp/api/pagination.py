"""Pages of a list: ``{"count", "next", "previous", "results"}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

DEFAULT_SIZE = 100
LARGEST_SIZE = 500


class Pages(BasePagination):
    """Pages counted from 1 (``page``) of a size that the client may choose (``page_size``)."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The items of the page asked for; ValidationError or NotFound for one that cannot be."""
        self.request = request
        self.number = whole_parameter(request, "page", 1, 1_000_000)
        self.size = whole_parameter(request, "page_size", DEFAULT_SIZE, LARGEST_SIZE)
        self.count = queryset.count() if isinstance(queryset, QuerySet) else len(queryset)
        start = (self.number - 1) * self.size
        if self.number > 1 and start >= self.count:
            pages = max(1, -(-self.count // self.size))
            raise NotFound(
                _("There is no page %(page)d: the list has %(pages)d of %(size)d entries.")
                % {"page": self.number, "pages": pages, "size": self.size},
                "unknown_page",
            )
        self.more = start + self.size < self.count
        return list(queryset[start : start + self.size])

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response(
            {
                "count": self.count,
                "next": self._address(self.number + 1) if self.more else None,
                "previous": self._address(self.number - 1) if self.number > 1 else None,
                "results": data,
            }
        )

    def _address(self, number: int) -> str:
        here = self.request.build_absolute_uri()
        if number == 1:
            return remove_query_param(here, "page")
        return replace_query_param(here, "page", number)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "description": "Entries of the whole list that match the filters.",
                },
                "next": {**link, "description": "Address of the next page."},
                "previous": {**link, "description": "Address of the page before."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "page",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "default": 1},
                "description": "Page, counted from 1.",
            },
            {
                "name": "page_size",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
                "description": "Entries on a page.",
            },
        ]


def whole_parameter(request: Request, name: str, default: int, largest: int) -> int:
    """A whole number from 1 to ``largest`` of the query; ValidationError naming the parameter otherwise."""
    given = request.query_params.getlist(name)
    if len(given) > 1:
        raise ValidationError({name: _("Give this parameter once.")})
    if not given:
        return default
    text = given[0]
    if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= largest:
        return int(text)
    raise ValidationError({name: _("Must be a whole number from 1 to %(largest)d.") % {"largest": largest}})
