"""Text areas for Markdown with formulas. A script shows beside them what the server makes of the text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_CHARACTERS = 20_000


class MarkdownField(forms.CharField):
    """Markdown source. ``inline`` texts (options) are rendered without paragraphs, as learners see them."""

    def __init__(self, *, rows: int = 4, inline: bool = False, **options: Any) -> None:
        attrs = {"rows": rows, "cols": 80, "data-markdown": "inline" if inline else "block"}
        options.setdefault("widget", forms.Textarea(attrs))
        options.setdefault("max_length", MAX_CHARACTERS)
        options.setdefault("required", False)
        super().__init__(**options)
        # The browser would cut what is pasted without a word; the server says what is too long.
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["max_length"] = _("At most %(limit_value)d characters; this has %(show_value)d.")
