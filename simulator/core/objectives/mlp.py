"""A small fully connected network."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, array, choice, integer, number, read_arguments, show
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.limits import MAX_DIMENSION, MAX_SEED
from simulator.core.memory import aligned, empty
from simulator.core.objectives.base import FloatArray, Gradient, GradientAndLosses, Room, kept
from simulator.core.objectives.data import PENALTIES, BatchSlope, DataObjective
from simulator.core.objectives.logistic import sigmoid, softplus

_MAX_LAYERS = 16


Backward = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray | None], None]
InPlace = Callable[[FloatArray], FloatArray]


def _tanh_slope(a: FloatArray) -> FloatArray:
    np.multiply(a, a, a)
    return np.subtract(1.0, a, a)


def _sigmoid(z: FloatArray) -> FloatArray:
    np.copyto(z, sigmoid(z))
    return z


def _sigmoid_slope(a: FloatArray) -> FloatArray:
    return np.multiply(a, 1.0 - a, a)


# Each activation, and its derivative as a function of the activation; both in place. relu has slope 0 at 0.
_ACTIVATIONS: dict[str, tuple[InPlace, InPlace]] = {
    "tanh": (lambda z: np.tanh(z, z), _tanh_slope),
    "relu": (lambda z: np.maximum(z, 0.0, out=z), lambda a: np.greater(a, 0.0, a)),
    "sigmoid": (_sigmoid, _sigmoid_slope),
}
_INIT = (Argument("seed", integer(at_least=0, at_most=MAX_SEED), 0), Argument("gain", number(), 1.0))


def _read_init(value: object, path: str) -> Options:
    if not isinstance(value, dict):
        raise error_at(
            path, "bad_value", f'must be an object such as {{"seed": 0, "gain": 1}}, not {show(value)}.'
        )
    return read_arguments(value, _INIT, path, skip=())


class Mlp(DataObjective):
    """Fully connected layers with an activation between them; theta is flat: per layer W (row-major), then b.

    The loss is 1/(2n) sum |out - y|^2 (mse) or the mean of softplus(out) - y out (bce), + l2/2 |theta|^2
    + l1 sum |theta_i|.
    """

    name = "mlp"
    arguments = (
        Argument(
            "layers", array(integer(at_least=1, at_most=MAX_DIMENSION), at_least=2, at_most=_MAX_LAYERS)
        ),
        Argument("activation", choice(*_ACTIVATIONS), "tanh"),
        Argument("loss", choice("mse", "bce"), "mse"),
        *PENALTIES,
        Argument("init", _read_init, Options({"seed": 0, "gain": 1.0})),
    )
    varying = frozenset({"l2", "l1", "init"})
    own_start = True

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options, rows)
        first = options[0]
        self.layers: tuple[int, ...] = first["layers"]
        self.dim = self.dimension(first, None)
        self.order = self._order()
        self.place = np.argsort(self.order)
        self.width = self.n * max(self.layers)
        self.activation, self.slope = _ACTIVATIONS[first["activation"]]
        self.binary = first["loss"] == "bce"
        self.threshold = 0.0 if self.binary else 0.5
        self.inputs = _with_ones(rows.X.T)
        self.targets = aligned(rows.y.T)

    @classmethod
    def check_data(cls, options: Options, data: Data, path: str) -> None:
        layers = options["layers"]
        for index, wanted, what in (
            (0, data.columns, "columns of X"),
            (-1, data.outputs, "numbers of y a row"),
        ):
            if layers[index] != wanted:
                place = index % len(layers)
                raise error_at(
                    f"{path}.layers[{place}]", "bad_value", f"must be {wanted}, as many as there are {what}."
                )
        if options["loss"] == "bce" and not data.binary:
            raise error_at("data", "bad_value", "must have labels y between 0 and 1 for the bce loss.")

    @classmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        total: int = sum(fan_out * (fan_in + 1) for fan_in, fan_out in pairwise(options["layers"]))
        return total

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        units: int = sum(options["layers"][1:])
        return (1.2 * dim + 6.0 * units) * rows

    @classmethod
    def batch_operations(cls, options: Options, dim: int, rows: int) -> float:
        return cls.operations(options, dim, rows)

    @classmethod
    def update_calls(cls, options: Options) -> int:
        return 25_000 * (len(options["layers"]) - 1)

    @classmethod
    def held(cls, options: Options, rows: int) -> int:
        """What each layer gives and is handed down, or the inputs times the errors of a single unit."""
        layers: tuple[int, ...] = options["layers"]
        columns, *hidden, outputs = layers
        # Above a single hidden layer one unit hands nothing down: see _first_below_one_unit.
        down = columns + 1 if len(hidden) == 1 and outputs == 1 else sum(hidden)
        return rows * (sum(hidden) + len(hidden) + 3 * outputs + down)

    @classmethod
    def initial(cls, options: Options) -> FloatArray:
        """theta_0: W = gain / sqrt(fan_in) standard normal, layer by layer from one generator; b = 0."""
        rng = np.random.Generator(np.random.PCG64(options["init"]["seed"]))
        parts = []
        for fan_in, fan_out in pairwise(options["layers"]):
            parts.append(
                (options["init"]["gain"] / np.sqrt(fan_in) * rng.standard_normal((fan_out, fan_in))).ravel()
            )
            parts.append(np.zeros(fan_out))
        return np.concatenate(parts)

    def bind(self, count: int) -> Gradient:
        both, unused = self.bind_with_losses(count), empty(count)
        return lambda theta, out: both(theta, out, unused)

    def bind_with_losses(self, count: int) -> GradientAndLosses:
        # Both need what the layers give, which is most of the work.
        backward, penalise = self._backward(count), self._penalising(count)

        def gradient(theta: FloatArray, out: FloatArray, losses: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            backward(self.inputs, self.targets, w, slope, losses)
            if penalise is not None:
                losses[:] = self._penalised(losses[None], w[None])[0]
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        backward, slopes = self._backward(count), empty(self.dim, count)

        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            backward(_with_ones(X.mT), y.mT, w[:, :, 0].T, slopes, None)
            return slopes.T[:, :, None]

        return slope

    def _backward(self, count: int) -> Backward:
        """`backward(inputs, targets, theta, out, losses)`: the gradient (D, B) into `out` and, into `losses`
        (B,) unless None, the mean losses, both without the penalty.

        inputs (…, columns + 1, m) with a row of ones, targets (…, outputs, m), theta (D, B).
        """
        room: Room = {}
        found = empty(count, self.dim)
        slopes = self._matrices(found)

        def backward(
            inputs: FloatArray,
            targets: FloatArray,
            theta: FloatArray,
            out: FloatArray,
            losses: FloatArray | None,
        ) -> None:
            weights = self._weights(theta, room)
            given = self._forward(inputs, weights, room)
            delta = given[-1]
            if losses is not None and self.binary:
                losses[:] = self._mean_losses(delta)
            if self.binary:
                sigmoid(delta, delta)
            np.subtract(delta, targets, delta)
            if losses is not None and not self.binary:
                self._mean_squares(delta, losses)
            for layer in range(len(weights) - 1, 0, -1):
                below = given[layer - 1]
                np.matmul(delta, below.mT, slopes[layer])
                matrix = weights[layer][:, :, :-1]
                if layer == 1 and self.layers[2] == 1:
                    self._first_below_one_unit(matrix, delta, below, inputs, slopes[0], room)
                    break
                units = below[:, :-1]
                delta = self._passed_down(matrix, delta, units, kept(room, ("delta", layer), units.shape))
            else:
                np.matmul(delta, inputs.mT, slopes[0])
            np.divide(found, float(inputs.shape[-1]), found)
            out[...] = found.T[self.place]

        return backward

    def _first_below_one_unit(
        self,
        weights: FloatArray,
        delta: FloatArray,
        given: FloatArray,
        inputs: FloatArray,
        out: FloatArray,
        room: Room,
    ) -> None:
        """The slopes `out` of the first layer where one unit is above it; overwrites what it has `given`.

        sum_m w_h delta_m s'_hm x_m = w_h sum_m s'_hm (delta_m x_m): delta goes to the few inputs and w to the
        few sums, where every unit of every row would be multiplied by both.
        """
        weighted = np.multiply(inputs, delta, kept(room, "weighted", (len(weights), *inputs.shape[-2:])))
        np.multiply(np.matmul(self.slope(given[:, :-1]), weighted.mT), weights.mT, out)

    def _passed_down(
        self, matrix: FloatArray, delta: FloatArray, below: FloatArray, out: FloatArray
    ) -> FloatArray:
        """What a layer hands to the one below: W' delta times the slope there; overwrites `below`."""
        transposed = matrix.mT
        if matrix.shape[1] == 1:
            np.multiply(transposed, delta, out)
        else:
            np.matmul(transposed, delta, out)
        np.multiply(out, self.slope(below), out)
        return out

    def _order(self) -> NDArray[np.intp]:
        """Which parameter stands where when the bias of each unit follows its weights."""
        parts, begin = [], 0
        for fan_in, fan_out in pairwise(self.layers):
            units = np.arange(begin, begin + fan_out * (fan_in + 1))
            split = fan_out * fan_in
            parts.append(np.hstack((units[:split].reshape(fan_out, fan_in), units[split:, None])).ravel())
            begin += units.size
        return np.concatenate(parts)

    def _matrices(self, columns: FloatArray) -> list[FloatArray]:
        """Each layer's W with its bias as the last column, (B, fan_out, fan_in + 1): views of (B, D)."""
        views, begin = [], 0
        for fan_in, fan_out in pairwise(self.layers):
            end = begin + fan_out * (fan_in + 1)
            views.append(columns[:, begin:end].reshape(-1, fan_out, fan_in + 1))
            begin = end
        return views

    def _weights(self, theta: FloatArray, room: Room) -> list[FloatArray]:
        """The matrices (see _matrices) of theta (D, B)."""
        columns = kept(room, "weights", theta.shape[::-1])
        columns[...] = theta[self.order].T
        return self._matrices(columns)

    def _forward(self, inputs: FloatArray, weights: list[FloatArray], room: Room) -> list[FloatArray]:
        """What each layer gives: (B, fan_out + 1, m) with a row of ones below, for the bias of the next;
        the last one (B, fan_out, m), without activation."""
        given, results = inputs, []
        for layer, both in enumerate(weights[:-1]):
            count, fan_out, _ = both.shape
            result = self._layer(layer, count, fan_out, inputs.shape[-1], room)
            self.activation(np.matmul(both, given, result[:, :-1]))
            given = result
            results.append(result)
        shape = (*weights[-1].shape[:2], inputs.shape[-1])
        results.append(np.matmul(weights[-1], given, kept(room, "outputs", shape)))
        return results

    @staticmethod
    def _layer(layer: int, count: int, units: int, rows: int, room: Room) -> FloatArray:
        """Room for what a hidden layer gives, its row of ones laid out once: slopes leave it as it is."""
        key = (layer, count, rows)
        if key not in room:
            room[key] = empty(count, units + 1, rows)
            room[key][:, -1] = 1.0
        return room[key]

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, _, count = states.shape
        out = self._outputs(states, room)
        if self.binary:
            means = self._mean_losses(out)
        else:
            means = self._mean_squares(np.subtract(out, self.targets, out), np.empty(rows * count))
        return self._penalised(means.reshape(rows, count), states)

    def _mean_losses(self, out: FloatArray) -> FloatArray:
        """Means (B,) of the losses of bce at outputs (B, outputs, n)."""
        terms = (softplus(out) - self.targets * out).reshape(len(out), 1, -1)
        means: FloatArray = np.matmul(terms, np.full((self.targets.size, 1), 1 / self.n))[:, 0, 0]
        return means

    def _mean_squares(self, errors: FloatArray, out: FloatArray) -> FloatArray:
        """Halves of the mean squared errors (B, outputs, n), into `out` (B,)."""
        flat = errors.reshape(len(errors), -1)
        return np.divide(np.vecdot(flat, flat, out), 2.0 * self.n, out)

    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        theta = np.ascontiguousarray(states.transpose(1, 0, 2)).reshape(dim, rows * count)
        return self._forward(self.inputs, self._weights(theta, room), room)[-1]


def _with_ones(inputs: FloatArray) -> FloatArray:
    """Inputs (…, columns, m) with a row of ones below."""
    *batch, columns, rows = inputs.shape
    result = empty(*batch, columns + 1, rows)
    result[..., :-1, :] = inputs
    result[..., -1, :] = 1.0
    return result
