"""Topics, misconceptions and sources: what items refer to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from quizzes.models import Misconception, Source, Topic


class PermanentSlugMixin(admin.ModelAdmin):
    """The id is made from a text when a row is added, and stays: files and items name it."""

    slug_from = "title"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj is not None else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj is not None else {"slug": (self.slug_from,)}


@admin.register(Topic)
class TopicAdmin(PermanentSlugMixin, admin.ModelAdmin):
    list_display = ("title", "slug", "position", "items_link")
    ordering = ("position", "slug")
    search_fields = ("title", "slug")
    fields = ("title", "slug", "summary", "position", "prerequisites")
    autocomplete_fields = ("prerequisites",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(item_count=Count("items"))

    @admin.display(description=_("items"), ordering="item_count")
    def items_link(self, topic: Topic) -> str:
        address = reverse("admin:quizzes_item_changelist") + f"?topic__id__exact={topic.pk}"
        return format_html("<a href='{}'>{}</a>", address, topic.item_count)  # type: ignore[attr-defined]


@admin.register(Misconception)
class MisconceptionAdmin(PermanentSlugMixin, admin.ModelAdmin):
    slug_from = "belief"
    list_display = ("belief", "slug", "uses")
    ordering = ("slug",)
    search_fields = ("belief", "slug", "truth")
    fields = ("belief", "slug", "truth")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Misconception]:
        return super().get_queryset(request).annotate(use_count=Count("choice"))

    @admin.display(description=_("options that point at it"), ordering="use_count")
    def uses(self, misconception: Misconception) -> int:
        return misconception.use_count  # type: ignore[attr-defined]


@admin.register(Source)
class SourceAdmin(PermanentSlugMixin, admin.ModelAdmin):
    slug_from = "citation"
    list_display = ("citation", "slug", "link", "uses")
    ordering = ("slug",)
    search_fields = ("citation", "slug", "url")
    fields = ("citation", "slug", "url")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(use_count=Count("item"))

    @admin.display(description=_("address"))
    def link(self, source: Source) -> str:
        return format_html("<a href='{0}' rel='noopener'>{0}</a>", source.url) if source.url else ""

    @admin.display(description=_("items"), ordering="use_count")
    def uses(self, source: Source) -> int:
        return source.use_count  # type: ignore[attr-defined]
