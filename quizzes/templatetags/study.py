"""Tags and filters of the learners' pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.web.cookies import KEYS_COOKIE, THEME_COOKIE, THEMES

register = template.Library()


@register.simple_tag(takes_context=True)
def chosen_theme(context: Context) -> str:
    """The theme that the visitor chose: ``light``, ``dark`` or ``auto`` (as the system has it)."""
    request: HttpRequest | None = context.get("request")
    theme = request.COOKIES.get(THEME_COOKIE, "") if request else ""
    return theme if theme in THEMES else "auto"


@register.simple_tag(takes_context=True)
def shortcut_keys(context: Context) -> str:
    """``on`` or ``off``: single keys as shortcuts can be turned off (WCAG 2.1, criterion 2.1.4)."""
    request: HttpRequest | None = context.get("request")
    return "off" if request and request.COOKIES.get(KEYS_COOKIE) == "off" else "on"


@register.simple_tag(takes_context=True)
def here(context: Context, *names: str) -> SafeString:
    """``aria-current`` for a navigation link whose section the shown page belongs to."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    return mark_safe(' aria-current="page"') if match and match.url_name in names else mark_safe("")


@register.simple_tag(takes_context=True)
def come_back(context: Context) -> str:
    """The query with which logging in leads back to the page that is shown, where that makes sense."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request and request.method == "GET" else None
    if request is None or match is None or match.namespace != "quizzes" or match.url_name == "home":
        return ""
    return "?" + urlencode({"next": request.get_full_path()})


@register.filter
def time_until(moment: datetime, now: datetime | None = None) -> str:
    """When something comes back, in words: “now”, “in 10 minutes”, “in 3 days”."""
    return in_words(moment - (now or timezone.now()), _("now"), _("in %(span)s"))


@register.filter
def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit, short: “10 min”, “3 days”."""
    return in_words(length, _("< 1 min"), "%(span)s")


def in_words(length: timedelta, under_a_minute: str, form: str) -> str:
    seconds = length.total_seconds()
    minutes, hours, days = round(seconds / 60), round(seconds / 3600), round(seconds / 86400)
    if minutes < 1:
        return under_a_minute
    if minutes < 60:
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif hours < 24:
        words = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    elif days < 60:
        words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    elif days < 730:
        months = round(days / 30.44)
        words = ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    else:
        years = round(days / 365.25)
        words = ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
    return form % {"span": words}


@register.filter
def percent(share: float | None) -> str:
    """A share of 0..1 as a whole percentage; nothing known is a dash."""
    return "–" if share is None else f"{round(100 * share)} %"


@register.filter
def trusted(html: str) -> SafeString:
    """Text of a published version: rendered from Markdown and sanitised when it was published."""
    return mark_safe(html)  # noqa: S308 - sanitised by quizzes.core.markup


@register.simple_tag(takes_context=True)
def guest_answers(context: Context) -> int:
    """How many answers the visitor gave without an account, which signing up or logging in takes along."""
    from quizzes.web.learner import guest_of_session

    request: HttpRequest | None = context.get("request")
    guest = guest_of_session(request) if request is not None else None
    return guest.responses.count() if guest is not None else 0
