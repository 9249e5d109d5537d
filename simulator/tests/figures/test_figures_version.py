"""Browsers keep a figure for ever under an address that carries the version: whoever changes how figures look
must raise the version."""

from __future__ import annotations

import hashlib
import json

from simulator.figures import FIGURES_VERSION
from simulator.services.drawing import spec_of
from simulator.tests.figures.drawn import scenario_of, scene_for, sgd

DRAWN = {
    "1": "1b5f23091c984e09",
}


def digest_of_descriptions() -> str:
    """A digest of what is drawn in some figures without transcendental functions in their numbers."""
    decay = {"scheduler": {"name": "StepLR", "step_size": 10, "gamma": 0.5}}
    ravine = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 60}
    scenes = [
        scene_for(scenario_of(sgd(0.9)), changes={"lr": 1.5}),
        scene_for(scenario_of(sgd(0.07, "plain"), {**sgd(0.05, "decaying"), **decay}, **ravine)),
    ]
    specs = [spec_of(scene, kind, theme=theme) for scene in scenes for kind in scene.panels
             for theme in ("light", "css")]  # fmt: skip
    return hashlib.sha256(json.dumps(specs, sort_keys=True).encode()).hexdigest()[:16]


def test_a_new_look_has_a_new_version() -> None:
    assert DRAWN.get(FIGURES_VERSION) == digest_of_descriptions(), (
        "Figures come out differently: raise FIGURES_VERSION in simulator/figures/__init__.py and note the "
        "new digest here."
    )
