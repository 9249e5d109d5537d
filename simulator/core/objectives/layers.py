"""Fully connected layers: many networks of one shape at once, forward and backward.

Each pass lays out its room and every view of it beforehand. A view that is made anew in each update takes as
long as a product of small matrices, and an update has a dozen of both.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.core.memory import empty
from simulator.core.objectives.base import FloatArray, Room, kept
from simulator.core.objectives.logistic import sigmoid

InPlace = Callable[[FloatArray], FloatArray]
LowestSlopes = Callable[[FloatArray], None]


class Activation(NamedTuple):
    """An activation and its derivatives, for whole arrays.

    `value(z)` and `slope(a)`, the derivative where the activation gives a, overwrite what they are given.
    `bend(a, slope)` is the second derivative there, None where it is 0 wherever there is one.
    """

    value: InPlace
    slope: InPlace
    bend: Callable[[FloatArray, FloatArray], FloatArray] | None


def _tanh_slope(a: FloatArray) -> FloatArray:
    np.multiply(a, a, a)
    return np.subtract(1.0, a, a)


def _sigmoid(z: FloatArray) -> FloatArray:
    np.copyto(z, sigmoid(z))
    return z


ACTIVATIONS = {
    "tanh": Activation(lambda z: np.tanh(z, z), _tanh_slope, lambda a, slope: -2 * a * slope),
    # Slope 0 at 0, as in PyTorch, and no curvature at its kink.
    "relu": Activation(lambda z: np.maximum(z, 0.0, out=z), lambda a: np.greater(a, 0.0, a), None),
    "sigmoid": Activation(
        _sigmoid, lambda a: np.multiply(a, 1.0 - a, a), lambda a, slope: (1 - 2 * a) * slope
    ),
}


class Layers:
    """The shape of a network: how many units each layer has, the inputs first, and the activation between.

    theta (D,) has per layer W (row-major), then b. Passes take each layer as one matrix instead, (fan_out,
    fan_in + 1) with b as its last column, and give a row of ones below what a layer gives to the next.
    """

    def __init__(self, units: Sequence[int], activation: str) -> None:
        self.units = tuple(units)
        self.activation = ACTIVATIONS[activation]
        self.order = self._order()
        self.place = np.argsort(self.order)

    @property
    def dim(self) -> int:
        return self.order.size

    def _order(self) -> NDArray[np.intp]:
        """Which parameter stands where when the bias of each unit follows its weights."""
        parts, begin = [], 0
        for fan_in, fan_out in pairwise(self.units):
            units = np.arange(begin, begin + fan_out * (fan_in + 1))
            split = fan_out * fan_in
            parts.append(np.hstack((units[:split].reshape(fan_out, fan_in), units[split:, None])).ravel())
            begin += units.size
        return np.concatenate(parts)

    def weights_and_biases(self, theta: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """Each layer's W (R, fan_out, fan_in) and b (R, 1, fan_out): views of theta (R, D)."""
        views, begin = [], 0
        for fan_in, fan_out in pairwise(self.units):
            middle = begin + fan_out * fan_in
            end = middle + fan_out
            views.append((theta[:, begin:middle].reshape(-1, fan_out, fan_in), theta[:, None, middle:end]))
            begin = end
        return views

    def matrices(self, columns: FloatArray) -> list[FloatArray]:
        """Each layer's matrix, (B, fan_out, fan_in + 1): views of (B, D)."""
        views, begin = [], 0
        for fan_in, fan_out in pairwise(self.units):
            end = begin + fan_out * (fan_in + 1)
            views.append(columns[:, begin:end].reshape(-1, fan_out, fan_in + 1))
            begin = end
        return views


class Forward:
    """What B networks give for m rows of data: `forward(inputs, theta)` is (B, outputs, m), always the same
    array, without an activation after the last layer.

    inputs (…, columns + 1, m) with a row of ones, theta (D, B). Its arrays are those of `room` (see kept).
    """

    def __init__(
        self, layers: Layers, count: int, rows: int, room: Room, outputs: FloatArray | None = None
    ) -> None:
        columns = kept(room, "weights", (count, layers.dim))
        *hidden, last = layers.units[1:]
        self.weights = layers.matrices(columns)
        self.given = [kept(room, ("given", at), (count, size + 1, rows)) for at, size in enumerate(hidden)]
        for given in self.given:
            given[:, -1] = 1.0  # for the biases of the next layer; activations and slopes leave it alone
        self.units = [given[:, :-1] for given in self.given]
        self.outputs = kept(room, "outputs", (count, last, rows)) if outputs is None else outputs
        self._columns, self._order, self._activate = columns.T, layers.order, layers.activation.value
        self._hidden = list(zip(self.weights[:-1], self.units, self.given, strict=True))

    def __call__(self, inputs: FloatArray, theta: FloatArray) -> FloatArray:
        self._columns[...] = theta[self._order]
        below = inputs
        for weights, units, given in self._hidden:
            self._activate(np.matmul(weights, below, units))
            below = given
        return np.matmul(self.weights[-1], below, self.outputs)


class Backward:
    """The gradients of B networks, each the mean over m rows of data.

    First `forward(inputs, theta)`; then what it gave is replaced by the slope of each row's loss there; then
    `backward(inputs, out)` writes the gradients into `out` (D, B), and overwrites what the layers gave.
    """

    def __init__(self, layers: Layers, count: int, rows: int) -> None:
        columns, *units = layers.units
        last, slope = len(units) - 1, layers.activation.slope
        found = empty(count, layers.dim)
        slopes = layers.matrices(found)
        weighted = empty(columns + 1, count, rows) if last > 0 and units[1] == 1 else None
        # By layer, the slopes of the losses at what it gives before its activation.
        errors = {at: empty(count, units[at], rows) for at in range(0 if weighted is None else 2, last + 1)}
        if weighted is not None:
            errors[1] = weighted[-1][:, None]
        self.forward = forward = Forward(layers, count, rows, {}, errors[last])
        self._steps: list[Callable[[], object]] = []
        for at in range(last, 0, -1):
            self._steps.append(partial(np.matmul, errors[at], forward.given[at - 1].mT, slopes[at]))
            if at - 1 in errors:
                weights, below = forward.weights[at][:, :, :-1], forward.units[at - 1]
                self._steps.append(_passing_down(weights, errors[at], slope, below, errors[at - 1]))
        self._lowest: LowestSlopes = (
            partial(_lowest_slopes, errors[0], slopes[0])
            if weighted is None
            else _lowest_below_one_unit(
                weighted, forward.weights[1][:, :, :-1], slope, forward.units[0], slopes[0]
            )
        )
        self._rows, self._place, self._found, self._columns = float(rows), layers.place, found, found.T

    def __call__(self, inputs: FloatArray, out: FloatArray) -> None:
        for step in self._steps:
            step()
        self._lowest(inputs)
        np.divide(self._found, self._rows, self._found)
        out[...] = self._columns[self._place]


def _passing_down(
    weights: FloatArray, errors: FloatArray, slope: InPlace, units: FloatArray, out: FloatArray
) -> Callable[[], None]:
    """What a layer hands to the one below: W' errors times the slope there; overwrites its `units`."""
    turned = weights.mT
    product = np.multiply if weights.shape[1] == 1 else np.matmul

    def pass_down() -> None:
        product(turned, errors, out)
        np.multiply(out, slope(units), out)

    return pass_down


def _lowest_slopes(errors: FloatArray, slopes: FloatArray, inputs: FloatArray) -> None:
    np.matmul(errors, inputs.mT, slopes)


def _lowest_below_one_unit(
    weighted: FloatArray, weights: FloatArray, slope: InPlace, units: FloatArray, slopes: FloatArray
) -> LowestSlopes:
    """The slopes of the lowest layer where one unit is above it, without handing that one's errors down.

    sum_m w_h e_m s'_hm x_m = w_h sum_m s'_hm (e_m x_m): errors go to the few inputs and weights to the few
    sums, where every unit of every row would be multiplied by both. `weighted` (columns + 1, B, m) is for the
    inputs times the errors, and has the errors in its last row, where inputs are 1. Overwrites `units`.
    """
    columns, errors = weighted[:-1], weighted[-1]
    rows_last, units_last = weighted.swapaxes(0, 1), units.mT
    sums, turned = empty(len(weights), len(weighted), weights.shape[2]), slopes.mT

    def lowest(inputs: FloatArray) -> None:
        np.multiply(_by_column(inputs), errors, columns)
        slope(units)
        np.multiply(np.matmul(rows_last, units_last, sums), weights, turned)

    return lowest


def _by_column(inputs: FloatArray) -> FloatArray:
    """Inputs (…, columns + 1, m) without their ones: (columns, B or 1, m)."""
    return inputs.reshape(-1, *inputs.shape[-2:])[:, :-1].swapaxes(0, 1)


def with_ones(inputs: FloatArray) -> FloatArray:
    """Inputs (…, columns, m) with a row of ones below."""
    *batch, columns, rows = inputs.shape
    result = empty(*batch, columns + 1, rows)
    result[..., :-1, :] = inputs
    result[..., -1, :] = 1.0
    return result
