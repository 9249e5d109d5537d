"""Pictures of analyses over HTTP: a sweep, a range test, a fit, … of any figure's scenario, as SVG or PNG."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from simulator.api.figures import THEME, VERSION_PARAMETER, WIDTH, ByName, ByToken, FigureView, bad_parameter
from simulator.services.analysis_figures import KINDS, analysis_picture_png, analysis_picture_svg
from simulator.services.scenes import Scene

KIND = OpenApiParameter(
    "kind", str, OpenApiParameter.PATH, enum=KINDS, description="What is asked of the scenario."
)
RUN = OpenApiParameter(
    "run", str, description="The label of the run that it is of; absent: the first of the scenario."
)
NAMES = OpenApiParameter(
    "names", str, enum=["0", "1"], default="0",
    description="Whether `multiples` calls the runs by their labels instead of by letters.",
)  # fmt: skip
_PARAMETERS = [KIND, RUN, NAMES, THEME, WIDTH]
_DEAR = {422: "The analysis would cost too much.", 503: "It cannot be computed or drawn just now."}


class AnalysisPicture(FigureView):
    """A picture of the analysis that the address names."""

    parameters = ("run", "names", "theme", "width")
    error_texts = _DEAR

    def asked(self, request: Request, scene: Scene) -> dict[str, Any]:
        query = request.query_params
        names = query.get("names", "0")
        if names not in ("0", "1"):
            raise bad_parameter("names", "bad_value", _("must be 0 or 1"))
        found = super().asked(request, scene)
        return found | {"kind": self.kwargs["kind"], "run": query.get("run"), "names": names == "1"}


class AnalysisSvg(AnalysisPicture):
    content_type = "image/svg+xml"

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        return analysis_picture_svg(scene.scenario, **asked).encode()


class AnalysisPng(AnalysisPicture):
    content_type = "image/png"

    def draw(self, scene: Scene, asked: dict[str, Any]) -> bytes:
        return analysis_picture_png(scene.scenario, **asked)


_SVG: dict[Any, Any] = {(200, "image/svg+xml"): OpenApiTypes.STR, 304: None, 503: None}
_PNG: dict[Any, Any] = {(200, "image/png"): OpenApiTypes.BINARY, 304: None, 503: None}


class FigureAnalysisSvg(AnalysisSvg, ByToken):
    @extend_schema(
        operation_id="figure_analysis_svg", parameters=_PARAMETERS, tags=["figures"], responses=_SVG
    )
    def get(self, request: Request, token: str, kind: str) -> HttpResponseBase:
        """An analysis of the figure's scenario as an SVG."""
        return self.answer(request, token=token)


class FigureAnalysisPng(AnalysisPng, ByToken):
    @extend_schema(
        operation_id="figure_analysis_png", parameters=_PARAMETERS, tags=["figures"], responses=_PNG
    )
    def get(self, request: Request, token: str, kind: str) -> HttpResponseBase:
        """An analysis of the figure's scenario as a PNG of exactly the width asked for."""
        return self.answer(request, token=token)


class ScenarioAnalysisSvg(AnalysisSvg, ByName):
    @extend_schema(
        operation_id="scenario_analysis_svg",
        parameters=[*_PARAMETERS, VERSION_PARAMETER],
        tags=["scenarios"],
        responses=_SVG,
    )
    def get(self, request: Request, scenario_id: str, kind: str) -> HttpResponseBase:
        """An analysis of a named scenario as an SVG."""
        return self.answer(request, scenario_id=scenario_id)


class ScenarioAnalysisPng(AnalysisPng, ByName):
    @extend_schema(
        operation_id="scenario_analysis_png",
        parameters=[*_PARAMETERS, VERSION_PARAMETER],
        tags=["scenarios"],
        responses=_PNG,
    )
    def get(self, request: Request, scenario_id: str, kind: str) -> HttpResponseBase:
        """An analysis of a named scenario as a PNG."""
        return self.answer(request, scenario_id=scenario_id)
