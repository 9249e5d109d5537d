"""Axes: round ticks inside the domain, readable labels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.figures.axes import linear_axis, log_axis, step_axis

finite = st.floats(-1e6, 1e6)


@settings(max_examples=80, deadline=None)
@given(finite, finite, st.booleans())
def test_linear_ticks_are_round_inside_and_distinct(one: float, other: float, ends: bool) -> None:
    low, high = sorted((one, other))
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-3):
        high = low
    axis = linear_axis("w", low, high, ends=ends)
    assert axis.high > axis.low
    slack = 1e-8 * (axis.high - axis.low)
    assert axis.low <= low + slack and axis.high >= high - slack
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in axis.ticks)
    assert 2 <= len(axis.ticks) <= 12
    assert len(set(axis.labels)) == len(axis.labels)


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize(
    ("low", "high", "widened"),
    [
        (0, 1e-322, (-1, 1)),
        (1e-322, 1.5e-322, (-1, 1)),
        (1e6, 1e6 + 2e-10, (9e5, 1.1e6)),  # four doubles apart
    ],
)
def test_ends_with_hardly_a_double_between_them_are_one_place(
    low: float, high: float, widened: tuple[float, float], ends: bool
) -> None:
    axis = linear_axis("w", low, high, ends=ends)
    assert (axis.low, axis.high) == pytest.approx(widened) and len(axis.ticks) == 5


@settings(max_examples=80, deadline=None)
@given(st.floats(-12, 8), st.floats(0.05, 14))
def test_log_ticks_are_few_and_inside(exponent: float, decades: float) -> None:
    low, high = 10**exponent, 10 ** (exponent + decades)
    axis = log_axis("loss", low, high)
    assert axis.low <= low * (1 + 1e-6) and axis.high >= high * (1 - 1e-6)
    assert all(axis.low * (1 - 1e-9) <= tick <= axis.high * (1 + 1e-9) for tick in axis.ticks)
    assert 2 <= len(axis.ticks) <= 9
    assert len(set(axis.labels)) == len(axis.labels)


def test_powers_of_ten_are_written_as_such() -> None:
    assert log_axis("loss", 1e-8, 1e3, most=12).labels[0] == "10⁻⁸"
    assert "100" in log_axis("loss", 1e-8, 1e3, most=12).labels
    assert log_axis("loss", 0.01, 100).labels == ("0.01", "0.1", "1", "10", "100")


def test_minus_is_a_minus() -> None:
    assert linear_axis("w", -1, 1).labels == ("−1.0", "−0.5", "0", "0.5", "1.0")


def test_fractions_clamp_what_is_off_the_axis() -> None:
    axis = log_axis("loss", 1e-4, 1e4)
    found = axis.fraction([1e-4, 1, 1e4, 0, -5, math.inf, math.nan, 1e300])
    assert np.allclose(found, [0, 0.5, 1, -1, -1, 2, 2, 2])


def test_an_axis_without_length_gets_one() -> None:
    axis = linear_axis("w", 3, 3)
    assert axis.low < 3 < axis.high


@pytest.mark.parametrize("label", ["it's", "10⁻⁴"])
def test_labels_cannot_break_out_of_the_expression(label: str) -> None:
    axis = linear_axis("w", 0, 1)
    encoded = type(axis)("w", 0, 1, (0.0,), (label,)).encoding()["axis"]["labelExpr"]
    assert encoded.count("'") == 2


def test_large_and_small_ticks_have_their_power_beside_the_title() -> None:
    """Beside every tick it would be cut off at the left, and 1.95 × 10⁸ read as 95 × 10⁸."""
    large = linear_axis("loss", 1.85e8, 2e8, ends=True)
    assert large.labels == ("1.85", "1.90", "1.95", "2.00")
    assert large.encoding()["title"] == "loss (× 10⁸)"
    small = linear_axis("learning rate", 0, 3e-6, ends=True)
    assert small.labels == ("0", "1", "2", "3") and small.encoding()["title"] == "learning rate (× 10⁻⁶)"
    assert linear_axis("loss", 0, 2e5).encoding()["title"] == "loss"


@pytest.mark.parametrize(
    ("low", "high", "title", "labels"),
    [
        (1e6, 1e6 + 1, "loss − 10⁶", ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        (4.499999999, 4.5, "loss − 4.5 (× 10⁻⁹)", ("−1.00", "−0.75", "−0.50", "−0.25", "0")),
        (-2.000002, -2, "loss + 2 (× 10⁻⁶)", ("−2.0", "−1.5", "−1.0", "−0.5", "0")),
        (1e6, 1.03e6, "loss − 10⁶", ("0", "10000", "20000", "30000")),
    ],
)
def test_what_all_ticks_begin_with_is_said_once(
    low: float, high: float, title: str, labels: tuple[str, ...]
) -> None:
    """Written out, ticks like 1000000.25 were cut off at the left."""
    axis = linear_axis("loss", low, high, ends=True)
    assert (axis.encoding()["title"], axis.labels) == (title, labels)
    assert len(set(axis.ticks)) == len(labels) and axis.low <= axis.ticks[0] < axis.ticks[-1] <= axis.high


def test_steps_are_told_in_whole_numbers() -> None:
    assert step_axis(1).labels == ("0", "1")
    assert step_axis(2).labels == ("0", "1", "2")
    assert step_axis(12).labels == ("0", "5", "10")
    assert step_axis(120).labels == ("0", "25", "50", "75", "100")
    for steps in range(1, 400):
        assert all(tick == int(tick) for tick in step_axis(steps).ticks)
        assert 2 <= len(step_axis(steps).ticks) <= 7


def test_small_numbers_on_a_short_logarithmic_axis_have_their_power_beside_the_title() -> None:
    """5 × 10⁻¹³ beside a tick was cut off at the left."""
    axis = log_axis("loss (log scale)", 6e-13, 3e-11)
    assert axis.labels == ("0.05", "0.1", "0.2", "0.5", "1", "2", "5")
    assert axis.encoding()["title"] == "loss (log scale) (× 10⁻¹¹)"
    assert log_axis("lr", 0.02, 1).encoding()["title"] == "lr"
