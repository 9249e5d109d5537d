"""Adamax: Adam with the infinity norm (Kingma & Ba, 2015, algorithm 2), eps inside the maximum."""

import numpy as np

from simulator.core.arguments import Argument, boolean
from simulator.core.optimizers.base import (
    BETAS,
    NOT_NEGATIVE,
    Columns,
    FloatArray,
    Optimizer,
    State,
    gradient_terms,
)


def _init(columns: Columns) -> State:
    terms = gradient_terms(columns)
    beta1 = columns.values("betas", 0)[None] if columns.momenta is None else columns.momenta[:, None]
    corrections = 1 / (1 - columns.powers(beta1))
    scales = columns.table(corrections)
    decay1 = columns.table(np.broadcast_to(beta1, corrections.shape))
    gains = columns.table(np.broadcast_to(1 - beta1, corrections.shape))
    fixed2, eps = columns.constant(columns.values("betas", 1)), columns.constant(columns.values("eps"))
    mean, largest, scratch = (columns.zeros() for _ in range(3))

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if terms is not None:
            terms(theta, gradient)
        np.multiply(mean, decay1[t], mean)
        np.add(mean, np.multiply(gradient, gains[t], scratch), mean)
        np.multiply(largest, fixed2, largest)
        np.add(np.abs(gradient, scratch), eps, scratch)
        np.maximum(largest, scratch, out=largest)
        np.divide(mean, largest, scratch)
        np.multiply(scratch, scales[t], scratch)
        np.multiply(scratch, lr, scratch)
        np.subtract(theta, scratch, out)

    return State(update)


ADAMAX = Optimizer(
    "Adamax",
    2e-3,
    (
        Argument("betas", BETAS, (0.9, 0.999)),
        Argument("eps", NOT_NEGATIVE, 1e-8),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (options["weight_decay"] != 0, options["maximize"]),
    momentum="betas",
    operations=14.0,
)
