"""Numbers as plain text: the one place that decides how a measured value is written.

Used by the words of a run, by the measured sentences of claims and by figures, so that the same value reads
the same everywhere.
"""

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST_PLAIN = 1e-3
_LARGEST_PLAIN = 1e5
_MOST_DIGITS = 5


def format_number(value: float, digits: int = 3) -> str:
    """`value` rounded to `digits` significant digits, as plain text: "0.081", "17.5", "1.8 × 10⁻⁸".

    Plain decimals between 0.001 and 100,000 (whole numbers from 10**digits up keep all their digits), powers
    of ten outside; a true minus sign; "infinity" and "not a number" in words. A whole number below 100,000 is
    written out.
    """
    value = float(value)
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinity" if value > 0 else "−infinity"
    if value == 0:
        return "0"
    sign = "−" if value < 0 else ""
    rounded = f"{abs(value):.{digits - 1}e}"
    mantissa, exponent = rounded.split("e")
    if float(rounded) >= _SMALLEST_PLAIN and round(abs(value)) < _LARGEST_PLAIN:
        return sign + _plain(abs(value), digits, int(exponent))
    return sign + _scientific(mantissa, int(exponent))


def format_apart(*values: float, digits: int = 3) -> list[str]:
    """Several numbers that are compared: with more digits, up to five, where fewer would write two of them
    alike: "10.02" and "10" rather than "10" twice."""
    texts = [format_number(value, digits) for value in values]
    for more in range(digits + 1, _MOST_DIGITS + 1):
        if len(set(texts)) == len(set(values)):
            break
        texts = [format_number(value, more) for value in values]
    return texts if len(set(texts)) > 1 else [format_number(value, digits) for value in values]


def _plain(value: float, digits: int, exponent: int) -> str:
    text = f"{value:.{max(digits - 1 - exponent, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(mantissa: str, exponent: int) -> str:
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return power if mantissa == "1" else f"{mantissa} × {power}"
