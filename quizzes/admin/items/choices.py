"""The options of a question: text, feedback, misconception and claim, and one radio button for the key."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields import ChangesField, ClaimField, MarkdownField
from quizzes.models import Choice, Item, Misconception

LABELS = "abcdefgh"
FIELDS = ["text", "feedback", "misconception", "claim", "holds_at"]
KEY = "key"  # the name of the radio buttons; their values are the prefixes of the option forms


class ChoiceForm(forms.ModelForm):
    text = MarkdownField(label=_("Text"), rows=2, inline=True)
    feedback = MarkdownField(
        label=_("Feedback"),
        rows=3,
        help_text=_(
            "Shown after the answer, also to those who chose another option: why one would think so, "
            "and what the run shows."
        ),
    )
    claim = ClaimField(label=_("Claim"), required=False)
    holds_at = ChangesField(
        label=_("Would hold at"),
        required=False,
        help_text=_(
            "Wrong options only: settings with which this option would be right. They are drawn beside "
            "what happens, and checked."
        ),
    )

    class Meta:
        model = Choice
        fields = FIELDS

    def is_written(self) -> bool:
        """Whether anything stands in this form, and it is not to be deleted."""
        if self.cleaned_data.get("DELETE"):
            return False
        return any(self.cleaned_data.get(name) for name in FIELDS) or bool(self.errors)


class ChoiceFormSet(BaseInlineFormSet):
    """The options in their order (a, b, c, …) and which one is the key; the draft is saved as a whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All rows offer the same misconceptions: one query, not one for each row.
        self._misconceptions = [("", "---------"), *Misconception.objects.values_list("pk", "belief")]

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "misconception" in form.fields:
            field: Any = form.fields["misconception"]
            field.choices = self._misconceptions
            field.widget.can_delete_related = field.widget.can_view_related = False

    @property
    def key_prefix(self) -> str:
        """The prefix of the form whose radio button is (or was stored as) chosen."""
        if self.is_bound:
            return str(self.data.get(KEY, ""))
        item: Item = self.instance
        return next(
            (str(form.prefix) for form in self.initial_forms if item.key and form.instance.label == item.key),
            "",
        )

    def written_forms(self) -> list[ChoiceForm]:
        """The forms that hold an option, in order."""
        forms_here = cast(list[ChoiceForm], self.forms)
        return [form for form in forms_here if hasattr(form, "cleaned_data") and form.is_written()]

    def clean(self) -> None:
        super().clean()
        if len(self.written_forms()) > len(LABELS):
            raise forms.ValidationError(gettext("A question has at most eight options."), code="too_many")

    def key_label(self) -> str:
        """The label that the chosen option gets, ``""`` where none is chosen."""
        labelled = zip(LABELS, self.written_forms(), strict=False)
        return next((label for label, form in labelled if form.prefix == self.key_prefix), "")


class ChoiceInline(admin.StackedInline):
    model = Choice
    form = ChoiceForm
    formset = ChoiceFormSet
    template = "admin/quizzes/item/choices.html"
    max_num = len(LABELS)
    verbose_name = _("option")
    verbose_name_plural = _("options")

    def get_extra(self, request: HttpRequest, obj: Item | None = None, **kwargs: Any) -> int:
        return 0 if obj is not None and obj.choices.exists() else 4

    def get_fields(self, request: HttpRequest, obj: Item | None = None) -> Any:
        return FIELDS
