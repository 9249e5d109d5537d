"""One statement of a claim, in selects and inputs: about one run, or about one run against another.

Every form of statement that the grammar has (simulator.core.claims.grammar) has inputs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.parts import Part, PartsWidget
from quizzes.admin.fields.values import read_integer, read_number, write_number
from quizzes.admin.fields.widgets import Select, TextInput
from simulator.core.claims.grammar import NEEDS_LOSS, TAKES_AT, TAKES_COORDINATE

STATUSES = [
    ("converged", _("converged")),
    ("running", _("still running")),
    ("oscillating", _("oscillating")),
    ("diverged", _("diverged")),
]
CAUSES = [
    ("too_high", _("its rate is too high")),
    ("too_low", _("its rate is too low")),
    ("noise_floor", _("it has come down to its noise floor")),
    ("decayed_too_early", _("its rate has decayed too early")),
    ("badly_scaled", _("badly scaled directions hold it up")),
    ("stuck_in_basin", _("it is stuck in a basin")),
    ("plateau", _("it is on a plateau")),
    ("exploding", _("its gradient explodes")),
]
ONE_RUN = {
    "final_loss": _("its last loss"),
    "best_loss": _("its smallest loss"),
    "max_loss": _("its largest loss"),
    "floor": _("its noise floor (mean loss of the last quarter)"),
    "loss": _("its loss at a step"),
    "steps_to": _("steps until a loss is reached"),
    "rises": _("how often its loss rises"),
    "overshoots": _("how often it overshoots"),
    "distance": _("its distance to the minimum"),
    "position": _("where a parameter is"),
    "step_length": _("the length of a step"),
    "largest_step": _("the length of its longest step"),
    "final_lr": _("its last learning rate"),
    "lr": _("its learning rate at a step"),
}
TWO_RUNS = {
    "steps_to": _("steps until a loss is reached (which is faster)"),
    "final_loss": _("last loss"),
    "best_loss": _("smallest loss"),
    "max_loss": _("largest loss"),
    "floor": _("noise floor"),
    "loss": _("loss at a step"),
    "rises": _("how often the loss rises"),
    "overshoots": _("how often it overshoots"),
    "distance": _("distance to the minimum"),
    "position": _("where a parameter is"),
    "step_length": _("length of a step"),
    "largest_step": _("length of the longest step"),
    "final_lr": _("last learning rate"),
    "lr": _("learning rate at a step"),
}
COMPARED = tuple(f"compare:{measure}" for measure in TWO_RUNS)
FORMS = [
    ("", _("no claim")),
    (
        _("What becomes of a run"),
        [
            ("status", _("its status")),
            ("monotone", _("whether its loss only falls")),
            ("cause", _("a cause of how it ends")),
        ],
    ),
    (_("One run against a number"), list(ONE_RUN.items())),
    (
        _("One run against another, or against itself at another step"),
        [(f"compare:{measure}", label) for measure, label in TWO_RUNS.items()],
    ),
]
JSON_FORM = (_("Anything else"), [("json", _("JSON (for experts)"))])
MEASURED = (*ONE_RUN, *COMPARED)


def forms_of(measures: frozenset[str]) -> tuple[str, ...]:
    """The builder's forms, against a number or another run, that are about one of these measures."""
    return tuple(form for form in MEASURED if form.removeprefix("compare:") in measures)


WITH_LOSS, WITH_STEP, WITH_COORDINATE = map(forms_of, (NEEDS_LOSS, TAKES_AT, TAKES_COORDINATE))
WITH_OTHER_STEP = tuple(form for form in WITH_STEP if form in COMPARED)


class ClauseWidget(PartsWidget):
    """The inputs of one statement. Only the first of a claim offers JSON instead of inputs."""

    def __init__(self, *, first: bool = True) -> None:
        super().__init__([*_about_a_run(first), *_about_a_number()] + ([_json_part()] if first else []))

    def texts_of(self, value: Any) -> Mapping[str, Any]:
        return value if isinstance(value, Mapping) else {}


NUMBER = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
COUNT = {**NUMBER, "inputmode": "numeric"}
RUN = {"class": "run", "list": "run-labels", "autocomplete": "off"}


def _about_a_run(first: bool) -> list[Part]:
    built = ("status", "monotone", "cause", *MEASURED)
    label = _("The option claims something about") if first else _("and about")
    negate = Select(choices=[("", _("is")), ("not", _("is not"))])
    falling = Select(choices=[("true", _("never rising")), ("false", _("rising at least once"))])
    # None is chosen beforehand: a cause that nobody chose must not become a claim.
    causes = Select(choices=[("", "---------"), *CAUSES])
    return [
        Part("form", label, Select(choices=[*FORMS, JSON_FORM] if first else FORMS)),
        Part("run", _("Run"), TextInput(RUN), built, _("May be empty where there is only one.")),
        Part("negate", _("Is or is not"), negate, built),
        Part("status", _("Status"), Select(choices=STATUSES), ("status",)),
        Part("monotone", _("Loss"), falling, ("monotone",)),
        Part("cause", _("Among its causes"), causes, ("cause",), _("Several causes may hold of one run.")),
    ]


def _about_a_number() -> list[Part]:
    relations = Select(choices=[("below", _("below (fewer, sooner)")), ("above", _("above (more, later)"))])
    factor = TextInput({**NUMBER, "placeholder": "1"})
    return [
        Part("loss", _("Loss to reach"), TextInput(NUMBER), WITH_LOSS),
        Part("at", _("At step"), TextInput(COUNT), WITH_STEP, _("Empty: at the end.")),
        Part(
            "coordinate",
            _("Parameter"),
            TextInput(COUNT),
            WITH_COORDINATE,
            _("From 0; empty where there is only one."),
        ),
        Part("relation", _("Relation"), relations, MEASURED),
        Part("number", _("Number"), TextInput(NUMBER), tuple(ONE_RUN)),
        Part("factor", _("Factor"), factor, COMPARED),
        Part("other", _("times that of run"), TextInput(RUN), COMPARED),
        Part("other_at", _("at its step"), TextInput(COUNT), WITH_OTHER_STEP, _("Empty: the same.")),
    ]


def _json_part() -> Part:
    area = forms.Textarea({"rows": 3, "class": "code", "spellcheck": "false"})
    return Part("json", _("Claim as JSON"), area, ("json",))


def clause_of_texts(texts: Mapping[str, str]) -> dict[str, Any] | None:
    """The statement that the inputs describe, or ``None``. Raises ``ValidationError`` naming the input."""
    form = texts["form"]
    if not form:
        return None
    claim: dict[str, Any] = {"run": texts["run"]} if texts["run"] else {}
    if form == "status":
        claim["status"] = texts["status"]
        if texts["status"] not in dict(STATUSES):
            raise ValidationError(gettext("Choose the status from the list."), code="unknown_status")
    elif form == "monotone":
        claim["monotone"] = texts["monotone"] != "false"
    elif form == "cause":
        claim["cause"] = _required(texts, "cause", _("Among its causes"))
        if texts["cause"] not in dict(CAUSES):
            raise ValidationError(gettext("Choose the cause from the list."), code="unknown_cause")
    elif form in MEASURED:
        claim |= _measured_claim(form, texts)
    else:
        raise ValidationError(gettext("Choose what the option claims from the list."), code="unknown_form")
    return {"not": claim} if texts["negate"] == "not" else claim


def texts_of_clause(claim: Any) -> dict[str, str] | None:
    """The inputs for a stored statement; ``None`` where they cannot say it."""
    try:
        texts = _texts_of_built(claim)
        if texts is None or not all(map(_fits_an_input, texts.values())):
            return None
        if clause_of_texts({**dict.fromkeys(part_names(), ""), **texts}) == claim:
            return texts
    except (TypeError, ValidationError):
        pass
    return None


@lru_cache(maxsize=1)
def part_names() -> tuple[str, ...]:
    """The names of all inputs of a statement."""
    return tuple(part.name for part in ClauseWidget().parts)


def _measured_claim(form: str, texts: Mapping[str, str]) -> dict[str, Any]:
    measure = form.removeprefix("compare:")
    claim: dict[str, Any] = {"measure": measure}
    if form in WITH_LOSS:
        claim["loss"] = read_number(_required(texts, "loss", _("Loss to reach")), gettext("Loss to reach"))
    if form in WITH_STEP and texts["at"]:
        claim["at"] = _read_count(texts["at"], gettext("At step"))
    if form in WITH_COORDINATE and texts["coordinate"]:
        claim["coordinate"] = _read_count(texts["coordinate"], gettext("Parameter"))
    relation = "above" if texts["relation"] == "above" else "below"
    if form in COMPARED:
        return {**claim, relation: _other_run(form, texts, claim.get("at"))}
    return {**claim, relation: read_number(_required(texts, "number", _("Number")), gettext("Number"))}


def _other_run(form: str, texts: Mapping[str, str], at: int | None) -> dict[str, Any]:
    """The run compared with, whose own step is ``at`` where no other is given."""
    other: dict[str, Any] = {"run": _required(texts, "other", _("times that of run"))}
    if texts["factor"]:
        other["factor"] = read_number(texts["factor"], gettext("Factor"))
        if other["factor"] <= 0:
            message = gettext("Factor: “%(text)s” is not above 0.") % {"text": texts["factor"][:40]}
            raise ValidationError(message, code="bad_value")
    if form in WITH_OTHER_STEP and texts["other_at"]:
        other["at"] = _read_count(texts["other_at"], gettext("at its step"))
    if texts["run"] == texts["other"] and other.get("at", at) == at:
        message = (
            gettext(
                "“times that of run”: this compares the run with itself. Name another run or another step."
            )
            if form in WITH_OTHER_STEP
            else gettext("“times that of run”: this compares the run with itself. Name another run.")
        )
        raise ValidationError(message, code="contradiction")
    return other


def _read_count(text: str, label: str) -> int:
    """A step or the number of a parameter: from 0 on. How many there are is told by a check."""
    count = read_integer(text, label)
    if count < 0:
        message = gettext("%(label)s: “%(text)s” is below 0.") % {"label": label, "text": text[:40]}
        raise ValidationError(message, code="bad_value")
    return count


def _required(texts: Mapping[str, str], name: str, label: Any) -> str:
    if not texts[name]:
        message = gettext("The claim is not complete: “%(label)s” is empty.") % {"label": label}
        raise ValidationError(message, code="missing")
    return texts[name]


def _fits_an_input(text: str) -> bool:
    """Whether an input gives a text back as it is: browsers drop ends of line, and the field trims."""
    return text == text.strip() and "\n" not in text and "\r" not in text


def _texts_of_built(claim: Any) -> dict[str, str] | None:
    negated = isinstance(claim, dict) and list(claim) == ["not"]
    inner = claim["not"] if negated else claim
    if not isinstance(inner, dict):
        return None
    texts = {"run": str(inner.get("run") or ""), "negate": "not" if negated else ""}
    if "status" in inner:
        return {**texts, "form": "status", "status": str(inner["status"])}
    if "monotone" in inner:
        return {**texts, "form": "monotone", "monotone": "true" if inner["monotone"] else "false"}
    if "cause" in inner:
        return {**texts, "form": "cause", "cause": str(inner["cause"])}
    relation = next((name for name in ("below", "above") if name in inner), None)
    if "measure" not in inner or relation is None:
        return None
    bound = inner[relation]
    texts |= {
        "form": str(inner["measure"]),
        "loss": write_number(inner.get("loss")),
        "at": write_number(inner.get("at")),
        "coordinate": write_number(inner.get("coordinate")),
        "relation": relation,
    }
    if isinstance(bound, dict):
        compared = {
            "other": str(bound.get("run", "")),
            "factor": write_number(bound.get("factor")),
            "other_at": write_number(bound.get("at")),
        }
        return {**texts, **compared, "form": f"compare:{inner['measure']}"}
    return {**texts, "number": write_number(bound)}
