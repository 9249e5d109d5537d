"""Strict parsing of claims, and back."""

import math
import reprlib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, cast

from simulator.core.claims.grammar import (
    MEASURES,
    NEEDS_LOSS,
    NEEDS_MINIMUM,
    RELATIONS,
    STATUSES,
    TAKES_AT,
    TAKES_COORDINATE,
    AllOf,
    AnyOf,
    CauseClaim,
    Claim,
    Measure,
    MeasureClaim,
    MeasureName,
    MonotoneClaim,
    Not,
    OtherRun,
    Relation,
    StatusClaim,
    simple_claims,
)
from simulator.core.diagnosis import Status
from simulator.core.diagnosis.causes import CAUSES, CauseName
from simulator.core.errors import ScenarioError
from simulator.core.objectives import build
from simulator.core.spec import Scenario

MAX_DEPTH = 6
MAX_SIMPLE_CLAIMS = 24
_FORMS = ("status", "monotone", "measure", "cause", "all", "any", "not")


class ClaimError(ScenarioError):
    """A claim that is not one: `fields` names the place and says what would be right."""


def parse_claim(data: object, scenario: Scenario, path: str = "claim") -> Claim:
    """The claim that `data` (JSON values) describes, about the runs of `scenario`; ClaimError when it is
    none.

    `path` is the name of the claim in the error's `fields`.
    """
    claim = _Parser(scenario).claim(data, path, 1)
    if sum(1 for _ in simple_claims(claim)) > MAX_SIMPLE_CLAIMS:
        _refuse("out_of_bounds", path, f"A claim is made of at most {MAX_SIMPLE_CLAIMS} claims about runs.")
    return claim


def claim_to_dict(claim: Claim) -> dict[str, Any]:
    """The canonical form of a claim: `parse_claim(claim_to_dict(c), scenario) == c`, every default written
    out."""
    match claim:
        case StatusClaim(run, status):
            return {"run": run, "status": status}
        case MonotoneClaim(run, monotone):
            return {"run": run, "monotone": monotone}
        case MeasureClaim(run, measure, relation, bound):
            details = {"loss": measure.loss, "at": measure.at, "coordinate": measure.coordinate}
            given = {key: value for key, value in details.items() if value is not None}
            return {"run": run, "measure": measure.name, **given, relation: _bound_to_json(bound)}
        case CauseClaim(run, cause):
            return {"run": run, "cause": cause}
        case AllOf(claims):
            return {"all": [claim_to_dict(part) for part in claims]}
        case AnyOf(claims):
            return {"any": [claim_to_dict(part) for part in claims]}
        case Not(part):
            return {"not": claim_to_dict(part)}


def _bound_to_json(bound: float | OtherRun) -> float | dict[str, Any]:
    if not isinstance(bound, OtherRun):
        return bound
    return {"run": bound.run, "factor": bound.factor} | ({} if bound.at is None else {"at": bound.at})


class _Parser:
    """Parses claims about the runs of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._labels = [run.label for run in scenario.runs]

    def claim(self, data: object, path: str, depth: int) -> Claim:
        claim = _mapping(data, path)
        if depth > MAX_DEPTH:
            _refuse("out_of_bounds", path, f"Claims nest at most {MAX_DEPTH} deep.")
        forms = [key for key in _FORMS if key in claim]
        if len(forms) != 1:
            found = f"{_listed(forms)} contradict each other" if forms else "none of them is here"
            _refuse("bad_claim", path, f"A claim has exactly one of {_listed(_FORMS)}; {found}.")
        match forms[0]:
            case "status":
                return self._status(claim, path)
            case "monotone":
                return self._monotone(claim, path)
            case "measure":
                return self._measure(claim, path)
            case "cause":
                return self._cause(claim, path)
            case "not":
                _only(claim, path, ("not",))
                return Not(self.claim(claim["not"], f"{path}.not", depth + 1))
            case form:
                _only(claim, path, (form,))
                parts = self._parts(claim[form], f"{path}.{form}", depth + 1)
                return AllOf(parts) if form == "all" else AnyOf(parts)

    def _parts(self, data: object, path: str, depth: int) -> tuple[Claim, ...]:
        if not isinstance(data, Sequence) or isinstance(data, str | bytes) or not data:
            _refuse("bad_value", path, "A list of at least one claim is needed here.")
        if len(data) > MAX_SIMPLE_CLAIMS:
            _refuse("out_of_bounds", path, f"A list of at most {MAX_SIMPLE_CLAIMS} claims is allowed here.")
        return tuple(self.claim(part, f"{path}[{index}]", depth) for index, part in enumerate(data))

    def _status(self, claim: Mapping[str, object], path: str) -> StatusClaim:
        _only(claim, path, ("run", "status"))
        status = _one_of(claim["status"], STATUSES, f"{path}.status", "status")
        return StatusClaim(self._run(claim, path), cast(Status, status))

    def _monotone(self, claim: Mapping[str, object], path: str) -> MonotoneClaim:
        _only(claim, path, ("run", "monotone"))
        if not isinstance(claim["monotone"], bool):
            _refuse("bad_value", f"{path}.monotone", "`monotone` is true (the loss never rises) or false.")
        return MonotoneClaim(self._run(claim, path), claim["monotone"])

    def _cause(self, claim: Mapping[str, object], path: str) -> CauseClaim:
        _only(claim, path, ("run", "cause"))
        cause = _one_of(claim["cause"], CAUSES, f"{path}.cause", "cause")
        return CauseClaim(self._run(claim, path), cast(CauseName, cause))

    def _measure(self, claim: Mapping[str, object], path: str) -> MeasureClaim:
        name = cast(MeasureName, _one_of(claim["measure"], MEASURES, f"{path}.measure", "measure"))
        details = [
            key
            for key, names in (("loss", NEEDS_LOSS), ("at", TAKES_AT), ("coordinate", TAKES_COORDINATE))
            if name in names
        ]
        _only(claim, path, ("run", "measure", *details, *RELATIONS), f" for the measure {name}")
        relations = [relation for relation in RELATIONS if relation in claim]
        if len(relations) != 1:
            _refuse("bad_claim", path, "A measure is compared by exactly one of `below` and `above`.")
        relation = cast(Relation, relations[0])
        run = self._run(claim, path)
        measure = Measure(
            name=name,
            loss=self._loss_level(claim, path) if name in NEEDS_LOSS else None,
            at=self._step(claim, path, name),
            coordinate=self._coordinate(claim, path, run) if name in TAKES_COORDINATE else None,
        )
        if name in NEEDS_MINIMUM:
            self._require_minimum(run, path, name)
        bound = self._bound(claim[relation], f"{path}.{relation}", run, measure)
        return MeasureClaim(run, measure, relation, bound)

    def _bound(self, data: object, path: str, run: str, measure: Measure) -> float | OtherRun:
        if not isinstance(data, Mapping):
            return _number(data, path, "A number, or an object with `run` and `factor`, is needed here.")
        bound = _mapping(data, path)
        keys = ("run", "factor", "at") if measure.name in TAKES_AT else ("run", "factor")
        _only(bound, path, keys)
        if "run" not in bound:
            _refuse("missing_key", f"{path}.run", "The run to compare with is missing.")
        other = self._run(bound, path)
        factor = _number(bound.get("factor", 1.0), f"{path}.factor", "The factor is a number.")
        if factor <= 0:
            _refuse("bad_value", f"{path}.factor", "The factor is a number above 0.")
        at = self._other_step(bound, path, measure)
        if other == run and at is None:
            _refuse(
                "bad_claim",
                path,
                "This compares a number with itself: name another run, or another step `at`.",
            )
        if measure.name in NEEDS_MINIMUM:
            self._require_minimum(other, path, measure.name)
        if measure.name in TAKES_COORDINATE and self._dimension(other) != self._dimension(run):
            _refuse(
                "bad_value", path, f"The runs {run!r} and {other!r} have different numbers of coordinates."
            )
        return OtherRun(other, factor, at)

    def _run(self, claim: Mapping[str, object], path: str) -> str:
        if "run" not in claim:
            if len(self._labels) == 1:
                return self._labels[0]
            _refuse("missing_key", f"{path}.run", f"Which run? The scenario has {_listed(self._labels)}.")
        return _one_of(claim["run"], self._labels, f"{path}.run", "run of this scenario")

    def _dimension(self, label: str) -> int:
        return self._scenario.run(label).dim

    def _last_step(self, name: str) -> int:
        return self._scenario.steps - (1 if name == "step_length" else 0)

    def _loss_level(self, claim: Mapping[str, object], path: str) -> float:
        if "loss" not in claim:
            _refuse("missing_key", f"{path}.loss", "`steps_to` needs `loss`, the level to be reached.")
        return _number(claim["loss"], f"{path}.loss", "The level to be reached is a number.")

    def _step(self, claim: Mapping[str, object], path: str, name: str) -> int | None:
        """The step `at`; None, the canonical form, for the end."""
        last = self._last_step(name)
        at = claim.get("at", last)
        if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= last:
            _refuse("bad_value", f"{path}.at", f"`at` is a step of the run: a whole number from 0 to {last}.")
        return None if at == last else at

    def _other_step(self, bound: Mapping[str, object], path: str, measure: Measure) -> int | None:
        """The step `at` of a bound; None, the canonical form, where it is the measure's own."""
        at = self._step(bound, path, measure.name) if "at" in bound else measure.at
        if at == measure.at:
            return None
        return self._last_step(measure.name) if at is None else at

    def _coordinate(self, claim: Mapping[str, object], path: str, run: str) -> int | None:
        """The coordinate; None, the canonical form, where there is only one."""
        dimension = self._dimension(run)
        coordinate = claim.get("coordinate", 0 if dimension == 1 else None)
        wanted = f"a whole number from 0 to {dimension - 1}"
        if coordinate is None:
            _refuse("missing_key", f"{path}.coordinate", f"Which coordinate? It is {wanted}.")
        if isinstance(coordinate, bool) or not isinstance(coordinate, int) or not 0 <= coordinate < dimension:
            _refuse("bad_value", f"{path}.coordinate", f"The coordinate is {wanted}.")
        return None if dimension == 1 else coordinate

    def _require_minimum(self, run: str, path: str, name: str) -> None:
        if build(self._scenario.run(run)).minimum is None:
            message = f"{name} needs an objective whose minimum is known; that of the run {run!r} is not."
            _refuse("bad_value", f"{path}.measure", message)


def _mapping(data: object, path: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        _refuse("bad_value", path, "An object such as {status: converged} is needed here.")
    return data


def _only(claim: Mapping[str, object], path: str, allowed: Sequence[str], where: str = "") -> None:
    for key in claim:
        if key not in allowed:
            _refuse(
                "unknown_key",
                f"{path}.{key[:60]}",
                f"Unknown key {reprlib.repr(key)}{where}; allowed are {_listed(allowed)}.",
            )


def _one_of(value: object, allowed: Sequence[str], path: str, what: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        close = get_close_matches(value[:60], allowed, n=1) if isinstance(value, str) else []
        hint = f"; did you mean {close[0]!r}?" if close else "."
        shown = reprlib.repr(value)
        _refuse("bad_value", path, f"{shown} is no {what}; one of {_listed(allowed)} is needed{hint}")
    return value


def _number(value: object, path: str, message: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("bad_value", path, message)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        _refuse("bad_value", path, "The number must be finite.")
    return number


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _refuse(code: str, path: str, message: str) -> NoReturn:
    raise ClaimError(code, f"{path}: {message}", {path: message})
