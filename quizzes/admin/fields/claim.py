"""The builder of an option's claim: one or several statements, without JSON for all but the rarest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.clause import ClauseWidget, clause_of_texts, part_names, texts_of_clause
from quizzes.admin.fields.contradictions import refuse_contradictions
from quizzes.admin.fields.values import read_json
from quizzes.admin.fields.widgets import Select

MOST = 6  # statements of one claim; eight options of so many stay below the fields that a request may have
OFFERED = 2  # statements offered at least; a script folds away those that are empty, and makes more
JOINED = [
    ("all", _("all of these must hold")),
    ("any", _("one of these must hold")),
    ("none", _("none of these may hold")),
    ("not_all", _("not all of these may hold at once")),
]
NEGATED = {"none": "any", "not_all": "all"}  # what is negated there


@dataclass(frozen=True)
class TypedClaim:
    """What stands in the builder: the texts of each statement, and how they are joined."""

    joined: str
    clauses: tuple[Mapping[str, str], ...]


class ClaimWidget(forms.Widget):
    """Inputs named ``<name>_joined`` and ``<name>_0_form``, ``<name>_0_run``, …, ``<name>_1_form``, …"""

    template = "admin/quizzes/fields/claim.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> TypedClaim:
        clauses: list[dict[str, str]] = []
        while len(clauses) < MOST and f"{name}_{len(clauses)}_form" in data:
            prefix = f"{name}_{len(clauses)}"
            clauses.append({part: str(data.get(f"{prefix}_{part}", "")).strip() for part in part_names()})
        return TypedClaim(str(data.get(f"{name}_joined", "all")), tuple(clauses))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_0_form" not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        typed = value if isinstance(value, TypedClaim) else texts_of_claim(value)
        own_id = (attrs or {}).get("id") or f"id_{name}"
        used = sum(1 for clause in typed.clauses if clause.get("form"))
        clauses = []
        for index in range(min(MOST, max(OFFERED, used + 1))):
            texts = typed.clauses[index] if index < len(typed.clauses) else {}
            widget = ClauseWidget(first=index == 0)
            shown = widget.render(
                f"{name}_{index}",
                [texts.get(part.name, "") for part in widget.parts],
                {"id": f"{own_id}_{index}"},
                renderer,
            )
            clauses.append(shown)
        joined = Select(choices=JOINED).render(f"{name}_joined", typed.joined, {"id": f"{own_id}_joined"})
        context = {"id": own_id, "clauses": clauses, "joined": joined, "used": used, "most": MOST}
        return render_to_string(self.template, context)


class ClaimField(forms.Field):
    """A claim in the contract's form, or ``None``. Whether it fits the scenario is told by a check."""

    widget = ClaimWidget

    def to_python(self, value: Any) -> dict[str, Any] | None:
        return claim_of_texts(value) if isinstance(value, TypedClaim) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or None)
        except ValidationError:
            return True


def claim_of_texts(typed: TypedClaim) -> dict[str, Any] | None:
    """The claim that the inputs describe. Raises ``ValidationError`` naming statement and input."""
    if typed.clauses and typed.clauses[0].get("form") == "json":
        return _claim_of_json(typed.clauses[0].get("json", ""))
    claims: dict[int, dict[str, Any]] = {}
    problems: list[ValidationError] = []
    for number, texts in enumerate(typed.clauses, start=1):
        try:
            claim = clause_of_texts(texts)
        except ValidationError as error:
            place = gettext("Statement %(number)d: ") % {"number": number} if number > 1 else ""
            problems += [ValidationError(place + message, code="bad_claim") for message in error.messages]
        else:
            claims |= {number: claim} if claim is not None else {}
    if problems:
        raise ValidationError(problems)
    refuse_contradictions(claims, NEGATED.get(typed.joined, typed.joined))
    return _joined(typed.joined, list(claims.values()))


def texts_of_claim(claim: Any) -> TypedClaim:
    """The inputs for a stored claim; as JSON where they have no words for it."""
    if not claim:
        return TypedClaim("all", ())
    joined, parts = _parts_of(claim)
    clauses = tuple(texts for texts in map(texts_of_clause, parts) if texts is not None)
    typed = TypedClaim(joined, clauses)
    if len(parts) <= MOST and len(clauses) == len(parts) and _says(typed, claim):
        return typed
    return TypedClaim("all", ({"form": "json", "json": json.dumps(claim, ensure_ascii=False)},))


def _joined(word: str, claims: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not claims:
        return None
    if len(claims) > 1:
        claim: dict[str, Any] = {"any" if word in ("any", "none") else "all": claims}
    else:
        claim = claims[0]
    if word not in NEGATED:
        return claim
    return claim["not"] if list(claim) == ["not"] else {"not": claim}


def _parts_of(claim: Any) -> tuple[str, list[Any]]:
    """How the statements of a claim are joined, and the statements."""
    for joined, _label in JOINED:
        word = NEGATED.get(joined, joined)
        inner = _only_value(claim, "not") if joined in NEGATED else claim
        parts = _only_value(inner, word)
        if isinstance(parts, list):
            return joined, parts
    return "all", [claim]


def _only_value(claim: Any, key: str) -> Any:
    return claim[key] if isinstance(claim, dict) and list(claim) == [key] else None


def _says(typed: TypedClaim, claim: Any) -> bool:
    filled = tuple({**dict.fromkeys(part_names(), ""), **clause} for clause in typed.clauses)
    try:
        return claim_of_texts(TypedClaim(typed.joined, filled)) == claim
    except ValidationError:  # statements that contradict each other
        return False


def _claim_of_json(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    claim = read_json(text)
    if not isinstance(claim, dict):
        message = gettext('A claim is a JSON object such as {"status": "diverged"}.')
        raise ValidationError(message, code="bad_claim")
    return claim
