"""The block that shows an item's scenario: the scenario, addresses of its figure, a description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from quizzes.core.frozen import AnswerPayload
from quizzes.services.draw_figures import prediction_of, slider_value
from simulator import services
from simulator.core.spec import parse_scenario


def simulation_block(
    absolute: Callable[[str], str], answer: AnswerPayload, choice: str = ""
) -> dict[str, Any] | None:
    """The contract's ``simulation`` object; None for an item without a scenario.

    The figure shows what happens, and beside it what the option ``choice`` would have needed, where that is
    known. ``absolute`` makes an address absolute.
    """
    if answer["scenario"] is None:
        return None
    scenario = parse_scenario(answer["scenario"])
    prediction = prediction_of(answer, choice)
    address = services.figure_address(scenario, slider=slider_value(answer), prediction=prediction)
    return {
        "scenario": answer["scenario"],
        "svg": absolute(address.svg),
        "png": absolute(address.png),
        "data": absolute(address.data),
        "description": answer["description"],
    }


def absolute_addresses(request: Request | HttpRequest) -> Callable[[str], str]:
    """Makes addresses of this site absolute; asks the request for its host only once."""
    root = request.build_absolute_uri("/").rstrip("/")
    return lambda address: f"{root}{address}" if address.startswith("/") else address
