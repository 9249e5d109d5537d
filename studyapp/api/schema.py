"""The OpenAPI document: every operation lists every status that it can answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from studyapp.api.authentication import HEADER, SessionTokenAuthentication


class ErrorDetailOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="A word for programs, such as `unknown_optimizer`.")
    message = serializers.CharField(help_text="What is wrong, and what would be right.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(),
        required=False,
        help_text="Messages by path of the value, such as `runs[0].optimizer.name`.",
    )


class ErrorOut(serializers.Serializer[Any]):
    """The one shape of errors."""

    error = ErrorDetailOut()


EVERYWHERE = {
    400: "The request cannot be understood.",
    401: "The session token is not valid, or this endpoint needs one.",
    405: "The address does not answer this method.",
    406: "`Accept` leaves out what the endpoint answers.",
    413: "The body is above 1 MB.",
    429: "Too many requests; `Retry-After` says when to try again.",
    500: "Something went wrong on our side.",
}
BUSY = "The site is too busy for this just now; `Retry-After` says when to try again."
WITH_QUERY = {400: "The value of a parameter cannot be used; `fields` names it."}
WITH_BODY = {
    400: "The body cannot be used; `fields` names what is wrong.",
    415: "The body is not `application/json`.",
}
WITH_ID = {404: "There is nothing under this id."}
WITH_PAGES = {404: "The list has no such page."}
WITH_ETAG = {412: "`If-Match` names another state than the present one."}
HEADERS = {
    401: {
        "WWW-Authenticate": {
            "schema": {"type": "string"},
            "description": "Which header identifies a learner.",
        }
    },
    405: {"Allow": {"schema": {"type": "string"}, "description": "The methods answered."}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
}


class ApiSchema(AutoSchema):
    """Adds the errors that any endpoint can answer to those that the endpoint names itself.

    A view names its own in ``error_texts`` ({status: when}; ``post_error_texts``: of POST only), and in
    ``components`` the shapes that its ``extend_schema`` refers to by name only.
    """

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        for shape in getattr(self.view, "components", ()):
            self.resolve_serializer(shape, "response")
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        texts = dict(EVERYWHERE)
        query = {each["name"] for each in self._get_parameters() if each["in"] == "query"}
        if query:
            texts |= WITH_QUERY
        if "page" in query:
            texts |= WITH_PAGES
        if "304" in bodies:
            texts |= WITH_ETAG
        if self.method == "POST":
            texts |= WITH_BODY
        if "{" in self.path:
            texts |= WITH_ID
        texts |= getattr(self.view, "error_texts", {})
        if self.method == "POST":
            texts |= getattr(self.view, "post_error_texts", {})
        for code in {str(code) for code in texts} | {code for code in bodies if code >= "400"}:
            bodies[code] = self._error(int(code), texts.get(int(code), BUSY))
        if "304" in bodies:
            bodies["304"] = {"description": "Nothing changed since the ETag in `If-None-Match`."}
        return dict(sorted(bodies.items()))

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)
        return body and {**body, "required": True}

    def _error(self, status: int, text: str) -> dict[str, Any]:
        shape = self.resolve_serializer(ErrorOut, "response").ref
        body: dict[str, Any] = {"description": text, "content": {"application/json": {"schema": shape}}}
        if status in HEADERS:
            body["headers"] = HEADERS[status]
        return body


def null_as_a_type(result: dict[str, Any], **_others: Any) -> dict[str, Any]:
    """Says null as OpenAPI 3.1 does, also in shapes that fields name outright with ``nullable``.

    What 3.0 means by ``nullable`` beside a reference is no null at all, and 3.1 has no such word.
    """
    found: dict[str, Any] = without_nullable(result)
    return found


def without_nullable(shape: Any) -> Any:
    if isinstance(shape, list):
        return [without_nullable(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {key: without_nullable(value) for key, value in shape.items()}
    # Under that name a shape may also have a property, which is a shape itself.
    if not isinstance(inner.get("nullable"), bool) or not inner.pop("nullable"):
        return inner
    if "type" not in inner:  # a reference, or a choice of shapes
        return {"anyOf": [inner, {"type": "null"}]}
    kinds = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
    inner["type"] = [*(kind for kind in kinds if kind != "null"), "null"]
    if None not in inner.get("enum", (None,)):
        inner["enum"] = [*inner["enum"], None]
    return inner


class SessionTokenScheme(OpenApiAuthenticationExtension):
    """How the schema words it."""

    target_class = SessionTokenAuthentication
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "`meta.session_token` of a sign-up or log-in at `/_allauth/app/v1/`.",
        }
