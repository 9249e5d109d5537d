"""RMSprop (Tieleman & Hinton, 2012; centered: Graves, 2013), with eps outside the root as in PyTorch."""

import numpy as np

from simulator.core.arguments import Argument, boolean
from simulator.core.optimizers.base import NOT_NEGATIVE, Columns, FloatArray, Optimizer, State, gradient_terms


def _init(columns: Columns) -> State:
    terms = gradient_terms(columns)
    alpha = columns.values("alpha")
    kept, new, eps = (
        columns.constant(alpha),
        columns.constant(1 - alpha),
        columns.constant(columns.values("eps")),
    )
    constant = columns.constant(columns.values("momentum"))
    momenta = None if columns.momenta is None else [np.array(value) for value in columns.momenta]
    accumulates = momenta is not None or bool(columns.values("momentum").any())
    square, buffer, scratch = (columns.zeros() for _ in range(3))
    mean = columns.zeros() if columns.options[0]["centered"] else None

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        np.multiply(square, kept, square)
        np.multiply(gradient, gradient, scratch)
        np.multiply(scratch, new, scratch)
        np.add(square, scratch, square)
        if mean is None:
            np.sqrt(square, scratch)
        else:
            np.subtract(gradient, mean, scratch)
            np.multiply(scratch, new, scratch)
            np.add(mean, scratch, mean)
            np.multiply(mean, mean, scratch)
            np.subtract(square, scratch, scratch)
            np.sqrt(scratch, scratch)
        np.add(scratch, eps, scratch)
        np.divide(gradient, scratch, scratch)
        momentum = constant if momenta is None else momenta[t]
        if accumulates and (momenta is None or momentum > 0):
            np.multiply(buffer, momentum, buffer)
            np.add(buffer, scratch, buffer)
            np.multiply(buffer, lr, scratch)
        else:
            np.multiply(scratch, lr, scratch)
        np.subtract(theta, scratch, out)

    return State(update)


RMSPROP = Optimizer(
    "RMSprop",
    1e-2,
    (
        Argument("alpha", NOT_NEGATIVE, 0.99),
        Argument("eps", NOT_NEGATIVE, 1e-8),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("momentum", NOT_NEGATIVE, 0.0),
        Argument("centered", boolean(), False),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (
        options["weight_decay"] != 0,
        options["momentum"] != 0,
        options["centered"],
        options["maximize"],
    ),
    momentum="momentum",
    operations=16.0,
)
