"""Adam (Kingma & Ba, 2015) and AdamW (Loshchilov & Hutter, 2019), with AMSGrad (Reddi et al., 2018)."""

import numpy as np

from simulator.core.arguments import Argument, Options, boolean
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
    """The moments are kept divided by (1 - beta), which saves two multiplications a step.

    With m' = m / (1 - beta1) and v' = v / (1 - beta2), the step of Kingma & Ba's algorithm 1 is
    lr c_t m' / (sqrt(v') + e_t), c_t = (1 - beta1) sqrt(1 - beta2^t) / (sqrt(1 - beta2) (1 - beta1^t)),
    e_t = eps sqrt((1 - beta2^t) / (1 - beta2)). A cycled beta1 leaves m undivided.
    """
    decoupled = bool(columns.options[0]["decoupled_weight_decay"])
    terms, shrink = (
        gradient_terms(columns, decay=not decoupled),
        decoupled_decay(columns) if decoupled else None,
    )
    beta2 = columns.values("betas", 1)
    root = np.sqrt((1 - columns.powers(beta2)) / (1 - beta2))
    floors = columns.table(columns.values("eps") * root)
    cycled = columns.momenta is not None
    beta1 = columns.values("betas", 0) if columns.momenta is None else columns.momenta[:, None]
    scales = columns.table((1.0 if cycled else 1 - beta1) * root / (1 - columns.powers(beta1)))
    decay1 = columns.table(beta1) if cycled else None
    gains = columns.table(1 - beta1) if cycled else None
    fixed1, fixed2 = columns.constant(beta1[:1] if cycled else beta1), columns.constant(beta2)
    mean, square, scratch = (columns.zeros() for _ in range(3))
    largest = columns.zeros() if columns.options[0]["amsgrad"] else None

    def update(t: int, theta: FloatArray, gradient: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        if shrink is not None:
            shrink(theta, lr, out)
        if terms is not None:
            terms(theta, gradient)
        if decay1 is None or gains is None:
            np.multiply(mean, fixed1, mean)
            np.add(mean, gradient, mean)
        else:
            np.multiply(mean, decay1[t], mean)
            np.add(mean, np.multiply(gradient, gains[t], scratch), mean)
        np.multiply(square, fixed2, square)
        np.multiply(gradient, gradient, gradient)
        np.add(square, gradient, square)
        np.sqrt(square if largest is None else np.maximum(largest, square, out=largest), scratch)
        np.add(scratch, floors[t], scratch)
        np.divide(mean, scratch, scratch)
        np.multiply(scratch, lr, scratch)
        np.multiply(scratch, scales[t], scratch)
        np.subtract(theta if shrink is None else out, scratch, out)

    return State(update)


def _shape(options: Options) -> tuple[object, ...]:
    return (
        options["weight_decay"] != 0,
        options["decoupled_weight_decay"],
        options["amsgrad"],
        options["maximize"],
    )


def _arguments(weight_decay: float) -> tuple[Argument, ...]:
    return (
        Argument("betas", BETAS, (0.9, 0.999)),
        Argument("eps", NOT_NEGATIVE, 1e-8),
        Argument("weight_decay", NOT_NEGATIVE, weight_decay),
        Argument("amsgrad", boolean(), False),
        Argument("maximize", boolean(), False),
    )


def _init_adamw(columns: Columns) -> State:
    decoupled = [Options({**options, "decoupled_weight_decay": True}) for options in columns.options]
    return _init(Columns(decoupled, columns.dim, columns.count, columns.steps, columns.momenta))


ADAM = Optimizer(
    "Adam",
    1e-3,
    (*_arguments(0.0), Argument("decoupled_weight_decay", boolean(), False)),
    _init,
    shape=_shape,
    momentum="betas",
    operations=16.0,
)
ADAMW = Optimizer(
    "AdamW",
    1e-3,
    _arguments(1e-2),
    _init_adamw,
    shape=lambda options: _shape(Options({**options, "decoupled_weight_decay": True})),
    momentum="betas",
    operations=19.0,
)
