"""Compare what generated PyTorch programs print under real PyTorch with the simulator, for `make parity`.

The programs are those of every named scenario, of every scenario of the bank that comes with the product, of
every reference case, and of scenarios whose runs differ in all that a program can put into its loop.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reference_cases import cases

from simulator.core.pytorch import program
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import Record, RunResult, simulate
from simulator.tests.core.pytorch.mixed import MIXED
from simulator.tests.reference.stored import ALLOWED, CHAOTIC, PER_SENSITIVITY

ROOT = Path(__file__).resolve().parents[1]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """One run of a program against the simulator: distance (T+1,) over the largest loss so far."""

    name: str
    index: int
    label: str
    apart: FloatArray
    before: int  # rows before divergence

    @property
    def largest(self) -> float:
        return float(np.nan_to_num(self.apart[: self.before], nan=np.inf).max(initial=0.0))


def scenarios() -> Iterator[tuple[str, Scenario]]:
    """Every scenario with a name for its files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
    import django

    django.setup()
    from quizzes.tests.content.shipped import items
    from simulator.services import named_scenarios
    from simulator.services.lab import lab_tasks

    for name, named in named_scenarios().items():
        yield f"named-{name}", named.scenario
    for item in items():
        if item.scenario is not None:
            yield f"bank-{item.id}", item.scenario.resolved
    for task in lab_tasks().values():
        yield f"task-{task.id}", task.scenario
    for number, case in enumerate(cases()):
        given = {key: value for key, value in case.items() if key != "title"}
        yield f"case-{number:03d}", parse_scenario(given)
    for name, data in MIXED.items():
        yield f"mixed-{name.replace(' ', '-')}", parse_scenario(data)


def read_printed(text: str) -> dict[str, list[float]]:
    """Losses by label from what a program prints."""
    found: dict[str, list[float]] = {}
    losses: list[float] = []
    for line in text.splitlines():
        first, rest = line.split(" ", 1)
        if first == "run":
            losses = found[ast.literal_eval(rest)] = []
        else:
            if int(first) != len(losses):
                raise ValueError(f"step {first} where {len(losses)} should be")
            losses.append(float(rest))
    return found


def compared(name: str, scenario: Scenario, printed: dict[str, list[float]]) -> list[Compared]:
    """Every run of one program."""
    result = simulate(scenario, Record())
    if list(printed) != [run.label for run in result.runs]:
        raise ValueError(f"{name} prints the runs {list(printed)}")
    return [_compared(name, index, run, printed[run.label]) for index, run in enumerate(result.runs)]


def _compared(name: str, index: int, run: RunResult, printed: list[float]) -> Compared:
    theirs = np.array(printed)
    if theirs.shape != run.loss.shape:
        raise ValueError(f"{name} prints {len(printed)} losses of {run.label!r}")
    with np.errstate(all="ignore"):
        scale = np.fmax.accumulate(np.abs(theirs))
        apart = np.where(theirs == run.loss, 0.0, np.abs(theirs - run.loss) / scale)
    return Compared(name, index, run.label, apart, run.diverged_at or len(theirs))


def compare_programs(folder: Path, python: str) -> int:
    """Run all programs with `python`, which has torch, and print every disagreement; how many there are.

    Losses may be 1e-12 + 100 sens apart, relative to the largest loss so far, in all rows before divergence
    in which sens is at most 1e-6. `sens` is only computed for runs that are more than 1e-12 apart.
    """
    folder.mkdir(exist_ok=True)
    made = dict(scenarios())
    for name, scenario in made.items():
        (folder / f"{name}.py").write_text(program(scenario), encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps(scenario.to_dict()), encoding="utf-8")
    script = [python, str(ROOT / "scripts" / "run_programs.py"), str(folder)]
    subprocess.run(script, check=True)
    runs = [
        run
        for name, scenario in made.items()
        for run in compared(
            name, scenario, read_printed((folder / f"{name}.txt").read_text(encoding="utf-8"))
        )
    ]
    doubtful = [run for run in runs if run.largest > ALLOWED]
    (folder / "asked.json").write_text(json.dumps([[run.name, run.index] for run in doubtful]))
    subprocess.run([*script, "--sensitivity"], check=True)
    wrong = 0
    for run, sens in zip(doubtful, json.loads((folder / "sensitivity.json").read_text()), strict=True):
        share = _share_of_allowed(run, np.array(sens))
        if share > 1:
            wrong += 1
            print(f"DIFFERENT: the program of {run.name}, {run.label!r}: {share:.3g} times what is allowed")
    calm = [run.largest for run in runs if run.largest <= ALLOWED]
    print(f"{len(made)} generated programs, {len(runs)} runs: {len(runs) - wrong} print the same losses;")
    print(
        f"{len(calm)} within {max(calm, default=0.0):.1e}, {len(doubtful) - wrong} within their sensitivity."
    )
    return wrong


def _share_of_allowed(run: Compared, sens: FloatArray) -> float:
    counts = (sens <= CHAOTIC) & (np.arange(len(sens)) < run.before)
    share = run.apart / (ALLOWED + PER_SENSITIVITY * sens)
    return float(np.nan_to_num(share[counts], nan=np.inf).max(initial=0.0))


if __name__ == "__main__":
    raise SystemExit(1 if compare_programs(Path(sys.argv[1]), sys.argv[2]) else 0)
