"""A small fully connected network."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from simulator.core.arguments import Argument, Options, array, choice, integer, number, read_arguments, show
from simulator.core.datasets import Data, Rows
from simulator.core.errors import error_at
from simulator.core.limits import MAX_DIMENSION, MAX_SEED
from simulator.core.memory import aligned, empty
from simulator.core.objectives.base import (
    HELD_BY_PRODUCTS,
    FloatArray,
    Gradient,
    GradientAndLosses,
    Product,
    Room,
)
from simulator.core.objectives.curvature import HELD, network_products
from simulator.core.objectives.data import PENALTIES, BatchSlope, DataObjective
from simulator.core.objectives.layers import ACTIVATIONS, Backward, Forward, Layers, with_ones
from simulator.core.objectives.logistic import sigmoid, softplus

_MAX_LAYERS = 16
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
        Argument("activation", choice(*ACTIVATIONS), "tanh"),
        Argument("loss", choice("mse", "bce"), "mse"),
        *PENALTIES,
        Argument("init", _read_init, Options({"seed": 0, "gain": 1.0})),
    )
    varying = frozenset({"l2", "l1", "init"})
    own_start = True

    def __init__(self, options: Sequence[Options], rows: Rows) -> None:
        super().__init__(options, rows)
        first = options[0]
        self.layers = Layers(first["layers"], first["activation"])
        self.dim = self.layers.dim
        self.width = self.n * max(self.layers.units)
        self.binary = first["loss"] == "bce"
        self.threshold = 0.0 if self.binary else 0.5
        self.inputs = with_ones(rows.X.T)
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
        # Above a single hidden layer one unit hands nothing down: see layers._lowest_below_one_unit.
        down = columns + 1 if len(hidden) == 1 and outputs == 1 else sum(hidden)
        return rows * (sum(hidden) + len(hidden) + 3 * outputs + down)

    @classmethod
    def initial(cls, options: Options) -> FloatArray:
        """theta_0: W = gain / sqrt(fan_in) standard normal, layer by layer from one generator; b = 0."""
        return _initial(options["layers"], options["init"]["seed"], options["init"]["gain"])

    def bind(self, count: int) -> Gradient:
        both, unused = self.bind_with_losses(count), empty(count)
        return lambda theta, out: both(theta, out, unused)

    def bind_with_losses(self, count: int) -> GradientAndLosses:
        # Both need what the layers give, which is most of the work.
        backward, penalise = Backward(self.layers, count, self.n), self._penalising(count)

        def gradient(theta: FloatArray, out: FloatArray, losses: FloatArray) -> None:
            w, slope = theta.reshape(self.dim, count), out.reshape(self.dim, count)
            outputs = backward.forward(self.inputs, w)
            if self.binary:
                losses[:] = self._mean_losses(outputs)
                self._slopes_of_losses(outputs, self.targets)
            else:
                self._slopes_of_losses(outputs, self.targets)
                self._mean_squares(outputs, losses)
            backward(self.inputs, slope)
            if penalise is not None:
                losses[:] = self._penalised(losses[None], w[None])[0]
                penalise(w, slope)

        return gradient

    def _bind_batch_slope(self, count: int) -> BatchSlope:
        passes: dict[int, Backward] = {}  # by rows: the last minibatch of an epoch may have fewer
        slopes = empty(self.dim, count)

        def slope(X: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
            inputs = with_ones(X.mT)
            rows = inputs.shape[-1]
            if rows not in passes:
                passes[rows] = Backward(self.layers, count, rows)
            backward = passes[rows]
            self._slopes_of_losses(backward.forward(inputs, w[:, :, 0].T), y.mT)
            backward(inputs, slopes)
            return slopes.T[:, :, None]

        return slope

    def products(self, places: FloatArray) -> Product:
        without = network_products(self.layers, self.rows, places, binary=self.binary)
        return lambda v: without(v) + self.l2 * v

    @property
    def places_at_once(self) -> int:
        return max(1, HELD_BY_PRODUCTS // (HELD * self.n * sum(self.layers.units)))

    def hessian(self, theta: FloatArray) -> FloatArray:
        directions, step = np.eye(self.dim), self.places_at_once
        with np.errstate(all="ignore"):
            product = self.products(np.asarray(theta, dtype=np.float64)[None])
            parts = [product(directions[first : first + step]) for first in range(0, self.dim, step)]
        found = np.concatenate(parts)
        symmetric: FloatArray = (found + found.T) / 2
        return symmetric

    def _slopes_of_losses(self, outputs: FloatArray, targets: FloatArray) -> None:
        """Replace outputs (B, outputs, m) by the slope of each row's loss there."""
        if self.binary:
            sigmoid(outputs, outputs)
        np.subtract(outputs, targets, outputs)

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
        return Forward(self.layers, rows * count, self.n, room)(self.inputs, theta)


@lru_cache(maxsize=64)
def _initial(layers: tuple[int, ...], seed: int, gain: float) -> FloatArray:
    """Of a network; the runs of a scenario mostly begin alike."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts = []
    for fan_in, fan_out in pairwise(layers):
        parts.append((gain / np.sqrt(fan_in) * rng.standard_normal((fan_out, fan_in))).ravel())
        parts.append(np.zeros(fan_out))
    theta = np.concatenate(parts)
    theta.flags.writeable = False
    return theta
