"""A small fully connected network."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from simulator.core.arguments import Argument, Options, array, choice, integer, number, read_arguments, show
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.limits import MAX_DIMENSION, MAX_SEED
from simulator.core.objectives.base import FloatArray, Gradient, Room, kept
from simulator.core.objectives.data import PENALTIES, BatchSlope, DataObjective
from simulator.core.objectives.logistic import sigmoid, softplus

_MAX_LAYERS = 16


Backward = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], None]


def _tanh_slope(a: FloatArray) -> FloatArray:
    np.multiply(a, a, a)
    return np.subtract(1.0, a, a)


def _sigmoid(z: FloatArray) -> FloatArray:
    np.copyto(z, sigmoid(z))
    return z


def _sigmoid_slope(a: FloatArray) -> FloatArray:
    return np.multiply(a, 1.0 - a, a)


# Each activation, and its derivative as a function of the activation; both in place. relu has slope 0 at 0.
_ACTIVATIONS: dict[str, tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]] = {
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
        self.width = self.n * max(self.layers)
        self.activation, self.slope = _ACTIVATIONS[first["activation"]]
        self.binary = first["loss"] == "bce"
        self.threshold = 0.0 if self.binary else 0.5
        self.inputs = np.ascontiguousarray(rows.X.T)
        self.targets = np.ascontiguousarray(rows.y.T)

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
        backward, penalise = self._backward(count), self._penalising(count)
        columns, slopes = np.empty((count, self.dim)), np.empty((count, self.dim))

        def gradient(theta: FloatArray, out: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            columns[...] = w.T
            backward(self.inputs, self.targets, columns, slopes)
            slope[...] = slopes.T
            if penalise is not None:
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        backward, slopes = self._backward(count), np.empty((count, self.dim))

        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            backward(np.swapaxes(X, -1, -2), np.swapaxes(y, -1, -2), w[:, :, 0], slopes)
            return slopes[:, :, None]

        return slope

    def _backward(self, count: int) -> Backward:
        """`backward(inputs, targets, theta, out)`: the gradient (B, D) without the L2 term.

        inputs (…, columns, m), targets (…, outputs, m), theta (B, D).
        """
        room: Room = {}

        def backward(inputs: FloatArray, targets: FloatArray, theta: FloatArray, out: FloatArray) -> None:
            rows = inputs.shape[-1]
            activations = self._forward(inputs, theta, room)
            delta = activations[-1]
            if self.binary:
                delta = sigmoid(delta)
            np.subtract(delta, targets, delta)
            np.divide(delta, float(rows), delta)
            ones = np.ones((rows, 1))
            end = self.dim
            for layer in range(len(self.layers) - 2, -1, -1):
                fan_in, fan_out = self.layers[layer], self.layers[layer + 1]
                start, bias = end - fan_out * (fan_in + 1), end - fan_out
                below = inputs if layer == 0 else activations[layer - 1]
                out[:, start:bias] = np.matmul(delta, np.swapaxes(below, -1, -2)).reshape(count, -1)
                out[:, bias:end] = np.matmul(delta, ones)[:, :, 0]
                if layer:
                    matrix = theta[:, start:bias].reshape(-1, fan_out, fan_in)
                    room_below = kept(room, ("delta", layer), below.shape)
                    delta = self._passed_down(matrix, delta, below, room_below)
                end = start

        return backward

    def _passed_down(
        self, matrix: FloatArray, delta: FloatArray, below: FloatArray, out: FloatArray
    ) -> FloatArray:
        """What a layer hands to the one below: W' delta times the slope there; overwrites `below`."""
        transposed = np.swapaxes(matrix, -1, -2)
        if matrix.shape[1] == 1:
            np.multiply(transposed, delta, out)
        else:
            np.matmul(transposed, delta, out)
        np.multiply(out, self.slope(below), out)
        return out

    def _forward(self, inputs: FloatArray, theta: FloatArray, room: Room) -> list[FloatArray]:
        """What each layer gives, (B, fan_out, m); the last one without activation."""
        given, results, at = inputs, [], 0
        last = len(self.layers) - 2
        for layer, (fan_in, fan_out) in enumerate(pairwise(self.layers)):
            matrix = theta[:, at : at + fan_out * fan_in].reshape(-1, fan_out, fan_in)
            at += fan_out * fan_in
            out = kept(room, ("layer", layer), (len(theta), fan_out, inputs.shape[-1]))
            given = np.matmul(matrix, given, out)
            np.add(given, theta[:, at : at + fan_out, None], given)
            at += fan_out
            if layer < last:
                self.activation(given)
            results.append(given)
        return results

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, _, count = states.shape
        out = self._outputs(states, room)
        size = self.targets.size
        if self.binary:
            terms = (softplus(out) - self.targets * out).reshape(-1, 1, size)
            totals = np.matmul(terms, np.full((size, 1), 1 / self.n))
        else:
            errors = np.subtract(out, self.targets, out).reshape(-1, 1, size)
            totals = np.matmul(errors, np.swapaxes(errors, -1, -2)) / (2 * self.n)
        return self._penalised(totals.reshape(rows, count), states)

    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        theta = np.ascontiguousarray(states.transpose(0, 2, 1)).reshape(rows * count, dim)
        return self._forward(self.inputs, theta, room)[-1]
