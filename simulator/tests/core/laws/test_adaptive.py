"""Adaptive methods: what their steps are made of, and where they stop being stable.

Adagrad's steps, the first steps of Adam, and Adadelta's of its default eps, are in
`simulator.tests.core.test_laws`.
"""

import math

import numpy as np
import pytest

from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.laws.runs import FloatArray, at_rates, bowl, params


def adadelta(eps: float, curvature: float, start: float, steps: int) -> FloatArray:
    optimizer = {"name": "Adadelta", "eps": eps}
    path: FloatArray = params(at_rates(bowl(curvature), [start], [1.0], steps, optimizer=optimizer))[0, :, 0]
    return path


@pytest.mark.parametrize("eps", [1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("slope", [1.0, 1e3, 1e6])
def test_eps_is_the_hidden_rate_of_adadelta(eps: float, slope: float) -> None:
    """Zeiler 2012: the first step is sqrt(eps) g / sqrt((1 - rho) g^2 + eps), with rho = 0.9 about
    sqrt(10 eps) whatever the slope g is."""
    path = adadelta(eps, slope, 1.0, 1)
    exact = math.sqrt(eps) * slope / math.sqrt(0.1 * slope**2 + eps)
    assert float(path[0] - path[1]) == pytest.approx(exact, rel=1e-11)
    assert float(path[0] - path[1]) == pytest.approx(math.sqrt(10 * eps), rel=6 * eps)  # sqrt(1 + 10 eps)


def test_how_far_adadelta_gets_is_a_matter_of_its_eps() -> None:
    """On x^2/2 from 1, by algorithm 1 of Zeiler 2012: with the smallest eps it has hardly set out after 200
    steps, with the largest it is long since there."""
    for eps, about in ((1e-8, 0.91), (1e-6, 0.33), (1e-4, 0.0)):
        x, square, travelled = 1.0, 0.0, 0.0
        for _ in range(200):
            square = 0.9 * square + 0.1 * x**2
            step = math.sqrt(travelled + eps) / math.sqrt(square + eps) * x
            travelled = 0.9 * travelled + 0.1 * step**2
            x -= step
        end = float(adadelta(eps, 1.0, 1.0, 200)[-1])
        assert end == pytest.approx(x, rel=1e-9, abs=1e-100)
        assert end == pytest.approx(about, abs=0.005)


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_adam_is_stable_up_to_a_preconditioned_sharpness_of_its_own(beta: float) -> None:
    """Cohen et al. 2022, "Adaptive gradient methods at the edge of stability": with its preconditioner P
    frozen, Adam is gradient descent with an average of slopes, stable iff c/P is below
    (2 + 2 beta) / ((1 - beta) r): 38/r for 0.9. An eps far above every slope freezes P = eps here."""
    eps, curvature = 1e60, 3.0
    limit = (2 + 2 * beta) / (1 - beta) * eps / curvature
    if beta == 0.9:
        assert limit * curvature / eps == pytest.approx(38)
    optimizer = {"name": "Adam", "betas": [beta, 0.999], "eps": eps}
    ratios = np.array([0.99, 0.999, 1.001, 1.002])
    path = params(at_rates(bowl(curvature), [1e-60], limit * ratios, 400, optimizer=optimizer))[:, :, 0]
    grows = np.abs(path[:, 350:]).max(axis=1) > np.abs(path[:, 150:200]).max(axis=1)
    assert np.array_equal(grows, ratios > 1)
    # Above the limit by the root beyond -1 of z^2 - (1 + beta - a) z + beta, with a = (1 - beta) r c / P.
    # Adam's corrections of its averages are over by then, and so is the other root.
    for own, ratio in zip(path[2:], ratios[2:], strict=True):
        middle = (1 + beta) * (2 * ratio - 1)
        root = (middle + math.sqrt(middle**2 - 4 * beta)) / 2
        assert -own[400] / own[399] == pytest.approx(root, rel=1e-6)


def test_the_noise_floor_of_adam_is_a_quarter_of_its_rate() -> None:
    """With noise of variance 1 the mean square of slopes is 1 + E x^2, and Adam is descent at the rate r /
    sqrt(1 + E x^2) on an average of slopes: a floor of a (1 + beta) / (2 (2 (1 + beta) - a (1 - beta))) at
    that rate a, nearly a/4."""
    copies, settling, beta = 256, 500, 0.9
    rates = [0.03, 0.1]
    runs = [{"optimizer": {"name": "Adam", "lr": lr}} for lr in rates]
    data = {"objective": bowl(*[1.0] * copies), "start": [0.0] * copies, "steps": 2500, "runs": runs}
    found = params(simulate(parse_scenario({**data, "noise": {"sigma": 1, "seed": 2}}), Record(params=True)))
    path = found[:, settling:]
    each = np.einsum("btd,btd->bd", path, path) / (2 * path.shape[1])
    error = each.std(axis=1, ddof=1) / np.sqrt(copies)
    for lr, measured, uncertain in zip(rates, each.mean(axis=1), error, strict=True):
        effective = lr / math.sqrt(1 + 2 * measured)
        law = effective * (1 + beta) / (2 * (2 * (1 + beta) - effective * (1 - beta)))
        # The mean square over 1000 steps varies by about 3 %, which lifts the mean rate by 1e-3.
        assert abs(measured - law) < 4 * uncertain + 2e-3 * law
        assert law == pytest.approx(lr / 4, rel=0.03)


def test_adam_circles_the_kink_of_an_absolute_value_at_a_distance_of_its_rate() -> None:
    """|x| is the L1 penalty of a regression on a row of nothing. Its slope is 1 up to the kink, and so is the
    step in units of the rate: the run ends in a cycle of 0.2 to 0.5 rates."""
    rates = [0.3, 0.1, 0.01, 0.001]
    data = {"X": [[0.0]], "y": [0.0]}
    found = at_rates({"name": "linear", "l1": 1.0}, [1.0], rates, 3000, optimizer={"name": "Adam"}, data=data)
    for lr, run in zip(rates, found.runs, strict=True):
        np.testing.assert_array_equal(run.loss, np.abs(run.params[:, 0]))
        # Until the kink every slope is 1 and so are both of Adam's averages: a step is the rate, less eps.
        first = np.arange(int(0.9 / lr) + 1)
        np.testing.assert_allclose(run.params[first, 0], 1 - first * lr, atol=1e-6)
        assert 0.15 < run.loss[-300:].max() / lr < 0.5
        assert run.status == "oscillating"
