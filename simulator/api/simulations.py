"""``simulations/``: a scenario in, its runs out."""

from __future__ import annotations

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from simulator import services
from simulator.api.serializers import SimulationIn, SimulationOut


class Simulations(APIView):
    throttle_scope = {"POST": "simulations"}
    error_texts = {
        422: "The scenario is valid but would cost too much, or too many numbers are asked for.",
        503: "Too many long simulations are under way.",
    }

    @extend_schema(operation_id="simulations_run", request=SimulationIn, responses=SimulationOut)
    def post(self, request: Request) -> Response:
        """Run a scenario. Divergence is a result, not an error."""
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        return Response(orjson.Fragment(services.answer_order(request.data, size)))
