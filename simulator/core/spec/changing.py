"""A scenario with something changed, for sliders, variants and what-if questions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.core.arguments.declared import unknown_key
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.spec.parsing import parse_scenario
from simulator.core.spec.parts import read_lr
from simulator.core.spec.scenario import Scenario
from simulator.core.spec.writing import run_to_dict

_OF_RUN = (
    "label",
    "objective",
    "start",
    "optimizer",
    "scheduler",
    "noise",
    "batches",
    "clip_norm",
    "scheduler_interval",
    "plateau_metric",
    "data",
)


def change_scenario(scenario: Scenario, changes: Mapping[str, Any], index: int) -> Scenario:
    """`scenario` with `changes` to run number `index`; see Scenario.with_changes."""
    run = scenario.runs[index]
    if set(changes) == {"lr"}:
        lr = read_lr(changes["lr"], f"runs[{index}].optimizer.lr")
        changed = replace(run, optimizer=replace(run.optimizer, lr=lr))
        return Scenario(scenario.steps, (*scenario.runs[:index], changed, *scenario.runs[index + 1 :]))
    runs = [run_to_dict(one) for one in scenario.runs]
    data: dict[str, Any] = {"steps": changes.get("steps", scenario.steps), "runs": runs}
    target = runs[index]
    target.update({key: value for key, value in changes.items() if key in _OF_RUN})
    arguments = {key: value for key, value in changes.items() if key not in _OF_RUN and key != "steps"}
    if arguments:
        _change_optimizer(target, arguments, index)
    return parse_scenario(data)


def _change_optimizer(target: dict[str, Any], arguments: Mapping[str, Any], index: int) -> None:
    optimizer = target["optimizer"]
    name = optimizer.get("name") if isinstance(optimizer, dict) else None
    kind = OPTIMIZERS.get(name) if isinstance(name, str) else None
    if kind is None:
        return  # parsing the optimizer as it stands will say what is wrong
    known = ["lr", *(argument.name for argument in kind.arguments)]
    for key in arguments:
        if key not in known:
            raise unknown_key(key, ["steps", *_OF_RUN, *known], f"runs[{index}]")
    target["optimizer"] = {**optimizer, **arguments}
