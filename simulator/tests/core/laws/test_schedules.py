"""Schedules on a bowl, where the error is a product of what every rate leaves of it.

A decay that is too fast, and that a rate which diverges is tamed by a warm-up, are in
`simulator.tests.core.test_laws`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.core.spec import parse_scenario
from simulator.core.training import simulate
from simulator.tests.core.laws.runs import (
    FloatArray,
    at_rates,
    bowl,
    final_losses,
    params,
    scheduled,
)

T = 400
# Every schedule as its rule writes it, beside the scheduler of that name; all from a rate of 0.5.
SCHEDULES: dict[str, tuple[dict[str, Any] | None, Callable[[int], float]]] = {
    "constant": (None, lambda t: 0.5),
    "steps": ({"name": "StepLR", "step_size": 100}, lambda t: 0.5 * 0.1 ** (t // 100)),
    "cosine": ({"name": "CosineAnnealingLR", "T_max": T}, lambda t: 0.25 * (1 + math.cos(math.pi * t / T))),
    "1/t": ({"name": "InverseTimeLR", "decay": 0.1}, lambda t: 0.5 / (1 + 0.1 * t)),
    "restarts": (
        {"name": "CosineAnnealingWarmRestarts", "T_0": 100},
        lambda t: 0.25 * (1 + math.cos(math.pi * (t % 100) / 100)),
    ),
    "warm-up": (
        {"name": "LinearLR", "start_factor": 0.1, "total_iters": 50},
        lambda t: 0.5 * (0.1 + 0.9 * min(t, 50) / 50),
    ),
    "triangles": (
        {"name": "CyclicLR", "base_lr": 0.1, "max_lr": 0.5, "step_size_up": 20, "cycle_momentum": False},
        lambda t: 0.1 + 0.4 * (1 - abs(t % 40 - 20) / 20),
    ),
}


def rates_of(name: str) -> FloatArray:
    return np.array([SCHEDULES[name][1](t) for t in range(T)])


def second_moment(rates: FloatArray, first: float) -> float:
    """E x^2 after x' = x - r (x + noise) with each of the rates: (1 - r)^2 of it stays, r^2 comes in."""
    moment = first
    for lr in rates.tolist():
        moment = (1 - lr) ** 2 * moment + lr**2
    return moment


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_the_error_is_the_product_of_what_every_rate_leaves_of_it(name: str) -> None:
    """x_t = x_0 prod (1 - r_s lambda), s < t, for each lambda."""
    path = params(scheduled(bowl(0.1, 1, 3.5), [1, -2, 3], 0.5, [SCHEDULES[name][0]], T))[0]
    left = np.cumprod(1 - np.multiply.outer(rates_of(name), [0.1, 1, 3.5]), axis=0)
    # Rates are right to 4e-15; a factor 1 - r lambda near 0 keeps that as an error beside what it is.
    np.testing.assert_allclose(path[1:] / [1, -2, 3], left, rtol=1e-10, atol=1e-250)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_noise_fades_as_the_error_of_its_own_step(name: str) -> None:
    """x_T = x_0 prod_t (1 - r_t) - sum_t r_t noise_t prod_(s > t) (1 - r_s): from it and noise of variance 1
    follows the recursion of E x^2."""
    noise = np.random.Generator(np.random.PCG64(4)).standard_normal((T, 1))[:, 0]
    found = scheduled(bowl(1), [5], 0.5, [SCHEDULES[name][0]], T, noise={"sigma": 1, "seed": 4})
    rates = rates_of(name)
    after = np.append(np.cumprod((1 - rates)[::-1])[::-1], 1.0)
    law = 5 * after[0] - (rates * noise * after[1:]).sum()
    assert float(found.runs[0].params[-1, 0]) == pytest.approx(law, rel=1e-11)


def test_the_floors_of_schedules_are_those_of_the_second_moment() -> None:
    """A constant rate keeps its floor; a decay goes below it; restarts end above one cosine, because each of
    them heats up what the one before has cooled down."""
    floors = {"constant": 0.167, "steps": 0.0050, "cosine": 0.0058, "1/t": 0.0034, "restarts": 0.0146}
    copies, seeds = 256, 12
    measured = np.zeros(len(floors))
    for seed in range(seeds):
        schedulers = [SCHEDULES[name][0] for name in floors]
        noise = {"sigma": 1, "seed": seed}
        found = scheduled(bowl(*[1.0] * copies), [5.0] * copies, 0.5, schedulers, T, noise=noise)
        measured += final_losses(found) / (copies * seeds)
    law = np.array([second_moment(rates_of(name), 25.0) / 2 for name in floors])
    np.testing.assert_allclose(law, list(floors.values()), rtol=0.02)  # they have two or three digits
    # x_T is normal, so that the mean of n squares is off by sqrt(2/n); three times that.
    np.testing.assert_allclose(measured, law, rtol=3 * math.sqrt(2 / (copies * seeds)))


def test_a_step_on_a_quartic_shrinks_where_rate_times_square_is_below_2() -> None:
    """x - r x^3 of x^4/4: |1 - r x^2| < 1. Above, every step is larger than the one before; a warm-up passes
    the limit 2/x^2 only when x is small already."""
    quartic = {"name": "polynomial", "coeffs": [0, 0, 0, 0, 0.25]}
    rates = 2 / 3**2 * np.array([0.4, 0.99, 0.999, 1.001, 1.01, 2.25])
    path = np.abs(params(at_rates(quartic, [3], rates, 8))[:, :, 0])
    shrinks = np.diff(path, axis=1) < 0
    assert np.array_equal(shrinks.all(axis=1), rates * 9 < 2)
    assert np.array_equal((~shrinks).all(axis=1), rates * 9 > 2)
    warm = {"name": "LinearLR", "start_factor": 1 / 200, "total_iters": 199}
    cold, warmed = scheduled(quartic, [3], 0.5, [None, warm], 300).runs
    assert cold.status == "diverged"
    assert (warmed.lr[:-1] * warmed.params[:-1, 0] ** 2 < 2).all()
    assert (np.diff(np.abs(warmed.params[:, 0])) < 0).all()


def plateaus(patiences: list[int], seeds: int, **more: Any) -> tuple[FloatArray, FloatArray]:
    """Noisy runs that halve their rate on a plateau: rates and losses (patiences, seeds, T+1)."""
    runs = [
        {
            "optimizer": {"name": "SGD", "lr": 0.5},
            "scheduler": {"name": "ReduceLROnPlateau", "factor": 0.5, "patience": patience, **more},
            "noise": {"sigma": 1, "seed": seed},
            "label": f"{patience}/{seed}",
        }
        for patience in patiences
        for seed in range(seeds)
    ]
    data = {"objective": bowl(1), "start": [5], "steps": 1000, "runs": runs}
    found = simulate(parse_scenario(data)).runs
    shape = (len(patiences), seeds, 1001)
    return np.array([run.lr for run in found]).reshape(shape), np.array([run.loss for run in found]).reshape(
        shape
    )


def test_a_patient_plateau_goes_below_the_floor_and_an_impatient_one_starves() -> None:
    """With noise nearly every step looks like a plateau. A patience of 2 halves the rate away within a
    hundred steps; more of it ends lower. Without a plateau the floor is r / (2 (2 - r)) = 1/6."""
    rates, loss = plateaus([2, 20, 100], 100)
    final = loss[:, :, -1].mean(axis=1)
    assert final[2] < final[1] < final[0] < 1 / 6
    # PyTorch makes no reduction of at most eps = 1e-8: halving ends at the first rate of at most twice that.
    end = 0.5
    while end / 2 > 1e-8:
        end /= 2
    assert (rates[0, :, -1] == end).all()
    assert (rates[0, :, 200] < 1e-4).all()
    # A rate can be halved once in every patience + 1 steps at most.
    for patience, own in zip((2, 20, 100), rates, strict=True):
        assert (own[:, -1] >= max(end, 0.5 ** (1 + 1000 / (patience + 1)))).all()


def test_without_eps_an_impatient_plateau_halves_its_rate_for_ever() -> None:
    rates, _ = plateaus([2], 4, eps=0)
    assert (rates[0, :, -1] < 1e-90).all()
