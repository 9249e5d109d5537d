"""``simulations/sweep/`` and the other analyses of a run: a scenario in, what was found out."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from simulator import services
from simulator.api import analysis_shapes as shapes


class Analysis(APIView):
    """An order of the analysis `kind`, answered."""

    throttle_scope = {"POST": "simulations"}
    error_texts = {
        422: "The order is valid but would cost too much.",
        503: "Too many long simulations are under way.",
    }
    kind: ClassVar[str]

    def answer(self, request: Request) -> Response:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        return Response(orjson.Fragment(services.answer_analysis(self.kind, request.data, size)))


def described(kind: str, answer: Any) -> Any:
    return extend_schema(
        operation_id=f"simulations_{kind}", request=shapes.order_shape(kind), responses=answer
    )


class SweepView(Analysis):
    kind = "sweep"

    @described(kind, shapes.SweepOut)
    def post(self, request: Request) -> Response:
        """One run at many learning rates."""
        return self.answer(request)


class RangeTestView(Analysis):
    kind = "range_test"

    @described(kind, shapes.RangeTestOut)
    def post(self, request: Request) -> Response:
        """One run with a growing rate (learning rate finder), and the rates that rules of thumb suggest."""
        return self.answer(request)


class StabilityView(Analysis):
    kind = "stability"

    @described(kind, shapes.StabilityOut)
    def post(self, request: Request) -> Response:
        """The largest stable learning rate of a run, by analysis or measured."""
        return self.answer(request)


class SharpnessView(Analysis):
    kind = "sharpness"

    @described(kind, shapes.SharpnessOut)
    def post(self, request: Request) -> Response:
        """The largest eigenvalue of the Hessian along a run."""
        return self.answer(request)


class StepLengthsView(Analysis):
    kind = "step_lengths"

    @described(kind, shapes.StepLengthsOut)
    def post(self, request: Request) -> Response:
        """How far each update of a run goes."""
        return self.answer(request)


class NoiseFloorView(Analysis):
    kind = "noise_floor"

    @described(kind, shapes.NoiseFloorOut)
    def post(self, request: Request) -> Response:
        """The loss that a run with noise or minibatches does not get below."""
        return self.answer(request)


class SearchView(Analysis):
    kind = "search"

    @described(kind, shapes.SearchOut)
    def post(self, request: Request) -> Response:
        """Grid or random search over two hyperparameters of a run's optimizer."""
        return self.answer(request)


class ComparisonView(Analysis):
    kind = "comparison"

    @described(kind, shapes.ComparisonOut)
    def post(self, request: Request) -> Response:
        """The runs of a scenario compared, each tuned with the same budget and judged on other seeds."""
        return self.answer(request)


class CausesView(Analysis):
    kind = "causes"

    @described(kind, shapes.CausesOut)
    def post(self, request: Request) -> Response:
        """Why a run ends where it ends: eight causes, each with what was measured."""
        return self.answer(request)


class ValidationView(Analysis):
    kind = "validation"

    @described(kind, shapes.ValidationOut)
    def post(self, request: Request) -> Response:
        """A run trained on some of its rows: loss and accuracy on those and on the others."""
        return self.answer(request)


VIEWS: tuple[type[Analysis], ...] = (
    SweepView,
    RangeTestView,
    StabilityView,
    SharpnessView,
    StepLengthsView,
    NoiseFloorView,
    SearchView,
    ComparisonView,
    CausesView,
    ValidationView,
)
