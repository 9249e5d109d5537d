"""The boundary of everything under ``/api/``, and of accounts for clients without pages: bodies are bounded
before they are read, errors leave in one shape."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import IO

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from studyapp.api.errors import error_body
from studyapp.api.parsing import parse_json

API_PREFIX = "/api/"
ACCOUNTS_PREFIX = "/_allauth/"
MAX_BODY = 1_000_000  # bytes
MOST_DISCARDED = 16_000_000  # of a body above that


class BodyTooLarge(Exception):
    """The body is above :data:`MAX_BODY`."""


class BodyBroken(Exception):
    """The body ended early or its chunks are malformed."""


class ApiBoundary:
    """Outermost middleware, so that errors of the others pass through it too. Other addresses are left
    alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        try:
            bound_body(request)
        except BodyTooLarge:
            return refusal(413)
        except BodyBroken:
            return refusal(400, "broken_body", _("The body ended early or is not properly chunked."))
        response = in_one_shape(self.get_response(request))
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            # The server drops the body of such an answer too, but complains that it was sent one.
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class AccountsBoundary:
    """The same for accounts: allauth answers JSON, but refuses a body that is none, an unknown address and
    the like by empty pages, and a body that is nested without end, or a password with half a surrogate pair,
    ends in an exception there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ACCOUNTS_PREFIX):
            return self.get_response(request)
        try:
            bound_body(request)
            if request.body and not isinstance(parse_json(request.body), dict):
                return accounts_refusal(400, message=_("The body must be a JSON object."))
        except BodyTooLarge:
            return accounts_refusal(413)
        except (BodyBroken, OSError):  # the latter where the client gave up
            return accounts_refusal(400)
        except ParseError as error:
            return accounts_refusal(400, str(error.get_codes()), str(error.detail))
        response = self.get_response(request)
        if response.status_code < 400 or response.get("Content-Type", "").startswith("application/json"):
            return response
        return reshaped(response, accounts_refusal(response.status_code))


def accounts_refusal(status: int, code: str = "", message: str = "") -> HttpResponse:
    """An error as allauth shapes its own."""
    error = error_body(status, code, message)["error"]
    content = orjson.dumps({"status": status, "errors": [error]}, option=orjson.OPT_APPEND_NEWLINE)
    return HttpResponse(content, content_type="application/json", status=status)


def bound_body(request: HttpRequest) -> None:
    """Refuse a body above the bound: by its announced length, or, of a chunked one, by what has come.

    Django takes a request without Content-Length for one without a body, so a chunked body, whose end the
    server tells (``wsgi.input_terminated``), is read here and handed on with its length.
    """
    meta = request.META
    announced = meta.get("CONTENT_LENGTH") or ""
    if announced.isascii() and announced.isdigit():
        if len(announced) > 18 or int(announced) > MAX_BODY:
            discard(meta["wsgi.input"])
            raise BodyTooLarge
        return
    if "chunked" not in meta.get("HTTP_TRANSFER_ENCODING", "").lower() or not meta.get(
        "wsgi.input_terminated"
    ):
        return
    try:
        body = meta["wsgi.input"].read(MAX_BODY + 1)
    except Exception as error:  # whatever the server raises for a malformed chunk
        raise BodyBroken from error
    if len(body) > MAX_BODY:
        discard(meta["wsgi.input"])
        raise BodyTooLarge
    meta["CONTENT_LENGTH"] = str(len(body))
    request._stream = io.BytesIO(body)


def discard(stream: IO[bytes]) -> None:
    """Read on and throw away, to an end: most clients listen for an answer only when all is sent."""
    left = MOST_DISCARDED
    with contextlib.suppress(Exception):  # the client may give up
        while left > 0 and (piece := stream.read(min(left, 1 << 16))):
            left -= len(piece)


def refusal(status: int, code: str = "", message: str = "") -> HttpResponse:
    """An error in the one shape, as a plain response."""
    content = orjson.dumps(error_body(status, code, message), option=orjson.OPT_APPEND_NEWLINE)
    return HttpResponse(content, content_type="application/json", status=status)


def in_one_shape(response: HttpResponseBase) -> HttpResponseBase:
    """Put an error that is not in the shape into it, keeping its status and headers (cookies, Allow, …)."""
    if response.status_code < 400 or is_in_shape(response):
        return response
    return reshaped(response, refusal(response.status_code))


def reshaped(response: HttpResponseBase, shaped: HttpResponse) -> HttpResponse:
    """The new answer with the headers and cookies of the old one."""
    for name, value in response.items():
        if name not in {"Content-Type", "Content-Length", "Content-Encoding", "ETag", "Last-Modified"}:
            shaped[name] = value
    shaped.cookies = response.cookies
    # Closed with the new answer: closing the old one now would announce that the request is over.
    shaped._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]
    return shaped


def is_in_shape(response: HttpResponseBase) -> bool:
    if not isinstance(response, HttpResponse):
        return False
    if response.get("Content-Encoding"):  # compressed: only the endpoints answer JSON
        return response.get("Content-Type", "").startswith("application/json")
    return response.content.startswith(b'{"error":')
