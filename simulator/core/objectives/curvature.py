"""Curvature at many places: products of the Hessian with vectors, and the whole Hessian.

By central differences of the exact gradient, except for networks. The slope of a relu jumps where a row
passes the kink of a unit: among many rows and units some are always near one, and a difference across it is a
curvature of many times the true one. Networks are therefore differentiated a second time (Pearlmutter 1994,
"Fast exact multiplication by the Hessian"), with a relu's curvature of 0, as in PyTorch.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.core.objectives.base import FloatArray, Objective
from simulator.core.objectives.logistic import sigmoid
from simulator.core.objectives.mlp import Mlp

Product = Callable[[FloatArray], FloatArray]
Matrices = list[tuple[FloatArray, FloatArray]]  # W and b of each layer

_DIFFERENCE = 1e-5  # length of a difference of gradients, relative to the place
_HELD = 8  # arrays of the size of all units on all rows that a network's product holds
_NUMBERS = 4_000_000  # held for some products at once


def products_at(objective: Objective, places: FloatArray) -> Product:
    """v (R, D) -> H v (R, D), each row at its own place of the places (R, D), or all at the only one."""
    if isinstance(objective, Mlp):
        return _network_products(objective, places)
    length = _DIFFERENCE * np.maximum(1.0, np.sqrt((places * places).sum(axis=1)))[:, None]
    grad = objective.smooth().grad

    def product(v: FloatArray) -> FloatArray:
        curved: FloatArray = (grad(places + length * v) - grad(places - length * v)) / (2 * length)
        return curved

    return product


def places_at_once(objective: Objective) -> int:
    """At how many places products may be taken together, for the memory that they need."""
    if isinstance(objective, Mlp):
        return max(1, _NUMBERS // (_HELD * objective.n * sum(objective.layers.units)))
    rows = 1 if getattr(objective, "n", None) is None else objective.width
    return max(1, _NUMBERS // (2 * max(objective.dim, rows)))


def hessian_at(objective: Objective, place: FloatArray) -> FloatArray:
    """The Hessian (D, D) at a place (D,)."""
    if not isinstance(objective, Mlp):
        return objective.hessian(place)
    directions, rows = np.eye(objective.dim), places_at_once(objective)
    with np.errstate(all="ignore"):
        product = products_at(objective, place[None])
        parts = [product(directions[first : first + rows]) for first in range(0, objective.dim, rows)]
    found = np.concatenate(parts)
    symmetric: FloatArray = (found + found.T) / 2
    return symmetric


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


def _passes(network: Mlp, weights: Matrices) -> _Passes:
    activation, n = network.layers.activation, network.n
    given: list[FloatArray] = [network.rows.X[None]]
    slopes: list[FloatArray] = []
    for W, b in weights[:-1]:
        given.append(activation.value(given[-1] @ W.mT + b))
        slopes.append(activation.slope(given[-1].copy()))
    W, b = weights[-1]
    out = given[-1] @ W.mT + b
    if network.binary:
        label = sigmoid(out)
        errors, loss_bend = [(label - network.rows.y) / n], label * (1 - label) / n
    else:
        errors, loss_bend = [(out - network.rows.y) / n], np.full_like(out, 1 / n)
    bends: list[FloatArray | None] = []
    for (W, _), a, slope in zip(weights[:0:-1], given[:0:-1], slopes[::-1], strict=True):
        handed = errors[0] @ W
        bends.insert(0, None if activation.bend is None else handed * activation.bend(a, slope))
        errors.insert(0, np.multiply(handed, slope, handed))
    return _Passes(given, slopes, errors, bends, loss_bend)


def _network_products(network: Mlp, places: FloatArray) -> Product:
    """Of a network. In the names below, a is what a layer gives, z what the activation is taken of, and e
    the errors; a change along v is written with a d.
    """
    layers = network.layers
    weights = layers.weights_and_biases(places)
    given, slopes, errors, bends, loss_bend = _passes(network, weights)

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
        return np.concatenate(parts, axis=1) + network.l2 * v

    return product
