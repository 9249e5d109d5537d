"""The filters of lists, read from the query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from quizzes.models import Level, Topic

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
# A "+" of an offset that was not percent-encoded arrives as a space.
UNENCODED_OFFSET = re.compile(r" (?=\d\d:?\d\d\Z)")


class MomentField(serializers.DateTimeField):
    """A moment in ISO 8601 with its offset; a date alone means its first instant in UTC."""

    default_error_messages = {
        "invalid": "Must be a date (2026-05-04) or a time with offset (2026-05-04T12:30:00Z)."
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(UNENCODED_OFFSET.sub("+", str(value)))
            if moment.tzinfo is None and len(str(value)) == len("2026-05-04"):
                moment = moment.replace(tzinfo=UTC)
            if moment.tzinfo is None:
                self.fail("invalid", format="")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid", format="")


class TopicField(serializers.CharField):
    default_error_messages = dict.fromkeys(
        ("invalid", "blank"), "Must be the id of a topic; topics/ lists them."
    )

    def to_internal_value(self, value: Any) -> str:
        text = str(value)
        if len(text) > 60 or not SLUG.match(text):
            self.fail("invalid")
        return text


class ListFilters(serializers.Serializer[Any]):
    """What a list may be narrowed down to."""

    topic = TopicField(required=False, help_text="Only entries of this topic.")
    level = serializers.ChoiceField(
        Level.choices,
        required=False,
        error_messages={"invalid_choice": f"Must be one of {', '.join(Level.values)}."},
        help_text="Only entries of this level.",
    )
    kind = serializers.CharField(required=False, allow_blank=True, help_text="Only entries of this kind.")
    updated_since = MomentField(
        required=False, help_text="Only entries that changed at or after this moment."
    )


def given_once(request: Request, names: Iterable[str]) -> dict[str, str]:
    """Those of the parameters that are given; ValidationError naming those that are given more than once."""
    given = {name: request.query_params.getlist(name) for name in names}
    twice = {name: _("Give this parameter once.") for name, values in given.items() if len(values) > 1}
    if twice:
        raise ValidationError(twice)
    return {name: values[0] for name, values in given.items() if values}


def read_filters(request: Request, kinds: Sequence[str]) -> dict[str, Any]:
    """The filters of a request; ValidationError naming the parameter for a value that cannot be meant."""
    reader = ListFilters(data=given_once(request, map(str, ListFilters().fields)))
    reader.is_valid(raise_exception=True)
    filters: dict[str, Any] = reader.validated_data
    if "kind" in filters and filters["kind"] not in kinds:
        raise ValidationError({"kind": _("Must be one of %(kinds)s.") % {"kinds": ", ".join(kinds)}})
    return filters


def refuse_unknown_topic(filters: dict[str, Any]) -> None:
    """ValidationError when the topic asked for is none. Asked only about an empty list, which costs one
    query."""
    topic = filters.get("topic")
    if topic and not Topic.objects.filter(slug=topic).exists():
        message = _("There is no topic “%(topic)s”; topics/ lists them.") % {"topic": topic}
        raise ValidationError({"topic": message})
