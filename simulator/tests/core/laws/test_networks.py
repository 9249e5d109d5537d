"""Depth and networks: slopes that vanish or explode, the edge of stability, the range test.

That depth D makes the sharpness D and the largest stable rate 2/D is in `simulator.tests.core.test_laws` and
`simulator.tests.core.analyses.test_places`; a range test's rules, in
`simulator.tests.core.analyses.test_rates`.
"""

from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import log_rates, range_test, sweep
from simulator.core.analyses.sharpness import largest_eigenvalues
from simulator.core.objectives import build
from simulator.core.training import Record, simulate
from simulator.tests.core.laws.runs import CIRCLES, SINE, at_rates, params, scenario


@pytest.mark.parametrize("depth", [2, 5, 10, 20])
def test_the_slope_of_a_deep_product_is_a_power_of_its_depth(depth: int) -> None:
    """(w^D - 1) w^(D-1) for each of D weights w: at D = 20 it has vanished at 0.5 and exploded at 1.5."""
    lr = 1e-9
    for w, twenty in ((0.5, 2e-6), (1.5, 7e6)):
        slope = (w**depth - 1) * w ** (depth - 1)
        objective = {"name": "deep_linear", "depth": depth}
        run = scenario(objective, [w] * depth, [lr], 1)
        np.testing.assert_allclose(build(run.runs[0]).grad(np.full(depth, w)), slope, rtol=1e-13)
        path = params(simulate(run, Record(params=True)))[0]
        # The step of 1e-9 times the slope is known to the rounding of w.
        np.testing.assert_allclose(path[0] - path[1], lr * slope, atol=2e-16, rtol=1e-9)
        if depth == 20:
            assert abs(slope) == pytest.approx(twenty, rel=0.06)  # it has one digit


@pytest.mark.parametrize("depth", [2, 5, 10, 20])
def test_above_2_over_its_depth_a_product_hops_between_two_places(depth: int) -> None:
    """Past the limit the run does not leave for infinity: the loss grows faster than its square away from the
    minimum on one side and slower on the other, and a cycle of two holds it."""
    run = at_rates({"name": "deep_linear", "depth": depth}, [1.001] * depth, [1.03 * 2 / depth], 4000).runs[0]
    assert run.status == "oscillating"
    last, before, earlier = run.params[-1], run.params[-2], run.params[-3]
    np.testing.assert_allclose(last, earlier, atol=1e-9)
    assert np.abs(last - before).min() > 1e-2 / depth
    low, high = sorted([np.prod(last), np.prod(before)])
    assert low < 1 < high


def test_the_sharpness_of_a_network_comes_to_2_over_the_rate_and_stays_there() -> None:
    """Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability".
    From below it rises there, from above it comes down; on the way the loss rises now and then and falls in
    the long run."""
    network = {"name": "mlp", "layers": [1, 20, 1]}
    order = scenario(network, None, [0.6, 0.8], 1500, data=SINE)
    found = simulate(order, Record(params=True))
    places = np.arange(1000, 1500, 23)  # an odd distance sees both phases of an oscillation
    for run, own in zip(order.runs, found.runs, strict=True):
        limit = 2 / run.optimizer.lr
        sharpness = largest_eigenvalues(build(run), own.params[places]) / limit
        assert sharpness.mean() == pytest.approx(1, abs=0.06)  # self-stabilisation holds it on average
        rises = (np.diff(own.loss) > 0).mean()
        assert 0.05 < rises < 0.4
        assert own.loss[-1] < 0.05 * own.loss[0]
    starts = largest_eigenvalues(build(order.runs[0]), found.runs[0].params[:1])[0]
    assert 2 / 0.8 < starts < 2 / 0.6


@pytest.mark.parametrize("loss", ["mse", "bce"])
def test_the_minimum_of_a_range_test_is_2_to_10_times_too_high(loss: str) -> None:
    """The run has not had the steps to diverge before the rate has grown past the limit. The squared loss
    blows up at that rate when it is kept; the cross-entropy, whose slope is bounded, ends high."""
    network: dict[str, Any] = {"name": "mlp", "layers": [2, 16, 1], "loss": loss}
    order = scenario(network, None, [0.1], 200, data=CIRCLES)
    minimum = next(one for one in range_test(order, low=1e-3, high=100).suggestions if one.rule == "minimum")
    best = sweep(order, None, log_rates(0.1, 10, 21)).best
    assert best is not None and minimum.outcome is not None and minimum.lr is not None
    assert 2 <= minimum.lr / best.lr <= 10
    assert minimum.outcome.score > 3 * best.score
    assert (minimum.outcome.status == "diverged") is (loss == "mse")
