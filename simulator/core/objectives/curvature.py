"""The curvature of networks, differentiated a second time.

The slope of a relu jumps where a row passes the kink of a unit: among many rows and units some are always
near one, and a difference of gradients across it is a curvature of many times the true one. So products of
the Hessian with vectors are worked out exactly here (Pearlmutter 1994, "Fast exact multiplication by the
Hessian"), with a relu's curvature of 0, as in PyTorch.
"""

from typing import NamedTuple

import numpy as np

from simulator.core.datasets import Rows
from simulator.core.objectives.base import FloatArray, Product
from simulator.core.objectives.layers import Layers
from simulator.core.objectives.logistic import sigmoid

Matrices = list[tuple[FloatArray, FloatArray]]  # W and b of each layer
HELD = 8  # arrays of the size of all units on all rows that a product holds


class _Passes(NamedTuple):
    """What the passes of a network at some places give, whatever the direction of a product.

    By layer: what is `given` to it (R, n, units), the `slopes` s' of the activation, the `errors`, which are
    the slopes of the loss by what the activation is taken of, and the `bends`, s'' times W' errors of the
    layer above. `loss_bend` is the second derivative of the loss by the outputs.
    """

    given: list[FloatArray]
    slopes: list[FloatArray]
    errors: list[FloatArray]
    bends: list[FloatArray | None]
    loss_bend: FloatArray


def _passes(layers: Layers, weights: Matrices, rows: Rows, *, binary: bool) -> _Passes:
    activation, n = layers.activation, len(rows.X)
    given: list[FloatArray] = [rows.X[None]]
    slopes: list[FloatArray] = []
    for W, b in weights[:-1]:
        given.append(activation.value(given[-1] @ W.mT + b))
        slopes.append(activation.slope(given[-1].copy()))
    W, b = weights[-1]
    out = given[-1] @ W.mT + b
    if binary:
        label = sigmoid(out)
        errors, loss_bend = [(label - rows.y) / n], label * (1 - label) / n
    else:
        errors, loss_bend = [(out - rows.y) / n], np.full_like(out, 1 / n)
    bends: list[FloatArray | None] = []
    for (W, _), a, slope in zip(weights[:0:-1], given[:0:-1], slopes[::-1], strict=True):
        handed = errors[0] @ W
        bends.insert(0, None if activation.bend is None else handed * activation.bend(a, slope))
        errors.insert(0, np.multiply(handed, slope, handed))
    return _Passes(given, slopes, errors, bends, loss_bend)


def network_products(layers: Layers, rows: Rows, places: FloatArray, *, binary: bool) -> Product:
    """Products with the Hessian of the mean loss over the rows, without a penalty: see Objective.products.

    In the names below, a is what a layer gives, z what the activation is taken of, and e the errors; a change
    along v is written with a d.
    """
    weights = layers.weights_and_biases(places)
    given, slopes, errors, bends, loss_bend = _passes(layers, weights, rows, binary=binary)

    def product(v: FloatArray) -> FloatArray:
        changes = layers.weights_and_biases(v)
        da: FloatArray | None = None
        dz: list[FloatArray] = []
        das: list[FloatArray | None] = []
        for layer, ((W, _), (V, c)) in enumerate(zip(weights, changes, strict=True)):
            das.append(da)
            through = given[layer] @ V.mT
            through += c
            if da is not None:
                through += da @ W.mT
            dz.append(through)
            if layer < len(slopes):
                da = slopes[layer] * through
        de = loss_bend * dz[-1]
        parts: list[FloatArray] = []
        for layer in range(len(weights) - 1, -1, -1):
            (W, _), (V, _), below = weights[layer], changes[layer], das[layer]
            slope_of_W = de.mT @ given[layer]
            if below is not None:
                slope_of_W += errors[layer].mT @ below
            parts[:0] = [slope_of_W.reshape(len(v), -1), de.sum(axis=1)]
            if layer:
                bend = bends[layer - 1]
                de = de @ W
                de += errors[layer] @ V
                de *= slopes[layer - 1]
                if bend is not None:
                    de += np.multiply(bend, dz[layer - 1], dz[layer - 1])
        return np.concatenate(parts, axis=1)

    return product
