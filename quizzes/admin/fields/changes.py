"""Settings changed (of a named scenario, or for “would hold at”): a few named inputs instead of JSON."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.parts import Part, PartsField, PartsWidget
from quizzes.admin.fields.values import (
    read_assignments,
    read_integer,
    read_number,
    write_assignments,
    write_number,
)
from quizzes.admin.fields.widgets import TextInput

NUMBERS = ("lr", "momentum", "steps")


class ChangesWidget(PartsWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        run = {"class": "run", "list": "run-labels", "autocomplete": "off"}
        other = forms.Textarea({"rows": 1, "class": "assignments", "placeholder": "nesterov = true"})
        super().__init__(
            [
                Part("lr", _("Learning rate"), TextInput(number)),
                Part("momentum", _("Momentum"), TextInput(number)),
                Part("steps", _("Steps"), TextInput({**number, "inputmode": "numeric"})),
                Part("run", _("Of the run"), TextInput(run), help_text=_("Empty: the first run.")),
                Part("other", _("Other settings"), other, help_text=_("One a line: name = value")),
            ],
            attrs,
        )

    def texts_of(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            return {}
        texts = {name: write_number(value[name]) for name in NUMBERS if name in value}
        if isinstance(value.get("run"), str):
            texts["run"] = value["run"]
        rest = {name: entry for name, entry in value.items() if not texts.get(name)}
        return {**texts, "other": write_assignments(rest)}


class ChangesField(PartsField):
    """``{"lr": 0.9, …}``, or ``None`` when every input is empty."""

    widget = ChangesWidget

    def value_of(self, texts: dict[str, Any]) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        if texts["lr"]:
            values["lr"] = read_number(texts["lr"], str(_("Learning rate")))
        if texts["momentum"]:
            values["momentum"] = read_number(texts["momentum"], str(_("Momentum")))
        if texts["steps"]:
            values["steps"] = read_integer(texts["steps"], str(_("Steps")))
        for name, value in read_assignments(texts["other"], str(_("Other settings"))).items():
            if name in values:
                message = _("“%(name)s” is given twice: in its own input and under other settings.")
                raise forms.ValidationError(message, code="double", params={"name": name})
            values[name] = value
        if texts["run"]:
            values["run"] = texts["run"]
        return values or None
