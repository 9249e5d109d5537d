"""Scenarios as PyTorch programs and notebooks: ``simulations/pytorch/``, ``simulations/notebook/``, and the
files beside a figure."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from simulator import services
from simulator.api.figures import FOR_A_WHILE, LR, ByToken
from simulator.api.serializers import ScenarioShape
from simulator.services.programs import figure_file

ERRORS = {
    422: "The scenario is valid but would cost too much to be simulated.",
    503: "Too many long requests are under way.",
}


@extend_schema_field(
    {
        "type": "object",
        "required": ["cells", "metadata", "nbformat", "nbformat_minor"],
        "additionalProperties": True,
        "description": "A notebook of format 4.5 (https://nbformat.readthedocs.io).",
    }
)
class NotebookField(serializers.JSONField):
    pass


class ProgramOut(serializers.Serializer[Any]):
    """A program in Python."""

    filename = serializers.CharField(help_text="What to call the file.")
    program = serializers.CharField(help_text="The text of the program.")


class NotebookOut(serializers.Serializer[Any]):
    """A Jupyter notebook."""

    filename = serializers.CharField(help_text="What to call the file.")
    notebook = NotebookField()


class OrderedFile(APIView):
    """A scenario in, a file of the kind `form` out."""

    throttle_scope = {"POST": "simulations"}
    error_texts = ERRORS
    form: ClassVar[str]

    def answer(self, request: Request) -> Response:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        return Response(orjson.Fragment(services.answer_file_order(self.form, request.data, size)))


class Programs(OrderedFile):
    form = "program"

    @extend_schema(operation_id="simulations_pytorch", request=ScenarioShape, responses=ProgramOut)
    def post(self, request: Request) -> Response:
        """A scenario as a PyTorch program that prints its losses."""
        return self.answer(request)


class Notebooks(OrderedFile):
    form = "notebook"

    @extend_schema(operation_id="simulations_notebook", request=ScenarioShape, responses=NotebookOut)
    def post(self, request: Request) -> Response:
        """A scenario as a Jupyter notebook that plots and prints its losses."""
        return self.answer(request)


class FigureFile(ByToken):
    """The program or notebook of a figure, to keep."""

    parameters = ("lr",)
    form: ClassVar[str]

    def answer(self, request: Request, **names: str) -> HttpResponseBase:
        """The file, or that nothing changed.

        It is not kept for ever: the version in the address is that of numbers and pictures, and the text of a
        program may become better without them.
        """
        scene, _present = self.scene(request, **names)
        name, body = figure_file(scene, self.form, self.asked(request, scene).get("lr"))
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(
            body,
            content_type=self.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
        if response.status_code < 400:
            response["ETag"] = etag
            response["Cache-Control"] = FOR_A_WHILE
        response["X-Content-Type-Options"] = "nosniff"
        return response


class FigureProgram(FigureFile):
    form = "program"
    content_type = "text/x-python; charset=utf-8"

    @extend_schema(
        operation_id="figure_program", parameters=[LR], tags=["figures"],
        responses={(200, "text/x-python"): OpenApiTypes.STR, 304: None},
    )  # fmt: skip
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The runs of a figure as a PyTorch program."""
        return self.answer(request, token=token)


class FigureNotebook(FigureFile):
    form = "notebook"
    content_type = "application/x-ipynb+json"

    @extend_schema(
        operation_id="figure_notebook", parameters=[LR], tags=["figures"],
        responses={(200, "application/x-ipynb+json"): OpenApiTypes.OBJECT, 304: None},
    )  # fmt: skip
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The runs of a figure as a Jupyter notebook."""
        return self.answer(request, token=token)
