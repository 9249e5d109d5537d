"""Gradient descent on a bowl: the rate that is best, in the long run and after few steps.

The limits 2/L and 1/L, the closed form of the path, the loss at 2/L itself and the place of the best rate on
a grid are in `simulator.tests.core.test_laws`; how narrow the stretch of good rates is, in
`simulator.tests.core.analyses.test_rates`.
"""

import numpy as np
import pytest

from simulator.tests.core.laws.runs import at_rates, bowl, final_losses, params


@pytest.mark.parametrize("condition", [4.0, 100.0])
def test_at_the_best_rate_both_ends_of_the_spectrum_shrink_by_the_same_factor(condition: float) -> None:
    """At 2/(mu+L) the errors along mu and L are (k-1)/(k+1) of themselves each step, with opposite signs."""
    path = params(at_rates(bowl(1, condition), [1, 1], [2 / (1 + condition)], 400))[0]
    factor = ((condition - 1) / (condition + 1)) ** np.arange(401)
    # One rounding a step: 400 of 1e-16, and those of 1 - lr L, which cancels to a tenth of its terms at most.
    np.testing.assert_allclose(path[:, 0], factor, rtol=1e-11)
    np.testing.assert_allclose(np.abs(path[:, 1]), factor, rtol=1e-11)
    assert (path[1:, 1] * path[:-1, 1] < 0).all()


@pytest.mark.parametrize(("condition", "steps"), [(10.0, 20), (100.0, 50), (100.0, 400)])
def test_after_few_steps_the_lowest_loss_is_at_a_lower_rate(condition: float, steps: int) -> None:
    """From (1, 1) the loss after T steps is (mu (1 - r mu)^2T + L (r L - 1)^2T) / 2. Its slope in r vanishes
    where (1 - r mu) / (r L - 1) = q with q^(2T-1) = k^2: at r = (1 + q) / (mu + q L)."""
    q = condition ** (2 / (2 * steps - 1))
    law = (1 + q) / (1 + q * condition)
    rates = law * np.linspace(0.98, 1.02, 81)
    found = rates[final_losses(at_rates(bowl(1, condition), [1, 1], rates, steps)).argmin()]
    assert found == pytest.approx(law, rel=6e-4)  # the grid is 5e-4 fine
    if steps == 50:
        assert law * (1 + condition) / 2 == pytest.approx(0.956, abs=1e-3)  # 4 % below 2/(mu+L)
    assert law < 2 / (1 + condition)


def test_the_error_grows_above_the_limit_by_its_own_factor() -> None:
    """Divergence is geometric: |1 - r L| a step, so that just above 2/L it takes long to see."""
    excess = np.array([1e-3, 1e-2, 0.1, 1.0])
    path = np.abs(params(at_rates(bowl(4), [1], 2 / 4 * (1 + excess), 60))[:, -1, 0])
    np.testing.assert_allclose(path, (1 + 2 * excess) ** 60, rtol=1e-11)
