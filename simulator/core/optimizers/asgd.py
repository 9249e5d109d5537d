"""ASGD (Polyak & Juditsky, 1992). The trajectory is that of the iterates, not of their average."""

import numpy as np

from simulator.core.arguments import Argument, Options, boolean, number
from simulator.core.errors import error_at
from simulator.core.optimizers.base import NOT_NEGATIVE, Columns, FloatArray, Optimizer, State, gradient_terms


def _check_rates(options: Options, rates: FloatArray, path: str) -> None:
    """PyTorch takes the power of each eta as Python does, and divides by it: an error where the power
    overflows or is 0, and of a complex one it warns that it keeps the real part."""
    with np.errstate(all="ignore"):
        grown = 1 + options["lambd"] * rates * np.arange(1, len(rates) + 1)
        powers = grown ** options["alpha"]
    if ((powers == 0) | (np.isfinite(grown) & ~np.isfinite(powers))).any():
        raise error_at(
            f"{path}.alpha",
            "bad_value",
            "gives a rate that is no real number within these steps, which PyTorch raises or warns for; take "
            "one closer to 0, or a smaller lambd.",
        )


def _init(columns: Columns) -> State:
    """Update t uses eta_t = lr_{t-1} / (1 + lambd lr_{t-1} t)^alpha, and eta_0 = lr_0.

    `t0` only says when PyTorch begins to average, which leaves the iterates as they are.
    """
    terms = gradient_terms(columns)
    lambd, alpha = columns.constant(columns.values("lambd")), columns.constant(columns.values("alpha"))
    eta, scratch, one = columns.zeros(), columns.empty(), np.array(1.0)

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        if t == 0:
            np.copyto(eta, lr)
        np.multiply(eta, lambd, scratch)
        np.subtract(one, scratch, scratch)
        np.multiply(theta, scratch, out)
        np.multiply(gradient, eta, scratch)
        np.subtract(out, scratch, out)
        np.multiply(lr, lambd, eta)
        np.multiply(eta, float(t + 1), eta)
        np.add(eta, one, eta)
        np.power(eta, alpha, eta)
        np.divide(lr, eta, eta)

    return State(update)


ASGD = Optimizer(
    "ASGD",
    1e-2,
    (
        Argument("lambd", NOT_NEGATIVE, 1e-4),
        Argument("alpha", number(), 0.75),
        Argument("t0", number(), 1e6),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (options["weight_decay"] != 0, options["maximize"]),
    check_rates=_check_rates,
    operations=30.0,
)
