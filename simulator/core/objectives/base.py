"""What every objective offers: losses and gradients of many points at once, the same bits alone or in a
batch.

States are held coordinate-major: theta of B runs is a (D, B) array, flat as (D*B,) inside the training loop,
so that elementwise arithmetic runs over contiguous memory. Sums over coordinates are taken in a fixed order,
one coordinate after the other; NumPy's own reductions pick an order by memory layout, and a run would then
differ in its last bits between alone and in a batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options
from simulator.core.datasets import Data
from simulator.core.memory import aligned, empty

FloatArray = NDArray[np.float64]
Gradient = Callable[[FloatArray, FloatArray], None]
GradientAndLosses = Callable[[FloatArray, FloatArray, FloatArray], None]
Room = dict[Hashable, FloatArray]
Product = Callable[[FloatArray], FloatArray]

_DIFFERENCE = 1e-5  # length of a difference of gradients, relative to the place
HELD_BY_PRODUCTS = 4_000_000  # numbers, for all products taken together


class Objective(ABC):
    """A function of theta in R^D, for one set of options or for one per run.

    `options` has one entry, or one per column (run) of the batch; those entries may differ in the values that
    `varying` names and in nothing else.
    """

    name: ClassVar[str]
    arguments: ClassVar[tuple[Argument, ...]] = ()
    varying: ClassVar[frozenset[str]] = frozenset()
    needs_data: ClassVar[bool] = False
    own_start: ClassVar[bool] = False  # whether `start` may be null, for an initialisation of its own
    dim: int
    block: ClassVar[int] = 1 << 14  # numbers of an intermediate array of `losses`: small enough for the cache
    width: int = 1  # numbers that the loss of one point needs beyond theta itself

    def __init__(self, options: Sequence[Options]) -> None:
        self.options = tuple(options)

    @classmethod  # noqa: B027 - most kinds have nothing to check
    def check(cls, options: Options, path: str) -> None:
        """Raise ScenarioError where options that are fine one by one do not fit together."""

    @classmethod  # noqa: B027 - as above
    def check_data(cls, options: Options, data: Data, path: str) -> None:
        """Raise ScenarioError where the options do not fit the data."""

    @classmethod
    @abstractmethod
    def dimension(cls, options: Options, columns: int | None) -> int:
        """D, from the options and, for a data objective, the number of columns of X. Nothing is allocated."""

    @abstractmethod
    def bind(self, count: int) -> Gradient:
        """A function `gradient(theta, out)` for `count` columns; both are flat (D*count,)."""

    def bind_with_losses(self, count: int) -> GradientAndLosses | None:
        """As `bind`: `gradient(theta, out, losses)` writes the losses (B,) too, with the bits of `losses`.

        None where to find both together would save little.
        """
        return None

    @abstractmethod
    def _losses(self, states: FloatArray, room: Room) -> FloatArray:
        """Losses (R, B) of states (R, D, B). `room` is kept between the blocks of one history (see kept)."""

    @classmethod
    def initial(cls, options: Options) -> FloatArray | None:
        """theta_0 (D,) of the objective's own, where `own_start` allows a start of null; else None."""
        return None

    @classmethod
    def operations(cls, options: Options, dim: int, rows: int) -> float:
        """Operations of one gradient at one point (see cost.py); `rows` is how many rows of data it uses."""
        return 4.0 * dim

    @classmethod
    def batch_operations(cls, options: Options, dim: int, rows: int) -> float:
        """Operations of one gradient at one point on a minibatch of `rows` rows."""
        return cls.operations(options, dim, rows)

    @classmethod
    def update_calls(cls, options: Options) -> int:
        """What the calls of one gradient cost beyond those of a plain one, in operations, for few runs."""
        return 0

    @classmethod
    def held(cls, options: Options, rows: int) -> int:
        """Numbers that the intermediate arrays of one gradient or loss at one point hold at the same time,
        beyond some of the size of theta; so many rows of data are used."""
        return 0

    def losses(self, states: FloatArray, out: FloatArray | None = None) -> FloatArray:
        """Losses (R, B) of states (R, D, B), in blocks that bound the memory of intermediate arrays."""
        rows, dim, count = states.shape
        out = np.empty((rows, count)) if out is None else out
        room: Room = {}
        step = max(1, self.block // (count * max(dim, self.width)))
        for first in range(0, rows, step):
            self._write_losses(states[first : first + step], out[first : first + step], room)
        return out

    def _write_losses(self, states: FloatArray, out: FloatArray, room: Room) -> None:
        """As `_losses`, into `out` (R, B): for kinds that need no array of their own for the result."""
        out[...] = self._losses(states, room)

    def loss(self, theta: FloatArray) -> FloatArray:
        """Loss of each point: theta (..., D) -> (...)."""
        points = np.asarray(theta, dtype=np.float64)
        states = np.ascontiguousarray(points.reshape(-1, self.dim).T)[None]
        with np.errstate(all="ignore"):
            losses: FloatArray = self.losses(states)[0].reshape(points.shape[:-1])
        return losses

    def grad(self, theta: FloatArray) -> FloatArray:
        """Gradient at each point: theta (..., D) -> (..., D)."""
        points = np.asarray(theta, dtype=np.float64)
        states = np.ascontiguousarray(points.reshape(-1, self.dim).T)
        out = np.empty_like(states)
        with np.errstate(all="ignore"):
            self.bind(states.shape[1])(states.ravel(), out.ravel())
        return np.ascontiguousarray(out.T).reshape(points.shape)

    def curvature_bounds(self) -> tuple[float, float] | None:
        """Smallest and largest eigenvalue of the Hessian where it is the same everywhere, else None."""
        return None

    def smooth(self) -> "Objective":
        """The function that has the same Hessian wherever it has one, without slopes that jump at 0."""
        return self

    def products(self, places: FloatArray) -> Product:
        """The function v (R, D) -> H v (R, D), each row with the Hessian at its own of the places (R, D), or
        all with that at the only one: by central differences unless overridden."""
        length = _DIFFERENCE * np.maximum(1.0, np.sqrt((places * places).sum(axis=1)))[:, None]
        grad = self.smooth().grad

        def product(v: FloatArray) -> FloatArray:
            curved: FloatArray = (grad(places + length * v) - grad(places - length * v)) / (2 * length)
            return curved

        return product

    @property
    def places_at_once(self) -> int:
        """At how many places products may be taken together, for the memory that they need."""
        return max(1, HELD_BY_PRODUCTS // (2 * max(self.dim, self.width)))

    def hessian(self, theta: FloatArray) -> FloatArray:
        """Hessian (D, D) at one point theta (D,), by central differences unless overridden."""
        point = np.asarray(theta, dtype=np.float64)
        steps = 1e-5 * np.maximum(1.0, np.abs(point))
        offsets = np.diag(steps)
        grad = self.smooth().grad
        columns = (grad(point + offsets) - grad(point - offsets)) / (2 * steps[:, None])
        symmetric: FloatArray = (columns + columns.T) / 2
        return symmetric

    @property
    def minimum(self) -> FloatArray | None:
        """The place (D,) of the global minimum where it is known in closed form, else None."""
        return None

    def column(self, name: str) -> FloatArray:
        """The option `name` as an array (1,) or, where the runs differ, (B,)."""
        values = np.array([options[name] for options in self.options], dtype=np.float64)
        return values[:1] if (values == values[0]).all() else values


def ordered_sum(terms: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Sum over the axis before the last, one term after the other: (..., D, B) -> (..., B)."""
    count = terms.shape[-2]
    if out is None:
        out = np.empty((*terms.shape[:-2], terms.shape[-1]))
    if count == 1:
        out[...] = terms[..., 0, :]
    elif count > 16:
        out[...] = np.add.accumulate(terms, axis=-2)[..., -1, :]
    else:
        np.add(terms[..., 0, :], terms[..., 1, :], out)
        for index in range(2, count):
            np.add(out, terms[..., index, :], out)
    return out


def scalar(values: FloatArray) -> FloatArray:
    """A (1,) array as a 0-d array, which NumPy's ufuncs take fastest; a (B,) array as it is."""
    return values.reshape(()) if values.size == 1 else values


def tiled(values: FloatArray, count: int) -> FloatArray:
    """(D, 1) or (D, count) values in the flat layout (D*count,) of a state."""
    return aligned(np.broadcast_to(values, (values.shape[0], count))).ravel()


def kept(room: Room, name: Hashable, shape: tuple[int, ...]) -> FloatArray:
    """An array of that shape for intermediate values, the same one whenever name and shape come again.

    A large array allocated anew in each step would have its pages faulted in each time.
    """
    key = (name, shape)
    if key not in room:
        room[key] = empty(*shape)
    return room[key]
