"""Rates that stay at or go between factors of the base rate: ConstantLR, LinearLR and PolynomialLR."""

import numpy as np

from simulator.core.arguments import Argument, Options, integer, number
from simulator.core.errors import error_at
from simulator.core.schedulers.base import FloatArray, Scheduler, multiples

_total = integer(at_least=0)


def _constant_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    factor, total = options["factor"], options["total_iters"]
    # PyTorch applies the factor at once; with no iterations at all it never takes it back.
    reduced = np.arange(epochs) < total if total else np.full(epochs, True)
    return multiples(np.where(reduced, factor, 1.0), base)


def _check_constant(options: Options, calls: int, path: str) -> None:
    if options["factor"] == 0 and 1 <= options["total_iters"] <= calls:
        raise error_at(
            f"{path}.factor", "bad_value", "must not be 0: PyTorch divides by it after total_iters."
        )


def _linear_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    start, end, total = options["start_factor"], options["end_factor"], options["total_iters"]
    if total == 0:
        # PyTorch applies start_factor at once and never gets to the ramp.
        return multiples(np.full(epochs, start), base)
    return multiples(start + (end - start) * np.minimum(np.arange(epochs), total) / total, base)


def _polynomial_rates(options: Options, base: FloatArray, epochs: int) -> FloatArray:
    total = options["total_iters"]
    if total == 0:
        return multiples(np.ones(epochs), base)
    return multiples((1.0 - np.minimum(np.arange(epochs), total) / total) ** options["power"], base)


def _check_polynomial(options: Options, calls: int, path: str) -> None:
    if options["power"] < 0 and 1 <= options["total_iters"] <= calls:
        raise error_at(
            f"{path}.power", "bad_value", "must be at least 0: PyTorch divides by 0 at total_iters."
        )


CONSTANT_LR = Scheduler(
    "ConstantLR",
    (Argument("factor", number(at_least=0, at_most=1), 1.0 / 3), Argument("total_iters", _total, 5)),
    _constant_rates,
    check_calls=_check_constant,
)
LINEAR_LR = Scheduler(
    "LinearLR",
    (
        Argument("start_factor", number(above=0, at_most=1), 1.0 / 3),
        Argument("end_factor", number(at_least=0, at_most=1), 1.0),
        Argument("total_iters", _total, 5),
    ),
    _linear_rates,
)
POLYNOMIAL_LR = Scheduler(
    "PolynomialLR",
    (Argument("total_iters", _total, 5), Argument("power", number(), 1.0)),
    _polynomial_rates,
    check_calls=_check_polynomial,
)
