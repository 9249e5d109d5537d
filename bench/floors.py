"""The arithmetic that a simulation consists of, and nothing else: what no NumPy program can do without.

Every floor calls the ufuncs and matrix products of its task on arrays of the right size, laid out beforehand
and used again in place; nothing is recorded, checked or thinned out. The arrays are aligned like those of the
simulator (see simulator/core/memory.py): with NumPy's own alignment a floor takes up to 1.5 times as long.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.core.memory import aligned, empty, repeated

FloatArray = NDArray[np.float64]
Task = Callable[[], None]

EIGENVALUES, START = (1.0, 25.0), (10.0, 1.0)
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


def bare_sgd(rates: FloatArray, steps: int, every: int = 1) -> Task:
    """SGD on a quadratic with two eigenvalues: three ufuncs an update, three for the losses every `every`."""
    count = len(rates)
    curvature, half, start = (
        aligned(np.repeat(values, count)) for values in (EIGENVALUES, np.divide(EIGENVALUES, 2), START)
    )
    lr = repeated(rates, 2)
    x, g, loss = empty(2 * count), empty(2 * count), empty(count)

    def run() -> None:
        x[:] = start
        with np.errstate(all="ignore"):
            for t in range(steps):
                if not t % every:
                    np.multiply(x, x, g)
                    np.multiply(g, half, g)
                    np.add(g[:count], g[count:], loss)
                np.multiply(x, curvature, g)
                np.multiply(g, lr, g)
                np.subtract(x, g, x)

    return run


def bare_adam(rates: FloatArray, steps: int, every: int = 1) -> Task:
    """As bare_sgd, for Adam as PyTorch writes it."""
    count = len(rates)
    curvature, half, start = (
        aligned(np.repeat(values, count)) for values in (EIGENVALUES, np.divide(EIGENVALUES, 2), START)
    )
    lr = repeated(rates, 2)
    x, g, m, v, s = (empty(2 * count) for _ in range(5))
    loss = empty(count)
    b1, n1, b2, n2, eps = (np.array(value) for value in (BETA1, 1 - BETA1, BETA2, 1 - BETA2, EPS))
    corrections = [
        (np.array((1 - BETA2**t) ** 0.5), np.array(1 / (1 - BETA1**t))) for t in range(1, steps + 1)
    ]

    def run() -> None:
        x[:], m[:], v[:] = start, 0.0, 0.0
        with np.errstate(all="ignore"):
            for t, (second, first) in enumerate(corrections):
                if not t % every:
                    np.multiply(x, x, g)
                    np.multiply(g, half, g)
                    np.add(g[:count], g[count:], loss)
                np.multiply(x, curvature, g)
                np.multiply(m, b1, m)
                np.multiply(g, n1, s)
                np.add(m, s, m)
                np.multiply(v, b2, v)
                np.multiply(g, g, g)
                np.multiply(g, n2, g)
                np.add(v, g, v)
                np.sqrt(v, s)
                np.divide(s, second, s)
                np.add(s, eps, s)
                np.divide(m, s, s)
                np.multiply(s, lr, s)
                np.multiply(s, first, s)
                np.subtract(x, s, x)

    return run


def bare_network(inputs: FloatArray, hidden: int, runs: int, steps: int) -> Task:
    """A network with one hidden layer of tanh and one output, inputs (rows, columns), in `runs` runs.

    One product for all first layers, tanh, the output, the slopes of its weights, the square that the slope
    of tanh needs, and the product that gives the slopes of the first layer. No loss, no residual, no update.
    tanh takes as long as its argument tells, so that the weights are those of a start.
    """
    rows, columns = inputs.shape
    rng = np.random.Generator(np.random.PCG64(0))
    below = aligned(np.hstack([inputs, np.ones((rows, 1))]).T)
    first = aligned(rng.standard_normal((runs * hidden, columns + 1)) / columns**0.5)
    second = aligned(rng.standard_normal((runs, 1, hidden)) / hidden**0.5)
    residual = aligned(rng.standard_normal((runs, rows, 1)) / rows)
    weighted = aligned(below.T * residual)
    a, s = empty(runs, hidden, rows), empty(runs, hidden, rows)
    flat, out = a.reshape(runs * hidden, rows), empty(runs, 1, rows)
    slope2, slope1 = empty(runs, hidden, 1), empty(runs, hidden, columns + 1)

    def run() -> None:
        for _ in range(steps):
            np.matmul(first, below, flat)
            np.tanh(a, a)
            np.matmul(second, a, out)
            np.matmul(a, residual, slope2)
            np.multiply(a, a, s)
            np.matmul(s, weighted, slope1)

    return run
