"""The program as a Jupyter notebook (format 4.5, https://nbformat.readthedocs.io)."""

from typing import Any

from simulator.core.pytorch.program import headline
from simulator.core.pytorch.sections import Section, sections_of
from simulator.core.spec import Scenario

_PLOT = """\
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
for label, losses in history.items():
    ax.plot(losses, label=label)
if all(loss > 0 for losses in history.values() for loss in losses):
    ax.set_yscale("log")
ax.set_xlabel("step")
ax.set_ylabel("loss")
ax.legend()
plt.show()"""


def notebook(scenario: Scenario) -> dict[str, Any]:
    """The sections of the program in cells, with a plot of the losses before they are printed."""
    setup, *rest = sections_of(scenario)
    intro = f"# {headline(scenario.runs)}\n\nNeeds PyTorch, NumPy and Matplotlib:"
    cells = [
        _markdown("introduction", intro + " `pip install torch numpy matplotlib`."),
        _code(setup.name, "\n\n".join(setup.blocks)),
    ]
    plot = Section("plot", "The plot", "The losses by step, on a logarithmic axis where it can be.", (_PLOT,))
    for section in (*rest[:-1], plot, rest[-1]):
        cells.append(_markdown(f"{section.name}-words", f"## {section.title}\n\n{section.words}"))
        cells.append(_code(section.name, "\n\n".join(section.blocks)))
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _markdown(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(source)}


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": _lines(source),
    }


def _lines(text: str) -> list[str]:
    """Text as the format keeps it: lines that end in their line break."""
    *whole, last = text.split("\n")
    return [*(f"{line}\n" for line in whole), last]
