"""What is done to the columns of X before training: polynomials of one column, and standardisation.

Both are part of the public contract (docs/api.md, "Features"): the order is polynomials first.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import (
    Argument,
    Options,
    boolean,
    choice,
    integer,
    optional,
    read_arguments,
    show,
)
from simulator.core.errors import error_at

FloatArray = NDArray[np.float64]

MAX_DEGREE: Final = 30
_POLYNOMIAL = (
    Argument("degree", integer(at_least=1, at_most=MAX_DEGREE)),
    Argument("basis", choice("legendre", "monomial"), "legendre"),
)


def _read_polynomial(value: object, path: str) -> Options:
    if not isinstance(value, dict):
        raise error_at(path, "bad_value", f'must be an object such as {{"degree": 3}}, not {show(value)}.')
    return read_arguments(value, _POLYNOMIAL, path, skip=())


FEATURES: Final = (
    Argument("polynomial", optional(_read_polynomial), None),
    Argument("standardize", boolean(), False),
)


def columns_of(options: Options, columns: int) -> int:
    """How many columns X has afterwards."""
    polynomial = options["polynomial"]
    return columns if polynomial is None else int(polynomial["degree"]) + 1


def changes_columns(options: Options) -> bool:
    """Whether anything is done at all."""
    return options["polynomial"] is not None or bool(options["standardize"])


def features_of(options: Options, X: FloatArray, rows: FloatArray | None = None) -> FloatArray:
    """X (m, columns) as the objective gets it, `expanded` and then `scaled`, by `rows` (n, columns) where
    they are given."""
    return scaled(options, expanded(options, X), None if rows is None else expanded(options, rows))


def expanded(options: Options, X: FloatArray) -> FloatArray:
    """With `polynomial`, P_0(x), …, P_degree(x) of the one column x: Legendre polynomials or powers."""
    polynomial = options["polynomial"]
    if polynomial is None:
        return X
    with np.errstate(all="ignore"):
        return polynomials(X[:, 0], polynomial["degree"], polynomial["basis"])


def scaled(options: Options, X: FloatArray, rows: FloatArray | None = None) -> FloatArray:
    """With `standardize`, each column less its mean and divided by its standard deviation (that of the rows
    themselves: with n, not n - 1, below). A column without spread stays as it is.

    Mean and deviation are those of `rows`, which are X itself where they are not given.
    """
    if options["standardize"]:
        with np.errstate(all="ignore"):
            X = standardized(X, X if rows is None else rows)
    return np.ascontiguousarray(X, dtype=np.float64)


def polynomials(x: FloatArray, degree: int, basis: str) -> FloatArray:
    """Columns 0 to `degree` of the basis at x (n,)."""
    if basis == "legendre":
        return np.polynomial.legendre.legvander(x, degree).astype(np.float64)
    return np.vander(x, degree + 1, increasing=True).astype(np.float64)


def standardized(X: FloatArray, rows: FloatArray) -> FloatArray:
    """X on a scale on which the columns of `rows` have mean 0 and standard deviation 1; those in which the
    rows have no spread stay as they are."""
    spread = rows.std(axis=0)
    spread[~np.isfinite(spread)] = np.nan  # what overflows is not scaled to nothing
    flat = (rows[0] == rows).all(axis=0)
    scaled: FloatArray = np.where(flat, X, (X - rows.mean(axis=0)) / np.where(flat, 1.0, spread))
    return scaled
