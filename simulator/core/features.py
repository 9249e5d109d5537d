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


def features_of(options: Options, X: FloatArray) -> FloatArray:
    """X (n, columns) as the objective gets it.

    `polynomial`: the one column x becomes P_0(x), …, P_degree(x), Legendre polynomials or powers.
    `standardize`: from each column its mean is taken, and it is divided by its standard deviation (that of
    the rows themselves: with n, not n - 1, below). A column without spread stays as it is.
    """
    polynomial = options["polynomial"]
    with np.errstate(all="ignore"):
        if polynomial is not None:
            X = polynomials(X[:, 0], polynomial["degree"], polynomial["basis"])
        if options["standardize"]:
            X = standardized(X)
    return np.ascontiguousarray(X, dtype=np.float64)


def polynomials(x: FloatArray, degree: int, basis: str) -> FloatArray:
    """Columns 0 to `degree` of the basis at x (n,)."""
    if basis == "legendre":
        return np.polynomial.legendre.legvander(x, degree).astype(np.float64)
    return np.vander(x, degree + 1, increasing=True).astype(np.float64)


def standardized(X: FloatArray) -> FloatArray:
    """Columns with mean 0 and standard deviation 1, those without spread as they are."""
    spread = X.std(axis=0)
    spread[~np.isfinite(spread)] = np.nan  # what overflows is not scaled to nothing
    flat = (X[0] == X).all(axis=0)
    scaled: FloatArray = np.where(flat, X, (X - X.mean(axis=0)) / np.where(flat, 1.0, spread))
    return scaled
