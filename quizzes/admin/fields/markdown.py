"""Text areas for Markdown with formulas, each beside what learners will see (a script updates that)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.core.markup import FormulaError, render, render_inline

MAX_CHARACTERS = 20_000


def render_safely(text: str, *, inline: bool = False) -> str:
    """The sanitised HTML that learners will see, or the reason why there is none."""
    if len(text) > MAX_CHARACTERS:
        return gettext("Too long to preview.")
    try:
        return render_inline(text) if inline else render(text)
    except FormulaError as error:
        reason = gettext("This cannot be shown yet: %(problem)s") % {"problem": error}
        return render_inline(reason.replace("$", "\\$"))


class MarkdownWidget(forms.Textarea):
    """A text area and its preview; an ``inline`` text (an option) is rendered without a paragraph."""

    def __init__(self, *, rows: int, inline: bool) -> None:
        self.inline = inline
        super().__init__({"rows": rows, "cols": 60, "data-markdown": "inline" if inline else "block"})

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        area = super().render(name, value, attrs, renderer)
        shown = render_safely(value, inline=self.inline) if isinstance(value, str) and value else ""
        return render_to_string("admin/quizzes/fields/markdown.html", {"area": area, "shown": shown})


class MarkdownField(forms.CharField):
    """Markdown source; no more characters than ``max_length``."""

    def __init__(self, *, rows: int = 4, inline: bool = False, **options: Any) -> None:
        options.setdefault("widget", MarkdownWidget(rows=rows, inline=inline))
        options.setdefault("max_length", MAX_CHARACTERS)
        options.setdefault("required", False)
        super().__init__(**options)
        # The browser would cut what is pasted without a word; the server says what is too long.
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["max_length"] = _("At most %(limit_value)d characters; this has %(show_value)d.")
