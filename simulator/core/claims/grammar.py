"""The grammar of claims: frozen values, one class per form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from simulator.core.diagnosis import Status
from simulator.core.diagnosis.causes import CauseName

Relation = Literal["below", "above"]
MeasureName = Literal[
    "final_loss",
    "best_loss",
    "max_loss",
    "floor",
    "steps_to",
    "loss",
    "final_lr",
    "lr",
    "step_length",
    "largest_step",
    "position",
    "distance",
    "overshoots",
    "rises",
]

STATUSES: tuple[str, ...] = get_args(Status)
MEASURES: tuple[str, ...] = get_args(MeasureName)
RELATIONS: tuple[str, ...] = get_args(Relation)

NEEDS_LOSS = frozenset({"steps_to"})
TAKES_AT = frozenset({"loss", "lr", "step_length", "position", "distance"})
TAKES_COORDINATE = frozenset({"position", "overshoots"})
NEEDS_MINIMUM = frozenset({"distance", "overshoots"})
NEEDS_PARAMS = frozenset({"step_length", "largest_step", "position", "distance", "overshoots"})
COUNTS = frozenset({"overshoots", "rises"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A number measured on one run; `loss`, `at` and `coordinate` where the measure has them."""

    name: MeasureName
    loss: float | None = None
    at: int | None = None
    coordinate: int | None = None


@dataclass(frozen=True, slots=True)
class OtherRun:
    """A bound that is measured too: `factor` times the same measure of `run`, at step `at` where it has
    one."""

    run: str
    factor: float = 1.0
    at: int | None = None


@dataclass(frozen=True, slots=True)
class StatusClaim:
    run: str
    status: Status


@dataclass(frozen=True, slots=True)
class MonotoneClaim:
    """The loss never rises (`monotone` true), or rises at least once (false)."""

    run: str
    monotone: bool


@dataclass(frozen=True, slots=True)
class MeasureClaim:
    run: str
    measure: Measure
    relation: Relation
    bound: float | OtherRun


@dataclass(frozen=True, slots=True)
class CauseClaim:
    """Why the run ends where it ends (simulator.core.diagnosis.causes)."""

    run: str
    cause: CauseName


@dataclass(frozen=True, slots=True)
class AllOf:
    claims: tuple["Claim", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    claims: tuple["Claim", ...]


@dataclass(frozen=True, slots=True)
class Not:
    claim: "Claim"


SimpleClaim = StatusClaim | MonotoneClaim | MeasureClaim | CauseClaim
Claim = SimpleClaim | AllOf | AnyOf | Not


def simple_claims(claim: Claim) -> Iterator[SimpleClaim]:
    """The claims about runs that a claim is made of."""
    match claim:
        case AllOf(claims) | AnyOf(claims):
            for part in claims:
                yield from simple_claims(part)
        case Not(part):
            yield from simple_claims(part)
        case StatusClaim() | MonotoneClaim() | MeasureClaim() | CauseClaim():
            yield claim


def claim_form(claim: Claim) -> str:
    """The form's name: "status", "monotone", a measure's name, "compare:" and the name, "cause", "all",
    "any" or "not"."""
    match claim:
        case StatusClaim():
            return "status"
        case MonotoneClaim():
            return "monotone"
        case MeasureClaim():
            return (
                f"compare:{claim.measure.name}" if isinstance(claim.bound, OtherRun) else claim.measure.name
            )
        case CauseClaim():
            return "cause"
        case AllOf():
            return "all"
        case AnyOf():
            return "any"
        case Not():
            return "not"
