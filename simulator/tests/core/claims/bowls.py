"""Scenarios whose every number can be worked out by hand, and verdicts on them.

The workhorse is loss x^2 / 2 from x = 4: the place is 4 (1 - lr)^t and the loss 8 (1 - lr)^(2t).
"""

from typing import Any

from simulator.core.claims import Check, check_claim, parse_claim
from simulator.core.spec import Scenario, parse_scenario

NEVER = {"name": "StepLR", "step_size": 5000}  # a schedule that changes nothing, but takes the law away


def bowl(*lrs: float, steps: int = 20, scheduler: Any = None, **more: Any) -> Scenario:
    return parse_scenario(
        {
            "objective": {"name": "quadratic", "eigenvalues": [1]},
            "start": [4],
            "steps": steps,
            "runs": [
                {"label": f"lr {lr}", "optimizer": {"name": "SGD", "lr": lr}, "scheduler": scheduler}
                for lr in lrs
            ],
        }
        | more
    )


def check(scenario: Scenario, **claim: Any) -> Check:
    return check_claim(parse_claim(claim, scenario), scenario)


def verdict(scenario: Scenario, **claim: Any) -> str:
    return check(scenario, **claim).verdict
