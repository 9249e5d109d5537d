"""Whole numbers from addresses and forms. Nonsense falls back, it is never an error page."""

from __future__ import annotations

from django.http import HttpRequest


def whole(text: str | None, *, low: int, high: int, default: int) -> int:
    """``text`` as a whole number, held between ``low`` and ``high``."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 9:
        return default
    return max(low, min(high, int(text)))


def page_number(request: HttpRequest) -> int:
    return whole(request.GET.get("page"), low=1, high=10_000, default=1)
