"""The digest that finds two questions asking the same."""

from typing import Any

from simulator.core.claims import claims_digest, parse_claim
from simulator.core.spec import parse_scenario


def digest(claims: list[dict[str, Any]], first: str = "a", lr: float = 0.5) -> str:
    scenario = parse_scenario(
        {
            "objective": {"name": "quadratic", "eigenvalues": [1]},
            "start": [4],
            "steps": 20,
            "runs": [
                {"label": first, "optimizer": {"name": "SGD", "lr": lr}},
                {"label": "b", "optimizer": {"name": "SGD", "lr": 0.1}},
            ],
        }
    )
    return claims_digest(scenario, [parse_claim(claim, scenario) for claim in claims])


CONVERGED: dict[str, Any] = {"run": "a", "status": "converged"}
FASTER: dict[str, Any] = {"run": "a", "measure": "steps_to", "loss": 0.1, "below": {"run": "b"}}


def test_the_same_question() -> None:
    whole = digest([CONVERGED, FASTER])
    assert whole == digest([FASTER, CONVERGED])
    assert whole == digest([CONVERGED, FASTER | {"below": {"run": "b", "factor": 1}}])
    renamed = [{**CONVERGED, "run": "another"}, {**FASTER, "run": "another"}]
    assert whole == digest(renamed, first="another")


def test_another_question() -> None:
    whole = digest([CONVERGED, FASTER])
    assert whole != digest([CONVERGED])
    assert whole != digest([CONVERGED, FASTER], lr=0.4)
    assert whole != digest([CONVERGED | {"run": "b"}, FASTER])
    assert whole != digest([CONVERGED | {"status": "running"}, FASTER])
