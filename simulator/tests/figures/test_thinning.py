"""Fewer points, and fewer digits, that look the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.figures.thinning import envelope, significant, visible_moves

finite = st.floats(-1e300, 1e300)
few_values = st.lists(st.sampled_from([0.0, 1.0, 2.0, -3.5]), min_size=1, max_size=400)


@given(few_values, st.sampled_from([2, 10, 60]))
def test_an_envelope_keeps_the_first_lowest_and_highest_row_of_every_stretch(
    numbers: list[float], most: int
) -> None:
    values = np.array(numbers)
    if values.size <= most:
        expected = set(range(values.size))
    else:
        expected = {0, values.size - 1}
        for a, b in pairwise(np.linspace(0, values.size, most // 2 + 1).astype(int).tolist()):
            expected |= {a + int(values[a:b].argmin()), a + int(values[a:b].argmax())}
    assert envelope(values, most).tolist() == sorted(expected)


@given(st.lists(finite, max_size=30), st.integers(3, 10))
def test_rounding_is_to_significant_digits(numbers: list[float], digits: int) -> None:
    for number, rounded in zip(numbers, significant(np.array(numbers), digits), strict=True):
        assert rounded == pytest.approx(number, rel=0.5000001 * 10.0 ** (1 - digits), abs=1e-323)
        assert float(f"{rounded:.{digits}g}") == rounded, "it has no more digits"


def test_rounding_to_many_digits_takes_small_numbers_too() -> None:
    assert significant(np.array([0.0, 1.25e-12, 1.25]), 15) == [0.0, 1.25e-12, 1.25]


def test_rounding_survives_what_is_no_number() -> None:
    found = significant(np.array([np.inf, -np.inf, np.nan, 1 / 3]))
    assert found[:2] == [np.inf, -np.inf] and np.isnan(found[2]) and found[3] == 0.33333


def test_moves_too_small_to_be_seen_are_left_out() -> None:
    way = np.array([[0, 0], [0.05, 0], [3, 0], [3, 0.1], [3, 5], [3.01, 5]])
    assert visible_moves(way).tolist() == [0, 2, 4, 5]


@given(st.integers(3, 900), st.integers(8, 200))
def test_of_too_many_moves_the_first_and_the_last_stay(count: int, most: int) -> None:
    kept = visible_moves(np.column_stack([np.arange(count), np.zeros(count)]), most=most)
    assert kept.size == min(count, most) and (np.diff(kept) > 0).all()
    assert kept[: most // 4].tolist() == list(range(min(count, most // 4))) and kept[-1] == count - 1
