"""Django's plain widgets, written in Python: the page of a question has hundreds of them.

Django renders a template for each input and three for each option of a select, which is most of the time
that such a page takes.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class TextInput(forms.TextInput):
    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        attrs = {**({} if widget["value"] is None else {"value": widget["value"]}), **widget["attrs"]}
        return format_html('<input type="{}" name="{}"{}>', widget["type"], widget["name"], flatatt(attrs))


class Select(forms.Select):
    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        groups = [(name, _options(options)) for name, options, _index in widget["optgroups"]]
        return format_html(
            '<select name="{}"{}>{}</select>',
            widget["name"],
            flatatt(widget["attrs"]),
            format_html_join(
                "",
                "{}",
                (
                    (format_html('<optgroup label="{}">{}</optgroup>', name, options) if name else options,)
                    for name, options in groups
                ),
            ),
        )


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options),
    )
