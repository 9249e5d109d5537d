"""The limits of stability, against the spectral radius of each recursion."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.core.claims.laws import stability_law
from simulator.core.spec import Run, parse_scenario


def run_of(eigenvalues: list[float], lr: float = 1.0, **changes: Any) -> Run:
    optimizer = {"name": "SGD", "lr": lr} | {
        key: changes.pop(key)
        for key in ("momentum", "nesterov", "dampening", "weight_decay", "maximize")
        if key in changes
    }
    scenario = {
        "objective": {"name": "quadratic", "eigenvalues": eigenvalues},
        "start": [1.0] * len(eigenvalues),
        "steps": 10,
        "runs": [{"optimizer": optimizer, **changes}],
    }
    return parse_scenario(scenario).runs[0]


def spectral_radius(curvature: float, lr: float, momentum: float, dampening: float, nesterov: bool) -> float:
    """Of the update of (buffer, place) along one eigenvector, as PyTorch's SGD writes it."""
    buffer = np.array([momentum, (1 - dampening) * curvature])
    step = np.array([0, curvature]) + momentum * buffer if nesterov else buffer
    update = np.array([buffer, np.array([0, 1]) - lr * step])
    return float(np.abs(np.linalg.eigvals(update)).max())


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0.01, 100), min_size=1, max_size=3),
    st.floats(0, 0.95),
    st.sampled_from(["plain", "nesterov", "dampened"]),
    st.floats(0, 2),
)
def test_limit(eigenvalues: list[float], momentum: float, kind: str, weight_decay: float) -> None:
    options: dict[str, Any] = {"momentum": momentum, "weight_decay": weight_decay}
    dampening, nesterov = 0.0, False
    if momentum and kind == "nesterov":
        options["nesterov"] = nesterov = True
    if momentum and kind == "dampened":
        options["dampening"] = dampening = 0.5
    law = stability_law(run_of(eigenvalues, **options))
    assert law is not None
    curvatures = [value + weight_decay for value in eigenvalues]

    def radius(lr: float) -> float:
        return max(spectral_radius(curvature, lr, momentum, dampening, nesterov) for curvature in curvatures)

    assert radius(0.999 * law.limit) < 1
    assert radius(1.001 * law.limit) > 1


def test_hand_values() -> None:
    law = stability_law(run_of([1, 25], lr=0.081))
    assert law is not None
    assert (law.limit, law.stable) == (0.08, False)
    assert law.margin == pytest.approx(0.0125)
    momentum = stability_law(run_of([1, 25], lr=0.076, momentum=0.9))
    assert momentum is not None
    assert momentum.limit == pytest.approx(3.8 / 25)
    assert momentum.ratio == pytest.approx(0.5)
    assert momentum.stable


def test_a_negative_curvature_is_stable_at_no_rate() -> None:
    law = stability_law(run_of([1, -0.1], lr=1e-6))
    assert law is not None
    assert (law.limit, law.ratio, law.stable) == (0, np.inf, False)


def test_a_curvature_of_the_size_of_rounding_is_not_negative() -> None:
    flat, falling = stability_law(run_of([1, -1e-13])), stability_law(run_of([1, -1e-11]))
    assert flat is not None and falling is not None
    assert (flat.limit, falling.limit) == (2, 0)


def test_a_weight_decay_lifts_every_curvature() -> None:
    law = stability_law(run_of([1, -0.1], weight_decay=0.25))
    assert law is not None
    assert law.limit == pytest.approx(2 / 1.25)


def test_dampening_without_momentum_does_nothing() -> None:
    assert stability_law(run_of([1, 25], dampening=0.5)) == stability_law(run_of([1, 25]))


def test_a_flat_objective_is_stable_at_every_rate() -> None:
    law = stability_law(run_of([0, 0], lr=1e6))
    assert law is not None
    assert law.limit == np.inf
    assert law.stable


def test_linear_regression() -> None:
    # X'X / n = diag(4, 1) / 2 with an l2 of 0.5: the largest curvature is 2.5.
    scenario = {
        "objective": {"name": "linear", "l2": 0.5},
        "data": {"X": [[2, 0], [0, 1]], "y": [1, 1]},
        "start": [0, 0],
        "steps": 10,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.4}}],
    }
    law = stability_law(parse_scenario(scenario).runs[0])
    assert law is not None
    assert law.limit == pytest.approx(0.8)


@pytest.mark.parametrize(
    "changes",
    [
        {"noise": {"sigma": 1, "seed": 0}},
        {"clip_norm": 1.0},
        {"scheduler": {"name": "StepLR", "step_size": 3}},
        {"maximize": True},
        {"momentum": 0.5, "dampening": 1.0},
        {"momentum": 1.0},
    ],
)
def test_no_law(changes: dict[str, Any]) -> None:
    assert stability_law(run_of([1], **changes)) is None


def test_minibatches_take_the_law_away() -> None:
    regression = {"objective": {"name": "linear"}, "data": {"X": [[2], [1]], "y": [1, 1]}, "start": [0]}
    run = {"optimizer": {"name": "SGD", "lr": 0.1}}
    for batches, known in ((None, True), ({"size": 1}, False)):
        scenario = parse_scenario(regression | {"steps": 5, "runs": [run], "batches": batches})
        assert (stability_law(scenario.runs[0]) is not None) is known


def test_no_law_for_other_optimizers_and_objectives() -> None:
    adam = {
        "objective": {"name": "quadratic", "eigenvalues": [1]},
        "runs": [{"optimizer": {"name": "Adam", "lr": 1}}],
    }
    wells = {"objective": {"name": "double_well"}, "runs": [{"optimizer": {"name": "SGD", "lr": 1}}]}
    for scenario in (adam, wells):
        assert stability_law(parse_scenario({"start": [1], "steps": 5} | scenario).runs[0]) is None
