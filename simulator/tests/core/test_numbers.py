"""Numbers as text: hand-written cases."""

import math

import pytest

from simulator.core.numbers import format_apart, format_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (17.5, "17.5"),
        (0.081, "0.081"),
        (0.001, "0.001"),
        (0.00099951, "0.001"),
        (0.00099949, "9.99 × 10⁻⁴"),
        (1.84e-8, "1.84 × 10⁻⁸"),
        (1e-4, "10⁻⁴"),
        (-2.5e-12, "−2.5 × 10⁻¹²"),
        (-1.2, "−1.2"),
        (10, "10"),
        (100.4, "100"),
        (12345.6, "12346"),
        (99999.4, "99999"),
        (99960, "99960"),
        (99999.6, "10⁵"),
        (123456, "1.23 × 10⁵"),
        (6.38e9, "6.38 × 10⁹"),
        (math.inf, "infinity"),
        (-math.inf, "−infinity"),
        (math.nan, "not a number"),
    ],
)
def test_three_digits(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(("digits", "text"), [(1, "0.08"), (2, "0.079"), (4, "0.07891"), (6, "0.078912")])
def test_digits(digits: int, text: str) -> None:
    assert format_number(0.078912, digits) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((10.0002, 10), ["10", "10"]),
        ((10.02, 10), ["10.02", "10"]),
        ((18, 1.5), ["18", "1.5"]),
        ((0.25, 0.25, 0.5), ["0.25", "0.25", "0.5"]),
        ((-4.999, -5, -4.9), ["−4.999", "−5", "−4.9"]),
        ((math.inf, 1), ["infinity", "1"]),
    ],
)
def test_numbers_that_are_compared_are_told_apart(values: tuple[float, ...], texts: list[str]) -> None:
    assert format_apart(*values) == texts
