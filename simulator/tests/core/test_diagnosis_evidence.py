"""What causes are told by, on runs whose losses are known: x^2 / 2 from 1 at rate r is (1 - r)^(2t) / 2."""

import math
from typing import Any

import numpy as np
import pytest

from simulator.core.diagnosis.evidence import Evidence, longer
from simulator.core.limits import MAX_STEPS
from simulator.core.spec import parse_scenario

HALF_SQUARE = {"name": "polynomial", "coeffs": [0, 0, 0.5]}  # its minimum is not known beforehand


def evidence(lr: float, *, steps: int = 40, scheduler: Any = None, **more: Any) -> Evidence:
    run = {"optimizer": {"name": "SGD", "lr": lr}, "scheduler": scheduler}
    place = {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [1]}
    scenario = parse_scenario(place | {"steps": steps, "runs": [run]} | more)
    return Evidence(steps, scenario.runs[0])


def losses(lr: float, *rows: int) -> float:
    """The mean loss of some rows."""
    return float(np.mean([(1 - lr) ** (2 * row) / 2 for row in rows]))


def test_a_level_is_the_mean_of_the_last_twentieth_or_with_noise_of_the_last_quarter() -> None:
    quiet = evidence(0.1)
    assert quiet.level("own") == quiet.level("quiet") == pytest.approx(losses(0.1, 39, 40))
    assert quiet.share_left("own") == pytest.approx(2 * losses(0.1, 39, 40))
    noisy = evidence(0.1, noise={"sigma": 0.1, "seed": 1})
    assert noisy.level("own") == pytest.approx(noisy.result("own").loss[31:].mean())
    assert noisy.level("quiet") == pytest.approx(losses(0.1, 39, 40))
    assert noisy.level("lower 1") == pytest.approx(losses(0.1 / 3, 39, 40))
    assert evidence(0.1, steps=3).level("own") == pytest.approx(losses(0.1, 3))


def test_quarters() -> None:
    found = evidence(0.05)
    before = losses(0.05, *range(21, 31))
    assert found.quarter_before() == pytest.approx(before)
    assert found.drift() == pytest.approx(before / losses(0.05, 39, 40))
    assert found.gain() == pytest.approx(1 - losses(0.05, 40) / losses(0.05, 30))


def test_a_run_that_diverges_has_infinitely_much_left() -> None:
    gone = evidence(5)
    assert (gone.gain(), gone.left("own"), gone.share_left("own")) == (math.inf, math.inf, math.inf)


def test_the_decay_is_that_of_the_rates_that_drove_an_update() -> None:
    assert evidence(0.5, scheduler={"name": "ExponentialLR", "gamma": 0.9}).decay() == pytest.approx(0.9**39)


def test_more_steps_are_four_times_as_many_up_to_the_most_there_are() -> None:
    assert [longer(steps) for steps in (1, 40, MAX_STEPS // 4, MAX_STEPS)] == [4, 160, MAX_STEPS, MAX_STEPS]
    assert evidence(0.01).left_with_more_steps() == pytest.approx(losses(0.01, 160))
    # 1.1^40 is far from 1e4, and 1.1^160 far beyond.
    slowly_away = evidence(2.1)
    assert slowly_away.left("own") < math.inf == slowly_away.left_with_more_steps()
    assert slowly_away.diverges_with_more_steps()


def test_the_reference_is_the_lowest_loss_of_all_runs_where_no_minimum_is_known() -> None:
    """A hundred times 0.009 is 0.9, which leaves least."""
    found = evidence(0.009, objective=HALF_SQUARE)
    assert found.reference == pytest.approx(losses(0.9, 40))
    assert evidence(0.009).reference == 0


def test_what_a_run_that_diverges_passes_through_is_no_reference() -> None:
    """On -x^2 / 2 every run goes down for ever; at 100 times the rate x = 2^50 is beyond all bounds."""
    hill = {"name": "polynomial", "coeffs": [0, 0, -0.5]}
    found = evidence(0.01, objective=hill, steps=50)
    diverging = [found.result(f"higher {number}").status == "diverged" for number in (1, 2, 3, 4)]
    assert diverging == [False, False, False, True]
    assert found.reference == pytest.approx(-(1.3**100) / 2)


@pytest.mark.parametrize(("height", "known"), [(40, True), (60, False)])
def test_a_hundredth_of_the_first_loss_is_the_least_progress(height: float, known: bool) -> None:
    """From 1 a run on x^2 / 2 above a height comes down by 1/2: more or less than a hundredth."""
    found = evidence(0.5, objective={"name": "polynomial", "coeffs": [height, 0, 0.5]})
    assert found.reference == pytest.approx(height if known else -math.inf)
    assert (found.left("own") < math.inf) is known


def test_the_growth_of_a_gradient_that_grows_by_the_same_factor() -> None:
    """At rate 4 every update multiplies x by -3."""
    before, last = evidence(4).growth()
    assert before == pytest.approx(math.log(3)) and last == pytest.approx(math.log(3))


def test_the_growth_in_a_first_update_is_beside_that_of_the_curvature_there() -> None:
    """x^4 / 4 from 10: the curvature is 300, and x - 10 x^3 is -9990."""
    quartic = {"name": "polynomial", "coeffs": [0, 0, 0, 0, 0.25]}
    found = evidence(10, objective=quartic, start=[10])
    assert found.result("own").diverged_at == 1
    before, last = found.growth()
    assert before == pytest.approx(math.log(10 * 300))
    assert last == pytest.approx(3 * math.log(999))
