"""Publishing, unpublishing and retiring: buttons of one item and actions on many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.items.content import place_in_words
from quizzes.models import Item, ItemVersion, State
from quizzes.services.publish_item import PublishRefused, publish_item
from quizzes.services.retire_item import retire_item, unpublish_item

PERMISSION = "quizzes.publish_item"
REFUSALS_SHOWN = 12
BULK_LIMIT = 100


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm(PERMISSION)


def publish_and_tell(request: HttpRequest, item: Item) -> ItemVersion | None:
    """Publish and say how it went; a refusal names option, claim and measured number.

    Returns the version that learners see from now on, ``None`` where nothing changed for them.
    """
    before, was_published = item.current_version_id, item.state == State.PUBLISHED
    try:
        version = publish_item(item=item, by=cast(User, request.user), at=timezone.now())
    except PublishRefused as refused:
        reasons = format_html_join("", "<li>{}</li>", ((reason,) for reason in reasons_of(refused)))
        text = gettext("“%(item)s” was not published; the draft is saved.") % {"item": item}
        messages.error(request, format_html("{}<ul>{}</ul>", text, reasons))
        return None
    if version.drawing_problems:
        text = gettext(
            "A figure could not be drawn and will be drawn when it is first asked for: %(problems)s"
        )
        messages.warning(request, text % {"problems": "; ".join(version.drawing_problems)})
    if version.pk == before and was_published:
        messages.info(
            request, gettext("“%(item)s” is published as it stands: nothing changed.") % {"item": item}
        )
        return None
    text = gettext("“%(item)s” is published as version %(number)d.") % {
        "item": item,
        "number": version.number,
    }
    link = format_html("<a href='{}'>{}</a>", item.get_absolute_url(), gettext("See it as a learner does"))
    messages.success(request, format_html("{} {}", text, link))
    return version


def reasons_of(refused: PublishRefused) -> list[str]:
    """One sentence for each problem, with its place in the words of the form."""
    reasons = [
        # A contradicted claim's message names its option itself.
        problem.message
        if problem.choice
        else ": ".join(filter(None, (str(place_in_words(problem.path)), problem.message)))
        for problem in refused.problems
    ]
    more = len(reasons) - REFUSALS_SHOWN
    if more <= 0:
        return reasons
    return [*reasons[:REFUSALS_SHOWN], ngettext("… and %(n)d more.", "… and %(n)d more.", more) % {"n": more}]


@dataclass(frozen=True)
class Withdrawal:
    """Taking items away from learners: what it is called and what it does."""

    name: str
    title: Any
    consequence: Any
    button: Any
    done: Any
    states: tuple[str, ...]
    service: Callable[..., Item]


UNPUBLISH = Withdrawal(
    "unpublish",
    _("Unpublish"),
    _("Learners no longer see it, as if it had never been there. Responses stay. Publishing brings it back."),
    _("Yes, unpublish"),
    _("%(n)d unpublished: only the draft is left."),
    (State.PUBLISHED,),
    unpublish_item,
)
RETIRE = Withdrawal(
    "retire",
    _("Retire"),
    _(
        "It is taken away for good: its address and the API say that it is gone. Versions and responses "
        "stay. Publishing again would bring it back."
    ),
    _("Yes, retire"),
    _("%(n)d retired."),
    (State.PUBLISHED, State.DRAFT),
    retire_item,
)


class PublishingMixin(admin.ModelAdmin):
    """Bulk actions of the change list, and the confirmation pages behind the buttons of one item."""

    actions = ("publish_items", "unpublish_items", "retire_items")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request)

    @admin.action(description=_("Publish the drafts of the selected items"), permissions=["publish"])
    def publish_items(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        if queryset.count() > BULK_LIMIT:
            text = gettext("Choose at most %(n)d items at a time: every claim is checked.") % {
                "n": BULK_LIMIT
            }
            self.message_user(request, text, messages.ERROR)
            return
        for item in queryset:
            self.publish_and_log(request, item)

    def publish_and_log(self, request: HttpRequest, item: Item) -> None:
        version = publish_and_tell(request, item)
        if version is not None:
            self.log_change(
                request, item, gettext("Published version %(number)d.") % {"number": version.number}
            )

    @admin.action(description=_("Unpublish the selected items"), permissions=["publish"])
    def unpublish_items(self, request: HttpRequest, queryset: QuerySet[Item]) -> HttpResponse | None:
        return self._withdraw_many(request, queryset, UNPUBLISH)

    @admin.action(description=_("Retire the selected items"), permissions=["publish"])
    def retire_items(self, request: HttpRequest, queryset: QuerySet[Item]) -> HttpResponse | None:
        return self._withdraw_many(request, queryset, RETIRE)

    def _withdraw_many(
        self, request: HttpRequest, queryset: QuerySet[Item], withdrawal: Withdrawal
    ) -> HttpResponse | None:
        items = list(queryset.filter(state__in=withdrawal.states))
        if not items:
            self.message_user(
                request, gettext("None of the selected items can be changed so."), messages.WARNING
            )
            return None
        if "confirmed" not in request.POST:
            return self._confirm(request, items, withdrawal, action=f"{withdrawal.name}_items")
        self._withdraw(request, items, withdrawal)
        return None

    def withdraw_view(self, request: HttpRequest, object_id: str, *, withdrawal: Withdrawal) -> HttpResponse:
        """Asks, and does it on POST."""
        if not may_publish(request):
            raise PermissionDenied
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        change_page = HttpResponseRedirect(reverse("admin:quizzes_item_change", args=[item.pk]))
        if item.state not in withdrawal.states:
            text = gettext("“%(item)s” is %(state)s.") % {"item": item, "state": item.get_state_display()}
            self.message_user(request, text, messages.WARNING)
            return change_page
        if request.method != "POST":
            return self._confirm(request, [item], withdrawal)
        self._withdraw(request, [item], withdrawal)
        return change_page

    def _withdraw(self, request: HttpRequest, items: list[Item], withdrawal: Withdrawal) -> None:
        for item in items:
            withdrawal.service(item=item)
            self.log_change(request, item, [{"changed": {"fields": [str(withdrawal.title)]}}])
        self.message_user(request, withdrawal.done % {"n": len(items)}, messages.SUCCESS)

    def _confirm(
        self, request: HttpRequest, items: list[Item], withdrawal: Withdrawal, action: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": withdrawal.title,
            "opts": self.opts,
            "items": items,
            "withdrawal": withdrawal,
            "action": action,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            "original": items[0] if not action else None,
        }
        return TemplateResponse(request, "admin/quizzes/item/confirm.html", context)

    def publishing_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                f"<path:object_id>/{withdrawal.name}/",
                wrap(partial(self.withdraw_view, withdrawal=withdrawal)),
                name=f"quizzes_item_{withdrawal.name}",
            )
            for withdrawal in (UNPUBLISH, RETIRE)
        ]
