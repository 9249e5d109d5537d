"""Figures over HTTP: SVG, PNG, the data behind them, and their description for the browser.

All are pure: the address says everything. An address with the present version in it may be kept for ever.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Lock
from typing import Any, ClassVar

import orjson
from cachetools import LRUCache, cached
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from simulator.api.serializers import FigureDataOut, FigureVegaOut
from simulator.core.errors import ScenarioError
from simulator.services import UnknownFigure, named_scenarios
from simulator.services.addresses import scene_of
from simulator.services.controls import parse_rate
from simulator.services.drawing import panel_vega, picture_png, picture_svg
from simulator.services.figures import figure_data
from simulator.services.renderer import RendererError
from simulator.services.scenes import VERSION, Scene, make_scene

FOR_EVER = f"public, max-age={365 * 24 * 3600}, immutable"
FOR_A_WHILE = "public, max-age=300"
NARROWEST, WIDEST, USUAL_WIDTH = 240, 2000, 720
_KEPT_BYTES = 16_000_000  # of data, by each process
_MOST_KEPT = 1024
_WIDTH = re.compile(r"[1-9][0-9]{0,4}")

LR = OpenApiParameter("lr", float, description="Where the slider stands; absent: where the scenario has it.")
PANEL = OpenApiParameter("panel", str, description="One panel only: `loss`, `landscape`, `path` or `rate`.")
THEME = OpenApiParameter("theme", str, enum=["light", "dark"], default="light")
WIDTH = OpenApiParameter("width", int, default=USUAL_WIDTH, description=f"Pixels, {NARROWEST} to {WIDEST}.")
VERSION_PARAMETER = OpenApiParameter(
    "v",
    str,
    description="The version that an address was given out with; such an answer may be kept for ever.",
)


class DrawingUnavailable(APIException):
    """The drawing process does not answer."""

    status_code = 503
    default_code = "drawing_unavailable"
    default_detail = "The picture cannot be drawn just now. Please try again in a moment."
    wait = 5


class AnyAccept(BaseContentNegotiation):
    """The address says what is answered, so `Accept` need not; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class SceneView(APIView, ABC):
    """What all that is made of a figure has in common: which scene, which parameters."""

    throttle_scope = "figures"
    content_negotiation_class = AnyAccept
    content_type: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def scene(self, request: Request, **names: str) -> tuple[Scene, bool]:
        """The scene of the address, and whether the address is of the present version."""

    def asked(self, request: Request, scene: Scene) -> dict[str, Any]:
        """The parameters, checked. Raises ScenarioError naming the one that is wrong."""
        query = request.query_params
        for name in query:
            if name not in self.parameters and name != "v":
                known = ", ".join((*self.parameters, "v"))
                raise bad_parameter(
                    name, "unknown_parameter", _("is not a parameter here; they are %s") % known
                )
            if len(query.getlist(name)) > 1:
                raise bad_parameter(name, "bad_value", _("must be given once"))
        readers = [(name, *_READERS[name]) for name in self.parameters if name in _READERS]
        return {called: read(query.get(name), scene) for name, called, read in readers}


class FigureView(SceneView):
    """What the forms of a figure have in common: how they are drawn, how long they may be kept."""

    @abstractmethod
    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        """The answer's body."""

    def answer(self, request: Request, **names: str) -> HttpResponseBase:
        """Draw, or say that nothing changed."""
        scene, present = self.scene(request, **names)
        asked = self.asked(request, scene)
        text = f"{self.content_type}/{scene.digest}/{sorted(asked.items())!r}/{get_language()}"
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            try:
                body = self.draw(scene, asked)
            except RendererError as error:
                raise DrawingUnavailable from error
            response = HttpResponse(body, content_type=self.content_type)
        if response.status_code < 400:  # a refused If-Match is no answer for those who ask without one
            response["ETag"] = etag
            response["Cache-Control"] = FOR_EVER if present else FOR_A_WHILE
        # Opened by itself, a picture is a document; it needs nothing but itself.
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _rate(text: str | None, scene: Scene) -> float | None:
    if text is None:
        return None
    if scene.slider is None:
        raise bad_parameter("lr", "bad_value", _("cannot be set: this figure has no slider"))
    rate = parse_rate(text, scene.slider, exact=scene.rates_kept)
    return None if rate == scene.moved.optimizer.lr else rate


def _panel(text: str | None, scene: Scene) -> str | None:
    if text is not None and text not in scene.panels:
        raise bad_parameter("panel", "bad_value", _("must be one of %s") % ", ".join(scene.panels))
    return text


def _theme(text: str | None, scene: Scene) -> str:
    if text not in (None, "light", "dark"):
        raise bad_parameter("theme", "bad_value", _("must be light or dark"))
    return text or "light"


def _width(text: str | None, scene: Scene) -> int:
    width = int(text) if text is not None and _WIDTH.fullmatch(text) else 0
    if text is not None and not NARROWEST <= width <= WIDEST:
        raise bad_parameter("width", "bad_value", _("must be a whole number from 240 to 2000"))
    return width or USUAL_WIDTH


# By the name of a parameter: what it is called where it is used, and how it is read.
_READERS: dict[str, tuple[str, Callable[[str | None, Scene], Any]]] = {
    "lr": ("lr", _rate),
    "panel": ("kind", _panel),
    "theme": ("theme", _theme),
    "width": ("width", _width),
}


def bad_parameter(name: str, code: str, text: Any) -> ScenarioError:
    """The error about one parameter of the query."""
    return ScenarioError(code, f"{name} {text}.", {name: f"{str(text)[:1].upper()}{str(text)[1:]}."})


class ByToken(SceneView):
    """Figures whose address carries the scenario."""

    def scene(self, request: Request, **names: str) -> tuple[Scene, bool]:
        try:
            return scene_of(names["token"])
        except UnknownFigure as error:
            raise NotFound(_("There is no figure under this address."), "unknown_figure") from error


class ByName(SceneView):
    """Figures of the catalogue."""

    def scene(self, request: Request, **names: str) -> tuple[Scene, bool]:
        named = named_scenarios().get(names["scenario_id"])
        if named is None:
            raise NotFound(_("There is no scenario of this name."), "unknown_scenario")
        return make_scene(named.scenario, slider=named.slider), request.query_params.get("v") == VERSION


class Svg(FigureView):
    content_type = "image/svg+xml"
    parameters = ("lr", "theme", "width", "panel")

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        return picture_svg(scene, **asked).encode()


class Png(FigureView):
    content_type = "image/png"
    parameters = ("lr", "theme", "width", "panel")

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        return picture_png(scene, **asked)


class Data(FigureView):
    content_type = "application/json"
    parameters = ("lr", "theme", "width")  # the numbers are those of every theme and width

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        return _data(scene, asked.get("lr"), get_language())


def _size(data: bytes) -> int:
    return max(len(data), _KEPT_BYTES // _MOST_KEPT)


def _place(scene: Scene, lr: float | None, language: str | None) -> tuple[str, float | None, str | None]:
    return scene.digest, lr, language  # not the scene, which may be large


@cached(LRUCache[object, bytes](_KEPT_BYTES, _size), key=_place, lock=Lock())
def _data(scene: Scene, lr: float | None, language: str | None) -> bytes:
    """The data of one place of a slider. Kept, since a slider has few places and every learner of a question
    passes over the same ones; a few kilobytes each."""
    return orjson.dumps(figure_data(scene, lr))


class Vega(FigureView):
    content_type = "application/json"
    parameters = ()

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        panels = [{"kind": kind, "vega": panel_vega(scene, kind)} for kind in scene.panels]
        return orjson.dumps({"panels": panels})


_PICTURE = [LR, THEME, WIDTH, PANEL]
_OF_TOKEN: dict[str, Any] = {"tags": ["figures"]}
_OF_NAME: dict[str, Any] = {"tags": ["scenarios"]}
_MISSING = {503: None}


class FigureSvg(Svg, ByToken):
    @extend_schema(
        operation_id="figure_svg", parameters=_PICTURE, **_OF_TOKEN,
        responses={(200, "image/svg+xml"): OpenApiTypes.STR, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The figure as an SVG."""
        return self.answer(request, token=token)


class FigurePng(Png, ByToken):
    @extend_schema(
        operation_id="figure_png", parameters=_PICTURE, **_OF_TOKEN,
        responses={(200, "image/png"): OpenApiTypes.BINARY, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The figure as a PNG of exactly the width asked for."""
        return self.answer(request, token=token)


class FigureData(Data, ByToken):
    @extend_schema(
        operation_id="figure_data",
        parameters=[LR, THEME, WIDTH],
        **_OF_TOKEN,
        responses={200: FigureDataOut, 304: None, **_MISSING},
    )
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """What changes in the figure when its slider stands at `lr`: data by panel, words, table."""
        return self.answer(request, token=token)


class FigureVega(Vega, ByToken):
    @extend_schema(
        operation_id="figure_vega", **_OF_TOKEN, responses={200: FigureVegaOut, 304: None, **_MISSING}
    )
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The figure's panels compiled to Vega, coloured by the custom properties of the page."""
        return self.answer(request, token=token)


class ScenarioSvg(Svg, ByName):
    @extend_schema(
        operation_id="scenario_svg", parameters=[*_PICTURE, VERSION_PARAMETER], **_OF_NAME,
        responses={(200, "image/svg+xml"): OpenApiTypes.STR, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, scenario_id: str) -> HttpResponseBase:
        """The figure of a named scenario as an SVG."""
        return self.answer(request, scenario_id=scenario_id)


class ScenarioPng(Png, ByName):
    @extend_schema(
        operation_id="scenario_png", parameters=[*_PICTURE, VERSION_PARAMETER], **_OF_NAME,
        responses={(200, "image/png"): OpenApiTypes.BINARY, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, scenario_id: str) -> HttpResponseBase:
        """The figure of a named scenario as a PNG."""
        return self.answer(request, scenario_id=scenario_id)


class ScenarioData(Data, ByName):
    @extend_schema(
        operation_id="scenario_data", parameters=[LR, THEME, WIDTH, VERSION_PARAMETER], **_OF_NAME,
        responses={200: FigureDataOut, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, scenario_id: str) -> HttpResponseBase:
        """What changes in the figure of a named scenario when its slider stands at `lr`."""
        return self.answer(request, scenario_id=scenario_id)


class ScenarioVega(Vega, ByName):
    @extend_schema(
        operation_id="scenario_vega", parameters=[VERSION_PARAMETER], **_OF_NAME,
        responses={200: FigureVegaOut, 304: None, **_MISSING},
    )  # fmt: skip
    def get(self, request: Request, scenario_id: str) -> HttpResponseBase:
        """The panels of a named scenario's figure compiled to Vega."""
        return self.answer(request, scenario_id=scenario_id)
