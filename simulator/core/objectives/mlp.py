"""A small fully connected network."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

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
    slope_knows_loss = True  # both need what the layers give, which is most of the work

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options, rows)
        first = options[0]
        self.layers: tuple[int, ...] = first["layers"]
        self.dim = self.dimension(first, None)
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
        both, unused = self.bind_with_losses(count), np.empty(count)
        return lambda theta, out: both(theta, out, unused)

    def bind_with_losses(self, count: int) -> GradientAndLosses:
        backward, penalise = self._backward(count), self._penalising(count)
        columns, slopes = empty(count, self.dim), empty(count, self.dim)

        def gradient(theta: FloatArray, out: FloatArray, losses: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            columns[...] = w.T
            backward(self.inputs, self.targets, columns, slopes, losses)
            slope[...] = slopes.T
            if penalise is not None:
                losses[:] = self._penalised(losses[None], w[None])[0]
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        backward, slopes = self._backward(count), empty(count, self.dim)

        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            inputs = _with_ones(X.mT)
            backward(inputs, y.mT, w[:, :, 0], slopes, None)
            return slopes[:, :, None]

        return slope

    def _backward(self, count: int) -> Backward:
        """`backward(inputs, targets, theta, out, losses)`: the gradient (B, D) and, into `losses` (B,) unless
        None, the mean losses, both without the penalty.

        inputs (…, columns + 1, m) with a row of ones, targets (…, outputs, m), theta (B, D).
        """
        room: Room = {}
        last = len(self.layers) - 2

        def backward(
            inputs: FloatArray,
            targets: FloatArray,
            theta: FloatArray,
            out: FloatArray,
            losses: FloatArray | None,
        ) -> None:
            rows = inputs.shape[-1]
            activations = self._forward(inputs, theta, room)
            delta = activations[-1]
            if losses is not None and self.binary:
                losses[:] = self._mean_losses(delta)
            if self.binary:
                sigmoid(delta, delta)
            np.subtract(delta, targets, delta)
            if losses is not None and not self.binary:
                losses[:] = self._mean_squares(delta)
            np.divide(delta, float(rows), delta)
            ones = _ones(rows)
            end = self.dim
            for layer in range(last, 0, -1):
                fan_in, fan_out = self.layers[layer], self.layers[layer + 1]
                start, bias = end - fan_out * (fan_in + 1), end - fan_out
                below = activations[layer - 1]
                out[:, start:bias] = np.matmul(delta, below.mT).reshape(count, -1)
                out[:, bias:end] = np.matmul(delta, ones)[:, :, 0]
                matrix, end = theta[:, start:bias].reshape(-1, fan_out, fan_in), start
                if layer == 1 and fan_out == 1:
                    self._first_below_one_unit(matrix, delta, below, inputs, out[:, :end], room)
                    return
                delta = self._passed_down(matrix, delta, below, kept(room, ("delta", layer), below.shape))
            self._set_first(np.matmul(delta, inputs.mT), out[:, :end])

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
        """The slopes `out` of the first layer where one unit is above it; overwrites `given` (B, h, m).

        sum_m w_h delta_m s'_hm x_m = w_h sum_m s'_hm (delta_m x_m): delta goes to the few inputs and w to the
        few sums, where every unit of every row would be multiplied by both.
        """
        weighted = kept(room, "weighted", (len(weights), *inputs.shape[-2:]))
        np.multiply(inputs, delta, weighted)
        sums = np.matmul(self.slope(given), weighted.mT)
        np.multiply(sums, weights.mT, sums)
        self._set_first(sums, out)

    def _set_first(self, slopes: FloatArray, out: FloatArray) -> None:
        """Write slopes (B, fan_out, columns + 1) of the first layer, the bias last, into `out`."""
        fan_out = self.layers[1]
        out[:, :-fan_out] = slopes[:, :, :-1].reshape(len(out), -1)
        out[:, -fan_out:] = slopes[:, :, -1]

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

    def _forward(self, inputs: FloatArray, theta: FloatArray, room: Room) -> list[FloatArray]:
        """What each layer gives, (B, fan_out, m); the last one without activation.

        The bias of the first layer is the weight of the inputs' row of ones.
        """
        given, results, at = inputs, [], 0
        last = len(self.layers) - 2
        for layer, (fan_in, fan_out) in enumerate(pairwise(self.layers)):
            matrix = theta[:, at : at + fan_out * fan_in].reshape(-1, fan_out, fan_in)
            at += fan_out * fan_in
            bias = theta[:, at : at + fan_out, None]
            at += fan_out
            out = kept(room, ("layer", layer), (len(theta), fan_out, inputs.shape[-1]))
            if layer:
                np.add(np.matmul(matrix, given, out), bias, out)
            else:
                np.matmul(np.concatenate((matrix, bias), axis=2), given, out)
            if layer < last:
                self.activation(out)
            given = out
            results.append(out)
        return results

    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        rows, _, count = states.shape
        out = self._outputs(states, room)
        if self.binary:
            means = self._mean_losses(out)
        else:
            means = self._mean_squares(np.subtract(out, self.targets, out))
        return self._penalised(means.reshape(rows, count), states)

    def _mean_losses(self, out: FloatArray) -> FloatArray:
        """Means (B,) of the losses of bce at outputs (B, outputs, n)."""
        terms = (softplus(out) - self.targets * out).reshape(len(out), 1, -1)
        means: FloatArray = np.matmul(terms, np.full((self.targets.size, 1), 1 / self.n))[:, 0, 0]
        return means

    def _mean_squares(self, errors: FloatArray) -> FloatArray:
        """Halves of the mean squared errors (B, outputs, n): (B,)."""
        flat = errors.reshape(len(errors), 1, -1)
        means: FloatArray = (np.matmul(flat, flat.mT) / (2 * self.n))[:, 0, 0]
        return means

    def _outputs(self, states: FloatArray, room: Room) -> FloatArray:
        rows, dim, count = states.shape
        theta = np.ascontiguousarray(states.transpose(0, 2, 1)).reshape(rows * count, dim)
        return self._forward(self.inputs, theta, room)[-1]


@lru_cache(maxsize=16)
def _ones(rows: int) -> FloatArray:
    """A column of ones, not to be written to."""
    return np.ones((rows, 1))


def _with_ones(inputs: FloatArray) -> FloatArray:
    """Inputs (…, columns, m) with a row of ones below."""
    *batch, columns, rows = inputs.shape
    result = empty(*batch, columns + 1, rows)
    result[..., :-1, :] = inputs
    result[..., -1, :] = 1.0
    return result
