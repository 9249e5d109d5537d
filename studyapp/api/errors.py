"""The one shape of errors: ``{"error": {"code", "message", "fields"?}}``.

Exceptions of the endpoints pass through :func:`exception_handler`. Whatever else goes wrong under ``/api/``
(a host that is not ours, an exception nobody foresaw, a middleware that refuses) is put into the shape by
:class:`studyapp.api.middleware.ApiBoundary`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from quizzes.core.responses import ResponseError
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.services.apart import SimulatorBusy

NON_FIELD = "non_field_errors"

# What is said where an error comes without words of its own.
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    410: "gone",
    411: "length_required",
    412: "precondition_failed",
    413: "body_too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    422: "unprocessable",
    429: "throttled",
    500: "server_error",
    503: "busy",
}


def message_for(status: int) -> str:
    """A sentence for an error that came without one."""
    messages = {
        400: _("The request could not be understood."),
        401: _("This needs a session token: log in at /_allauth/app/v1/auth/login and send X-Session-Token."),
        403: _("This is not allowed."),
        404: _("There is nothing at this address. The endpoints are listed at /api/v1/."),
        405: _("This address does not answer that method; the Allow header lists those it does."),
        406: _("This endpoint answers application/json only: let the Accept header take that."),
        412: _("The If-Match header names another state than the present one."),
        413: _("The body is above 1 MB (1,000,000 bytes). Send it in parts."),
        415: _("The body must be JSON in UTF-8, sent with the header Content-Type: application/json."),
        500: _("Something went wrong on our side. It has been logged; please try again later."),
        503: _("The site is busy. Please try again in a moment."),
    }
    return messages.get(status) or (messages[400] if status < 500 else messages[500])


def error_body(
    status: int, code: str = "", message: str = "", fields: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The contract's object for an error; code and message default to those of the status."""
    error: dict[str, Any] = {
        "code": code or CODES.get(status, "bad_request" if status < 500 else "server_error"),
        "message": message or message_for(status),
    }
    if fields:
        error["fields"] = dict(fields)
    return {"error": error}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of an endpoint; None for one that nobody foresaw, which Django then logs."""
    match error:
        case BudgetExceeded():
            return Response(error_body(422, error.code, error.message, error.fields), 422)
        case ScenarioError() | ResponseError():
            return Response(error_body(400, error.code, error.message, error.fields), 400)
        case SimulatorBusy():
            busy = Response(
                error_body(
                    503, "busy", _("Too many long simulations are under way. Please try again in a moment.")
                ),
                503,
            )
            busy["Retry-After"] = str(error.retry_after)
            return busy
        case Http404():
            error = exceptions.NotFound()
        case PermissionDenied():
            error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    status = error.status_code
    fields: Mapping[str, str] = getattr(error, "fields", {})
    if isinstance(error, exceptions.ValidationError):
        fields = dict(flat_fields(error.detail))
    body = error_body(status, code_of(error), message_of(error, fields), fields)
    response = Response(body, status)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    return response


def code_of(error: exceptions.APIException) -> str:
    """The code: the exception's own where it says more than the status does."""
    codes = error.get_codes()
    if isinstance(codes, str) and codes not in {"error", "invalid"}:
        return codes
    if isinstance(error, exceptions.ValidationError):
        return "bad_value"
    return CODES.get(error.status_code, "bad_request")


def message_of(error: exceptions.APIException, fields: Mapping[str, str]) -> str:
    """The message: the exception's own words or those about the fields; "" for those of the status."""
    if isinstance(error, exceptions.Throttled):
        seconds = max(1, math.ceil(getattr(error, "wait", None) or 1))
        return _("Too many requests: please try again in %(seconds)d s.") % {"seconds": seconds}
    if isinstance(
        error, exceptions.MethodNotAllowed | exceptions.NotAcceptable | exceptions.UnsupportedMediaType
    ):
        return ""
    if fields:
        return " ".join(f"{name}: {text}" for name, text in fields.items())
    if isinstance(error.detail, list):
        return " ".join(str(part) for part in error.detail)
    kind = type(error)
    says_little = kind.__module__ == exceptions.__name__ and error.detail == kind.default_detail
    return "" if says_little else str(error.detail)


def flat_fields(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Paths and messages of a validation error, however deep: ``("record.points", "Must be …")``."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            inner = path if key == NON_FIELD else f"{path}.{key}" if path else str(key)
            yield from flat_fields(value, inner)
    elif isinstance(detail, list):
        if all(isinstance(part, str) for part in detail):
            if path:
                yield path, " ".join(detail)
        else:
            for index, value in enumerate(detail):
                yield from flat_fields(value, f"{path}[{index}]")
    elif path:
        yield path, str(detail)
