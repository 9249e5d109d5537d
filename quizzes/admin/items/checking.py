"""What the “Check” button shows: problems, the verdict on every claim, the figure, what learners will see.

Nothing is written. Everything that can be told is told, also of a draft that is not complete: the verdicts
need the scenario and the claim only, not the feedback texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.markdown import render_safely
from quizzes.admin.items.choices import LABELS, ChoiceFormSet
from quizzes.admin.items.content import content_of, place_in_words
from quizzes.admin.items.forms import ItemForm
from quizzes.core.content.parsing import run_of_claim
from quizzes.core.content.scenario import apply_changes
from quizzes.services.publish_item import check_draft
from simulator import services as simulator
from simulator.core.claims import Checker, check_claim, claim_in_words, parse_claim
from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario
from simulator.core.training import Result

LARGE_MARGIN = 10
VERDICTS = {"proved": _("true"), "refuted": _("false"), "undecided": _("undecided")}


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where, in the words of the form, and what."""

    place: str
    message: str


@dataclass(frozen=True)
class OptionVerdict:
    """What the simulator says of one option. ``fits`` is None for an option without a claim."""

    label: str
    text_html: str
    is_key: bool
    claim: str = ""
    verdict: str = ""
    measured: str = ""
    margin: str = ""
    fits: bool | None = None
    error: str = ""
    form_prefix: str = ""
    prediction: str = ""  # where it would hold, and whether it does
    prediction_fits: bool = True


@dataclass(frozen=True)
class Inspection:
    """All that a check found."""

    problems: list[Problem]
    options: list[OptionVerdict]
    preview: dict[str, str]
    figure: Any = None
    figure_error: str = ""

    @property
    def ready(self) -> bool:
        return not self.problems


def inspect_forms(form: ItemForm, options: ChoiceFormSet | None) -> Inspection:
    """Check what stands in the two validated (not necessarily valid) forms."""
    content = content_of(form, options)
    scenario = form.resolved_scenario
    result, trouble = _run(scenario)
    verdicts = list(_verdicts(options, scenario, result)) if options is not None else []
    figure = _figure(scenario, content) if result is not None else None
    return Inspection(
        problems=_problems(form, options, content),
        options=verdicts,
        preview=preview_of(content),
        figure=figure,
        figure_error=trouble,
    )


def preview_of(content: Mapping[str, Any]) -> dict[str, str]:
    """The rendered texts of a draft, by key."""
    blocks = ("stem", "explanation", "look_at", "front", "back")
    rendered = {name: render_safely(content[name]) for name in blocks if content.get(name)}
    if content.get("takeaway"):
        rendered["takeaway"] = render_safely(content["takeaway"], inline=True)
    return rendered


def _run(scenario: Scenario | None) -> tuple[Result | None, str]:
    if scenario is None:
        return None, gettext("There is no scenario to run yet.")
    try:
        return simulator.run_scenario(scenario), ""
    except ScenarioError as error:
        return None, error.message


def _verdicts(
    options: ChoiceFormSet, scenario: Scenario | None, result: Result | None
) -> Iterator[OptionVerdict]:
    # One for all options: most of them ask for the same runs.
    checker = None if scenario is None or result is None else Checker(scenario, result)
    for label, form in zip(LABELS, options.written_forms(), strict=False):
        cleaned = form.cleaned_data
        shown = OptionVerdict(
            label=label,
            text_html=render_safely(cleaned.get("text") or "", inline=True),
            is_key=form.prefix == options.key_prefix,
            form_prefix=str(form.prefix),
        )
        judged = _with_verdict(shown, cleaned.get("claim"), checker)
        yield _with_prediction(judged, cleaned.get("claim"), cleaned.get("holds_at"), scenario)


def _with_verdict(
    shown: OptionVerdict, claim: Mapping[str, Any] | None, checker: Checker | None
) -> OptionVerdict:
    if claim is None or checker is None:
        return shown
    try:
        parsed = parse_claim(claim, checker.scenario)
        check = checker.check(parsed)
    except ScenarioError as error:
        return replace(shown, error=error.message, fits=False)
    return replace(
        shown,
        claim=claim_in_words(parsed, checker.scenario),
        verdict=check.verdict,
        measured=check.measured,
        margin=_percent(check.margin),
        fits=check.verdict == ("proved" if shown.is_key else "refuted"),
    )


def _with_prediction(
    judged: OptionVerdict,
    claim: Mapping[str, Any] | None,
    holds_at: Mapping[str, Any] | None,
    scenario: Scenario | None,
) -> OptionVerdict:
    """Whether the option would hold where it says so."""
    if claim is None or holds_at is None or scenario is None or judged.error:
        return judged
    settings = ", ".join(f"{name} {value}" for name, value in holds_at.items())
    try:
        changed = apply_changes(scenario, holds_at, run_of_claim(claim))
        check = check_claim(parse_claim(claim, changed), changed)
    except ScenarioError as error:
        return replace(judged, prediction=f"{settings}: {error.message}", prediction_fits=False)
    text = gettext("at %(settings)s: %(verdict)s, %(measured)s")
    words = {"settings": settings, "verdict": VERDICTS[check.verdict], "measured": check.measured}
    return replace(judged, prediction=text % words, prediction_fits=check.verdict == "proved")


def _percent(margin: float | None) -> str:
    """“12 %”; margins far beyond what matters are not told to the last digit."""
    if margin is None:
        return ""
    if margin > LARGE_MARGIN:
        return gettext("over 1000 %")
    return gettext("%(margin).0f %%") % {"margin": 100 * margin}


def _problems(form: ItemForm, options: ChoiceFormSet | None, content: Mapping[str, Any]) -> list[Problem]:
    """What the forms refuse, then what publishing would refuse; each place is named once."""
    found = [
        Problem(str(form.fields[name].label or name) if name in form.fields else "", str(message))
        for name, messages in form.errors.items()
        for message in messages
    ]
    if options is not None:
        found += [Problem(gettext("Options"), str(message)) for message in options.non_form_errors()]
        for label, option in zip(LABELS, options.written_forms(), strict=False):
            place = gettext("Option %(label)s") % {"label": label.upper()}
            found += [
                Problem(f"{place}, {place_in_words(name)}" if name in option.fields else place, str(message))
                for name, messages in option.errors.items()
                for message in messages
            ]
    named = {problem.place for problem in found if problem.place}
    return found + [problem for problem in draft_problems(content) if problem.place not in named]


def draft_problems(content: Mapping[str, Any]) -> list[Problem]:
    """What publishing this content would refuse."""
    check = check_draft(content=content)
    return [
        # A contradicted claim's message names its option itself.
        Problem("" if problem.choice else str(place_in_words(problem.path)), problem.message)
        for problem in check.problems
    ]


def _figure(scenario: Scenario | None, content: Mapping[str, Any]) -> Any:
    if scenario is None:
        return None
    try:
        return simulator.build_figure(scenario, slider=None)
    except ScenarioError:
        return None
