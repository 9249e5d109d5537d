"""Theme and shortcut keys, kept in cookies that hold nothing else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from quizzes.web.cookies import KEYS_COOKIE, THEME_COOKIE, THEMES, YEAR
from quizzes.web.redirects import SeeOther, own_address


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Set what was sent (``theme``: auto, light or dark; ``keys``: on or off) and go back to the page."""
    response = SeeOther(own_address(request, request.POST.get("next"), reverse("quizzes:home")))
    if "theme" in request.POST:
        theme = request.POST["theme"]
        _remember(response, THEME_COOKIE, theme if theme in THEMES else None)
    if "keys" in request.POST:
        _remember(response, KEYS_COOKIE, "off" if request.POST["keys"] == "off" else None)
    return response


def _remember(response: HttpResponse, cookie: str, value: str | None) -> None:
    if value is None:
        response.delete_cookie(cookie, samesite="Lax")
    else:
        response.set_cookie(
            cookie,
            value,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
