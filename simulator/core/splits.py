"""Rows of data that are kept apart: nothing is trained on them, and the loss on them is measured too.

Which rows is part of the public contract (docs/api.md, "Rows kept apart").
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, integer, number, optional, read_arguments, show
from simulator.core.errors import error_at
from simulator.core.limits import MAX_SEED

_SPLIT = (
    Argument("share", number(above=0, below=1), 0.25),
    Argument("seed", integer(at_least=0, at_most=MAX_SEED), 0),
)


def _read_split(value: object, path: str) -> Options:
    if not isinstance(value, dict):
        example = '{"share": 0.25, "seed": 0}'
        raise error_at(path, "bad_value", f"must be null or an object such as {example}, not {show(value)}.")
    return read_arguments(value, _SPLIT, path, skip=())


SPLIT: Final = Argument("validation", optional(_read_split), None)


def split_with(given: Mapping[str, Any], before: Options | None) -> Options:
    """The split `before`, or the usual one where there is none, with those parts of `given` that are not
    None. They are in bounds already."""
    parts = {one.name: one.default for one in _SPLIT} | dict(before or {})
    return Options(parts | {name: value for name, value in given.items() if value is not None})


def count_apart(n: int, split: Options | None) -> int:
    """How many of n rows are kept apart."""
    return 0 if split is None else round(split["share"] * n)


def check_split(n: int, split: Options, path: str) -> None:
    """Raise ScenarioError where no row would be left on one of the sides."""
    if not 1 <= count_apart(n, split) < n:
        raise error_at(path, "out_of_bounds", f"must leave rows of the {n} on either side.")


def kept_apart(n: int, split: Options) -> NDArray[np.bool_]:
    """Which rows (n,) are kept apart: the first round(share n) of Generator(PCG64(seed)).permutation(n)."""
    apart = np.zeros(n, dtype=np.bool_)
    order = np.random.Generator(np.random.PCG64(split["seed"])).permutation(n)
    apart[order[: count_apart(n, split)]] = True
    return apart
