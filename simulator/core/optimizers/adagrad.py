"""Adagrad (Duchi, Hazan & Singer, 2011)."""

import numpy as np

from simulator.core.arguments import Argument, boolean
from simulator.core.optimizers.base import NOT_NEGATIVE, Columns, FloatArray, Optimizer, State, gradient_terms


def _init(columns: Columns) -> State:
    terms, eps = gradient_terms(columns), columns.constant(columns.values("eps"))
    total = columns.zeros()
    np.add(total, columns.constant(columns.values("initial_accumulator_value")), total)
    scratch = columns.empty()
    lr_decay = columns.values("lr_decay")
    divisors = columns.table(1 + (columns.numbers() - 1) * lr_decay) if lr_decay.any() else None

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        np.multiply(gradient, gradient, scratch)
        np.add(total, scratch, total)
        np.sqrt(total, scratch)
        np.add(scratch, eps, scratch)
        np.divide(gradient, scratch, scratch)
        np.multiply(scratch, lr, scratch)
        if divisors is not None:
            np.divide(scratch, divisors[t], scratch)
        np.subtract(theta, scratch, out)

    return State(update)


ADAGRAD = Optimizer(
    "Adagrad",
    1e-2,
    (
        Argument("lr_decay", NOT_NEGATIVE, 0.0),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("initial_accumulator_value", NOT_NEGATIVE, 0.0),
        Argument("eps", NOT_NEGATIVE, 1e-10),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (options["weight_decay"] != 0, options["lr_decay"] != 0, options["maximize"]),
    operations=10.0,
)
