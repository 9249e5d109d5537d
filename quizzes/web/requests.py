"""The request as the middleware of django-htmx leaves it, for the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """``htmx`` is true for a request that htmx sent, which takes a fragment for an answer."""

    htmx: HtmxDetails
