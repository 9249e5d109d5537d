"""A name for what a question asks of the simulator: its scenario and its claims."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from simulator.core.claims.grammar import Claim
from simulator.core.claims.parsing import claim_to_dict
from simulator.core.spec import Scenario


def claims_digest(scenario: Scenario, claims: Iterable[Claim]) -> str:
    """SHA-256, in hexadecimal, of a scenario with a set of claims about it.

    The order of the claims and the names of the runs make no difference: two questions with the same digest
    ask the same.
    """
    numbers = {run.label: f"{number}" for number, run in enumerate(scenario.runs)}
    anonymous = Scenario(
        scenario.steps, tuple(replace(run, label=numbers[run.label]) for run in scenario.runs)
    )
    renamed = (_renamed(claim_to_dict(claim), numbers) for claim in claims)
    whole = [anonymous.digest(), sorted(json.dumps(claim, sort_keys=True) for claim in renamed)]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    if isinstance(value, dict):
        return {key: names[part] if key == "run" else _renamed(part, names) for key, part in value.items()}
    return value
