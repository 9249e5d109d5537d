"""Statements about the runs of a scenario that the simulator can check (docs/claims.md)."""

from simulator.core.claims.check import Checker, check_claim
from simulator.core.claims.digest import claims_digest
from simulator.core.claims.grammar import (
    AllOf,
    AnyOf,
    CauseClaim,
    Claim,
    Measure,
    MeasureClaim,
    MonotoneClaim,
    Not,
    OtherRun,
    StatusClaim,
    claim_form,
    simple_claims,
)
from simulator.core.claims.parsing import ClaimError, claim_to_dict, parse_claim
from simulator.core.claims.verdicts import MARGIN, Check, Verdict
from simulator.core.claims.words import claim_in_words

__all__ = [
    "MARGIN",
    "AllOf",
    "AnyOf",
    "CauseClaim",
    "Check",
    "Checker",
    "Claim",
    "ClaimError",
    "Measure",
    "MeasureClaim",
    "MonotoneClaim",
    "Not",
    "OtherRun",
    "StatusClaim",
    "Verdict",
    "check_claim",
    "claim_form",
    "claim_in_words",
    "claim_to_dict",
    "claims_digest",
    "parse_claim",
    "simple_claims",
]
