"""The program as a script."""

from collections.abc import Sequence

from simulator.core.pytorch.sections import Section, sections_of
from simulator.core.spec import Run, Scenario

_FUNCTIONS = {
    "quadratic": "a quadratic bowl",
    "rosenbrock": "Rosenbrock's valley",
    "double_well": "a double well",
    "rippled": "a rippled bowl",
    "two_wells": "two wells",
    "saddle": "a saddle",
    "polynomial": "a polynomial",
    "deep_linear": "a chain of weights",
    "linear": "linear regression",
    "logistic": "logistic regression",
    "mlp": "a small network",
}


def program(scenario: Scenario) -> str:
    """A complete program in Python that runs every run of the scenario with PyTorch in double precision.

    It prints, for each run, a line `run` with the label as a Python literal, and then T + 1 lines with the
    step and the loss there in full precision.
    """
    sections = sections_of(scenario)
    return f'"""{headline(scenario.runs)}\n\n{_usage(scenario)}\n"""\n\n' + _joined(sections)


def file_stem(scenario: Scenario) -> str:
    """What a file with the program is called, without its ending: the same for the same scenario."""
    return f"overshoot-{scenario.digest()[:8]}"


def headline(runs: Sequence[Run]) -> str:
    """What the program does, in a line."""
    optimizers = _listed([run.optimizer.name for run in runs])
    functions = _listed([_FUNCTIONS[run.objective.name] for run in runs])
    count = "" if len(runs) == 1 else f", {len(runs)} runs"
    return f"{optimizers} on {functions}{count}."


def _usage(scenario: Scenario) -> str:
    apart = any(run.data is not None and run.data.apart for run in scenario.runs)
    rows = "the rows trained on" if apart else "all the data"
    return (
        "Needs PyTorch and NumPy: pip install torch numpy\n\n"
        f'It prints, for each run, a line "run" with its label and then {scenario.steps + 1} lines, each\n'
        f"with a step and the loss there: after so many updates, without noise, on {rows}."
    )


def _listed(names: Sequence[str]) -> str:
    found = list(dict.fromkeys(names))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def _joined(sections: Sequence[Section]) -> str:
    """Blocks with the blank lines that are usual: two around functions, one elsewhere."""
    text, previous = "", ""
    for block in (block for section in sections for block in section.blocks):
        if text:
            far = block.startswith("def ") or previous.startswith("def ")
            text += "\n\n\n" if far else "\n\n"
        text += block
        previous = block
    return text + "\n"
