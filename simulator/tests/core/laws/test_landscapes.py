"""Landscapes that are no bowls: wells of different sharpness, chaos between two of them, flat minima.

That rates above 2 over its curvature leave the sharp well and where they end, that a double well is chaotic
but bounded at 1.8, and the saddle, are in `simulator.tests.core.test_laws`; the sharpness of the flat
minimum, in `simulator.tests.core.analyses.test_places`.
"""

import math

import numpy as np
import pytest

from simulator.tests.core.laws.runs import WELLS, FloatArray, at_rates, params, scheduled, statuses

DOUBLE_WELL = {"name": "double_well"}  # x^4/4 - x^2/2, but for a constant: x' = x + r (x - x^3)


def slope_and_curvature(x: float) -> tuple[float, float]:
    """Of the two wells, term by term."""
    slope, curvature = WELLS["k"] * x, WELLS["k"]
    for depth, center, width in zip(WELLS["depth"], WELLS["center"], WELLS["width"], strict=True):
        z = (x - center) / width
        weight = depth / width**2 * math.exp(-z * z / 2)
        slope += weight * (x - center)
        curvature += weight * (1 - z * z)
    return slope, curvature


def bottom(x: float) -> tuple[float, float]:
    """Place and curvature of the minimum near x, by Newton's method."""
    for _ in range(50):
        slope, curvature = slope_and_curvature(x)
        x -= slope / curvature
    return x, slope_and_curvature(x)[1]


@pytest.mark.parametrize(("near", "curvature"), [(-1.2, 14.6), (1.0, 2.39)])
def test_a_well_holds_rates_up_to_2_over_its_curvature(near: float, curvature: float) -> None:
    """The well at -1.2 is sharp, the one at 1 is broad: 2/c is 0.137 for the one and 0.836 for the other."""
    place, sharpness = bottom(near)
    assert sharpness == pytest.approx(curvature, rel=4e-3)
    start = place + 1e-4
    path = params(at_rates(WELLS, [start], np.array([0.98, 1.02]) * 2 / sharpness, 600))[:, :, 0]
    # 600 steps of 1 - 0.98 * 2 = -0.96 leave 2e-11 of the start; 1.04^600 takes it as far as the well is
    # wide.
    assert abs(path[0, -1] - place) < 1e-4 * 0.96**600 * 1.5
    assert np.abs(path[1, -60:] - place).max() > 1e-2


def test_a_cycle_escapes_a_sharp_well_only_if_its_peak_is_high_enough() -> None:
    """A peak of 0.3 lies above 2/c = 0.137 of the sharp well and below the rates that leave it (0.3 is
    bounded there, 0.5 is not). On the way down the cycle settles where it has got to: its lowest rate is
    below 2/c of either well. The same for cosine restarts."""
    cycles = [
        {
            "name": "CyclicLR",
            "base_lr": 0.02,
            "max_lr": highest,
            "step_size_up": 25,
            "cycle_momentum": False,
        }
        for highest in (0.3, 0.5)
    ]
    restarts = [{"name": "CosineAnnealingWarmRestarts", "T_0": 50}]
    cyclic = params(scheduled(WELLS, [-1.5], 0.02, cycles, 400))[:, :, 0]
    restarted = [params(scheduled(WELLS, [-1.5], lr, restarts, 400))[0, :, 0] for lr in (0.3, 0.5)]
    (sharp, _), (broad, _) = bottom(-1.2), bottom(1.0)
    for stays, escapes in (cyclic, restarted):
        assert (stays < 0).all()
        # At the end of a cycle the rate has been low for a few steps only.
        assert stays[400] == pytest.approx(sharp, abs=1e-3)
        assert (escapes[200:] > 0).all()
        assert escapes[400] == pytest.approx(broad, abs=1e-3)


def test_the_double_well_doubles_its_period_at_1() -> None:
    """Its curvature at 1 is 2, so that 2/c = 1. Above, u = x + y of the two places in turn is sqrt(1 + 3/r)
    and x y = 1/r: they are (sqrt(1 + 3/r) +- sqrt(1 - 1/r)) / 2, and their multiplier 9 - 2 (1 + r)^2 passes
    -1 at r = sqrt 5 - 1 = 1.236, where the period doubles again."""
    settled = params(at_rates(DOUBLE_WELL, [0.3], [0.9, 0.98], 1500))[:, -1, 0]
    assert np.abs(settled) == pytest.approx(1, abs=1e-12)
    for lr in (1.05, 1.1, 1.2):
        path = np.abs(params(at_rates(DOUBLE_WELL, [0.3], [lr], 1500))[0, -2:, 0])
        total, apart = math.sqrt(1 + 3 / lr), math.sqrt(1 - 1 / lr)
        np.testing.assert_allclose(np.sort(path), [(total - apart) / 2, (total + apart) / 2], rtol=1e-12)
    again = params(at_rates(DOUBLE_WELL, [0.3], [math.sqrt(5) - 1 + 0.02], 3000))[0, -5:, 0]
    assert abs(again[4] - again[2]) > 1e-2
    assert again[4] == pytest.approx(again[0], abs=1e-9)


def lyapunov(path: FloatArray, lr: float) -> float:
    """The mean logarithm by which a small difference grows in a step: positive is chaos."""
    return float(np.log(np.abs(1 + lr - 3 * lr * path**2)).mean())


def test_chaos_is_bounded_up_to_2_and_has_windows() -> None:
    """x' = x + r (x - x^3) is at most 2/3 (1 + r) sqrt((1 + r) / (3 r)); it stays inside the cycle at
    +- sqrt(1 + 2/r), from where it cannot come back, as long as that is smaller: up to r = 2, where both are
    sqrt 2. At 1.7 the chaos is interrupted by a window of period 6."""
    rates = [1.6, 1.65, 1.8, 1.9, 1.99]
    path = params(at_rates(DOUBLE_WELL, [0.3], rates, 3000))[:, :, 0]
    for lr, own in zip(rates, path, strict=True):
        highest = 2 / 3 * (1 + lr) * math.sqrt((1 + lr) / (3 * lr))
        assert np.abs(own).max() <= highest + 1e-12 < math.sqrt(1 + 2 / lr)
        assert lyapunov(own[500:], lr) > 0.05
    window = params(at_rates(DOUBLE_WELL, [0.3], [1.7], 3000))[0, :, 0]
    assert lyapunov(window[2000:], 1.7) < 0
    np.testing.assert_allclose(window[-6:], window[-12:-6], atol=1e-9)
    assert len(np.unique(window[-6:].round(6))) == 6
    assert statuses(at_rates(DOUBLE_WELL, [0.3], [1.99, 2.02, 2.1], 4000)) == [
        "oscillating",
        "diverged",
        "diverged",
    ]


def test_a_high_rate_ends_in_a_flat_minimum() -> None:
    """(x y - 1)^2 / 2, as a chain of two: the minima are x y = 1, of sharpness x^2 + y^2. A step with
    residual q = x y - 1 multiplies x^2 - y^2 by 1 - r^2 q^2 exactly, so that it cannot end where x^2 + y^2 >
    2/r."""
    rates = [0.002, 0.1, 0.13, 0.15, 0.2]
    path = params(at_rates({"name": "deep_linear", "depth": 2}, [4, 0.1], rates, 5000))
    x, y = path[:, :, 0], path[:, :, 1]
    difference, residual = x**2 - y**2, x * y - 1
    factor = 1 - np.array(rates)[:, None] ** 2 * residual[:, :-1] ** 2
    np.testing.assert_allclose(difference[:, 1:], difference[:, :-1] * factor, rtol=1e-11, atol=1e-12)
    sharpness = x[:, -1] ** 2 + y[:, -1] ** 2
    assert np.abs(residual[:, -1]).max() < 1e-8
    assert (sharpness <= 2 / np.array(rates)).all()
    # With x y = 1, (x^2 + y^2)^2 = (x^2 - y^2)^2 + 4; the flow, of no step length, keeps x^2 - y^2 at 15.99.
    flow = math.sqrt((16 - 0.01) ** 2 + 4)
    assert flow == pytest.approx(16.1, abs=0.05)
    assert sharpness[0] == pytest.approx(flow, rel=1e-3)
    assert (np.diff(sharpness[1:]) < 0).all()
