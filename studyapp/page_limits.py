"""A limit on the pages of the lab, which simulate and draw whatever anybody asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from rest_framework.request import Request

from studyapp.api.throttling import MinuteThrottle

_LIMITED = ("lab", "lab-picture")  # names of views
_LAB = SimpleNamespace(throttle_scope="lab")  # as far as a throttle looks at a view


class PageLimits:
    """Middleware: who asks for too many such pages within a minute is told to wait; counted as in the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name not in _LIMITED:
            return None
        throttle = MinuteThrottle()
        # A throttle of the API reads only what requests of both kinds have.
        if throttle.allow_request(cast(Request, request), _LAB):
            return None
        answer = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(math.ceil(throttle.wait()))
        return answer
