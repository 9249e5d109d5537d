"""Scenarios as PyTorch programs and notebooks: for a client's order, and for a figure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import orjson

from simulator.core.pytorch import file_name, file_order, notebook, program
from simulator.core.spec import Scenario
from simulator.services.apart import SHORT_ORDER
from simulator.services.apart.handle import file_apart
from simulator.services.scenes import Scene


def answer_file_order(form: str, data: Any, size: int) -> bytes:
    """The JSON that answers an order of `size` bytes for a "program" or a "notebook".

    Raises:
        ScenarioError, BudgetExceeded: what is wrong with the order.
        SimulatorBusy, SimulatorFailed: as for a simulation.
    """
    if size > SHORT_ORDER:
        return file_apart(form, data)
    return orjson.dumps(file_order(form, data))


def figure_file(scene: Scene, form: str, lr: float | None) -> tuple[str, bytes]:
    """Name and content of the program or notebook of a figure; `lr` is where its slider stands."""
    scenario = scene.scenario if lr is None else _moved(scene, lr)
    if form == "program":
        return file_name(scenario, form), program(scenario).encode()
    return file_name(scenario, form), orjson.dumps(notebook(scenario), option=orjson.OPT_INDENT_2)


def _moved(scene: Scene, lr: float) -> Scenario:
    """The scenario with the slider's run at another rate; a label that tells the rate tells the new one."""
    old, moved = scene.moved, scene.scenario.with_lr(lr, scene.moved.label)
    told = re.compile(rf"(?<![\d.]){re.escape(f'{old.optimizer.lr:g}')}(?![\d.])")
    label = told.sub(f"{lr:.6g}", old.label, count=1)
    if label in {run.label for run in scene.scenario.runs}:
        return moved
    return replace(
        moved, runs=tuple(replace(run, label=label) if run.label == old.label else run for run in moved.runs)
    )
