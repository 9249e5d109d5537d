"""Versions and responses: records that are looked at and never edited, by nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from quizzes.models import ItemVersion, Response


class RecordAdmin(admin.ModelAdmin):
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ItemVersion)
class ItemVersionAdmin(RecordAdmin):
    list_display = ("item", "number", "verdict", "published_at", "published_by", "look")
    list_filter = ("kind", "verdict", "topic")
    list_select_related = ("item", "published_by")
    search_fields = ("item__title", "item__slug")
    date_hierarchy = "published_at"
    fields = ("item", "number", "kind", "topic", "level", "verdict", "published_at", "published_by", "look")
    readonly_fields = ("look",)
    ordering = ("-published_at",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("question", "answer", "draft")

    @admin.display(description=_("contents"))
    def look(self, version: ItemVersion) -> str:
        address = reverse("admin:quizzes_item_version", args=[version.item_id, version.number])
        return format_html("<a href='{}'>{}</a>", address, _("look at it"))


@admin.register(Response)
class ResponseAdmin(RecordAdmin):
    """Answers without the learners who gave them."""

    list_display = ("item", "version_number", "given", "correct", "confidence", "answered_at")
    list_filter = ("correct", "confidence", "item__topic", "item__kind")
    list_select_related = ("item", "version")
    search_fields = ("item__title", "item__slug")
    date_hierarchy = "answered_at"
    fields = (
        "item",
        "version_number",
        "given",
        "correct",
        "score",
        "confidence",
        "answered_at",
        "elapsed_ms",
    )
    readonly_fields = ("version_number", "given")
    ordering = ("-answered_at",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        heavy = ("version__question", "version__answer", "version__draft")
        return super().get_queryset(request).select_related("item", "version").defer(*heavy)

    @admin.display(description=_("version"), ordering="version__number")
    def version_number(self, response: Response) -> int:
        return response.version.number

    @admin.display(description=_("answer"))
    def given(self, response: Response) -> str:
        return ", ".join(str(value) for value in response.response.values())
