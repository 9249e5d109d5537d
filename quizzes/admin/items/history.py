"""Versions of an item: the list, a read-only view of each, and the way back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from quizzes.models import Item, ItemVersion, Kind
from quizzes.services.drafts import draft_digest, draft_of, write_draft


class HistoryMixin(admin.ModelAdmin):
    """Pages below ``<id>/versions/``. Versions themselves are never changed; restoring writes the draft."""

    def item_or_404(self, request: HttpRequest, object_id: str) -> Item:
        """The item, if this user may look at it."""
        item: Item | None = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        if not self.has_view_permission(request, item):
            raise PermissionDenied
        return item

    def page_context(self, request: HttpRequest, item: Item, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(item),
            "opts": self.opts,
            "item": item,
            "original": item,
        }

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        versions = item.versions.select_related("published_by", "topic").defer("question", "answer")
        digest = draft_digest(draft_of(item))
        rows = [
            {
                "version": version,
                "is_current": version.pk == item.current_version_id,
                "is_draft": draft_digest(version.draft) == digest,
            }
            for version in versions
        ]
        context = self.page_context(request, item, gettext("Versions"))
        context |= {"rows": rows, "can_change": self.has_change_permission(request, item)}
        return TemplateResponse(request, "admin/quizzes/item/versions.html", context)

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        version = get_object_or_404(
            item.versions.select_related("published_by", "topic").prefetch_related("figures"), number=number
        )
        title = gettext("Version %(number)d") % {"number": version.number}
        context = self.page_context(request, item, title)
        context |= {
            "version": version,
            "is_draft": draft_digest(version.draft) == draft_digest(draft_of(item)),
            "is_card": version.kind == Kind.FLASHCARD,
            "is_current": version.pk == item.current_version_id,
            "options": options_of(version),
            "figures": [figure for figure in version.figures.all() if not figure.choice],
            "can_change": self.has_change_permission(request, item),
        }
        return TemplateResponse(request, "admin/quizzes/item/version.html", context)

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        item = self.item_or_404(request, object_id)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        version = get_object_or_404(item.versions, number=number)
        # The id is the item's, whatever an old version was called.
        content = {**version.draft, "id": item.slug, "kind": item.kind}
        try:
            write_draft(item=item, content=content)
        except ObjectDoesNotExist as missing:
            text = gettext("Version %(number)d names something that is no longer there: %(missing)s")
            values = {"number": number, "missing": missing}
            self.message_user(request, text % values, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:quizzes_item_versions", args=[item.pk]))
        text = gettext("The draft is version %(number)d again. Learners see it once it is published.")
        self.message_user(request, text % {"number": number}, messages.SUCCESS)
        self.log_change(request, item, gettext("Restored version %(number)d as draft.") % {"number": number})
        return HttpResponseRedirect(reverse("admin:quizzes_item_change", args=[item.pk]))

    def history_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        base = "<path:object_id>/versions/"
        return [
            path(base, wrap(partial(self.versions_view)), name="quizzes_item_versions"),
            path(f"{base}<int:number>/", wrap(partial(self.version_view)), name="quizzes_item_version"),
            path(
                f"{base}<int:number>/restore/", wrap(partial(self.restore_view)), name="quizzes_item_restore"
            ),
        ]


def options_of(version: ItemVersion) -> list[dict[str, Any]]:
    """The options of a version with everything that is told of them, and the proof of their claims."""
    answer = version.answer
    claims = {claim["choice"]: claim for claim in (answer.get("proof") or {}).get("claims", ())}
    return [
        {**choice, "is_key": choice["id"] == answer["key"], "proof": claims.get(choice["id"])}
        for choice in answer.get("choices", ())
    ]
