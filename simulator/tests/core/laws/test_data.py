"""Scales of features, and fitting more than there is to be learned.

That standardised columns have condition number (1 + |r|) / (1 - |r|) is in
`simulator.tests.core.test_features`; that early stopping comes at the same rate times steps, and the order of
degrees, in `simulator.tests.core.analyses.test_validation`.
"""

import math
from typing import Any

import numpy as np

from simulator.core.datasets import read_data, rows_of
from simulator.tests.core.laws.runs import FloatArray, at_rates, params

DEGREE = 14
SPARSE: dict[str, Any] = {"dataset": "sine", "n": 20, "noise": 0.3, "seed": 1}
PLACES = np.linspace(-1, 1, 200)


def two_features() -> tuple[FloatArray, float]:
    """Rows (n, 3): an intercept and two features of correlation r, the second on a scale of 50, both with an
    offset; and r."""
    first, other = np.random.Generator(np.random.PCG64(2)).standard_normal((2, 100))
    X = np.column_stack([np.ones(100), first + 3, 50 * (0.6 * first + 0.8 * other) - 20])
    return X, float(np.corrcoef(X[:, 1:].T)[0, 1])


def steps_to(path: FloatArray, target: FloatArray, share: float) -> int:
    """The first step at which the distance to the target is that share of the first."""
    distance = np.linalg.norm(path - target, axis=1)
    return int((distance <= share * distance[0]).argmax())


def test_the_steps_of_standardised_features_are_those_of_their_correlation() -> None:
    """k = (1 + |r|) / (1 - |r|): to 1e-6 it takes ln 1e6 / ln((k + 1) / (k - 1)) steps at the best rate, 30
    for a correlation of 0.6. As the features are given, k = L/mu of their second moments: almost 5e5
    steps."""
    X, r = two_features()
    condition = (1 + abs(r)) / (1 - abs(r))
    # Each column has mean 0 and deviation 1, but for the intercept's: the curvatures are 1 and 1 +- r.
    scaled = (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)
    target = np.array([1.0, 2.0, -1.0])
    y = np.column_stack([X[:, 0], scaled]) @ target
    data = {"X": X.tolist(), "y": y.tolist(), "standardize": True}
    # Both directions (1, 1) and (1, -1) are in it, of curvatures 1 + |r| and 1 - |r|: 2/(mu+L) is 1.
    start = target + np.array([0.0, 1.0, 0.0])
    path = params(at_rates({"name": "linear"}, start.tolist(), [1.0], 60, data=data))
    law = math.ceil(math.log(1e6) / math.log((condition + 1) / (condition - 1)))
    assert steps_to(path[0], target, 1e-6) == law
    assert 25 <= law <= 35


def test_raw_features_are_slow_by_their_condition_number() -> None:
    """With means m and deviations s the second moments are m_i m_j + r s_i s_j. At the best rate 2/(mu+L) the
    error along the flattest direction shrinks by (k-1)/(k+1): in 2000 steps by a few percent."""
    X, r = two_features()
    means, deviations = X.mean(axis=0), X.std(axis=0)
    correlations = np.array([[1, 0, 0], [0, 1, r], [0, r, 1]])
    moments = np.outer(means, means) + correlations * np.outer(deviations, deviations)
    curvatures, directions = np.linalg.eigh(moments)
    condition = curvatures[-1] / curvatures[0]
    steps = math.log(1e6) / math.log((condition + 1) / (condition - 1))
    assert steps > 1e4 * math.log(1e6) / math.log(1 / abs(r))  # those of standardised features
    data = {"X": X.tolist(), "y": [0.0] * len(X)}
    best = 2 / (curvatures[0] + curvatures[-1])
    found = at_rates({"name": "linear"}, directions[:, 0].tolist(), [best], 2000, data=data)
    left = params(found)[0] @ directions[:, 0]
    # Rounding along the steep direction, k times as steep, is what the tolerance is for.
    np.testing.assert_allclose(left, ((condition - 1) / (condition + 1)) ** np.arange(2001), rtol=1e-7)
    assert left[-1] > 0.9


def polynomial(n: int = 20, degree: int = DEGREE) -> tuple[dict[str, Any], FloatArray, FloatArray]:
    """The data of a fit, and its rows as the objective gets them."""
    data = {**SPARSE, "n": n, "polynomial": {"degree": degree}}
    rows = rows_of(read_data(data, "data"))
    return data, rows.X, rows.y[:, 0]


def error_of(weights: FloatArray) -> FloatArray:
    """The mean square of what polynomials (…, degree + 1) miss of the sine without its noise."""
    made = np.polynomial.legendre.legvander(PLACES, weights.shape[-1] - 1)
    missed: FloatArray = ((weights @ made.T - np.sin(3 * PLACES)) ** 2).mean(axis=-1)
    return missed


def test_descent_fits_each_direction_at_its_own_speed() -> None:
    """Along an eigenvector of curvature c, 1 - (1 - r c)^t of the least-squares fit is there after t steps:
    the noise in flat directions comes last, and stopping early leaves it out."""
    data, X, y = polynomial()
    curvatures, directions = np.linalg.eigh(X.T @ X / len(X))
    rates = np.array([0.05, 0.5, 1.0, 1.9]) / curvatures[-1]
    path = params(at_rates({"name": "linear"}, [0.0] * (DEGREE + 1), rates, 2000, data=data))
    fit = directions.T @ X.T @ y / len(X)
    best_at = []
    for lr, own in zip(rates, path, strict=True):
        t = np.arange(2001)[:, None]
        closed = ((1 - (1 - lr * curvatures) ** t) / curvatures * fit) @ directions.T
        # The flattest curvature is 1e-4 of the steepest or less, and as well known as that allows.
        np.testing.assert_allclose(own, closed, rtol=0, atol=1e-8 * np.abs(closed).max())
        error = error_of(own)
        best_at.append(lr * curvatures[-1] * error.argmin())
        assert error[-1] > 1.1 * error.min()
    assert max(best_at) < 1.1 * min(best_at)


def test_a_penalty_or_more_rows_do_what_early_stopping_does() -> None:
    """The ridge fit solves (X'X/n + l2) w = X'y/n; descent gets there whatever its rate, and it misses less
    of what is true than descent without a penalty. So does the least-squares fit of ten times the rows."""
    steps, l2, start = 3000, 0.03, [0.0] * (DEGREE + 1)
    data, X, y = polynomial()
    moments = X.T @ X / len(X)
    top = np.linalg.eigvalsh(moments)[-1]
    ridge = np.linalg.solve(moments + l2 * np.eye(DEGREE + 1), X.T @ y / len(X))
    rates = np.array([0.5, 1.0, 1.9]) / (top + l2)
    found = params(at_rates({"name": "linear", "l2": l2}, start, rates, steps, data=data))[:, -1]
    # The slowest error is at most (1 - 0.5 l2 / (top + l2))^3000 = 1e-19 of the start.
    np.testing.assert_allclose(found, np.tile(ridge, (3, 1)), atol=1e-12)
    plain = params(at_rates({"name": "linear"}, start, [1 / top], steps, data=data))[0, -1]
    data, X, y = polynomial(200)
    top = np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    many = params(at_rates({"name": "linear"}, start, [1.9 / top], steps, data=data))[0, -1]
    np.testing.assert_allclose(many, np.linalg.lstsq(X, y, rcond=None)[0], atol=1e-9)
    assert error_of(many) < error_of(ridge) < error_of(plain)
