"""Generated notebooks are valid, and hold the program."""

from __future__ import annotations

import ast
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings

from simulator.core.pytorch import notebook, program
from simulator.core.spec import parse_scenario
from simulator.tests.core.pytorch.mixed import MIXED
from simulator.tests.core.test_scenario_properties import scenarios


def checked(data: dict[str, Any]) -> dict[str, Any]:
    """The notebook, which must be valid by the format's own schema, also when read back."""
    made = notebook(parse_scenario(data))
    nbformat.validate(made)
    nbformat.validate(nbformat.reads(json.dumps(made), as_version=4))
    return made


def code_of(made: dict[str, Any]) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code")


@pytest.mark.parametrize("name", sorted(MIXED))
def test_a_notebook_is_valid_and_has_every_statement_of_the_program(name: str) -> None:
    made = checked(MIXED[name])
    cells = ast.parse(code_of(made)).body
    for statement in ast.parse(program(parse_scenario(MIXED[name]))).body[1:]:
        assert ast.dump(statement) in map(ast.dump, cells), ast.unparse(statement)
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)


def test_a_notebook_plots_the_losses_and_explains_its_cells() -> None:
    made = checked(MIXED["one with everything"])
    assert "plt.show()" in code_of(made)
    kinds = [cell["cell_type"] for cell in made["cells"]]
    assert kinds.count("markdown") == kinds.count("code")
    assert all(not cell.get("outputs") for cell in made["cells"])
    titles = [
        "".join(cell["source"]).split("\n")[0] for cell in made["cells"] if cell["cell_type"] == "markdown"
    ]
    assert titles[1:] == [
        *("## Data", "## What is minimised", "## The training loop"),
        *("## The run", "## The plot", "## The losses"),
    ]


@settings(deadline=None, max_examples=15)
@given(scenarios())
def test_any_scenario_makes_a_valid_notebook(data: dict[str, Any]) -> None:
    ast.parse(code_of(checked(data)))
