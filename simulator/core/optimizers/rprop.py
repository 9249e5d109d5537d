"""Rprop (Riedmiller & Braun, 1993): steps of its own size along the sign of the gradient."""

import numpy as np

from simulator.core.arguments import Argument, Options, array, boolean, number
from simulator.core.errors import error_at
from simulator.core.optimizers.base import Columns, FloatArray, Optimizer, State, gradient_terms


def _check(options: Options, path: str) -> None:
    smaller, larger = options["etas"]
    if not 0 < smaller < 1 < larger:
        raise error_at(f"{path}.etas", "out_of_bounds", "must be a number between 0 and 1 and one above 1.")


def _init(columns: Columns) -> State:
    """The rate of the first update is the first step size; later rates, and so schedulers, do nothing."""
    terms = gradient_terms(columns, decay=False)
    smaller, larger = (columns.constant(columns.values("etas", index)) for index in (0, 1))
    lowest, highest = (columns.constant(columns.values("step_sizes", index)) for index in (0, 1))
    previous, size, scratch = (columns.zeros() for _ in range(3))

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        if t == 0:
            np.copyto(size, lr)
        np.multiply(gradient, previous, scratch)
        turned = scratch < 0
        np.multiply(size, np.where(turned, smaller, np.where(scratch > 0, larger, 1.0)), size)
        np.minimum(np.maximum(size, lowest, out=size), highest, out=size)
        gradient[turned] = 0.0
        np.sign(gradient, scratch)
        np.multiply(scratch, size, scratch)
        np.subtract(theta, scratch, out)
        np.copyto(previous, gradient)

    return State(update)


RPROP = Optimizer(
    "Rprop",
    1e-2,
    (
        Argument("etas", array(number(), length=2), (0.5, 1.2)),
        Argument("step_sizes", array(number(), length=2), (1e-6, 50.0)),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (options["maximize"],),
    check=_check,
    operations=20.0,
)
