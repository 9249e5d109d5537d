"""Momentum at the settings that are best for a bowl: both roots of the recursion fall together.

With h = 1 + beta - r lambda the heavy ball's error along lambda follows x_(t+1) = h x_t - beta x_(t-1); with
Nesterov's gradient, as PyTorch writes it, x_(t+1) = (1 - r lambda) ((1 + beta) x_t - beta x_(t-1)). Where
both roots are one, z, the solution is z^t (1 + t (x_1 / z - 1)) from x_0 = 1: a rate |z| with a factor that
grows as t. The limits of stability, 2 (1 + beta) / L and 2 (1 + beta) / ((1 + 2 beta) L), are in
`simulator.tests.core.test_laws` and `simulator.tests.core.claims.test_laws`.
"""

import math

import numpy as np
import pytest

from simulator.tests.core.laws.runs import FloatArray, at_rates, bowl, params

STEPS = 1000
# Where two roots are one, a rounding of 1e-16 in the setting parts them by 1e-8; over a thousand steps that
# leaves this relative error.
DOUBLE_ROOT = 1e-8


def double_root(root: float, first: float) -> FloatArray:
    t = np.arange(STEPS + 1)
    closed: FloatArray = root**t * (1 + t * (first / root - 1))
    return closed


@pytest.mark.parametrize("condition", [25.0, 100.0])
def test_the_best_heavy_ball_shrinks_by_the_root_of_its_momentum(condition: float) -> None:
    """Polyak 1964: r = 4 / (sqrt L + sqrt mu)^2, beta = ((sqrt k - 1) / (sqrt k + 1))^2."""
    root = math.sqrt(condition)
    lr, beta = 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2
    optimizer = {"name": "SGD", "momentum": beta}
    path = params(at_rates(bowl(1, condition), [1, 1], [lr], STEPS, optimizer=optimizer))[0]
    along_mu = double_root(math.sqrt(beta), 1 - lr)
    along_l = double_root(-math.sqrt(beta), 1 - lr * condition)
    np.testing.assert_allclose(path[:, 0], along_mu, rtol=DOUBLE_ROOT)
    np.testing.assert_allclose(path[:, 1], along_l, rtol=DOUBLE_ROOT)
    if condition == 100:
        assert math.sqrt(beta) == pytest.approx(0.8182, abs=5e-5)
        # Without its factor t the error is the T-th power of nearly that.
        assert (np.abs(path[-1]).max() / STEPS) ** (1 / STEPS) == pytest.approx(0.8187, abs=5e-5)


@pytest.mark.parametrize("condition", [25.0, 100.0])
def test_the_best_nesterov_momentum_shrinks_by_one_less_one_over_the_root_of_the_condition(
    condition: float,
) -> None:
    """Nesterov 2004: r = 1/L, beta = (sqrt k - 1) / (sqrt k + 1). Along L nothing is left after one step but
    what the momentum brings back, which the next step takes away as well."""
    root = math.sqrt(condition)
    beta = (root - 1) / (root + 1)
    optimizer = {"name": "SGD", "momentum": beta, "nesterov": True}
    path = params(at_rates(bowl(1, condition), [1, 1], [1 / condition], STEPS, optimizer=optimizer))[0]
    # The first step has no momentum yet: PyTorch's buffer starts as the gradient.
    closed = double_root(1 - 1 / root, 1 - (1 + beta) / condition)
    np.testing.assert_allclose(path[:, 0], closed, rtol=DOUBLE_ROOT)


def test_momentum_needs_the_root_of_the_steps() -> None:
    """To 1e-6 from k = 100: ln(1e6) / -ln(rate) steps, with the rates above and that of plain descent."""
    optimizers = {
        "plain": ({"name": "SGD"}, 2 / 101, 99 / 101),
        "heavy": ({"name": "SGD", "momentum": (9 / 11) ** 2}, 4 / 121, 9 / 11),
        "nesterov": ({"name": "SGD", "momentum": 9 / 11, "nesterov": True}, 1 / 100, 9 / 10),
    }
    taken = {}
    for name, (optimizer, lr, rate) in optimizers.items():
        path = params(at_rates(bowl(1, 100), [1, 1], [lr], 800, optimizer=optimizer))[0]
        taken[name] = int((np.abs(path).max(axis=1) < 1e-6).argmax())
        least = math.log(1e6) / -math.log(rate)
        # A factor of up to 1 + T/rate, of a double root, costs ln(T/rate) / -ln(rate) steps at most.
        slack = 0 if name == "plain" else math.log(3 * taken[name]) / -math.log(rate)
        assert least <= taken[name] <= least + slack + 1
    assert taken["heavy"] < taken["nesterov"] < taken["plain"] / 3
