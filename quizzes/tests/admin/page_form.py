"""A form as a browser without scripts sees it: read from the page, changed, and posted as it would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class PageForm:
    """The successful controls of a form (names to lists of values), its buttons and what may be chosen."""

    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, **changes: Any) -> PageForm:
        """Type into inputs. ``__`` stands for ``-`` in names: ``choices__0__text``."""
        for name, value in changes.items():
            typed = [str(entry) for entry in value] if isinstance(value, list) else [str(value)]
            self.values[name.replace("__", "-")] = [] if value is None else typed
        return self

    def option(self, index: int, **changes: Any) -> PageForm:
        """Type into the inputs of one option of a question."""
        return self.fill(**{f"choices__{index}__{name}": value for name, value in changes.items()})

    def post(self, button: str) -> dict[str, list[str]]:
        """What pressing a button sends; the button must be there."""
        assert button in self.buttons, f"There is no button {button}: {sorted(self.buttons)}"
        return {**self.values, button: [self.buttons[button]]}


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.form = PageForm()
        self.inside = False
        self.select = ""
        self.area = ""
        self.is_single = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        elif not self.inside:
            return
        elif tag == "input" and name:
            self._input(name, given)
        elif tag == "button" and name:
            self.form.buttons[name] = given.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.form.values[name] = [""]
        elif tag == "select":
            self.select, self.is_single = name, "multiple" not in given
            self.form.options[name] = []
        elif tag == "option" and self.select:
            self._option(given)

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        kind, value = given.get("type", "text"), given.get("value")
        if kind == "submit":
            self.form.buttons[name] = value or ""
        elif kind in ("radio", "checkbox"):
            self.form.options.setdefault(name, []).append(value or "on")
            if "checked" in given:
                self.form.values.setdefault(name, []).append(value or "on")
        else:
            self.form.values.setdefault(name, []).append(value or "")

    def _option(self, given: dict[str, str | None]) -> None:
        value = given.get("value") or ""
        first = self.is_single and not self.form.options[self.select]
        self.form.options[self.select].append(value)
        if "selected" in given:
            if self.is_single:
                self.form.values[self.select] = [value]
            else:
                self.form.values.setdefault(self.select, []).append(value)
        elif first:
            self.form.values[self.select] = [value]

    def handle_data(self, data: str) -> None:
        if self.area:
            # The first line end of a text area is not part of its value.
            self.form.values[self.area] = [self.form.values[self.area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            text = self.form.values[self.area][0]
            self.form.values[self.area] = [text.removeprefix("\r\n").removeprefix("\n")]
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False


def read_form(html: str, form_id: str) -> PageForm:
    """The form of that id on a page."""
    reader = _Reader(form_id)
    reader.feed(html)
    assert reader.form.values, f"There is no form {form_id} on the page."
    return reader.form
