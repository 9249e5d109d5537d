"""Stretches of a noisy curve: none of its steps is lost, and the band is where most of them are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.figures.smoothing import FEWEST, SHARE, smoothed, window_of


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6000), st.sampled_from([5, 10, 20, 50, 100]), st.integers(0, 2**32 - 1))
def test_stretches_hold_every_step_once(count: int, window: int, seed: int) -> None:
    values = np.random.default_rng(seed).exponential(size=count)
    found = smoothed(values, window)
    ends = found.first + found.count
    assert found.first[0] == 0 and ends[-1] == count
    assert (found.first[1:] == ends[:-1]).all()
    assert found.count.min() >= 1 and found.count.max() <= 1.5 * window
    assert found.count.sum() == count
    assert (found.first <= found.middle).all() and (found.middle < ends).all()
    assert (found.mean @ found.count) / count == pytest.approx(values.mean())
    assert (found.low <= found.mean).all() and (found.mean <= found.high).all()
    assert (found.low >= values.min()).all() and (found.high <= values.max()).all()


@pytest.mark.parametrize(
    ("rows", "window"), [(1, 5), (7, 5), (161, 5), (413, 10), (2001, 5), (2001, 50), (5001, 100)]
)
def test_means_and_bands_are_those_of_the_steps(rows: int, window: int) -> None:
    values = np.random.default_rng(7).exponential(size=rows)
    found = smoothed(values, window)
    for first, count, mean, low, high in zip(
        found.first, found.count, found.mean, found.low, found.high, strict=True
    ):
        steps = values[first : first + count]
        assert mean == pytest.approx(steps.mean())
        below, above = np.quantile(steps, [(1 - SHARE) / 2, (1 + SHARE) / 2])
        assert low == pytest.approx(min(below, mean)) and high == pytest.approx(max(above, mean))


def test_the_band_holds_most_steps() -> None:
    values = np.random.default_rng(7).exponential(size=2001)
    found = smoothed(values, 50)
    long = found.count == 50
    inside = [
        ((values[a : a + 50] >= low) & (values[a : a + 50] <= high)).mean()
        for a, low, high in zip(found.first[long], found.low[long], found.high[long], strict=True)
    ]
    assert np.mean(inside) == pytest.approx(SHARE, abs=0.02)


def test_the_way_down_is_not_averaged_away() -> None:
    values = np.r_[10 * 0.5 ** np.arange(12), np.full(3989, 0.003)]
    found = smoothed(values, 100)
    assert found.mean[0] == 10 and found.mean[1] == 5
    assert (np.diff(found.mean[:8]) < 0).all()
    assert found.mean[8:] == pytest.approx(0.003, rel=0.5)


def test_what_is_not_finite_breaks_nothing() -> None:
    values = np.r_[np.ones(300), np.full(100, np.inf)]
    found = smoothed(values, 10)
    assert np.isfinite(found.mean[:30]).all() and found.mean[-1] == np.inf


@pytest.mark.parametrize(("steps", "window"), [(400, 10), (600, 20), (2000, 50), (3000, 100), (5000, 100)])
def test_stretches_are_a_round_number_of_steps(steps: int, window: int) -> None:
    assert window_of(steps) == window


def test_short_runs_have_none() -> None:
    assert window_of(FEWEST - 1) == 0 < window_of(FEWEST)
