"""The builder of an option's claim: a sentence made of selects and inputs; JSON is the expert's way only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.parts import Part, PartsField, PartsWidget
from quizzes.admin.fields.values import read_integer, read_json, read_number, write_number

STATUSES = [
    ("converged", _("converged")),
    ("running", _("still running")),
    ("oscillating", _("oscillating")),
    ("diverged", _("diverged")),
]
ONE_RUN = {
    "final_loss": _("its last loss"),
    "best_loss": _("its smallest loss"),
    "max_loss": _("its largest loss"),
    "floor": _("its noise floor"),
    "steps_to": _("steps until a loss is reached"),
    "loss": _("its loss at a step"),
    "final_lr": _("its last learning rate"),
    "lr": _("its learning rate at a step"),
    "overshoots": _("how often it overshoots"),
    "rises": _("how often its loss rises"),
}
TWO_RUNS = {
    "steps_to": _("steps until a loss is reached (which is faster)"),
    "final_loss": _("last loss"),
    "best_loss": _("smallest loss"),
    "max_loss": _("largest loss"),
    "floor": _("noise floor"),
}
COMPARED = tuple(f"compare:{measure}" for measure in TWO_RUNS)
FORMS = [
    ("", _("no claim")),
    (
        _("What becomes of a run"),
        [("status", _("its status")), ("monotone", _("whether its loss only falls"))],
    ),
    (_("One run against a number"), list(ONE_RUN.items())),
    (
        _("One run against another"),
        [(f"compare:{measure}", label) for measure, label in TWO_RUNS.items()],
    ),
    (_("Anything else"), [("json", _("JSON (for experts: all, any, not, …)"))]),
]
MEASURED = (*ONE_RUN, *COMPARED)
NEEDS_LOSS = ("steps_to", "compare:steps_to")
NEEDS_STEP = ("loss", "lr")


class ClaimWidget(PartsWidget):
    template = "admin/quizzes/fields/claim.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        run = {"class": "run", "list": "run-labels", "autocomplete": "off"}
        built = ("status", "monotone", *MEASURED)
        relations = [("below", _("below (fewer, sooner)")), ("above", _("above (more, later)"))]
        json_attrs = {"rows": 3, "class": "code", "spellcheck": "false"}
        super().__init__(
            [
                Part("form", _("The option claims something about"), forms.Select(choices=FORMS)),
                Part(
                    "run",
                    _("Run"),
                    forms.TextInput(run),
                    built,
                    _("May be empty where the scenario has only one."),
                ),
                Part(
                    "negate",
                    _("Is or is not"),
                    forms.Select(choices=[("", _("is")), ("not", _("is not"))]),
                    built,
                ),
                Part("status", _("Status"), forms.Select(choices=STATUSES), ("status",)),
                Part(
                    "monotone",
                    _("Loss"),
                    forms.Select(choices=[("true", _("never rising")), ("false", _("rising at least once"))]),
                    ("monotone",),
                ),
                Part("loss", _("Loss to reach"), forms.TextInput(number), NEEDS_LOSS),
                Part("at", _("At step"), forms.TextInput({**number, "inputmode": "numeric"}), NEEDS_STEP),
                Part("relation", _("Relation"), forms.Select(choices=relations), MEASURED),
                Part("number", _("Number"), forms.TextInput(number), tuple(ONE_RUN)),
                Part("factor", _("Factor"), forms.TextInput({**number, "placeholder": "1"}), COMPARED),
                Part("other", _("times that of run"), forms.TextInput(run), COMPARED),
                Part("json", _("Claim as JSON"), forms.Textarea(json_attrs), ("json",)),
            ],
            attrs,
        )

    def texts_of(self, value: Any) -> dict[str, str]:
        return texts_of_claim(value)


class ClaimField(PartsField):
    """A claim in the contract's form, or ``None``. Whether it fits the scenario is told by a check."""

    widget = ClaimWidget

    def value_of(self, texts: dict[str, Any]) -> Any:
        return claim_of_texts(texts)


def claim_of_texts(texts: Mapping[str, str]) -> dict[str, Any] | None:
    """The claim that the builder's inputs describe. Raises ``ValidationError`` naming the input."""
    form = texts["form"]
    if not form:
        return None
    if form == "json":
        return _claim_of_json(texts["json"])
    claim: dict[str, Any] = {"run": texts["run"]} if texts["run"] else {}
    if form == "status":
        claim["status"] = texts["status"] or "converged"
    elif form == "monotone":
        claim["monotone"] = texts["monotone"] != "false"
    elif form in MEASURED:
        claim |= _measured_claim(form, texts)
    else:
        raise ValidationError(gettext("Choose what the option claims from the list."), code="unknown_form")
    return {"not": claim} if texts["negate"] == "not" else claim


def texts_of_claim(claim: Any) -> dict[str, str]:
    """The builder's inputs for a stored claim; as JSON where the builder has no words for it."""
    if not claim:
        return {}
    texts = _texts_of_built(claim)
    try:
        if texts is not None and claim_of_texts(_filled(texts)) == claim:
            return texts
    except ValidationError:
        pass
    return {"form": "json", "json": json.dumps(claim, ensure_ascii=False)}


def _measured_claim(form: str, texts: Mapping[str, str]) -> dict[str, Any]:
    measure = form.removeprefix("compare:")
    claim: dict[str, Any] = {"measure": measure}
    if form in NEEDS_LOSS:
        claim["loss"] = read_number(_required(texts, "loss", _("Loss to reach")), gettext("Loss to reach"))
    if form in NEEDS_STEP:
        claim["at"] = read_integer(_required(texts, "at", _("At step")), gettext("At step"))
    relation = "above" if texts["relation"] == "above" else "below"
    if form in COMPARED:
        other: dict[str, Any] = {"run": _required(texts, "other", _("times that of run"))}
        if texts["factor"]:
            other["factor"] = read_number(texts["factor"], gettext("Factor"))
        return {**claim, relation: other}
    return {**claim, relation: read_number(_required(texts, "number", _("Number")), gettext("Number"))}


def _required(texts: Mapping[str, str], name: str, label: Any) -> str:
    if not texts[name]:
        message = gettext("The claim is not complete: “%(label)s” is empty.") % {"label": label}
        raise ValidationError(message, code="missing")
    return texts[name]


def _claim_of_json(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    claim = read_json(text)
    if not isinstance(claim, dict):
        message = gettext('A claim is a JSON object such as {"status": "diverged"}.')
        raise ValidationError(message, code="bad_claim")
    return claim


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
    relation = next((name for name in ("below", "above") if name in inner), None)
    if "measure" not in inner or relation is None:
        return None
    bound = inner[relation]
    texts |= {
        "form": str(inner["measure"]),
        "loss": write_number(inner.get("loss")),
        "at": write_number(inner.get("at")),
        "relation": relation,
    }
    if isinstance(bound, dict):
        compared = {"other": str(bound.get("run", "")), "factor": write_number(bound.get("factor"))}
        return {**texts, **compared, "form": f"compare:{inner['measure']}"}
    return {**texts, "number": write_number(bound)}


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    names: Sequence[str] = [part.name for part in ClaimWidget().parts]
    return {name: texts.get(name, "") for name in names}
