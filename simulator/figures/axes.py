"""Axes whose ends, ticks and labels are decided here, so that a picture is the same wherever it is drawn
and a label can be placed to the pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike, NDArray

from simulator.core.numbers import format_number

Floats = NDArray[np.float64]
_SMALLEST_STEP, _LARGEST_STEP = 1e-4, 1e5  # between linear ticks that are written out
_LONGEST = 6  # characters of the text of a linear tick
_ALIKE = 0.02  # of the largest value: ticks nearer to one another than that begin alike
LARGEST = 1e300  # what can be drawn: the distance between two such numbers is still one
_NEAREST = 1e-305  # ends nearer to one another are drawn as one place
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Axis:
    """One axis: its domain [low, high], and where its ticks stand with which texts. The texts tell how much
    more than `base` a value is, in units of 10**power; the title says both."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]
    log: bool = False
    power: int = 0
    base: float = 0.0

    @property
    def unit(self) -> str:
        """What the texts of the ticks leave to the title: " (× 10⁷)", " − 4.5", both or nothing."""
        power = f" (× 10{str(self.power).translate(_SUPERSCRIPTS)})" if self.power else ""
        sign = "+" if self.base < 0 else "−"
        return (f" {sign} {format_number(abs(self.base), 15)}" if self.base else "") + power

    @cached_property
    def digits(self) -> int:
        """How many significant digits of a value can be seen: more where all numbers of the axis begin alike,
        as from 1000001 to 1000005."""
        if self.log:
            return 5
        alike = max(abs(self.low), abs(self.high)) / (self.high - self.low)
        return min(5 + max(0, int(math.log10(alike))), 15)

    def fraction(self, values: ArrayLike) -> Floats:
        """Where values lie on the axis, 0 at its low end and 1 at its high one; what is off the axis keeps
        its side, at most one length away. NaN counts as off the high end."""
        data = np.asarray(values, dtype=float)
        low, high = self.low, self.high
        with np.errstate(all="ignore"):
            if self.log:
                data, low, high = np.log(np.maximum(data, 1e-320)), math.log(low), math.log(high)
            found: Floats = data - low
            found /= high - low
        np.fmin(found, 2.0, out=found)
        return np.fmax(found, -1.0, out=found)

    def kept_near(self, values: ArrayLike) -> Floats:
        """Values, those off the axis just off it: a number like 1e38 makes browsers drop a whole path."""
        data = np.asarray(values, dtype=float)
        if self.log:
            return np.clip(data, self.low / 10, self.high * 10)
        return np.clip(data, 2 * self.low - self.high, 2 * self.high - self.low)

    def encoding(self) -> dict[str, Any]:
        """The Vega-Lite scale and the part of the axis that says where its ticks are."""
        scale: dict[str, Any] = {"domain": [self.low, self.high], "nice": False, "clamp": False}
        if self.log:
            scale["type"] = "log"
        else:
            scale["zero"] = False
        ticks, labels = list(self.ticks), [label.replace("'", "’") for label in self.labels]
        return {
            "scale": scale,
            "axis": {"values": ticks, "labelExpr": f"{labels!r}[indexof({ticks!r}, datum.value)]"},
            "title": self.title + self.unit,
        }


def step_axis(steps: int, *, count: int = 5) -> Axis:
    """A linear axis from 0 to `steps` with about `count` ticks, all at whole steps."""
    return linear_axis(_("step"), 0, max(steps, 1), count=count, whole=True)


def linear_axis(
    title: str, low: float, high: float, *, count: int = 5, ends: bool = False, whole: bool = False
) -> Axis:
    """A linear axis with about `count` round ticks. With `ends`, the domain is widened to round numbers; with
    `whole`, ticks stand at whole numbers only. Ends beyond what can be drawn are moved to where the distance
    between them is still a number, and an end that is no number to 0. Ends with fewer than `count` doubles
    between them are one place: what differs there is rounding."""
    low, high = (0.0 if math.isnan(end) else min(max(end, -LARGEST), LARGEST) for end in (low, high))
    if not high - low > max(_NEAREST, count * math.ulp(max(abs(low), abs(high)))):
        pad = abs(low) * 0.1 if abs(low) > _NEAREST else 1.0
        low, high = low - pad, high + pad
    step = _round_step((high - low) / count)
    if whole and step != int(step):
        step = 5.0 if step > 1 else 1.0
    if ends:
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    largest = max(abs(low), abs(high))
    digits = 12 if step > 1e-9 * largest else 17
    ticks = tuple(float(f"{k * step:.{digits}g}") for k in range(first, last + 1))
    labels, power = _linear_labels(ticks, step, largest)
    base = 0.0
    if max(map(len, labels), default=0) > _LONGEST and step < _ALIKE * largest:
        # All begin alike, and what tells them apart would not have the room: the title says the common part.
        at = min(range(len(ticks)), key=lambda place: len(f"{abs(ticks[place]):.15g}"))
        base, beyond = ticks[at], [(place - at) * step for place in range(len(ticks))]
        labels, power = _linear_labels(beyond, step, max(map(abs, beyond)), smallest=0.01)
    return Axis(title, low, high, ticks, labels, power=power, base=base)


def _linear_labels(
    ticks: Sequence[float], step: float, largest: float, smallest: float = _SMALLEST_STEP
) -> tuple[tuple[str, ...], int]:
    """The texts of ticks, and the power of ten that they are in units of: 0 from a `smallest` step on."""
    power = 0
    if not smallest <= step < _LARGEST_STEP:
        # A power of ten beside every tick would not have the room.
        power = math.floor(math.log10(largest) + 1e-9)
    unit = 10.0**power
    return tuple(_linear_label(tick / unit, step / unit) for tick in ticks), power


def log_axis(title: str, low: float, high: float, *, most: int = 7) -> Axis:
    """A logarithmic axis from `low` > 0 to `high`, widened to round numbers, with at most `most` ticks. Ends
    beyond what can be drawn are moved as those of a linear one."""
    if high > LARGEST:
        low, high = min(low, LARGEST / 2), LARGEST
    if math.log10(high / low) > 2.2:
        rungs = _rungs(low, high)
        bottom, top = math.ceil(math.log10(rungs[0]) - 1e-9), math.floor(math.log10(rungs[-1]) + 1e-9)
        stride = math.ceil((top - bottom + 1) / most)
        # Ticks hang on 10⁰, so that 1 keeps its tick whatever the stride.
        exponents = [k for k in range(bottom, top + 1) if k % stride == 0]
        ticks = tuple(float(f"1e{k}") for k in exponents)
        return Axis(title, rungs[0], rungs[-1], ticks, _decade_labels(exponents), log=True)
    ticks, power = _rungs(low, high), 0
    labels = tuple(map(format_number, ticks))
    if any("×" in label for label in labels):  # "5 × 10⁻¹³" beside a tick would not have the room
        power = math.floor(math.log10(ticks[-1]) + 1e-9)
        labels = tuple(format_number(tick / 10.0**power) for tick in ticks)
    return Axis(title, ticks[0], ticks[-1], ticks, labels, log=True, power=power)


def _rungs(low: float, high: float) -> tuple[float, ...]:
    """The numbers 1, 2, 5, 10, 20, … from the last one that is not above `low` to the first not below
    `high`; two at least."""
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    rungs = [float(f"{mantissa}e{k}") for k in decades for mantissa in (1, 2, 5)]
    first = max(i for i, rung in enumerate(rungs) if rung <= low * (1 + 1e-9))
    last = min((i for i, rung in enumerate(rungs) if rung >= high * (1 - 1e-9)), default=len(rungs) - 1)
    return tuple(rungs[first : max(last, first + 1) + 1])


def _decade_labels(exponents: list[int]) -> tuple[str, ...]:
    if all(-3 <= k <= 3 for k in exponents):
        return tuple(f"{10.0**k:g}" for k in exponents)
    return tuple(f"{10**k}" if 0 <= k <= 2 else "10" + str(k).translate(_SUPERSCRIPTS) for k in exponents)


def _round_step(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= raw * (1 - 1e-9)) * power


def _linear_label(value: float, step: float) -> str:
    if value == 0 or abs(value) < step * 1e-9:
        return "0"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step, decimals) != float(f"{step:.10g}"):
        decimals += 1
    return f"{value:.{decimals}f}".replace("-", "−")
