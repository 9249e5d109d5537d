"""``scenarios/``: the public catalogue, which is the lab's. Which question uses which is not told here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from simulator import services
from simulator.api.serializers import CatalogueEntryOut
from simulator.core.objectives import OBJECTIVES
from simulator.services import NamedScenario
from simulator.services.scenes import VERSION

FILTERS = ("topic", "level", "kind", "updated_since")
LEVELS = ("beginner", "intermediate", "advanced")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
REVALIDATE = cache_control(public=True, no_cache=True)
PARAMETERS = [
    OpenApiParameter("topic", str, description="Only scenarios of this topic."),
    OpenApiParameter("level", str, enum=LEVELS, description="Only scenarios of this level."),
    OpenApiParameter("kind", str, description="Only scenarios of this objective, such as `quadratic`."),
    OpenApiParameter(
        "updated_since",
        datetime,
        description="Only scenarios that may have changed at or after this moment. The catalogue changes with"
        " a release only: all of it counts as changed when the site started.",
    ),
]


# When this process can have read the catalogue at the earliest.
STARTED = timezone.now()


def read_filters(request: Request) -> dict[str, str]:
    """The filters of a request; ValidationError naming the parameter for a value that cannot be meant."""
    filters: dict[str, str] = {}
    for name in FILTERS:
        values = request.query_params.getlist(name)
        if len(values) > 1:
            raise ValidationError({name: _("Give this parameter once.")})
        if values:
            filters[name] = values[0]
    topics = {entry.topic for entry in services.named_scenarios().values()}
    check(filters, "topic", lambda value: value in topics, _("Must be the id of a topic that has scenarios."))
    check(
        filters, "level", LEVELS.__contains__, _("Must be one of %(names)s.") % {"names": ", ".join(LEVELS)}
    )
    kinds = ", ".join(OBJECTIVES)
    check(filters, "kind", OBJECTIVES.__contains__, _("Must be one of %(names)s.") % {"names": kinds})
    check(
        filters,
        "updated_since",
        lambda value: moment_of(value) is not None,
        _("Must be a date (2026-05-04) or a time with offset (2026-05-04T12:30:00Z)."),
    )
    return filters


def check(filters: dict[str, str], name: str, passes: Any, message: str) -> None:
    if name in filters and not passes(filters[name]):
        raise ValidationError({name: message})


def moment_of(text: str) -> datetime | None:
    """A moment with its offset, or a date, which means its first instant in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d\Z)", "+", text))
        if moment.tzinfo is None and len(text) == len("2026-05-04"):
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def catalogue(filters: dict[str, str]) -> Sequence[NamedScenario]:
    """The scenarios that pass the filters, in the order of the catalogue."""
    since = moment_of(filters.get("updated_since", ""))
    if since is not None and since > STARTED:
        return []
    wanted = {name: value for name, value in filters.items() if name != "updated_since"}
    return [
        entry
        for entry in services.named_scenarios().values()
        if all(
            value == {"topic": entry.topic, "level": entry.level, "kind": kind_of(entry)}[name]
            for name, value in wanted.items()
        )
    ]


def kind_of(entry: NamedScenario) -> str:
    """The objective of the first run."""
    name: str = entry.scenario.runs[0].objective.name
    return name


def catalogue_entry(request: Request, entry: NamedScenario) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "topic": entry.topic,
        "level": entry.level,
        "kind": kind_of(entry),
        "scenario": entry.scenario.to_dict(),
        "slider": entry.slider.to_dict() if entry.slider is not None else None,
        **{form: address(request, form, entry) for form in ("svg", "png", "data")},
    }


def address(request: Request, form: str, entry: NamedScenario) -> str:
    """Where a form of the figure is to be had; with its version, so that it may be kept for ever."""
    path = reverse(f"scenario-{form}", args=[entry.id])
    return request.build_absolute_uri(f"{path}?v={VERSION}")


@method_decorator([REVALIDATE, conditional_page], name="dispatch")
class Scenarios(GenericAPIView[Any]):
    @extend_schema(
        operation_id="scenarios_list",
        parameters=PARAMETERS,
        responses={200: CatalogueEntryOut(many=True), 304: None},
    )
    def get(self, request: Request) -> Response:
        """The public catalogue of scenarios."""
        page = self.paginate_queryset(catalogue(read_filters(request))) or []
        return self.get_paginated_response([catalogue_entry(request, entry) for entry in page])


@method_decorator([REVALIDATE, conditional_page], name="dispatch")
class OneScenario(APIView):
    @extend_schema(operation_id="scenarios_one", responses={200: CatalogueEntryOut, 304: None})
    def get(self, request: Request, scenario_id: str) -> Response:
        """One scenario of the catalogue."""
        entry = services.named_scenarios().get(scenario_id)
        if entry is None:
            raise NotFound(_("There is no such scenario; scenarios/ lists the ids of all."))
        return Response(catalogue_entry(request, entry))
