"""Scenarios that the tests of analyses share."""

from typing import Any

from simulator.core.spec import Scenario, parse_scenario


def bowl(*eigenvalues: float, steps: int = 100, lr: float = 0.1, **more: Any) -> Scenario:
    """One run, labelled "a", on a quadratic from ones."""
    optimizer = {"name": "SGD", "lr": lr} | more.pop("optimizer", {})
    run = {"label": "a", "optimizer": optimizer, "scheduler": more.pop("scheduler", None)}
    place = {"objective": {"name": "quadratic", "eigenvalues": list(eigenvalues)}}
    return parse_scenario(place | {"start": [1] * len(eigenvalues), "steps": steps, "runs": [run]} | more)


def place(
    objective: dict[str, Any], start: list[float] | None, *, steps: int, lr: float, **more: Any
) -> Scenario:
    """One run, labelled "a", on any objective."""
    optimizer = {"name": "SGD", "lr": lr} | more.pop("optimizer", {})
    run = {"label": "a", "optimizer": optimizer}
    return parse_scenario({"objective": objective, "start": start, "steps": steps, "runs": [run]} | more)
