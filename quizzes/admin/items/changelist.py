"""The list of items: badges, filters and the words in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from quizzes.models import Item, Report, State
from quizzes.services.drafts import differing_items


class DraftDiffersFilter(admin.SimpleListFilter):
    title = _("draft")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("differs", _("differs from what is published")), ("same", _("as published"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        if self.value() not in ("differs", "same"):
            return queryset
        published = queryset.filter(state=State.PUBLISHED)
        differing = differing_items(published)
        if self.value() == "differs":
            return published.filter(pk__in=differing)
        return published.exclude(pk__in=differing)


class OpenReportsFilter(admin.SimpleListFilter):
    title = _("reports")
    parameter_name = "reports"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("with open reports")), ("none", _("without open reports"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        if self.value() == "open":
            return queryset.filter(reports__in=unhandled_reports()).distinct()
        if self.value() == "none":
            return queryset.exclude(reports__in=unhandled_reports())
        return queryset


def for_list(queryset: QuerySet[Item]) -> QuerySet[Item]:
    """Everything that a row of the list needs, in the same number of queries for any number of items."""
    frozen = ("current_version__question", "current_version__answer")
    return queryset.with_draft().select_related("current_version").defer(*frozen)  # type: ignore[attr-defined]


def with_open_reports(queryset: QuerySet[Item]) -> QuerySet[Item]:
    """Items with ``open_reports``, how many reports nobody has handled yet."""
    count = unhandled_reports().filter(item=OuterRef("pk")).order_by().values("item").annotate(n=Count("pk"))
    return queryset.annotate(open_reports=Coalesce(Subquery(count.values("n")), 0))


def unhandled_reports() -> QuerySet[Report]:
    return Report.objects.filter(handled_at__isnull=True)
