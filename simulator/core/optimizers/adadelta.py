"""Adadelta (Zeiler, 2012): both roots hold eps, which is the size of the first step whatever the gradient."""

import numpy as np

from simulator.core.arguments import Argument, boolean, number
from simulator.core.optimizers.base import NOT_NEGATIVE, Columns, FloatArray, Optimizer, State, gradient_terms


def _init(columns: Columns) -> State:
    terms, rho = gradient_terms(columns), columns.values("rho")
    kept, new, eps = columns.constant(rho), columns.constant(1 - rho), columns.constant(columns.values("eps"))
    square, travelled = columns.zeros(), columns.zeros()
    scratch, step = columns.empty(), columns.empty()

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        np.multiply(square, kept, square)
        np.multiply(gradient, gradient, scratch)
        np.multiply(scratch, new, scratch)
        np.add(square, scratch, square)
        np.sqrt(np.add(square, eps, scratch), scratch)
        np.sqrt(np.add(travelled, eps, step), step)
        np.divide(step, scratch, step)
        np.multiply(step, gradient, step)
        np.multiply(travelled, kept, travelled)
        np.multiply(step, step, scratch)
        np.multiply(scratch, new, scratch)
        np.add(travelled, scratch, travelled)
        np.multiply(step, lr, step)
        np.subtract(theta, step, out)

    return State(update)


ADADELTA = Optimizer(
    "Adadelta",
    1.0,
    (
        Argument("rho", number(at_least=0, at_most=1), 0.9),
        Argument("eps", NOT_NEGATIVE, 1e-6),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (options["weight_decay"] != 0, options["maximize"]),
    operations=18.0,
)
