"""Browsers keep a figure for ever under an address that carries the version: whoever changes how figures look
must raise the version."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from simulator.figures import FIGURES_VERSION
from simulator.figures.panels import landscape, loss, path
from simulator.figures.series import Series
from simulator.figures.themes import LIGHT
from simulator.services.drawing import spec_of
from simulator.services.scenes import frame_of, surfaces_of
from simulator.tests.figures.drawn import scenario_of, scene_for, sgd

DRAWN = {
    "1": "1b5f23091c984e09",
    "2": "83cd5c012ccf3015",
    "3": "83cd5c012ccf3015",  # polynomials alone look otherwise: their stationary points are in the view
    "4": "d9b807774cbded2f",
    "5": "d9b807774cbded2f",  # the axis makes room for noisy runs that the slider brings
    "6": "80cd39c5a82a5344",
    "7": "9e2d161b386607fc",
}
RAVINE = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 60}


def exact_specs() -> list[dict[str, Any]]:
    """Descriptions of some figures without transcendental functions in their numbers."""
    decay = {"scheduler": {"name": "StepLR", "step_size": 10, "gamma": 0.5}}
    scenes = [
        scene_for(scenario_of(sgd(0.9)), changes={"lr": 1.5}),
        scene_for(scenario_of(sgd(0.07, "plain"), {**sgd(0.05, "decaying"), **decay}, **RAVINE)),
    ]
    return [spec_of(scene, kind, theme=theme) for scene in scenes for kind in scene.panels
            for theme in ("light", "css")]  # fmt: skip


def noisy_specs() -> list[dict[str, Any]]:
    """Descriptions of runs with noise that is made up of whole numbers, the same on every machine."""
    step = np.arange(401)
    ways = {
        1: ((step * 7919) % 101 - 50.0)[:, None] / 50,
        2: np.stack([step * 7919 % 101, step * 31 % 17], 1) / 17.0,
    }
    specs = []
    for dim, way in ways.items():
        scene = scene_for(scenario_of(sgd(0.07), **{**RAVINE, "start": [9] * dim, "objective": {
            "name": "quadratic", "eigenvalues": [1, 25][:dim]}}))  # fmt: skip
        values = 1.0 + (step * 7919) % 101
        runs = [Series("r0", "noisy", "happens", values, np.full(401, 0.5), way, noisy=True)]
        frame = loss.frame(runs)
        specs.append(loss.spec(loss.datasets(runs, frame), frame, LIGHT))
        frame, surfaces = frame_of(scene, scene.panels[0]), surfaces_of(scene)
        specs.append(
            landscape.spec(landscape.datasets(runs, surfaces, frame), frame, LIGHT)
            if dim == 1
            else path.spec(path.datasets(runs, surfaces[0], frame), frame, LIGHT)
        )
    return specs


def digest_of_descriptions() -> str:
    specs = [*exact_specs(), *noisy_specs()]
    return hashlib.sha256(json.dumps(specs, sort_keys=True).encode()).hexdigest()[:16]


def test_a_new_look_has_a_new_version() -> None:
    assert DRAWN.get(FIGURES_VERSION) == digest_of_descriptions(), (
        "Figures come out differently: raise FIGURES_VERSION in simulator/figures/__init__.py and note the "
        "new digest here."
    )
