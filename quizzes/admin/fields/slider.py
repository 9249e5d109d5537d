"""The slider of a question's figure: its range, in a few inputs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.parts import Part, PartsField, PartsWidget
from quizzes.admin.fields.values import read_integer, read_number, write_number
from quizzes.admin.fields.widgets import Select, TextInput

SCALES = [("", _("as the scenario says")), ("log", _("logarithmic")), ("linear", _("linear"))]


class SliderWidget(PartsWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(
            [
                Part("min", _("Smallest rate"), TextInput(number)),
                Part("max", _("Largest rate"), TextInput(number)),
                Part("scale", _("Scale"), Select(choices=SCALES)),
                Part("run", _("Run"), TextInput({"class": "run", "list": "run-labels"})),
                Part("steps", _("Positions"), TextInput({**number, "placeholder": "120"})),
            ],
            attrs,
        )

    def texts_of(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            return {}
        numbers = {name: write_number(value.get(name)) for name in ("min", "max", "steps")}
        return {**numbers, "scale": str(value.get("scale") or ""), "run": str(value.get("run") or "")}


class SliderField(PartsField):
    """``{"min", "max", "scale"?, "run"?, "steps"?}``, or ``None`` when every input is empty."""

    widget = SliderWidget

    def value_of(self, texts: dict[str, Any]) -> dict[str, Any] | None:
        if not any(texts.values()):
            return None
        values: dict[str, Any] = {}
        for name, label in (("min", _("Smallest rate")), ("max", _("Largest rate"))):
            if not texts[name]:
                raise forms.ValidationError(
                    _("A slider needs a smallest and a largest rate."), code="missing"
                )
            values[name] = read_number(texts[name], str(label))
            if values[name] <= 0:
                message = _("%(label)s: a rate is above zero.")
                raise forms.ValidationError(message, code="bad_value", params={"label": label})
        if values["min"] >= values["max"]:
            raise forms.ValidationError(_("The smallest rate must be below the largest."), code="bad_value")
        if texts["scale"] in ("log", "linear"):
            values["scale"] = texts["scale"]
        if texts["run"]:
            values["run"] = texts["run"]
        if texts["steps"]:
            values["steps"] = read_integer(texts["steps"], str(_("Positions")))
        return values
