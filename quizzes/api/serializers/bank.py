"""Shapes of what the bank shows."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from quizzes.models import Level

SLUG = {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}


@extend_schema_field({"type": "string", **SLUG, "description": "Permanent id."})
class Slug(serializers.CharField):
    pass


@extend_schema_field({"allOf": [{"$ref": "#/components/schemas/Scenario"}]})
class ScenarioField(serializers.JSONField):
    """A scenario; its shape is the simulator's."""


class TopicOut(serializers.Serializer[Any]):
    id = Slug()
    title = serializers.CharField()
    summary = serializers.CharField()
    prerequisites = serializers.ListField(child=Slug(), help_text="Topics to know before.")
    questions = serializers.IntegerField(min_value=0, help_text="Questions whose main topic this is.")
    flashcards = serializers.IntegerField(min_value=0, help_text="Flashcards whose main topic this is.")


class ChoiceOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField(help_text="Markdown.")
    text_html = serializers.CharField(help_text="The same as sanitised HTML with MathML.")


class QuestionOut(serializers.Serializer[Any]):
    """A question as it may be seen before the answer: no key, no feedback, no explanation, no scenario."""

    id = Slug()
    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(["single_choice"])
    topic = Slug()
    level = serializers.ChoiceField(Level.values)
    stem = serializers.CharField(help_text="Markdown.")
    stem_html = serializers.CharField(help_text="The same as sanitised HTML with MathML.")
    choices = ChoiceOut(many=True)
    variant = serializers.CharField(allow_null=True, help_text="Which variant of the question this is.")


class SimulationBlockOut(serializers.Serializer[Any]):
    """The scenario of an item, and addresses of its figure."""

    scenario = ScenarioField()
    svg = serializers.URLField(help_text="The figure; `theme`, `width` and `lr` may be added to the query.")
    png = serializers.URLField()
    data = serializers.URLField(  # type: ignore[assignment]
        help_text="The numbers of the figure."
    )
    description = serializers.CharField(help_text="What the run shows, in words computed from it.")


class FlashcardOut(serializers.Serializer[Any]):
    id = Slug()
    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(["flashcard"])
    topic = Slug()
    level = serializers.ChoiceField(Level.values)
    front = serializers.CharField(help_text="Markdown.")
    front_html = serializers.CharField()
    back = serializers.CharField(help_text="Markdown.")
    back_html = serializers.CharField()
    simulation = SimulationBlockOut(allow_null=True)
