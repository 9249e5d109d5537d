"""The form of an item's draft: one for questions, one for flashcards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields import ChangesField, MarkdownField, ScenarioField, SliderField, texts_of_scenario
from quizzes.admin.fields.values import read_json
from quizzes.models import Item, Kind, Topic, Verdict
from simulator import services as simulator
from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario, parse_scenario

NAMED, BUILT, WRITTEN, NONE = "named", "form", "json", "none"
SOURCES = [
    (NAMED, _("from the catalogue")),
    (BUILT, _("described here")),
    (WRITTEN, _("written as JSON (for experts)")),
]
NOT_ITS_SOURCE = {
    NAMED: ("scenario", "scenario_json"),
    BUILT: ("scenario_name", "scenario_changes", "scenario_json"),
    WRITTEN: ("scenario_name", "scenario_changes", "scenario"),
    NONE: ("scenario_name", "scenario_changes", "scenario", "scenario_json", "slider"),
}


def scenario_choices() -> list[tuple[str, Any]]:
    """The catalogue as choices of a select, by topic: “Title: summary”."""
    titles = dict(Topic.objects.values_list("slug", "title"))
    by_topic: dict[str, list[tuple[str, str]]] = {}
    for named in simulator.named_scenarios().values():
        label = f"{named.title}: {Truncator(named.summary).chars(90)}" if named.summary else named.title
        by_topic.setdefault(titles.get(named.topic, named.topic or ""), []).append((named.id, label))
    return [("", gettext("choose a scenario")), *by_topic.items()]


class ItemForm(forms.ModelForm):
    """What questions and flashcards share. ``_check`` among the data asks for a check instead of saving."""

    kind: str = Kind.SINGLE_CHOICE
    scenario_needed = True

    scenario_source = forms.ChoiceField(
        label=_("The scenario is"), choices=SOURCES, widget=forms.RadioSelect, initial=NAMED
    )
    scenario_name = forms.ChoiceField(label=_("Named scenario"), required=False)
    scenario_changes = ChangesField(
        label=_("Settings changed"),
        required=False,
        help_text=_("What differs from the named scenario. Leave empty what stays as it is."),
    )
    scenario = ScenarioField(label=_("Scenario"), required=False)
    scenario_json = forms.CharField(
        label=_("Scenario as JSON"),
        required=False,
        widget=forms.Textarea({"rows": 14, "class": "code", "spellcheck": "false"}),
        help_text=_("Every key of a scenario, as the API takes it (see the API's documentation)."),
    )
    slider = SliderField(
        label=_("Slider of the figure"),
        required=False,
        help_text=_(
            "The rates that a learner may try. Empty: the range of the named scenario, if it has one."
        ),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # when the draft shown was last saved

    class Meta:
        model = Item
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resolved_scenario: Scenario | None = None
        self.initial["seen"] = _saved_at(self.instance)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Permanent, part of the address. Empty: made from the title.")
        if "scenario_name" not in self.fields:  # who may only look gets no inputs
            return
        self.fields["scenario_name"].choices = scenario_choices()  # type: ignore[attr-defined]
        if not self.scenario_needed:
            source = self.fields["scenario_source"]
            source.choices = [(NONE, _("none")), *SOURCES]  # type: ignore[attr-defined]
            source.initial = NONE
        self._fill_scenario(self.instance)

    def _fill_scenario(self, item: Item) -> None:
        """Show a stored scenario where it can be edited best."""
        if item.scenario is not None:
            self.initial["scenario_source"] = BUILT if texts_of_scenario(item.scenario) else WRITTEN
            self.initial["scenario_json"] = json.dumps(item.scenario, indent=1, ensure_ascii=False)
        elif item.scenario_name:
            self.initial["scenario_source"] = NAMED

    def stored_scenario(self) -> Scenario | None:
        """The scenario of the stored draft, where it can be read."""
        item = self.instance
        try:
            if item.scenario is not None:
                return parse_scenario(item.scenario)
            named = simulator.named_scenarios().get(item.scenario_name)
        except ScenarioError:
            return None
        return named.scenario if named is not None else None

    def is_valid(self) -> bool:
        """A form that is only to be checked is never “valid”: the page comes back with all that was typed."""
        return super().is_valid() and "_check" not in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "title" in cleaned and "slug" in self.fields and not cleaned.get("slug"):
            cleaned["slug"] = self._free_slug(cleaned["title"])
        self._clean_scenario(cleaned)
        self._refuse_overwriting(cleaned)
        return cleaned

    def _refuse_overwriting(self, cleaned: Mapping[str, Any]) -> None:
        """Nobody's work is lost unseen when two people save the same draft; a second save means it."""
        now = _saved_at(Item.objects.filter(pk=self.instance.pk).first())
        if "_check" in self.data or not cleaned.get("seen") or cleaned["seen"] == now:
            return
        data = cast(QueryDict, self.data).copy()
        data["seen"] = now
        self.data = data
        text = gettext(
            "This draft was saved by somebody else, or in another window, after you opened it. What you "
            "typed is still here. Look at the other state in a new window, or save again to replace it."
        )
        self.add_error(None, ValidationError(text, code="changed_meanwhile"))

    def _free_slug(self, title: str) -> str:
        slug = slugify(title)[:70].strip("-") or "item"
        taken = set(Item.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
        numbered = (f"{slug}-{number}" for number in range(2, 10_000))
        return slug if slug not in taken else next(name for name in numbered if name not in taken)

    def _clean_scenario(self, cleaned: dict[str, Any]) -> None:
        source = cleaned.get("scenario_source", NONE)
        for name in NOT_ITS_SOURCE[source]:
            # What stands in the inputs of another source is neither used nor complained of.
            self.errors.pop(name, None)
        name = cleaned.get("scenario_name", "") if source == NAMED else ""
        changes = cleaned.get("scenario_changes") if source == NAMED else None
        own = cleaned.get("scenario") if source == BUILT else None
        if source == WRITTEN and cleaned.get("scenario_json", "").strip():
            own = self._read_written(cleaned["scenario_json"])
        cleaned |= {"scenario_name": name, "scenario_changes": changes, "scenario": own}
        cleaned["slider"] = None if source == NONE else cleaned.get("slider")
        self.resolved_scenario = self._resolve(source, name, changes, own)

    def _read_written(self, text: str) -> dict[str, Any] | None:
        try:
            written = read_json(text)
        except ValidationError as error:
            self.add_error("scenario_json", error)
            return None
        if not isinstance(written, dict):
            self.add_error(
                "scenario_json", gettext("A scenario is a JSON object with objective, steps and runs.")
            )
            return None
        return written

    def _resolve(
        self, source: str, name: str, changes: Mapping[str, Any] | None, own: Mapping[str, Any] | None
    ) -> Scenario | None:
        """The scenario that all this comes to; what the simulator refuses is told at the input."""
        try:
            if own is not None:
                return parse_scenario(own)
            named = simulator.named_scenarios().get(name) if name else None
            if named is None:
                return None
            settings = dict(changes or {})
            label = settings.pop("run", None)
            if label is not None:
                named.scenario.run(str(label))
            return named.scenario.with_changes(settings, label) if settings else named.scenario
        except KeyError:
            self.add_error("scenario_changes", gettext("The scenario has no run of that label."))
        except ScenarioError as error:
            field = {NAMED: "scenario_changes", BUILT: "scenario", WRITTEN: "scenario_json"}[source]
            self.add_error(field, _messages_of(error))
        return None


class QuestionForm(ItemForm):
    stem = MarkdownField(
        label=_("Question"),
        rows=5,
        help_text=_("Markdown with $formulas$. It can be answered before the options are read."),
    )
    explanation = MarkdownField(
        label=_("Explanation"), rows=6, help_text=_("The reason first, in at most 120 words.")
    )
    look_at = MarkdownField(label=_("What to look at"), rows=2, help_text=_("What to look at in the plot."))
    takeaway = MarkdownField(
        label=_("Takeaway"), rows=2, inline=True, max_length=300, help_text=_("One sentence to carry away.")
    )
    proof = forms.ChoiceField(
        label=_("How the key is known"),
        choices=[
            (Verdict.PROVED, _("proved: the simulator checks a claim on every option")),
            (Verdict.CITED, _("cited: it stands in the sources below")),
        ],
        widget=forms.RadioSelect,
        initial=Verdict.PROVED,
    )


class FlashcardForm(ItemForm):
    kind = Kind.FLASHCARD
    scenario_needed = False

    front = MarkdownField(label=_("Front"), rows=3, help_text=_("Markdown with $formulas$."))
    back = MarkdownField(label=_("Back"), rows=5)


def _saved_at(item: Item | None) -> str:
    return item.updated_at.isoformat() if item is not None and item.pk else ""


def _messages_of(error: ScenarioError) -> list[str]:
    return [f"{path}: {text}" if path else text for path, text in error.fields.items()] or [error.message]
