"""The root, the schema and its reader, and what answers where there is nothing."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import orjson
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from studyapp.api.rendering import JSONRenderer

LISTS = ("topics", "questions", "flashcards", "scenarios", "quizzes", "guides", "glossary", "responses")
OTHERS = ("simulations", "progress", "schema", "docs")


class EndpointsOut(serializers.Serializer[Any]):
    """Addresses of the endpoints."""

    topics = serializers.URLField()
    questions = serializers.URLField()
    flashcards = serializers.URLField()
    scenarios = serializers.URLField()
    quizzes = serializers.URLField()
    guides = serializers.URLField()
    glossary = serializers.URLField()
    responses = serializers.URLField()
    simulations = serializers.URLField()
    progress = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()


class Root(APIView):
    @extend_schema(operation_id="endpoints", tags=["about"], responses=EndpointsOut)
    def get(self, request: Request) -> Response:
        """Addresses of all endpoints."""
        here = request.build_absolute_uri(reverse("api-root"))
        return Response({name: f"{here}{name}/" for name in (*LISTS, *OTHERS)})


class Unknown(APIView):
    """Answers every address under ``/api/`` that is none."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"} and leads_somewhere(f"{request.path_info}/"):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        hint = ""
        if leads_somewhere(f"{request.path_info}/"):
            hint = _("There is nothing at this address; did you mean %(path)s/ ?") % {"path": request.path}
        raise NotFound(hint or None)


def leads_somewhere(path: str) -> bool:
    try:
        return resolve(path).url_name != "api-unknown"
    except Resolver404:
        return False


@cache
def schema_text() -> tuple[bytes, str]:
    """The OpenAPI document and its ETag; the same for everybody, so it is made once in a process."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    text = orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'


class Schema(APIView):
    @extend_schema(operation_id="schema", tags=["about"], responses={200: OpenApiTypes.OBJECT, 304: None})
    def get(self, request: Request) -> HttpResponseBase:
        """This API as an OpenAPI 3 document."""
        text, etag = schema_text()
        response = get_conditional_response(request, etag=etag) or Response(orjson.Fragment(text))
        if response.status_code < 400:
            response["ETag"] = etag
            response["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response


# Swagger UI writes style attributes; this page, which shows no learner's data, has a policy of its own.
DOCS_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "font-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@method_decorator(csp_replace(DOCS_POLICY), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The schema, readable, with a form to try each endpoint."""

    url_name = "api-schema"

    def handle_exception(self, exc: Exception) -> Response:
        """Errors are JSON here too."""
        self._answer_json()
        return super().handle_exception(exc)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """So are the methods."""
        self._answer_json()
        return super().options(request, *args, **kwargs)

    def _answer_json(self) -> None:
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
