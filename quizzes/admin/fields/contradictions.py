"""Statements of one claim that contradict each other.

Such a claim is false (or true) whatever the runs do, so a simulation would "refute" it and prove nothing. It
is a slip, and is told at once, with the name of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

Claim = Mapping[str, Any]


def refuse_contradictions(claims: Mapping[int, Claim], joined: str) -> None:
    """Raise ``ValidationError`` where two statements, by their numbers, cannot both hold ("all") or must
    always hold between them ("any")."""
    problems = []
    for (number, one), (other_number, other) in combinations(claims.items(), 2):
        label = _contrary(one, other) or ("" if joined == "any" else _incompatible(one, other))
        if label:
            message = (
                gettext(
                    "Statement %(other)d: “%(label)s” says the contrary of statement %(one)d, so one of them "
                    "holds whatever the run does."
                )
                if joined == "any"
                else gettext(
                    "Statement %(other)d: “%(label)s” contradicts statement %(one)d: no run can do both."
                )
            )
            values = {"other": other_number, "one": number, "label": label}
            problems.append(ValidationError(message % values, code="contradiction"))
    if problems:
        raise ValidationError(problems)


def _contrary(one: Claim, other: Claim) -> str:
    """The input in which one statement says exactly that the other is not so, or ``""``."""
    (negated, first), (other_negated, second) = _bare(one), _bare(other)
    if first == second:
        return gettext("Is or is not") if negated != other_negated else ""
    if _without(first, "monotone") == _without(second, "monotone"):  # true in one, false in the other
        return gettext("Loss") if negated == other_negated else ""
    return ""


def _incompatible(one: Claim, other: Claim) -> str:
    """The input in which two statements cannot both be so, or ``""``."""
    if "not" in one or "not" in other:
        return ""
    if "status" in one and "status" in other and _without(one, "status") == _without(other, "status"):
        return gettext("Status") if one["status"] != other["status"] else ""
    low, high = (one, other) if "above" in one else (other, one)
    if "above" in low and "below" in high and _without(low, "above") == _without(high, "below"):
        bounds = (low["above"], high["below"])
        if bounds[0] == bounds[1] or (not any(isinstance(b, dict) for b in bounds) and bounds[0] > bounds[1]):
            return gettext("times that of run") if isinstance(bounds[0], dict) else gettext("Number")
    return ""


def _bare(claim: Claim) -> tuple[bool, Claim]:
    return ("not" in claim, claim.get("not", claim))


def _without(claim: Claim, key: str) -> dict[str, Any]:
    return {name: value for name, value in claim.items() if name != key}
