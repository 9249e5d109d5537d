"""Shapes of responses and of progress."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from quizzes.api.serializers.bank import SimulationBlockOut, Slug
from quizzes.core.responses import CONFIDENCES, RATINGS

LARGEST_BATCH = 500


class ChoiceIn(serializers.Serializer[Any]):
    choice = serializers.CharField(help_text="Id of the option chosen.")


class RatingIn(serializers.Serializer[Any]):
    rating = serializers.ChoiceField(RATINGS, help_text="How well the back of the card was recalled.")


ANSWER = PolymorphicProxySerializer(
    component_name="AnswerIn", serializers=[ChoiceIn, RatingIn], resource_type_field_name=None
)


@extend_schema_field(ANSWER)
class AnswerField(serializers.JSONField):
    """`{"choice": "a"}` for a single choice, `{"rating": "good"}` for a flashcard."""


class ResponseIn(serializers.Serializer[Any]):
    """One response. The client makes the id, and may send the same response again without harm."""

    id = serializers.UUIDField(help_text="UUID made by the client.")
    item = Slug(help_text="Id of the question or flashcard.")
    version = serializers.IntegerField(
        min_value=1,
        required=False,
        allow_null=True,
        help_text="Version that was shown; absent: the current one.",
    )
    variant = serializers.CharField(required=False, allow_null=True)
    response = AnswerField()
    confidence = serializers.ChoiceField(CONFIDENCES, required=False, allow_null=True)
    answered_at = serializers.DateTimeField(help_text="ISO 8601 with offset; at most five minutes ahead.")
    elapsed_ms = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, allow_null=True, help_text="Time taken to answer."
    )
    attempt = serializers.UUIDField(required=False, allow_null=True, help_text="Attempt that it belongs to.")
    shown_order = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        allow_null=True,
        max_length=20,
        help_text="Ids of the options in the order shown.",
    )


class RejectionOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField(), required=False)  # type: ignore[assignment]


class KeyOut(serializers.Serializer[Any]):
    choice = serializers.CharField(help_text="Id of the right option.")


class FeedbackOut(serializers.Serializer[Any]):
    choice = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    text_html = serializers.CharField(allow_blank=True)


class ClaimOut(serializers.Serializer[Any]):
    choice = serializers.CharField()
    verdict = serializers.ChoiceField(["proved", "refuted", "undecided"])
    measured = serializers.CharField(help_text="The numbers measured, in one sentence.")


class ProofOut(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(["proved", "cited"])
    claims = ClaimOut(many=True)
    sources = serializers.ListField(child=serializers.CharField())


class GradedFields(serializers.Serializer[Any]):
    """What is told once a response is stored."""

    score = serializers.FloatField(min_value=0, max_value=1)
    correct = serializers.BooleanField()
    key = KeyOut(allow_null=True, help_text="null for a flashcard.")
    feedback = FeedbackOut(many=True)
    explanation = serializers.CharField(allow_blank=True)
    explanation_html = serializers.CharField(allow_blank=True)
    proof = ProofOut(allow_null=True, help_text="null for a flashcard.")
    simulation = SimulationBlockOut(allow_null=True)
    due = serializers.DateTimeField(allow_null=True, help_text="When the item comes back.")


class ResultOut(GradedFields):
    """A response that is stored, and what is told after it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(["recorded", "duplicate"])


class RejectedOut(serializers.Serializer[Any]):
    """An entry of a list that was not stored."""

    id = serializers.CharField(allow_null=True, help_text="The id as sent; null where none could be read.")
    status = serializers.ChoiceField(["rejected"])
    error = RejectionOut()


class ResponseOut(ResultOut):
    """A stored response read back: what was sent and what was told."""

    item = Slug()
    version = serializers.IntegerField(min_value=1)
    variant = serializers.CharField(allow_null=True)
    response = AnswerField()
    confidence = serializers.ChoiceField(CONFIDENCES, allow_null=True)
    answered_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    elapsed_ms = serializers.IntegerField(allow_null=True)
    attempt = serializers.UUIDField(allow_null=True)


class TopicProgressOut(serializers.Serializer[Any]):
    topic = Slug()
    responses = serializers.IntegerField(min_value=0)
    correct = serializers.IntegerField(min_value=0)
    due = serializers.IntegerField(min_value=0, help_text="Items to repeat now.")
    remembered = serializers.FloatField(
        min_value=0, max_value=1, allow_null=True, help_text="Mean probability of recall; null before any."
    )


class ProgressOut(serializers.Serializer[Any]):
    topics = TopicProgressOut(many=True)
    due = serializers.IntegerField(min_value=0, help_text="Items to repeat now.")
