"""Ten sentences that are often said of the learning rate, each held against what happens.

Where a law beside this module, or in `simulator.tests.core.test_laws`, answers one already, only what it
leaves open is here.
"""

from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import validation
from simulator.core.objectives import build
from simulator.core.training import simulate
from simulator.tests.core.laws.runs import (
    CIRCLES,
    WELLS,
    at_rates,
    bowl,
    final_losses,
    losses,
    params,
    scenario,
    scheduled,
    statuses,
)

FIT: dict[str, Any] = {
    "dataset": "sine",
    "n": 40,
    "noise": 0.3,
    "polynomial": {"degree": 14},
    "validation": {"share": 0.5, "seed": 0},
}


def test_1_a_rate_that_is_too_high_does_not_overfit() -> None:
    """A stable rate travels the same path, only faster: after as many steps the rows are fitted more closely,
    but the best loss on the others is the same. Above 2/L the loss on the rows trained on explodes."""
    place = {"name": "linear"}
    order = scenario(place, [0.0] * 15, [0.1], 1500, data=FIT)
    top = build(order.runs[0]).curvature_bounds()[1]
    rates = np.array([0.1, 0.5, 1.0, 1.9]) / top
    found = [validation(scenario(place, [0.0] * 15, [lr], 1500, data=FIT), points=1501) for lr in rates]
    best = [one.loss.min() for one in found]
    assert max(best) < 1.05 * min(best)  # steps above 1/L overshoot along the steep directions
    assert all(0 < one.best_at < 1500 for one in found)
    assert (np.diff([one.train_loss[-1] for one in found]) < 0).all()
    above = simulate(scenario(place, [0.0] * 15, [2.05 / top], 1500, data=FIT)).runs[0]
    assert above.status == "diverged"


def test_2_more_rows_need_a_smaller_rate_only_where_losses_are_summed() -> None:
    """The curvature of a mean over n rows is that of their distribution, with a largest eigenvalue of about
    (1 + sqrt(d/n))^2 for d independent features (Marchenko & Pastur 1967); that of a sum is n times as
    much."""
    columns = 5
    limits: dict[str, list[float]] = {"mean": [], "sum": []}
    for n in (50, 500, 2000):
        X = np.random.Generator(np.random.PCG64(3)).standard_normal((n, columns))
        top = float(np.linalg.eigvalsh(X.T @ X / n)[-1])
        # Rows times sqrt n: the mean of their squares is the sum.
        for kind, scale, limit in (("mean", 1.0, 2 / top), ("sum", n**0.5, 2 / (n * top))):
            data = {"X": (scale * X).tolist(), "y": [0.0] * n}
            found = losses(
                at_rates({"name": "linear"}, [1.0] * columns, [0.99 * limit, 1.01 * limit], 800, data=data)
            )
            assert (found[:, -1] > found[:, 0]).tolist() == [False, True]
            limits[kind].append(limit)
    assert limits["mean"][0] < limits["mean"][1] < limits["mean"][2] < 2
    assert limits["mean"][2] == pytest.approx(2 / (1 + (columns / 2000) ** 0.5) ** 2, rel=0.03)
    assert limits["sum"][0] / limits["sum"][2] == pytest.approx(2000 / 50, rel=0.4)


def test_3_harder_problems_need_lower_rates() -> None:
    """Curvature allows 2/L and depth 2/D; noise of deviation s moves the best rate for T steps to where
    (1 - r)^2T x_0^2 + r s^2 (1 - (1 - r)^2T) / (2 - r), which is E x_T^2, is least."""
    limits = np.array([2 / hardness for hardness in (1, 4, 16)])
    for hardness, limit in zip((1, 4, 16), limits, strict=True):
        curved = at_rates(bowl(hardness), [1], [0.98 * limit, 1.02 * limit], 300)
        deep = at_rates({"name": "deep_linear", "depth": hardness}, [1.001] * hardness, [0.98 * limit], 2000)
        assert (final_losses(curved) > losses(curved)[:, 0]).tolist() == [False, True]
        assert deep.runs[0].final_loss < 1e-10
    steps, copies, rates = 50, 128, np.linspace(0.04, 1.0, 25)
    found = []
    for sigma in (0.03, 0.3, 3.0):
        left = (1 - rates) ** (2 * steps)
        law = left * 25 + rates * sigma**2 * (1 - left) / (2 - rates)
        noise = {"sigma": sigma, "seed": 3}
        measured = (
            2
            * final_losses(at_rates(bowl(*[1.0] * copies), [5.0] * copies, rates, steps, noise=noise))
            / copies
        )
        # Of 128 normal places the mean square has a relative error of sqrt(2/128).
        np.testing.assert_allclose(measured, law, rtol=3 * (2 / copies) ** 0.5)
        found.append(rates[measured.argmin()])
        assert found[-1] == pytest.approx(rates[law.argmin()], abs=0.05)  # a step of the grid
    assert found[0] > found[1] > found[2]


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3])
def test_4_a_rate_need_not_lie_between_0_and_1(scale: float) -> None:
    """A loss times c has its path at the rate divided by c: the rate has a unit, that of x^2 per loss."""
    plain = params(at_rates(bowl(1, 4), [1, 1], [0.3], 50))[0]
    scaled = params(at_rates(bowl(scale, 4 * scale), [1, 1], [0.3 / scale], 50))[0]
    np.testing.assert_allclose(scaled, plain, rtol=1e-12)


def test_5_a_loss_that_zigzags_is_not_a_rate_between_1_and_2_over_l() -> None:
    """Between 1/L and 2/L a bowl's parameter changes its side each step; the loss, its square, falls by the
    same factor each time. A loss that goes up and down comes of curvature that changes, or of noise."""
    rates = np.array([0.26, 0.4, 0.49])
    found = at_rates(bowl(4), [1], rates, 60)
    path, loss = params(found)[:, :, 0], losses(found)
    assert (path[:, 1:] * path[:, :-1] < 0).all()
    np.testing.assert_allclose(
        loss[:, 1:] / loss[:, :-1], np.tile((1 - 4 * rates[:, None]) ** 2, 60), rtol=1e-12
    )
    below = {"noise": {"sigma": 1, "seed": 0}}  # at less than 1/L
    noisy, curved = (
        at_rates(bowl(4), [1], [0.1], 200, **below),
        at_rates({"name": "double_well"}, [0.3], [1.2], 200),
    )
    for run in (*noisy.runs, *curved.runs):
        assert (np.diff(run.loss[100:]) > 0).mean() > 0.3


def test_6_too_high_is_not_always_nan() -> None:
    """One landscape, one start: settled, hopping for ever within bounds, and gone."""
    found = at_rates({"name": "double_well"}, [0.3], [0.5, 1.1, 1.8, 2.1], 2000)
    assert statuses(found) == ["converged", "oscillating", "oscillating", "diverged"]
    for run in found.runs[:3]:
        assert np.isfinite(run.loss).all()
        assert np.abs(run.params).max() < 2**0.5  # the bound of all rates up to 2


def test_7_a_high_rate_avoids_what_is_sharp_also_when_it_is_lowest() -> None:
    """The wells with their depths exchanged: the sharp one is the global minimum, with curvature
    1.5 / 0.2^2 = 37 against 0.6 / 0.8^2 = 1: at 2/37 < r < 2 a run leaves it for the shallow one."""
    sharp = WELLS | {"depth": [1.5, 0.6]}
    for start in (-1.3, -1.1, 2.0):
        low, high = at_rates(sharp, [start], [0.02, 0.9], 600).runs
        if start < 0:
            assert low.params[-1, 0] == pytest.approx(-1.2, abs=0.02)
            assert low.final_loss < -1.4
        assert high.params[-1, 0] > 0.5
        assert high.status == "converged"
        assert high.final_loss > -0.7


def test_8_a_low_rate_is_more_accurate_only_with_noise() -> None:
    """Without noise every stable rate ends in the same minimum, a lower one later; with it the floor is
    r / (2 (2 - r)). In a landscape of two wells a low rate stays in the nearer, and worse, one."""
    rates = np.array([0.1, 0.5, 1.0, 1.5])
    assert (final_losses(at_rates(bowl(1), [1], rates, 400)) < 1e-30).all()
    lower, higher = final_losses(at_rates(bowl(1), [1], [0.001, 0.1], 400))
    assert lower > 1e6 * higher
    copies = 256
    noise = {"sigma": 1, "seed": 1}
    floors = final_losses(at_rates(bowl(*[1.0] * copies), [0.0] * copies, rates, 200, noise=noise)) / copies
    np.testing.assert_allclose(floors, rates / (2 * (2 - rates)), rtol=3 * (2 / copies) ** 0.5)
    timid, bold = at_rates(WELLS, [-1.5], [0.05, 0.6], 400).runs
    assert timid.status == bold.status == "converged"
    assert bold.final_loss < timid.final_loss - 0.5


def test_9_a_warm_up_does_not_always_help() -> None:
    """On a bowl below 2/L it only costs: along mu the error is prod (1 - r_t mu), and each factor of a
    warm-up is larger. On a network whose peak rate is stable from the start it does not help either, and the
    longer it is the less."""

    def warm(steps: int) -> dict[str, Any]:
        return {"name": "LinearLR", "start_factor": 1 / steps, "total_iters": steps}

    schedulers = [None, warm(50), warm(150)]
    left = params(scheduled(bowl(1, 25), [1, 1], 0.07, schedulers, 300))[:, -1, 0]
    laws = [0.93**300]
    for steps in (50, 150):
        rates = 0.07 * (1 / steps + (1 - 1 / steps) * np.minimum(np.arange(300), steps) / steps)
        laws.append(float(np.prod(1 - rates)))
    assert left == pytest.approx(laws, rel=1e-11)
    assert left[0] < left[1] < left[2]
    network, data = {"name": "mlp", "layers": [2, 16, 1]}, CIRCLES | {"n": 200}
    for peak in (0.6, 1.0):
        at_once, short, long = final_losses(scheduled(network, None, peak, schedulers, 300, data=data))
        assert at_once < short < long


def test_10_restarts_and_plateaus_do_not_always_help() -> None:
    """On a bowl without noise nothing is gained by lowering the rate: each schedule leaves more of the error
    than the constant rate does. (With noise, restarts end above one cosine and an impatient plateau starves:
    see test_schedules.) Of a loss below 0 a plateau takes no notice: a share of it, the threshold, points the
    wrong way, and standing still counts as better."""
    restarts = {"name": "CosineAnnealingWarmRestarts", "T_0": 50}
    cosine = {"name": "CosineAnnealingLR", "T_max": 200}
    constant, once, again = final_losses(scheduled(bowl(1, 10), [1, 1], 0.1, [None, cosine, restarts], 200))
    # Along L the first step, of 1/L, leaves nothing.
    phase = np.arange(200)
    assert constant == pytest.approx(0.5 * 0.9**400, rel=1e-9)
    for loss, share in ((once, phase / 200), (again, phase % 50 / 50)):
        law = np.prod(1 - 0.05 * (1 + np.cos(np.pi * share)))
        assert loss == pytest.approx(0.5 * law**2, rel=1e-9)
        assert loss > 1e6 * constant
    plateau = {"name": "ReduceLROnPlateau", "factor": 0.5, "patience": 5}
    for level, reductions in ((2, 16), (-2, 0)):  # the first step is better than nothing; then one in six
        still = {"name": "polynomial", "coeffs": [level, 0, 0.5]}
        run = scheduled(still, [0], 0.01, [plateau | {"eps": 0}], 100).runs[0]
        assert run.lr[-1] == 0.01 * 0.5**reductions


def test_10_adam_needs_its_rate_tuned() -> None:
    """With the same averages of noise and slope, a step is at most about the rate: T steps of a low one do
    not reach a minimum at a distance above r T; a high one keeps a floor of about r/4 a coordinate."""
    steps, distance, rates = 300, 5.0, [0.001, 0.1, 1.0]
    found = at_rates(
        bowl(*[1.0] * 50),
        [distance] * 50,
        rates,
        steps,
        optimizer={"name": "Adam"},
        noise={"sigma": 1, "seed": 0},
    )
    moved = np.abs(params(found)[0, -1] - distance).max()
    assert moved <= 0.001 * steps
    slow, tuned, fast = final_losses(found) / 50
    assert slow > (distance - 0.001 * steps) ** 2 / 2 * 0.99
    assert fast > 3 * tuned
    assert slow > 100 * tuned
