"""The inbox of learners' reports: unhandled first, handled with a note."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quizzes.models import Report


class HandledFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("open")), ("yes", _("handled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() in ("no", "yes"):
            return queryset.filter(handled_at__isnull=self.value() == "no")
        return queryset


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """Reports come from learners: they are handled here, never added or rewritten."""

    change_form_template = "admin/quizzes/report/change_form.html"
    list_display = ("excerpt", "state_badge", "item_link", "reason", "created_on", "note_excerpt")
    list_filter = (HandledFilter, "reason", "item__topic")
    list_select_related = ("item", "version")
    search_fields = ("text", "note", "item__title", "item__slug")
    fields = ("item_link", "version_link", "reason", "text", "created_at", "handled", "note")
    readonly_fields = ("item_link", "version_link", "reason", "text", "created_at", "handled")
    actions = ("mark_handled",)

    def get_ordering(self, request: HttpRequest) -> Any:
        return (F("handled_at").asc(nulls_first=True), "-created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "item" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("state"), ordering="handled_at")
    def state_badge(self, report: Report) -> str:
        css, text = ("open", _("open")) if report.handled_at is None else ("handled", _("handled"))
        return format_html("<span class='badge {}'>{}</span>", css, text)

    @admin.display(description=_("item"), ordering="item__title")
    def item_link(self, report: Report) -> str:
        address = reverse("admin:quizzes_item_change", args=[report.item_id])
        return format_html("<a href='{}'>{}</a>", address, report.item)

    @admin.display(description=_("version seen"))
    def version_link(self, report: Report) -> str:
        if report.version is None:
            return "-"
        address = reverse("admin:quizzes_item_version", args=[report.item_id, report.version.number])
        number = gettext("version %(number)d") % {"number": report.version.number}
        return format_html("<a href='{}'>{}</a>", address, number)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Reports of learners"), **(extra_context or {})})

    @admin.display(description=_("reported"), ordering="created_at")
    def created_on(self, report: Report) -> date:
        return timezone.localtime(report.created_at).date()

    @admin.display(description=_("what is wrong"))
    def excerpt(self, report: Report) -> str:
        return Truncator(report.text).chars(90) or gettext("no words")

    @admin.display(description=_("note"))
    def note_excerpt(self, report: Report) -> str:
        return Truncator(report.note).chars(60)

    @admin.display(description=_("handled"))
    def handled(self, report: Report) -> str:
        if report.handled_at is None:
            return gettext("not yet")
        by = report.handled_by.get_username() if report.handled_by else gettext("somebody")
        return gettext("by %(by)s, %(at)s") % {"by": by, "at": f"{report.handled_at:%Y-%m-%d %H:%M}"}

    @admin.action(description=_("Mark the selected reports as handled"), permissions=["change"])
    def mark_handled(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        count = queryset.filter(handled_at__isnull=True).update(
            handled_at=timezone.now(), handled_by=request.user
        )
        text = ngettext("%(n)d report marked as handled.", "%(n)d reports marked as handled.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if "_handle" in request.POST and obj.handled_at is None:
            obj.handled_at, obj.handled_by = timezone.now(), request.user  # type: ignore[assignment]
        elif "_reopen" in request.POST:
            obj.handled_at = obj.handled_by = None
        super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Report) -> Any:
        if "_handle" in request.POST:
            self.message_user(request, gettext("The report is handled."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:quizzes_report_changelist"))
        if "_reopen" in request.POST:
            self.message_user(request, gettext("The report is open again."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:quizzes_report_change", args=[quote(obj.pk)]))
        return super().response_change(request, obj)
