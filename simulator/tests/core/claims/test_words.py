"""Claims in English."""

from typing import Any

import pytest

from simulator.core.claims import claim_in_words, parse_claim
from simulator.core.spec import parse_scenario

SCENARIO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [1]},
        "start": [4],
        "steps": 20,
        "runs": [
            {"label": "a", "optimizer": {"name": "SGD", "lr": 0.5}},
            {"label": "b", "optimizer": {"name": "SGD", "lr": 0.1}},
        ],
    }
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"status": "converged"}, "the run 'a' converges"),
        ({"status": "running"}, "the run 'a' is still under way at the end"),
        ({"monotone": True}, "the loss of the run 'a' never rises"),
        ({"not": {"run": "a", "monotone": True}}, "the loss of the run 'a' rises at least once"),
        ({"not": {"run": "a", "status": "diverged"}}, "the run 'a' does not diverge"),
        ({"measure": "final_loss", "below": 1e-6}, "the final loss of the run 'a' is below 10⁻⁶"),
        (
            {"not": {"run": "a", "measure": "max_loss", "above": 9}},
            "the highest loss of the run 'a' is not above 9",
        ),
        (
            {"measure": "steps_to", "loss": 0.01, "below": {"run": "b", "factor": 0.5}},
            "the number of steps that the run 'a' takes to a loss of 0.01 is below 0.5 times that of "
            "the run 'b'",
        ),
        (
            {"measure": "step_length", "at": 3, "below": {"run": "a", "at": 0}},
            "the length of step 3 of the run 'a' is below that of itself at step 0",
        ),
        (
            {"measure": "position", "above": 0},
            "the position at the end of the run 'a' is above 0",
        ),
        (
            {"all": [{"run": "a", "status": "converged"}, {"any": [{"run": "b", "status": "running"}] * 2}]},
            "the run 'a' converges, and (the run 'b' is still under way at the end, "
            "or the run 'b' is still under way at the end)",
        ),
        (
            {"not": {"all": [{"run": "a", "status": "converged"}, {"run": "b", "status": "diverged"}]}},
            "the run 'a' does not converge, or the run 'b' does not diverge",
        ),
    ],
)
def test_one_line(data: dict[str, Any], words: str) -> None:
    if not {"all", "any", "not"} & set(data):
        data = {"run": "a", **data}
    assert claim_in_words(parse_claim(data, SCENARIO)) == words


def test_the_only_run_needs_no_name() -> None:
    alone = parse_scenario(
        SCENARIO.to_dict() | {"runs": [{"label": "x", "optimizer": {"name": "SGD", "lr": 1}}]}
    )
    assert claim_in_words(parse_claim({"status": "diverged"}, alone), alone) == "the run diverges"
