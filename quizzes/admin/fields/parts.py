"""A form field made of several labelled inputs: the base of the builders for claims, settings and scenarios.

Every input is rendered by the server with a name of its own (``choices-0-claim_run``) and works without
scripts. Parts that make sense only for some answers carry ``data-when``; a script hides the others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Part:
    """One input of a field.

    ``when`` lists the values of the field's first part for which this one is shown (none: always); ``group``
    names the block of the template in which it stands.
    """

    name: str
    label: Any
    widget: forms.Widget
    when: tuple[str, ...] = ()
    help_text: Any = ""
    group: str = ""


class PartsWidget(forms.MultiWidget):
    """Renders the parts of a field with labels. Values are dictionaries from part names to texts."""

    template = "admin/quizzes/fields/parts.html"

    def __init__(self, parts: Sequence[Part], attrs: dict[str, Any] | None = None) -> None:
        self.parts = tuple(parts)
        super().__init__({part.name: part.widget for part in self.parts}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Texts for a stored value; subclasses of :class:`PartsField` give them through ``texts_of``."""
        texts = self.texts_of(value)
        return [texts.get(part.name, "") for part in self.parts]

    def texts_of(self, value: Any) -> Mapping[str, Any]:
        return value if isinstance(value, Mapping) else {}

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        values = value if isinstance(value, list | tuple) else self.decompress(value)
        own_id = (attrs or {}).get("id") or f"id_{name}"
        rows = []
        for index, (part, widget) in enumerate(zip(self.parts, self.widgets, strict=True)):
            part_id = f"{own_id}_{part.name}"
            extra = {"id": part_id}
            if part.help_text:
                extra["aria-describedby"] = f"{part_id}_help"
            html = widget.render(
                f"{name}_{part.name}", values[index] if index < len(values) else "", extra, renderer
            )
            rows.append({"part": part, "html": _labelled(part, part_id, html)})
        context = {"rows": rows, "id": own_id, "switch": self.parts[0].name, **self.extra_context(values)}
        return render_to_string(self.template, context)

    def extra_context(self, values: Sequence[Any]) -> dict[str, Any]:
        return {}


def _labelled(part: Part, part_id: str, html: SafeString) -> SafeString:
    """An input with its label and help. In Python: a page has hundreds of them."""
    when = format_html(' data-when="{}"', " ".join(part.when)) if part.when else ""
    help_text = (
        format_html('<span class="part-help" id="{}_help">{}</span>', part_id, part.help_text)
        if part.help_text
        else ""
    )
    return format_html(
        '<div class="part part-{}"{}><label for="{}">{}</label>{}{}</div>',
        part.name,
        when,
        part_id,
        part.label,
        html,
        help_text,
    )


class PartsField(forms.Field, ABC):
    """Turns the texts of its parts into a value and back; bad input keeps what was typed."""

    widget: Any  # a PartsWidget: the class, and its instance once the field is made

    def to_python(self, value: Any) -> Any:
        parts = self.widget.parts
        texts = list(value) if isinstance(value, list | tuple) else []
        texts += [""] * (len(parts) - len(texts))
        return self.value_of(
            {
                part.name: text if isinstance(text, bool) else str(text or "").strip()
                for part, text in zip(parts, texts, strict=False)
            }
        )

    @abstractmethod
    def value_of(self, texts: dict[str, Any]) -> Any:
        """The value, or ``None`` where nothing was typed. Raises ``ValidationError``."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or None))
        except forms.ValidationError:
            return True
