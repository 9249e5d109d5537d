"""Widgets written in Python give what Django's templates give."""

from typing import Any

import pytest
from django import forms
from django.test import SimpleTestCase

from quizzes.admin.fields.widgets import Select, TextInput

CHOICES = [("", "---------"), ("a<b", "a < b & c"), ("One & two", [("1", "one"), ("2", 'two "2"')])]
ATTRS: dict[str, Any] = {
    "id": "id_x",
    "class": "short",
    "data-when": 'a "b" <c>',
    "required": True,
    "hidden": False,
}


def assert_alike(ours: forms.Widget, django: forms.Widget, value: Any) -> None:
    SimpleTestCase().assertHTMLEqual(ours.render("x<y", value, ATTRS), django.render("x<y", value, ATTRS))


@pytest.mark.parametrize("value", ["", None, "a<b", "2", "unknown"])
def test_a_select(value: str | None) -> None:
    assert_alike(Select(choices=CHOICES), forms.Select(choices=CHOICES), value)


@pytest.mark.parametrize("value", ["", None, 'a "quoted" <b> & more', "0", 1e-3])
def test_an_input(value: str | float | None) -> None:
    assert_alike(TextInput({"inputmode": "decimal"}), forms.TextInput({"inputmode": "decimal"}), value)
