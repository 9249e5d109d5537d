"""``responses/``: what a learner answered, and what is told after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response as Answer
from rest_framework.views import APIView

from quizzes.api.filters import MomentField, given_once
from quizzes.api.serializers.responses import LARGEST_BATCH, RejectedOut, ResponseIn, ResponseOut, ResultOut
from quizzes.api.simulations import absolute_addresses, simulation_block
from quizzes.core.responses import ResponseError, parse_response
from quizzes.models import Learner, Response
from quizzes.services import learners
from quizzes.services.record_responses import Recorded, record_responses, result_of

PRIVATE = cache_control(private=True, no_store=True)
STATUS_OF_CODE = {"id_not_available": 409, "retired_item": 410}
ONE_OR_MANY = {
    "oneOf": [
        {"$ref": "#/components/schemas/ResponseIn"},
        {
            "type": "array",
            "items": {"$ref": "#/components/schemas/ResponseIn"},
            "maxItems": LARGEST_BATCH,
        },
    ]
}
OUTCOME_OR_OUTCOMES = {
    "oneOf": [
        {"$ref": "#/components/schemas/ResultOut"},
        {
            "type": "array",
            "items": {
                "oneOf": [
                    {"$ref": "#/components/schemas/ResultOut"},
                    {"$ref": "#/components/schemas/RejectedOut"},
                ]
            },
        },
    ]
}


class Outcomes:
    """Makes the contract's objects; what many responses to the same version share is made once."""

    def __init__(self, request: Request) -> None:
        self._absolute = absolute_addresses(request)
        self._blocks: dict[tuple[int, str], dict[str, Any] | None] = {}

    def of_recorded(self, outcome: Recorded, sent: Any) -> dict[str, Any]:
        """One entry of the answer to a list."""
        if outcome.response is None:
            return {"id": outcome.id or id_as_sent(sent), "status": outcome.status, "error": outcome.error}
        return {"id": outcome.id, "status": outcome.status, **self.told(outcome.response)}

    def of_stored(self, response: Response) -> dict[str, Any]:
        """A stored response read back."""
        return {
            "id": response.pk,
            "status": "recorded",
            "item": response.item.slug,
            "version": response.version.number,
            "variant": response.variant or None,
            "response": response.response,
            "confidence": response.confidence or None,
            "answered_at": response.answered_at,
            "recorded_at": response.recorded_at,
            "elapsed_ms": response.elapsed_ms,
            "attempt": response.attempt_id,
            **self.told(response),
        }

    def told(self, response: Response) -> dict[str, Any]:
        """Score, key, feedback, explanation, proof, simulation and when the item comes back."""
        result = result_of(response)
        return {
            "score": result["score"],
            "correct": result["correct"],
            "key": result["key"],
            "feedback": [
                {"choice": each["choice"], "text": each["text"], "text_html": each["text_html"]}
                for each in result["feedback"]
            ],
            "explanation": result["explanation"],
            "explanation_html": result["explanation_html"],
            "proof": result["proof"],
            "simulation": self._block(response),
            "due": result["due"],
        }

    def _block(self, response: Response) -> dict[str, Any] | None:
        choice = response.response.get("choice", "")
        if (key := (response.version_id, choice)) not in self._blocks:
            self._blocks[key] = simulation_block(self._absolute, response.version.answer, choice)
        return self._blocks[key]


def id_as_sent(sent: Any) -> str | None:
    """The id of an entry that has no proper one, so that the client can tell which it was."""
    value = sent.get("id") if isinstance(sent, dict) else None
    return value if isinstance(value, str) and len(value) <= 100 else None


def parsed(entries: Iterable[Any], at: datetime) -> list[Any]:
    """Each entry parsed, or in its place the error that says why it cannot be."""
    results: list[Any] = []
    for entry in entries:
        try:
            results.append(parse_response(entry, at))
        except ResponseError as error:
            results.append(error)
    return results


def own_responses(learner: Learner) -> Any:
    return (
        learner.responses.select_related("item", "version")
        .defer("version__draft")
        .order_by("recorded_at", "pk")
    )


def learner_of(request: Request) -> Learner:
    return learners.learner_of_user(request.user)  # type: ignore[arg-type]


@method_decorator(PRIVATE, name="dispatch")
class Responses(GenericAPIView[Any]):
    permission_classes = [IsAuthenticated]
    components = [ResponseIn, RejectedOut]
    throttle_scope = {"POST": "responses", "GET": "reads"}
    post_error_texts = {
        409: "The id cannot be used: make a new UUID.",
        410: "The item was retired.",
    }

    @extend_schema(
        operation_id="responses_record",
        request={"application/json": ONE_OR_MANY},
        responses={200: OUTCOME_OR_OUTCOMES, 201: ResultOut},
    )
    def post(self, request: Request) -> Answer:
        """Record one response, or a list of at most 500.

        An object is answered by an object: 201 when it was recorded, 200 when its id had been recorded
        before, an error otherwise. A list is answered by a list in the same order; entries that cannot be
        recorded are `rejected` and leave the others alone.
        """
        data, at = request.data, timezone.now()
        if isinstance(data, list):
            return self._record_list(request, data, at)
        if not isinstance(data, dict):
            raise ParseError(_("Send a response (an object) or a list of responses."), "not_an_object")
        outcome = self._record(request, [data], at)[0]
        if outcome.error is not None:
            return Answer({"error": outcome.error}, STATUS_OF_CODE.get(outcome.error["code"], 400))
        status = 201 if outcome.status == "recorded" else 200
        return Answer(Outcomes(request).of_recorded(outcome, data), status)

    def _record_list(self, request: Request, data: list[Any], at: datetime) -> Answer:
        if len(data) > LARGEST_BATCH:
            raise ParseError(
                _("At most %(most)d responses at once; these are %(given)d. Send them in parts.")
                % {"most": LARGEST_BATCH, "given": len(data)},
                "too_many_responses",
            )
        outcomes = Outcomes(request)
        recorded = self._record(request, data, at)
        return Answer([outcomes.of_recorded(one, sent) for one, sent in zip(recorded, data, strict=True)])

    @staticmethod
    def _record(request: Request, entries: list[Any], at: datetime) -> list[Recorded]:
        return record_responses(learner=learner_of(request), responses=parsed(entries, at), at=at)

    @extend_schema(
        operation_id="responses_list",
        parameters=[
            OpenApiParameter(
                "since", datetime, description="Only responses recorded at or after this moment."
            )
        ],
        responses=ResponseOut(many=True),
    )
    def get(self, request: Request) -> Answer:
        """One's own responses, in the order they were recorded."""
        found = own_responses(learner_of(request))
        if (since := given_once(request, ["since"]).get("since")) is not None:
            try:
                found = found.filter(recorded_at__gte=MomentField().to_internal_value(since))
            except ValidationError as error:
                raise ValidationError({"since": error.detail}) from None
        page = self.paginate_queryset(found) or []
        outcomes = Outcomes(request)
        return self.get_paginated_response([outcomes.of_stored(response) for response in page])


@method_decorator(PRIVATE, name="dispatch")
class OneResponse(APIView):
    permission_classes = [IsAuthenticated]
    error_texts = {404: "There is no response of yours with this id."}

    @extend_schema(
        operation_id="responses_one",
        parameters=[OpenApiParameter("response_id", UUID, OpenApiParameter.PATH)],
        responses=ResponseOut,
    )
    def get(self, request: Request, response_id: str) -> Answer:
        """One of one's own responses."""
        response = own_responses(learner_of(request)).filter(pk=response_id).first()
        if response is None:
            raise NotFound(_("There is no response of yours with this id."))
        return Answer(Outcomes(request).of_stored(response))
