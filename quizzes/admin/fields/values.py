"""Reading what is typed into small inputs: numbers, lists of numbers, and lines of “name = value”.

Everything here raises :class:`django.core.exceptions.ValidationError` with a sentence that says what would be
right, and never anything else: a huge, odd or broken input is the writer's slip, not an error of the site.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_JSON_CHARACTERS = 200_000
MAX_LINES = 40
_INTEGER = re.compile(r"[+-]?\d{1,15}\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def read_number(text: str, label: str) -> int | float:
    """The number that ``text`` stands for; an integer stays one. ``label`` names the input in the error."""
    text = text.strip().replace("−", "-")
    if _INTEGER.match(text):
        return int(text)
    try:
        number = float(text)
    except ValueError:
        message = _("%(label)s: “%(text)s” is not a number. Write it like 0.05 or 1e-3.")
        raise ValidationError(message % {"label": label, "text": text[:40]}, code="not_a_number") from None
    if not math.isfinite(number):
        message = _("%(label)s: “%(text)s” is too large or not finite. Give a number below about 1e308.")
        raise ValidationError(message % {"label": label, "text": text[:40]}, code="not_finite")
    return number


def read_integer(text: str, label: str) -> int:
    """The whole number that ``text`` stands for."""
    number = read_number(text, label)
    if number != int(number):
        message = _("%(label)s: “%(text)s” is not a whole number.") % {"label": label, "text": text[:40]}
        raise ValidationError(message, code="not_an_integer")
    return int(number)


def read_numbers(text: str, label: str) -> list[int | float]:
    """The numbers of a list typed with commas or spaces between them, with or without brackets."""
    parts = [part for part in re.split(r"[,;\s]+", text.strip().strip("[]()")) if part]
    return [read_number(part, label) for part in parts]


def read_json(text: str) -> Any:
    """The value of strict JSON: no NaN or Infinity, no number beyond double precision, no key twice."""
    if len(text) > MAX_JSON_CHARACTERS:
        raise ValidationError(_("This is too long: at most 200,000 characters."), code="too_long")
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_without_doubles
        )
    except json.JSONDecodeError as error:
        message = _("This is not valid JSON: %(problem)s in line %(line)d, column %(column)d.")
        values = {"problem": error.msg, "line": error.lineno, "column": error.colno}
        raise ValidationError(message % values, code="bad_json") from None
    except RecursionError:
        raise ValidationError(_("This JSON is nested too deeply."), code="bad_json") from None
    except ValueError:  # an integer of thousands of digits
        raise ValidationError(_("This JSON holds a number that is too large."), code="bad_json") from None


def read_assignments(text: str, label: str) -> dict[str, Any]:
    """``{"name": value}`` from lines (or a row with ``;``) of “name = value”: JSON values or bare words."""
    lines = [line.strip() for line in re.split(r"[\n;]+", text) if line.strip()]
    if len(lines) > MAX_LINES:
        raise ValidationError(_("%(label)s: at most 40 lines.") % {"label": label}, code="too_long")
    values: dict[str, Any] = {}
    for line in lines:
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not _NAME.match(name) or not value:
            message = _("%(label)s: “%(line)s” is not of the form name = value.")
            raise ValidationError(message % {"label": label, "line": line[:60]}, code="bad_line")
        if name in values:
            message = _("%(label)s: “%(name)s” stands twice.") % {"label": label, "name": name}
            raise ValidationError(message, code="double")
        values[name] = _read_value(value, f"{label}, {name}")
    return values


def write_number(value: object) -> str:
    """The text of a number as an author would type it; what is not a number becomes ``""``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return repr(value)


def write_numbers(values: object) -> str:
    """``"1, 25"`` of a list of numbers."""
    return ", ".join(write_number(value) for value in values) if isinstance(values, list) else ""


def write_assignments(values: Mapping[str, Any]) -> str:
    """The lines that :func:`read_assignments` reads back."""
    return "\n".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())


def _read_value(text: str, label: str) -> Any:
    if text[0] in '[{"':
        return read_json(text)
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    if text[0].isdigit() or text[0] in "+-.−":
        return read_number(text, label)
    return text


def _refuse_constant(name: str) -> Any:
    message = _("%(name)s is not a number that JSON knows. Write a finite number.") % {"name": name}
    raise ValidationError(message, code="not_finite")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        message = _("%(number)s is too large. Give a number below about 1e308.") % {"number": text[:40]}
        raise ValidationError(message, code="not_finite")
    return number


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise ValidationError(_("The key “%(name)s” stands twice.") % {"name": name}, code="double")
        values[name] = value
    return values
