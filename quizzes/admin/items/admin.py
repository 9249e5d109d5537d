"""The admin of items. Writing goes through the services; learners only ever see what was published."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.items import views
from quizzes.admin.items.answers import AnswersMixin
from quizzes.admin.items.changelist import (
    DraftDiffersFilter,
    OpenReportsFilter,
    for_list,
    with_open_reports,
)
from quizzes.admin.items.checking import inspect_forms
from quizzes.admin.items.choices import ChoiceFormSet, ChoiceInline
from quizzes.admin.items.content import content_of
from quizzes.admin.items.forms import FlashcardForm, ItemForm, QuestionForm
from quizzes.admin.items.publishing import PublishingMixin, may_publish
from quizzes.models import Item, Kind, State
from quizzes.services import drafts

HEAD = (None, {"fields": ("title", "slug", ("topic", "level"))})
MORE = (_("Also about, position"), {"fields": ("also", "position"), "classes": ["collapse"]})
SCENARIO = ("scenario_source", "scenario_name", "scenario_changes", "scenario", "scenario_json", "slider")
RUN_AFTER = _("The run that the learner sees after the answer.")
RUN_ON_BACK = _("Optional: a run to look at on the back.")
QUESTION_FIELDSETS = [
    HEAD,
    MORE,
    (_("Scenario"), {"fields": SCENARIO, "description": RUN_AFTER}),
    (_("Question"), {"fields": ("stem",), "classes": ["options-follow"]}),
    (_("After the answer"), {"fields": ("explanation", "look_at", "takeaway")}),
    (_("How the key is known"), {"fields": ("proof", "sources")}),
]
FLASHCARD_FIELDSETS = [
    HEAD,
    MORE,
    (_("Card"), {"fields": ("front", "back")}),
    (_("Scenario"), {"fields": SCENARIO, "description": RUN_ON_BACK}),
    (_("Sources"), {"fields": ("sources",)}),
]
NEW_TITLES = {Kind.SINGLE_CHOICE: _("Write a question"), Kind.FLASHCARD: _("Write a flashcard")}
CHECK_HEADER = "X-Check-Only"


class OfferedOnly(AutocompleteSelectMultiple):
    """Django's widget would fail on ids that are no numbers when it shows a refused form again."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [entry for entry in value if str(entry).isdecimal()], attrs)


@admin.register(Item)
class ItemAdmin(PublishingMixin, AnswersMixin):
    change_form_template = "admin/quizzes/item/change_form.html"
    change_list_template = "admin/quizzes/item/change_list.html"
    list_display = ("name", "topic", "kind_badge", "level", "state_badge", "proof_badge", "reports_link")
    list_display_links = ("name",)
    list_filter = ("state", DraftDiffersFilter, OpenReportsFilter, "kind", "level", "proof", "topic")
    list_per_page = 50
    search_fields = ("title", "slug", "stem", "front", "choices__text")
    search_help_text = _("Searches titles, ids, questions, cards and options.")
    ordering = ("topic__position", "position", "slug")
    inlines = (ChoiceInline,)
    autocomplete_fields = ("also", "sources")
    save_on_top = False
    actions_selection_counter = True

    # --- what is shown -----------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return for_list(with_open_reports(super().get_queryset(request)))

    @admin.display(description=_("item"), ordering="title")
    def name(self, item: Item) -> str:
        return format_html("{}<br><small class='quiet'>{}</small>", item.title or "-", item.slug)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_badge(self, item: Item) -> str:
        return item.get_kind_display()

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, item: Item) -> str:
        badge = format_html("<span class='badge {}'>{}</span>", item.state, item.get_state_display())
        if item.state == State.PUBLISHED and drafts.draft_differs(item):
            return format_html("{} <span class='badge differs'>{}</span>", badge, _("draft differs"))
        return badge

    @admin.display(description=_("key"), ordering="proof")
    def proof_badge(self, item: Item) -> str:
        return "" if item.kind == Kind.FLASHCARD else item.get_proof_display()

    @admin.display(description=_("open reports"), ordering="open_reports")
    def reports_link(self, item: Item) -> str:
        count = item.open_reports  # type: ignore[attr-defined]
        if not count:
            return ""
        address = reverse("admin:quizzes_report_changelist") + f"?handled=no&item={item.pk}"
        return format_html("<a class='badge open' href='{}'>{}</a>", address, count)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Items"), **(extra_context or {})})

    # --- the form ----------------------------------------------------------------------------------------

    def kind_of(self, request: HttpRequest, item: Item | None) -> str:
        """The kind is fixed once an item exists; a new one's stands in the address (``?kind=flashcard``)."""
        if item is not None:
            return item.kind
        return Kind.FLASHCARD if request.GET.get("kind") == Kind.FLASHCARD else Kind.SINGLE_CHOICE

    def get_fieldsets(self, request: HttpRequest, obj: Item | None = None) -> Any:
        return FLASHCARD_FIELDSETS if self.kind_of(request, obj) == Kind.FLASHCARD else QUESTION_FIELDSETS

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = OfferedOnly(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Item | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = FlashcardForm if self.kind_of(request, obj) == Kind.FLASHCARD else QuestionForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Item | None) -> Any:
        return () if self.kind_of(request, obj) == Kind.FLASHCARD else self.inlines

    def get_readonly_fields(self, request: HttpRequest, obj: Item | None = None) -> tuple[str, ...]:
        """An id is permanent from the first version on: clients and links hold it."""
        return ("slug",) if obj is not None and obj.versions.exists() else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Item | None = None) -> dict[str, Any]:
        return {"slug": ("title",)} if obj is None else {}

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Item:
        item: Item = super().save_form(request, form, change)
        item.kind = form.kind
        return item

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        # After the transaction of saving: a refusal keeps the draft, and drawing figures holds no lock.
        saved: Item | None = getattr(request, "saved_for_publishing", None)
        if saved is None:
            return response
        self.publish_and_log(request, saved)
        return HttpResponseRedirect(reverse("admin:quizzes_item_change", args=[saved.pk]))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Item | None = None,
    ) -> HttpResponse:
        form: ItemForm = context["adminform"].form
        options = self._options(context)
        checking = request.method == "POST" and "_check" in request.POST
        if checking:
            context["inspection"] = inspect_forms(form, options)
            context["checked_kind"] = form.kind
        if request.headers.get(CHECK_HEADER):
            return TemplateResponse(request, "admin/quizzes/item/inspection.html", context)
        kind = self.kind_of(request, obj)
        context |= {
            "item_kind": kind,
            "kind_title": Kind(kind).label,
            "title": NEW_TITLES[Kind(kind)] if add else context["title"],
            "may_publish": may_publish(request),
            "run_labels": views.run_labels(form),
            "key_prefix": options.key_prefix if options is not None else "",
            "draft_differs": obj is not None and obj.state == State.PUBLISHED and drafts.draft_differs(obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def _options(context: dict[str, Any]) -> ChoiceFormSet | None:
        for inline in context["inline_admin_formsets"]:
            if isinstance(inline, helpers.InlineAdminFormSet) and isinstance(inline.formset, ChoiceFormSet):
                return inline.formset
        return None

    # --- saving ------------------------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The draft is written as a whole, from the same content that a check looks at."""
        options = next((formset for formset in formsets if isinstance(formset, ChoiceFormSet)), None)
        for formset in formsets:
            formset.save(commit=False)  # the log names what changed
        drafts.write_draft(item=form.instance, content=content_of(form, options))

    def response_add(self, request: HttpRequest, obj: Item, post_url_continue: str | None = None) -> Any:
        return self._publish_later(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Item) -> Any:
        return self._publish_later(request, obj) or super().response_change(request, obj)

    def _publish_later(self, request: HttpRequest, obj: Item) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        if not may_publish(request):
            text = gettext("The draft is saved. You may not publish: ask someone who has the permission.")
            self.message_user(request, text, messages.WARNING)
        else:
            request.saved_for_publishing = obj  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("admin:quizzes_item_change", args=[obj.pk]))

    # --- further pages -----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        helpers_of_page = [
            path("preview/", wrap(partial(views.preview, self)), name="quizzes_item_preview"),
            path("scenarios.json", wrap(partial(views.scenarios, self)), name="quizzes_item_scenarios"),
        ]
        pages = [*self.publishing_urls(), *self.history_urls(), *self.answers_urls()]
        return [*helpers_of_page, *pages, *super().get_urls()]
