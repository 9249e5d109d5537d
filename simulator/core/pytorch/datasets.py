"""The rows of data as source: drawn as the simulator draws them, or written out."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.core.datasets import Data
from simulator.core.pytorch.source import Untranslated, call, keywords, literal, tensor

_CIRCLES = '''\
def circles(n, seed, noise):
    """Points of a disc, labelled 1 within half its radius and 0 outside; then X is made noisy."""
    rng = np.random.Generator(np.random.PCG64(seed))
    radius = rng.uniform(0, 1, n) ** 0.5
    angle = rng.uniform(0, 2 * np.pi, n)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    X = X + noise * rng.standard_normal((n, 2))
    y = np.where(radius < 0.5, 1.0, 0.0)
    return torch.from_numpy(X), torch.from_numpy(y)'''

_SINE = '''\
def sine(n, seed, noise):
    """Places x in [-1, 1] and noisy values of sin(3x)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    x = rng.uniform(-1, 1, n)
    y = np.sin(3 * x) + noise * rng.standard_normal(n)
    return torch.from_numpy(x[:, None]), torch.from_numpy(y)'''

_BLOBS = '''\
def blobs(n, seed, noise):
    """Two clouds around (-1, -1) and (1, 1), labelled 0 and 1 in turn."""
    rng = np.random.Generator(np.random.PCG64(seed))
    label = np.arange(n) % 2
    X = (2.0 * label - 1)[:, None] * np.ones(2) + noise * rng.standard_normal((n, 2))
    return torch.from_numpy(X), torch.from_numpy(label.astype(float))'''

_DRAWN = {"circles": _CIRCLES, "sine": _SINE, "blobs": _BLOBS}
TRANSLATED = frozenset(_DRAWN)
_BOTH = {"polynomial", "standardize", "validation"}
_KEYS = ({"dataset", "n", "seed", "noise"} | _BOTH, {"X", "y"} | _BOTH)

_TRAINED_ON = '''\
def trained_on(X, y, share, seed):
    """The rows that are left when some are kept apart: the first round(share * n) of a random order."""
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(X))
    kept = np.sort(order[round(share * len(X)) :])
    return X[kept], y[kept]'''

_LEGENDRE = '''\
def polynomials(X, degree):
    """Legendre polynomials of degree 0 to `degree` of the one column of X."""
    return torch.from_numpy(np.polynomial.legendre.legvander(X[:, 0].numpy(), degree))'''

_POWERS = '''\
def powers(X, degree):
    """Powers 0 to `degree` of the one column of X."""
    return torch.from_numpy(np.vander(X[:, 0].numpy(), degree + 1, increasing=True).copy())'''

_STANDARDIZED = '''\
def standardized(X):
    """Columns with mean 0 and standard deviation 1, those without spread as they are."""
    X = X.numpy()
    flat = (X == X[0]).all(axis=0)
    spread = np.where(flat, 1.0, X.std(axis=0))
    return torch.from_numpy(np.where(flat, X, (X - X.mean(axis=0)) / spread))'''

_MAPS = {"legendre": ("polynomials", _LEGENDRE), "monomial": ("powers", _POWERS)}


def data_code(data: Sequence[Data], name: Callable[[str, int], str]) -> list[str]:
    """Blocks that make the rows of each of the data sets; `name("X", index)` is what they are called.

    y has one number a row, (n,), or several, (n, m).
    """
    kinds = {one.options["dataset"]: None for one in data if not one.given}
    blocks = [_DRAWN[kind] for kind in kinds]
    bases = {one.options["polynomial"]["basis"]: None for one in data if one.options["polynomial"]}
    blocks += [_MAPS[basis][1] for basis in bases]
    if any(one.options["validation"] for one in data):
        blocks.append(_TRAINED_ON)
    if any(one.options["standardize"] for one in data):
        blocks.append(_STANDARDIZED)
    return [*blocks, *(_rows(one, name("X", index), name("y", index)) for index, one in enumerate(data))]


def _rows(data: Data, X: str, y: str) -> str:
    options = data.options
    if set(options) not in _KEYS:
        raise Untranslated(f"data with the options {sorted(options)}")
    if not data.given:
        drawn = keywords({key: literal(options[key]) for key in ("n", "seed", "noise")})
        return call(options["dataset"], drawn, lead=f"{X}, {y} = ") + _made(data, X, y)
    targets: Any = options["y"]
    if data.outputs == 1:
        targets = [one[0] if isinstance(one, tuple) else one for one in targets]
    return f"{X} = {tensor(options['X'])}\n{y} = {tensor(targets)}" + _made(data, X, y)


def _made(data: Data, X: str, y: str) -> str:
    """Lines that make of X and y what the objective gets."""
    polynomial, split, lines = data.options["polynomial"], data.options["validation"], ""
    if polynomial is not None:
        lines += f"\n{X} = {_MAPS[polynomial['basis']][0]}({X}, {polynomial['degree']})"
    if split is not None:
        given = keywords({key: literal(split[key]) for key in ("share", "seed")})
        lines += "\n" + call("trained_on", [X, y, *given], lead=f"{X}, {y} = ")
    return lines + (f"\n{X} = standardized({X})" if data.options["standardize"] else "")
