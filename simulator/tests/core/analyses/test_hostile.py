"""Whatever is ordered, an analysis answers in JSON or names what is wrong, without a warning."""

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.analyses.answers import analyse
from simulator.core.analyses.orders import ANALYSES, parse_analysis
from simulator.core.errors import ScenarioError

PLACES: list[dict[str, Any]] = [
    {"objective": {"name": "quadratic", "eigenvalues": [1, -2]}, "start": [1, 1]},
    {"objective": {"name": "quadratic", "eigenvalues": [0, 0]}, "start": [1, 1]},
    {"objective": {"name": "saddle"}, "start": [0, 0]},
    {"objective": {"name": "polynomial", "coeffs": [1, 0, -1e6, 0, -1e300]}, "start": [1e-3]},
    {"objective": {"name": "polynomial", "coeffs": [5]}, "start": [1]},
    {"objective": {"name": "deep_linear", "depth": 20}, "start": [1.5] * 20},
    {
        "objective": {"name": "mlp", "layers": [1, 3, 1], "activation": "relu"},
        "data": {"dataset": "sine", "n": 5},
    },
    {"objective": {"name": "linear"}, "start": [0], "data": {"X": [[0], [0]], "y": [1, 1]}},
    {
        "objective": {"name": "logistic"},
        "start": [1e300, -1e300],
        "data": {"dataset": "blobs", "n": 7, "noise": 1e150},
    },
]
SCHEDULERS: list[dict[str, Any] | None] = [
    None,
    {"name": "StepLR", "step_size": 3},
    {"name": "OneCycleLR", "max_lr": 0.5, "total_steps": 100, "cycle_momentum": False},
    {"name": "ReduceLROnPlateau", "patience": 2},
]
AXES = [
    {"name": "lr", "low": 1e-300, "high": 1e300, "count": 3},
    {"name": "weight_decay", "low": 0, "high": 1e308, "scale": "linear", "count": 3},
]


@pytest.mark.parametrize("kind", list(ANALYSES))
@given(
    place=st.sampled_from(PLACES),
    scheduler=st.sampled_from(SCHEDULERS),
    optimizer=st.sampled_from(["SGD", "Adam", "Rprop", "Adagrad"]),
    lr=st.floats(5e-324, 1e308) | st.sampled_from([1e-3, 0.1, 3.0]),
    steps=st.sampled_from([1, 2, 7, 40]),
    sigma=st.sampled_from([None, 1.0, 1e200]),
)
@settings(max_examples=12, deadline=None)
def test_an_answer_is_json_or_an_error_says_what_is_wrong(
    kind: str, place: dict, scheduler: Any, optimizer: str, lr: float, steps: int, sigma: float | None
) -> None:
    run = {"optimizer": {"name": optimizer, "lr": lr}, "scheduler": scheduler}
    noise = None if sigma is None else {"sigma": sigma}
    options = {"search": {"axes": AXES}, "noise_floor": {"seeds": 2}, "comparison": {"seeds": 2, "count": 4}}
    order = place | {"steps": steps, "runs": [run], "noise": noise, kind: options.get(kind, {})}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            answer = analyse(parse_analysis(kind, order))
        except ScenarioError as error:
            assert error.fields
            return
        json.dumps(answer, allow_nan=False)
