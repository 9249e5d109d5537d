"""From what stands in the form to the content format of the bank, saved or not."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from quizzes.admin.items.choices import LABELS, ChoiceFormSet
from quizzes.admin.items.forms import ItemForm
from quizzes.models import Kind

TEXTS = {
    Kind.SINGLE_CHOICE: ("stem", "explanation", "look_at", "takeaway", "proof"),
    Kind.FLASHCARD: ("front", "back"),
}
FIELD_LABELS = {
    "id": _("Id"),
    "title": _("Title"),
    "topic": _("Topic"),
    "also": _("Also about"),
    "level": _("Level"),
    "stem": _("Question"),
    "front": _("Front"),
    "back": _("Back"),
    "scenario": _("Scenario"),
    "changes": _("Settings changed"),
    "slider": _("Slider"),
    "choices": _("Options"),
    "key": _("Key"),
    "proof": _("How the key is known"),
    "explanation": _("Explanation"),
    "look_at": _("What to look at"),
    "takeaway": _("Takeaway"),
    "sources": _("Sources"),
    "text": _("text"),
    "feedback": _("feedback"),
    "misconception": _("misconception"),
    "claim": _("claim"),
    "holds_at": _("would hold at"),
}
_OPTION_PATH = re.compile(r"choices\[(\d+)\]\.?(.*)\Z")


def content_of(form: ItemForm, options: ChoiceFormSet | None) -> dict[str, Any]:
    """The draft as it stands in validated forms, in the format of docs/content-format.md."""
    cleaned = form.cleaned_data
    topic = cleaned.get("topic")
    content: dict[str, Any] = {
        "id": form.instance.slug if "slug" not in form.fields else cleaned.get("slug"),
        "kind": str(form.kind),
        "topic": topic.slug if topic else None,
        "title": cleaned.get("title"),
        "level": cleaned.get("level"),
        "also": [other.slug for other in cleaned.get("also", ())],
        "scenario": cleaned.get("scenario_name") or cleaned.get("scenario"),
        "changes": cleaned.get("scenario_changes"),
        "slider": cleaned.get("slider"),
        "sources": [source.slug for source in cleaned.get("sources", ())],
    }
    content |= {name: cleaned.get(name) for name in TEXTS[Kind(form.kind)]}
    if options is not None:
        content["choices"] = [
            _choice(label, option.cleaned_data)
            for label, option in zip(LABELS, options.written_forms(), strict=False)
        ]
        content["key"] = options.key_label()
    return _without_empty(content)


def place_in_words(path: str) -> str:
    """Where a problem of the content format lies, in the words of the form: “Option b, claim (below)”."""
    option = _OPTION_PATH.match(path)
    if option:
        label = LABELS[int(option[1])] if int(option[1]) < len(LABELS) else option[1]
        inner = place_in_words(option[2])
        place = _("Option %(label)s") % {"label": label.upper()}
        return f"{place}, {inner}" if inner else place
    name, rest = re.match(r"([a-z_]*)\.?(.*)\Z", path, re.DOTALL).groups()  # type: ignore[union-attr]
    label = str(FIELD_LABELS.get(name, name))
    return f"{label} ({rest})" if rest else label


def _choice(label: str, cleaned: dict[str, Any]) -> dict[str, Any]:
    misconception = cleaned.get("misconception")
    return _without_empty(
        {
            "id": label,
            "text": cleaned.get("text"),
            "claim": cleaned.get("claim"),
            "misconception": misconception.slug if misconception else None,
            "holds_at": cleaned.get("holds_at"),
            "feedback": cleaned.get("feedback"),
        }
    )


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [])}
