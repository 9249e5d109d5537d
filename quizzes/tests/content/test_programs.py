"""Every scenario of the bank can be run by the learner: it makes a valid PyTorch program and notebook."""

from __future__ import annotations

import nbformat

from quizzes.tests.content.shipped import items
from simulator.core.pytorch import notebook, program


def test_every_scenario_of_the_bank_makes_a_program_and_a_notebook() -> None:
    scenarios = {item.scenario.resolved for item in items() if item.scenario is not None}
    assert len(scenarios) > 20
    for scenario in scenarios:
        text = program(scenario)
        compile(text, "program.py", "exec")
        assert text.count("history[") >= 1
    nbformat.validate(notebook(next(iter(scenarios))))
