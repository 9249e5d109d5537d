"""Data sets: named ones drawn from a seed, or rows given outright.

A named data set is drawn by one Generator(PCG64(seed)) in the order written beside it; that order is part of
the public contract, so that anybody can draw the same rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, Reader, array, integer, number, read_arguments, show
from simulator.core.arguments.declared import unknown_name
from simulator.core.errors import error_at
from simulator.core.features import FEATURES, changes_columns, columns_of, expanded, features_of, scaled
from simulator.core.limits import MAX_DIMENSION, MAX_ROWS, MAX_SEED
from simulator.core.splits import SPLIT, check_split, count_apart, kept_apart

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """X (n, columns) and y (n, outputs), read-only."""

    X: FloatArray
    y: FloatArray


@dataclass(frozen=True)
class Data:
    """Description of the rows of a data objective: `dataset`, `n`, `seed`, `noise`; or `X`, `y` outright.

    Either with `polynomial` and `standardize`, what is done to the columns of X (see features), and with
    `validation`, which rows are kept apart (see splits).
    """

    options: Options
    given: bool = field(default=False)

    @property
    def n(self) -> int:
        """How many rows, on both sides."""
        return len(self.options["X"]) if self.given else int(self.options["n"])

    @property
    def apart(self) -> int:
        """How many rows are kept apart."""
        return count_apart(self.n, self.options["validation"])

    @property
    def trained(self) -> int:
        """How many rows are trained on."""
        return self.n - self.apart

    @property
    def columns(self) -> int:
        """How many columns X has, as the objective gets it."""
        return columns_of(self.options, self.own_columns)

    @property
    def own_columns(self) -> int:
        """How many columns X has as it is given or drawn."""
        return len(self.options["X"][0]) if self.given else _COLUMNS[self.options["dataset"]]

    @property
    def outputs(self) -> int:
        """How many numbers y has per row."""
        first = self.options["y"][0] if self.given else 0.0
        return len(first) if isinstance(first, tuple) else 1

    @cached_property
    def binary(self) -> bool:
        """Whether every y lies between 0 and 1, as a label must."""
        if not self.given:
            return self.options["dataset"] in ("circles", "blobs")
        y = np.array(self.options["y"], dtype=np.float64)
        return bool(((y >= 0) & (y <= 1)).all())

    @property
    def labelled(self) -> bool:
        """Whether y is one label a row, so that a model's answers can be right or wrong."""
        return self.outputs == 1 and self.binary


def read_data(value: object, path: str) -> Data:
    """Parse the `data` of a scenario strictly."""
    if not isinstance(value, dict):
        raise error_at(
            path, "bad_value", f'must be an object such as {{"dataset": "blobs"}}, not {show(value)}.'
        )
    if "X" in value or "y" in value:
        data = Data(read_arguments(value, _OUTRIGHT, path, skip=()), given=True)
        _check_shapes(data.options, path)
        return _checked(data, path)
    name = value.get("dataset")
    if "dataset" not in value:
        raise error_at(
            f"{path}.dataset", "missing_key", f"is required (or X and y). There are: {', '.join(DATASETS)}."
        )
    if not isinstance(name, str) or name not in DATASETS:
        raise unknown_name(name, list(DATASETS), "data set", f"{path}.dataset")
    return _checked(Data(read_arguments(value, _DRAWN, path, skip=())), path)


def rows_of(data: Data) -> Rows:
    """The rows trained on, read-only."""
    return sides_of(data)[0]


def sides_of(data: Data) -> tuple[Rows, Rows | None]:
    """The rows trained on, in their order, and those kept apart where there are any; read-only."""
    if not data.given:
        return _drawn(data)
    X, y = (np.array(data.options[key], dtype=np.float64) for key in ("X", "y"))
    return _sides(data.options, X, y)


@lru_cache(maxsize=64)  # of usually at most 48 kB each; rows given outright may be large and are not kept
def _drawn(data: Data) -> tuple[Rows, Rows | None]:
    rng = np.random.Generator(np.random.PCG64(data.options["seed"]))
    X, y = DATASETS[data.options["dataset"]](rng, data.options["n"], data.options["noise"])
    return _sides(data.options, X, y)


def _sides(options: Options, X: FloatArray, y: FloatArray) -> tuple[Rows, Rows | None]:
    y = y.reshape(len(X), -1)
    if options["validation"] is None:
        return _rows(features_of(options, X), y), None
    apart = kept_apart(len(X), options["validation"])
    X = expanded(options, X)
    train, held = X[~apart], X[apart]
    return _rows(scaled(options, train), y[~apart]), _rows(scaled(options, held, train), y[apart])


def _rows(X: FloatArray, y: FloatArray) -> Rows:
    X.flags.writeable = False
    y.flags.writeable = False
    return Rows(X, y)


def _circles(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, FloatArray]:
    """Points of a disc; label 1 inside half its radius. Draws: radii, angles, noise."""
    radius = rng.uniform(0, 1, n) ** 0.5
    angle = rng.uniform(0, 2 * np.pi, n)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), np.where(radius < 0.5, 1.0, 0.0)


def _sine(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, FloatArray]:
    """One period of a sine over [-1, 1]. Draws: places, noise."""
    x = rng.uniform(-1, 1, n)
    return x[:, None].copy(), np.sin(3 * x) + noise * rng.standard_normal(n)


def _blobs(rng: np.random.Generator, n: int, noise: float) -> tuple[FloatArray, FloatArray]:
    """Two clouds around (-1, -1) and (1, 1), labels 0 and 1 in turn. Draws: noise."""
    label = np.arange(n) % 2
    X = (2.0 * label - 1)[:, None] * np.ones(2) + noise * rng.standard_normal((n, 2))
    return X, label.astype(np.float64)


DATASETS: Mapping[str, Callable[[np.random.Generator, int, float], tuple[FloatArray, FloatArray]]] = {
    "circles": _circles,
    "sine": _sine,
    "blobs": _blobs,
}
_COLUMNS = {"circles": 2, "sine": 1, "blobs": 2}

_one = number()
_row = array(number(), at_least=1, at_most=MAX_DIMENSION)


def _target() -> Reader:
    def read(value: object, path: str) -> Any:
        return _row(value, path) if isinstance(value, list | tuple) else _one(value, path)

    return read


_DRAWN = (
    Argument("dataset", lambda value, path: value),
    Argument("n", integer(at_least=1, at_most=MAX_ROWS), 200),
    Argument("seed", integer(at_least=0, at_most=MAX_SEED), 0),
    Argument("noise", number(at_least=0), 0.1),
    *FEATURES,
    SPLIT,
)
_OUTRIGHT = (
    Argument("X", array(_row, at_least=1, at_most=MAX_ROWS)),
    Argument("y", array(_target(), at_least=1, at_most=MAX_ROWS)),
    *FEATURES,
    SPLIT,
)


def _checked(data: Data, path: str) -> Data:
    """The description, where its features can be made and its rows be split."""
    if data.options["validation"] is not None:
        check_split(data.n, data.options["validation"], f"{path}.validation.share")
    if data.options["polynomial"] is not None and data.own_columns != 1:
        raise error_at(
            f"{path}.polynomial",
            "bad_value",
            f"needs data of one column, and these have {data.own_columns}.",
        )
    if changes_columns(data.options) and not all(
        np.isfinite(side.X).all() for side in sides_of(data) if side is not None
    ):
        key = "polynomial" if data.options["polynomial"] is not None else "standardize"
        raise error_at(f"{path}.{key}", "out_of_bounds", "gives numbers that are not finite: X is too large.")
    return data


def _check_shapes(options: Options, path: str) -> None:
    X, y = options["X"], options["y"]
    for index, row in enumerate(X):
        if len(row) != len(X[0]):
            raise error_at(
                f"{path}.X[{index}]",
                "bad_value",
                f"must have {len(X[0])} numbers, as X[0] has, not {len(row)}.",
            )
    if len(y) != len(X):
        raise error_at(
            f"{path}.y", "bad_value", f"must have {len(X)} values, one per row of X, not {len(y)}."
        )
    for index, target in enumerate(y):
        if _length(target) != _length(y[0]):
            raise error_at(f"{path}.y[{index}]", "bad_value", "must have as many numbers as y[0].")


def _length(target: float | tuple[float, ...]) -> int | None:
    return len(target) if isinstance(target, tuple) else None


def arguments_drawn() -> tuple[Argument, ...]:
    """The declared arguments of a named data set, its name among them."""
    return _DRAWN


def arguments_given() -> tuple[Argument, ...]:
    """The declared arguments of rows given outright."""
    return _OUTRIGHT


def arguments_of(data: Data) -> tuple[Argument, ...]:
    """The declared arguments of a description of this form."""
    return _OUTRIGHT if data.given else _DRAWN
