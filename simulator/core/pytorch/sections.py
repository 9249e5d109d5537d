"""A program in sections, which a script writes one after the other and a notebook puts into cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.core.datasets import Data
from simulator.core.pytorch.datasets import data_code
from simulator.core.pytorch.objectives import Names, objective_code
from simulator.core.pytorch.runs import Runs
from simulator.core.pytorch.training import Loop
from simulator.core.spec import ObjectiveSpec, Run, Scenario

PRINTING = """\
for label, losses in history.items():
    print("run", repr(label))
    for step, loss in enumerate(losses):
        print(step, loss)"""


# What a program imports, by the text that shows its use.
_IMPORTS = {
    "itertools.pairwise(": "import itertools",
    "np.": "import numpy as np",
    "": "import torch",
    " F.": "import torch.nn.functional as F",
    "lr_scheduler.": "from torch.optim import lr_scheduler",
}


@dataclass(frozen=True)
class Section:
    """Blocks of code that belong together. `title` and `words` introduce them in a notebook."""

    name: str
    title: str
    words: str
    blocks: tuple[str, ...]


def sections_of(scenario: Scenario) -> list[Section]:
    """Imports, data, objective, training loop, runs, printing: those that the scenario needs."""
    runs = scenario.runs
    data = list(dict.fromkeys(run.data for run in runs if run.data is not None))
    functions_of = [(run.objective.name, _apart_from_start(run), run.data) for run in runs]
    objectives = list(dict.fromkeys(functions_of))
    named = [_names(number, objectives, data) for number in range(len(objectives))]
    number_of = {function: number for number, function in enumerate(objectives)}
    places = [number_of[function] for function in functions_of]
    batched = {place for run, place in zip(runs, places, strict=True) if run.batches is not None}
    loop = Loop(runs, [named[place].function for place in places], [named[place].X for place in places])
    made = Runs(runs, loop)
    functions = [
        block
        for number, (_, spec, rows) in enumerate(objectives)
        for block in objective_code(spec, rows, named[number], batched=number in batched)
    ]
    sections = [
        Section(
            "data",
            "Data",
            "The rows are drawn from a seed, so that they are the same every time."
            if any(not one.given for one in data)
            else "The rows are given.",
            tuple(data_code(data, lambda name, index: _of(name, index, len(data)))),
        ),
        Section(
            "objective",
            "What is minimised",
            "The loss is a function of the parameters theta, all in one vector.",
            tuple(functions),
        ),
        Section(
            "training",
            "The training loop",
            "Each update takes the gradient of the loss at theta and lets the optimizer move theta.",
            (*loop.helpers(), loop.code()),
        ),
        Section("runs", _runs_title(runs), _runs_words(made), ()),
    ]
    blocks = (*made.helpers(), "history = {}  # the losses of each run, by its label", *made.code())
    sections[-1] = Section("runs", sections[-1].title, sections[-1].words, blocks)
    sections.append(
        Section("printing", "The losses", "The loss before each update, and after the last.", (PRINTING,))
    )
    used = [section for section in sections if section.blocks]
    return [_setup(scenario, used), *used]


def _apart_from_start(run: Run) -> ObjectiveSpec:
    """The objective as a function: where a network starts is no part of it."""
    options = run.objective.options
    if "init" not in options:
        return run.objective
    plain = {name: value for name, value in options.items() if name != "init"}
    return ObjectiveSpec(run.objective.name, type(options)({**plain, "init": None}))


def _names(
    number: int, objectives: Sequence[tuple[str, ObjectiveSpec, Data | None]], data: Sequence[Data]
) -> Names:
    suffix = "" if len(objectives) == 1 else f"_{number + 1}"
    rows = objectives[number][2]
    if rows is None:
        return Names(f"objective{suffix}", suffix)
    index = data.index(rows)
    return Names(f"objective{suffix}", suffix, _of("X", index, len(data)), _of("y", index, len(data)))


def _of(name: str, index: int, count: int) -> str:
    return name if count == 1 else f"{name}_{index + 1}"


def _setup(scenario: Scenario, sections: Sequence[Section]) -> Section:
    code = "\n".join(block for section in sections for block in section.blocks)
    imports = [line for used, line in _IMPORTS.items() if used in code]
    if imports and imports[0] == "import itertools":
        imports[0] += "\n"
    return Section(
        "setup",
        "",
        "",
        (
            "\n".join(imports),
            f"torch.set_default_dtype(torch.float64)  # double precision\n\nSTEPS = {scenario.steps}",
        ),
    )


def _runs_title(runs: Sequence[Run]) -> str:
    return "The run" if len(runs) == 1 else f"The {len(runs)} runs"


def _runs_words(made: Runs) -> str:
    if made.is_sweep:
        return "The runs differ in the learning rate only."
    if len(made.runs) == 1:
        return "Where it starts, its optimizer, and the training."
    return "Each has its own parameters and optimizer."
