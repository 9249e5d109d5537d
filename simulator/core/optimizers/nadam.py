"""NAdam: Adam with Nesterov momentum (Dozat, 2016)."""

import numpy as np

from simulator.core.arguments import Argument, boolean
from simulator.core.optimizers.base import (
    BETAS,
    NOT_NEGATIVE,
    Columns,
    FloatArray,
    Optimizer,
    State,
    decoupled_decay,
    gradient_terms,
)


def _init(columns: Columns) -> State:
    """The step is lr root_t (a_t g + b_t m) / (sqrt(v') + e_t), with v' = v / (1 - beta2) as in Adam.

    a_t = (1 - mu_t) / (1 - mu_1 … mu_t), b_t = mu_{t+1} / (1 - mu_1 … mu_{t+1}), mu_t = beta1 (1 - 0.96^(t
    psi) / 2) with psi the momentum_decay; root_t = sqrt((1 - beta2^t) / (1 - beta2)) and e_t = eps root_t.
    """
    decoupled = bool(columns.options[0]["decoupled_weight_decay"])
    terms, shrink = (
        gradient_terms(columns, decay=not decoupled),
        decoupled_decay(columns) if decoupled else None,
    )
    number, beta2, psi = columns.numbers(), columns.values("betas", 1), columns.values("momentum_decay")
    beta1 = columns.values("betas", 0)[None] if columns.momenta is None else columns.momenta[:, None]
    root = np.sqrt((1 - columns.powers(beta2)) / (1 - beta2))
    mu = beta1 * (1 - 0.5 * 0.96 ** (number * psi))
    following = beta1 * (1 - 0.5 * 0.96 ** ((number + 1) * psi))
    so_far = np.cumprod(mu, axis=0)
    of_gradient = columns.table(root * (1 - mu) / (1 - so_far))
    of_mean = columns.table(root * following / (1 - so_far * following))
    floors = columns.table(columns.values("eps") * root)
    decay1 = columns.table(np.broadcast_to(beta1, mu.shape))
    gains = columns.table(np.broadcast_to(1 - beta1, mu.shape))
    fixed2 = columns.constant(beta2)
    mean, square, step, scratch = (columns.zeros() for _ in range(4))

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if shrink is not None:
            shrink(theta, lr, out)
        if terms is not None:
            terms(theta, gradient)
        np.multiply(mean, decay1[t], mean)
        np.add(mean, np.multiply(gradient, gains[t], scratch), mean)
        np.multiply(square, fixed2, square)
        np.add(square, np.multiply(gradient, gradient, scratch), square)
        np.multiply(gradient, of_gradient[t], gradient)
        np.add(gradient, np.multiply(mean, of_mean[t], step), step)
        np.add(np.sqrt(square, scratch), floors[t], scratch)
        np.divide(step, scratch, step)
        np.multiply(step, lr, step)
        np.subtract(theta if shrink is None else out, step, out)

    return State(update)


NADAM = Optimizer(
    "NAdam",
    2e-3,
    (
        Argument("betas", BETAS, (0.9, 0.999)),
        Argument("eps", NOT_NEGATIVE, 1e-8),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("momentum_decay", NOT_NEGATIVE, 4e-3),
        Argument("decoupled_weight_decay", boolean(), False),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (
        options["weight_decay"] != 0,
        options["decoupled_weight_decay"],
        options["maximize"],
    ),
    momentum="betas",
    operations=20.0,
)
