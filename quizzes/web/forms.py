"""Forms of the learners' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext_lazy as _

from quizzes.models import Report

WORD = "delete"


class ReportForm(forms.ModelForm[Report]):
    """What is wrong with an item."""

    class Meta:
        model = Report
        fields = ("reason", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
        self.fields["text"].label = _("What did you see, and what did you expect?")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == Report.Reason.OTHER and not data.get("text", "").strip():
            self.add_error("text", _("Say in a few words what is wrong."))
        return data


class DeleteForm(forms.Form):
    """Confirms that everything is to be deleted: by the password, or a typed word where there is none."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    word = forms.CharField(
        label=_("Type “delete” to confirm"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, user: AbstractBaseUser | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        has_password = isinstance(user, AbstractBaseUser) and user.has_usable_password()
        del self.fields["word" if has_password else "password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not (isinstance(self.user, AbstractBaseUser) and self.user.check_password(password)):
            raise forms.ValidationError(_("This is not the password of the account."))
        return password

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip().lower()
        if word != WORD:
            raise forms.ValidationError(_("Type the word “delete”, or keep your data."))
        return word
