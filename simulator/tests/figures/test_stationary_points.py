"""The view of a polynomial holds the wells that its runs may miss, unless they are far away."""

import numpy as np
import pytest
from numpy.polynomial import Polynomial

from simulator.figures.surface import landmarks
from simulator.services.scenes import frame_of, make_scene
from simulator.tests.figures.drawn import scenario_of, sgd


def of(coeffs: list[float], start: float) -> list[float]:
    return [x for (x,) in landmarks("polynomial", {"coeffs": coeffs}, [start])]


def test_they_are_where_the_slope_is_zero() -> None:
    roots = [-1.5, 0.25, 2.0]
    coeffs = Polynomial.fromroots(roots).integ().coef.tolist()
    assert of(coeffs, 1.0) == pytest.approx(roots, abs=1e-5)


@pytest.mark.parametrize(
    ("coeffs", "start", "found"),
    [
        ([0, 0, 0, 0, 0.25], 10, [0.0]),  # a root three times over
        ([3], 1, []),
        ([0, 1], 1, []),
        ([0, 0, 1, 0, 0], 1, [0.0]),
        ([0, -200, 1], 1, []),  # its minimum, at 100, would make a dot of the rest
        ([0, -200, 1], 90, [100.0]),
        ([0, 1, 0, 1], 1, []),  # x + x³ rises everywhere
        ([1e308, 1e308, 1e-308], 1, []),
    ],
)
def test_special_cases(coeffs: list[float], start: float, found: list[float]) -> None:
    assert of(coeffs, start) == pytest.approx(found, abs=1e-4)


def test_a_run_that_is_lost_at_once_still_shows_the_valley() -> None:
    lost = scenario_of(sgd(0.1), objective={"name": "polynomial", "coeffs": [0, 0, 0, 0, 0.25]}, start=[10])
    frame = frame_of(make_scene(lost), "landscape")
    assert frame.x.low < 0 < 10 < frame.x.high
    assert frame.y.low <= 0 and np.isclose(frame.y.high, 2500, rtol=0.2)
