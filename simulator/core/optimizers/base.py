"""What an optimizer is here: `init` makes the state of B runs side by side, `update` takes one step of all of
them.

States are flat (D*B,) arrays with the runs contiguous. What is the same for all runs is a 0-d array, what
differs is repeated for every coordinate, because NumPy's ufuncs are fastest on 0-d and on equal shapes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, array, number
from simulator.core.memory import empty, repeated, zeros

FloatArray = NDArray[np.float64]
Update = Callable[[int, FloatArray, FloatArray, FloatArray, FloatArray], None]
GradientTerms = Callable[[FloatArray, FloatArray], None]


class State(NamedTuple):
    """`update(t, theta, gradient, lr, out)` writes theta_{t+1}. `out` may be theta; the gradient may be
    overwritten.

    `decaying` are the arrays that shrink towards zero with the gradient; the training loop clears subnormal
    numbers from them, which would make every step many times slower.
    """

    update: Update
    decaying: tuple[FloatArray, ...] = ()


@dataclass(frozen=True)
class Columns:
    """B runs side by side: their options (one entry if all agree), D, B, T, and a cycled momentum (T,)."""

    options: Sequence[Options]
    dim: int
    count: int
    steps: int
    momenta: FloatArray | None = None

    @property
    def size(self) -> int:
        """Length of a flat state."""
        return self.dim * self.count

    def empty(self) -> FloatArray:
        """Room for a flat state."""
        return empty(self.size)

    def zeros(self) -> FloatArray:
        """A flat state of zeros."""
        return zeros(self.size)

    def values(self, name: str, index: int | None = None) -> FloatArray:
        """An option of every run: (1,) where all agree, else (B,). `index` picks from a pair."""
        values = np.array(
            [one[name] if index is None else one[name][index] for one in self.options], dtype=np.float64
        )
        return values[:1] if (values == values[0]).all() else values

    def constant(self, values: FloatArray) -> FloatArray:
        """(1,) as a 0-d array, (B,) repeated for every coordinate."""
        return values.reshape(()) if values.size == 1 else repeated(values, self.dim)

    def table(self, values: FloatArray) -> Sequence[FloatArray]:
        """Values (T, 1) or (T, B) as a sequence with one ready operand a step."""
        if values.shape[1] == 1:
            return list(values)
        return _Tiled(values, self.dim)

    def numbers(self) -> FloatArray:
        """1, 2, … T as a column (T, 1): the number of each update."""
        return np.arange(1, self.steps + 1, dtype=np.float64)[:, None]

    def powers(self, beta: FloatArray) -> FloatArray:
        """`beta` to the power of the number of each update: (T, 1) or (T, B).

        By the C library, as in PyTorch: the powers that NumPy takes with vector instructions differ from
        those in the last digit, which 1 - beta^t magnifies up to 1 / (1 - beta) times.
        """
        return np.asarray(np.float_power(beta, self.numbers()))


class _Tiled(Sequence[FloatArray]):
    """Rows (T, B), each repeated for every coordinate when asked for."""

    def __init__(self, rows: FloatArray, dim: int) -> None:
        self._rows = rows
        self._dim = dim

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return repeated(self._rows[index], self._dim)


@dataclass(frozen=True)
class Optimizer:
    """A kind of optimizer.

    `init(columns)` makes the state. Runs may share one state when `shape(options)` is equal: it tells which
    terms an update has at all. `momentum` names the argument that CyclicLR and OneCycleLR cycle. Both
    `check(options, path)`, for options that do not fit together, and `check_rates(options, rates, path)`, for
    what PyTorch would raise within updates at these rates (T,), raise ScenarioError.
    """

    name: str
    lr: float
    arguments: tuple[Argument, ...]
    init: Callable[[Columns], State]
    shape: Callable[[Options], tuple[object, ...]]
    momentum: Literal["momentum", "betas"] | None = None
    check: Callable[[Options, str], None] | None = None
    check_rates: Callable[[Options, FloatArray, str], None] | None = None
    operations: float = 10.0  # per coordinate and step (see cost.py)


def gradient_terms(columns: Columns, *, decay: bool = True) -> GradientTerms | None:
    """What is done to the gradient first: `maximize`, then the L2 term of weight_decay. None if nothing."""
    maximize = bool(columns.options[0]["maximize"])
    weight_decay = columns.values("weight_decay") if decay else np.zeros(1)
    if not maximize and not weight_decay.any():
        return None
    factor, scratch = columns.constant(weight_decay), columns.empty()
    decays = bool(weight_decay.any())

    def change(theta: FloatArray, gradient: FloatArray) -> None:
        if maximize:
            np.negative(gradient, gradient)
        if decays:
            np.multiply(theta, factor, scratch)
            np.add(gradient, scratch, gradient)

    return change


def decoupled_decay(columns: Columns) -> Callable[[FloatArray, FloatArray, FloatArray], None] | None:
    """`shrink(theta, lr, out)`: out = theta (1 - lr weight_decay). None without weight decay."""
    weight_decay = columns.values("weight_decay")
    if not weight_decay.any():
        return None
    factor, one = columns.constant(weight_decay), np.array(1.0)
    scratch = columns.empty()

    def shrink(theta: FloatArray, lr: FloatArray, out: FloatArray) -> None:
        np.multiply(lr, factor, scratch)
        np.subtract(one, scratch, scratch)
        np.multiply(theta, scratch, out)

    return shrink


NOT_NEGATIVE = number(at_least=0)
BETAS = array(number(at_least=0, below=1), length=2)
