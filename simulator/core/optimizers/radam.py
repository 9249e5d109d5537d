"""RAdam: Adam with a rectified variance (Liu et al., 2020)."""

import numpy as np
from numpy.typing import NDArray

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

# Length of the moving average from which its variance is tractable; PyTorch's threshold.
_RECTIFIED_FROM = 5.0


def _init(columns: Columns) -> State:
    """Algorithm 2 of Liu et al.: the adaptive step where rho_t > 5, plain momentum before.

    beta2 is the same for all runs of a group, so that they change over in the same step.
    """
    decoupled = bool(columns.options[0]["decoupled_weight_decay"])
    terms, shrink = (
        gradient_terms(columns, decay=not decoupled),
        decoupled_decay(columns) if decoupled else None,
    )
    beta2 = columns.values("betas", 1)
    powers = columns.powers(beta2)
    beta1 = columns.values("betas", 0)[None] if columns.momenta is None else columns.momenta[:, None]
    rectified, rectification = _rectification(columns.numbers(), beta2, powers)
    corrections = 1 / (1 - columns.powers(beta1))
    scales = columns.table(np.where(rectified, rectification * np.sqrt(1 - powers), 1.0) * corrections)
    adaptive = rectified[:, 0].tolist()
    decay1 = columns.table(np.broadcast_to(beta1, corrections.shape))
    gains = columns.table(np.broadcast_to(1 - beta1, corrections.shape))
    fixed2, new2 = columns.constant(beta2), columns.constant(1 - beta2)
    eps = columns.constant(columns.values("eps"))
    mean, square, scratch = (columns.zeros() for _ in range(3))

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if shrink is not None:
            shrink(theta, lr, out)
        if terms is not None:
            terms(theta, gradient)
        np.multiply(mean, decay1[t], mean)
        np.add(mean, np.multiply(gradient, gains[t], scratch), mean)
        np.multiply(square, fixed2, square)
        np.multiply(gradient, gradient, scratch)
        np.add(square, np.multiply(scratch, new2, scratch), square)
        np.multiply(mean, scales[t], gradient)
        if adaptive[t]:
            np.add(np.sqrt(square, scratch), eps, scratch)
            np.divide(gradient, scratch, gradient)
        np.multiply(gradient, lr, gradient)
        np.subtract(theta if shrink is None else out, gradient, out)

    return State(update)


def _rectification(
    number: FloatArray, beta2: FloatArray, powers: FloatArray
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Whether rho_t > 5, and the factor r_t: each (T, 1)."""
    with np.errstate(all="ignore"):
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * number * powers / (1 - powers)
        factor = np.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
    return np.asarray(length > _RECTIFIED_FROM), np.asarray(factor, dtype=np.float64)


RADAM = Optimizer(
    "RAdam",
    1e-3,
    (
        Argument("betas", BETAS, (0.9, 0.999)),
        Argument("eps", NOT_NEGATIVE, 1e-8),
        Argument("weight_decay", NOT_NEGATIVE, 0.0),
        Argument("decoupled_weight_decay", boolean(), False),
        Argument("maximize", boolean(), False),
    ),
    _init,
    shape=lambda options: (
        options["weight_decay"] != 0,
        options["decoupled_weight_decay"],
        options["maximize"],
        options["betas"][1],
    ),
    momentum="betas",
    operations=20.0,
)
