"""What a client may ask of a program, and the public form of what it gets."""

from typing import Any

from simulator.core.cost import check_budget
from simulator.core.pytorch.notebook import notebook
from simulator.core.pytorch.program import file_stem, program
from simulator.core.spec import Scenario, parse_scenario

ENDINGS = {"program": "py", "notebook": "ipynb"}


def file_name(scenario: Scenario, form: str) -> str:
    """What a file of that form ("program" or "notebook") is called."""
    return f"{file_stem(scenario)}.{ENDINGS[form]}"


def file_order(form: str, data: object) -> dict[str, Any]:
    """`filename` and, under the name of the form, its content, for a scenario as a client sends it.

    Raises ScenarioError naming what is wrong; BudgetExceeded for a scenario that would not be simulated.
    """
    scenario = parse_scenario(data)
    check_budget(scenario)
    write = program if form == "program" else notebook
    return {"filename": file_name(scenario, form), form: write(scenario)}
