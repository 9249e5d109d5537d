"""Stochastic gradient descent with momentum (Sutskever et al., 2013, in PyTorch's form)."""

import numpy as np

from simulator.core.arguments import Argument, Options, boolean, number
from simulator.core.errors import error_at
from simulator.core.optimizers.base import (
    NOT_NEGATIVE,
    Columns,
    FloatArray,
    Optimizer,
    State,
    Update,
    gradient_terms,
)


def _check(options: Options, path: str) -> None:
    if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
        raise error_at(
            f"{path}.nesterov", "bad_value", "needs a momentum above 0 and no dampening, as in PyTorch."
        )


def _init(columns: Columns) -> State:
    terms = gradient_terms(columns)
    if columns.momenta is None and not columns.values("momentum").any():

        def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
            if terms is not None:
                terms(theta, gradient)
            np.multiply(gradient, lr, gradient)
            np.subtract(theta, gradient, out)

        return State(update)
    buffer = columns.zeros()
    return State(_with_momentum(columns, buffer), (buffer,))


def _with_momentum(columns: Columns, buffer: FloatArray) -> Update:
    """v_{t+1} = momentum v_t + (1 - dampening) g_t, with v_1 = g_0; the rate stands outside the buffer."""
    terms = gradient_terms(columns)
    constant = columns.constant(columns.values("momentum"))
    momenta = None if columns.momenta is None else [np.array(value) for value in columns.momenta]
    dampening = columns.values("dampening")
    kept = columns.constant(1.0 - dampening) if dampening.any() else None
    nesterov = bool(columns.options[0]["nesterov"])
    scratch = columns.empty() if nesterov else buffer  # nobody else writes to it
    started = False

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        nonlocal started
        if terms is not None:
            terms(theta, gradient)
        momentum = constant if momenta is None else momenta[t]
        direction = gradient
        # A momentum that a scheduler has cycled down to 0 leaves the buffer alone, as in PyTorch.
        if momenta is None or momentum != 0:
            if not started:
                np.copyto(buffer, gradient)
                started = True
            else:
                np.multiply(buffer, momentum, buffer)
                np.add(buffer, gradient if kept is None else np.multiply(gradient, kept, gradient), buffer)
            direction = buffer
            if nesterov:
                np.multiply(buffer, momentum, scratch)
                direction = np.add(gradient, scratch, gradient)
        np.multiply(direction, lr, gradient)
        np.subtract(theta, gradient, out)

    return update


SGD = Optimizer(
    "SGD",
    1e-3,
    (
        Argument("momentum", NOT_NEGATIVE, 0.0),
        Argument("dampening", number(), 0.0),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("nesterov", boolean(), False),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (
        options["momentum"] != 0,
        options["dampening"] != 0,
        options["weight_decay"] != 0,
        options["nesterov"],
        options["maximize"],
    ),
    momentum="momentum",
    check=_check,
    operations=6.0,
)
