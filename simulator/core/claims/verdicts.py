"""Verdicts: three-valued answers with a margin, and how they combine."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from simulator.core.claims.measured import joined

Verdict = Literal["proved", "refuted", "undecided"]
Number = float | int | str | None

MARGIN = 0.05
ENOUGH = MARGIN * (1 - 1e-9)  # a value exactly 5 % away is decided, whatever its rounding
_OPPOSITE: dict[Verdict, Verdict] = {"proved": "refuted", "refuted": "proved", "undecided": "undecided"}


@dataclass(frozen=True, slots=True)
class Check:
    """The result of checking a claim.

    `holds` is what is true of the scenario's own runs, without any margin. `margin` is the relative distance
    to the nearest threshold that decided (0.05 = 5 %), None where it is infinite or where there is no
    threshold. `measured` is a short English sentence, `numbers` what it is made of (not-finite values are
    None).
    """

    verdict: Verdict
    holds: bool
    margin: float | None
    measured: str
    numbers: dict[str, Number] = field(default_factory=dict)


def unanimous(answers: Sequence[bool]) -> Verdict:
    if all(answers):
        return "proved"
    return "undecided" if any(answers) else "refuted"


def negated(check: Check) -> Check:
    return Check(_OPPOSITE[check.verdict], not check.holds, check.margin, check.measured, check.numbers)


def all_of(checks: Sequence[Check]) -> Check:
    """Kleene's conjunction: refuted by one refuted part, proved when every part is."""
    verdicts = {check.verdict for check in checks}
    verdict: Verdict = (
        "refuted" if "refuted" in verdicts else "undecided" if "undecided" in verdicts else "proved"
    )
    deciding = [check for check in checks if check.verdict == verdict]
    margins = [math.inf if check.margin is None else check.margin for check in deciding]
    # One refuted part is enough, so the clearest one counts; a proof is as good as its weakest part.
    margin = max(margins) if verdict == "refuted" else min(margins)
    numbers = {
        f"{place}.{key}": value for place, check in enumerate(checks) for key, value in check.numbers.items()
    }
    shown = deciding if verdict == "refuted" else checks
    return Check(
        verdict,
        all(check.holds for check in checks),
        None if verdict == "undecided" else number(margin),
        joined([check.measured for check in shown]),
        numbers,
    )


def number(value: float) -> float | None:
    return value if math.isfinite(value) else None
