"""What is filled in when another objective, data set, optimizer or scheduler is chosen, so that the form can
be run at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.core.arguments import REQUIRED
from simulator.core.datasets import read_data
from simulator.core.errors import ScenarioError
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec.parts import read_objective
from simulator.web.lab.texts import GIVEN, Texts, read_list, run_indices, scenario_of, write

OBJECTIVE: Final[Mapping[str, Mapping[str, str]]] = {
    "quadratic": {"eigenvalues": "1, 25"},
    "two_wells": {"depth": "0.6, 1.5", "center": "-1.2, 1", "width": "0.2, 0.8", "k": "0.05"},
    "polynomial": {"coeffs": "0, 0, -0.5, 0, 0.25"},
    "deep_linear": {"depth": "2"},
    "mlp": {"layers": "2, 8, 1"},
}
START: Final[Mapping[str, str]] = {
    "quadratic": "10, 1",
    "rosenbrock": "-1.5, 2",
    "double_well": "1.8",
    "rippled": "4",
    "two_wells": "-1.5",
    "saddle": "1, 0.01",
    "polynomial": "1.5",
    "deep_linear": "0.5, 1.5",
}
DATASET: Final[Mapping[str, str]] = {"linear": "sine", "logistic": "blobs", "mlp": "circles"}
_RATE: Final[Mapping[str, float]] = {
    "quadratic": 0.03, "rosenbrock": 0.001, "two_wells": 0.05, "rippled": 0.03, "logistic": 1.0, "mlp": 0.5,
}  # fmt: skip
_FIRST_X, _FIRST_Y = "[[-1], [0], [1], [2]]", "-0.9, 0.1, 1.2, 1.9"


def completed(texts: Texts) -> Texts:
    """The texts with what the kinds chosen now need and do not have; what they have is kept."""
    found = dict(texts)
    name = found.get("objective.name", "")
    if name not in OBJECTIVES:
        return found
    if found.get("objective.was", name) != name:
        _other_objective(found, name)
    for key, text in OBJECTIVE.get(name, {}).items():
        if not (name == "quadratic" and found.get("objective.matrix")):
            found[f"objective.{key}"] = found.get(f"objective.{key}") or text
    if OBJECTIVES[name].needs_data:
        _complete_data(found, name)
    _complete_start(found, name)
    for index in run_indices(found):
        _complete_run(found, f"runs[{index}]")
    found["objective.was"] = name
    return found


def _other_objective(found: Texts, name: str) -> None:
    """Settings of one objective mean nothing, or something else, for another."""
    for key in [key for key in found if key.startswith("objective.") and key != "objective.name"]:
        del found[key]
    found["start"] = ""
    if name in DATASET:
        found["data.dataset"] = DATASET[name]
    else:
        found["data.dataset"] = ""
        found["batches.size"] = found["batches.seed"] = ""
    rate = write(_RATE.get(name, 0.1))
    for index in run_indices(found):
        found[f"runs[{index}].optimizer.lr"] = rate


def _complete_data(found: Texts, name: str) -> None:
    if not found.get("data.dataset"):
        found["data.dataset"] = DATASET[name]
    if found["data.dataset"] == GIVEN:
        found["data.X"] = found.get("data.X") or _FIRST_X
        found["data.y"] = found.get("data.y") or _FIRST_Y
    if name != "mlp":
        return
    columns, outputs = _sizes(found)
    layers = read_list(found["objective.layers"])
    if isinstance(layers, list) and len(layers) >= 2 and columns is not None:
        found["objective.layers"] = write([columns, *layers[1:-1], outputs])


def _sizes(found: Texts) -> tuple[int | None, int]:
    """Columns of X and numbers of y a row; None where the data cannot be read."""
    try:
        data = read_data(scenario_of({**found, "runs": "[]"}).get("data"), "data")
    except ScenarioError:
        return None, 1
    return data.columns, data.outputs


def _complete_start(found: Texts, name: str) -> None:
    """A start of as many numbers as the objective has dimensions, where the present one has not."""
    kind = OBJECTIVES[name]
    try:
        options = read_objective(scenario_of({**found, "runs": "[]"})["objective"], "objective").options
    except ScenarioError:
        return
    columns = _sizes(found)[0] if kind.needs_data else None
    if kind.needs_data and columns is None:
        return
    dim = kind.dimension(options, columns)
    present = read_list(found.get("start", ""))
    if isinstance(present, list) and len(present) == dim:
        return
    if kind.own_start:
        found["start"] = ""
        return
    example = read_list(START.get(name, "")) or [0.0 if kind.needs_data else 1.0]
    found["start"] = write((example * dim)[:dim])


def _complete_run(found: Texts, path: str) -> None:
    name = found.get(f"{path}.optimizer.name", "")
    if not found.get(f"{path}.optimizer.lr") and name in OPTIMIZERS:
        found[f"{path}.optimizer.lr"] = write(OPTIMIZERS[name].lr)
    scheduler = found.get(f"{path}.scheduler.name", "")
    if scheduler not in SCHEDULERS:
        return
    arguments = {argument.name: argument for argument in SCHEDULERS[scheduler].arguments}
    for key, text in _scheduler_example(found, path, scheduler).items():
        # An input that was there and empty means the default.
        if arguments[key].default is REQUIRED or f"{path}.scheduler.{key}" not in found:
            found[f"{path}.scheduler.{key}"] = found.get(f"{path}.scheduler.{key}") or text
    optimizer = OPTIMIZERS.get(name)
    if "cycle_momentum" in arguments and optimizer is not None and optimizer.momentum is None:
        found[f"{path}.scheduler.cycle_momentum"] = "false"


def _scheduler_example(found: Texts, path: str, scheduler: str) -> dict[str, str]:
    """Arguments that a scheduler needs, such that something is seen within the steps."""
    steps = _number(found.get("steps", ""), 100)
    rate = _number(found.get(f"{path}.optimizer.lr", ""), 0.1)
    part = {share: str(max(1, round(steps / share))) for share in (1, 2, 3, 4, 8, 10)}
    examples: dict[str, dict[str, str]] = {
        "StepLR": {"step_size": part[3]},
        "MultiStepLR": {"milestones": f"{part[2]}, {max(2, round(steps * 0.75))}"},
        "ExponentialLR": {"gamma": "0.98"},
        "ConstantLR": {"total_iters": part[4]},
        "LinearLR": {"start_factor": "0.1", "total_iters": part[4]},
        "PolynomialLR": {"total_iters": part[1]},
        "CosineAnnealingLR": {"T_max": part[1]},
        "CosineAnnealingWarmRestarts": {"T_0": part[4]},
        "CyclicLR": {"base_lr": write(rate / 10), "max_lr": write(rate), "step_size_up": part[8]},
        "OneCycleLR": {"max_lr": write(rate), "total_steps": str(max(2, round(steps)) + 1)},
        "ReduceLROnPlateau": {"factor": "0.5", "patience": part[10]},
        "InverseTimeLR": {"decay": "0.05"},
        "NoamLR": {"warmup_steps": part[10]},
        "SequentialLR": {
            "schedulers": f'[{{"name": "LinearLR", "start_factor": 0.1, "total_iters": {part[10]}}}, '
            f'{{"name": "CosineAnnealingLR", "T_max": {part[1]}}}]',
            "milestones": part[10],
        },
    }
    return examples.get(scheduler, {})


def _number(text: str, otherwise: float) -> float:
    try:
        found = float(text)
    except ValueError:
        return otherwise
    return found if 0 < found < 1e9 else otherwise
