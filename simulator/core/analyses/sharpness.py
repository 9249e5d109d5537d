"""Sharpness along a run: the largest eigenvalue of the Hessian of the full loss at the places it visits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.core.analyses.variation import admit, run_of
from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.errors import error_at
from simulator.core.limits import MAX_STEPS
from simulator.core.objectives import OBJECTIVES, Objective, build
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.training import simulate

_LANCZOS = 30  # vectors; exact up to that many parameters
_DIFFERENCE = 1e-5  # length of a difference of gradients, relative to the place
_BREAKDOWN = 1e-7  # of the largest off-diagonal entry: below, a new direction is taken
_NUMBERS = 2_000_000  # of an intermediate array
_POINTS = 50

Product = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Sharpness:
    """The sharpness (R,) at the steps `t` (R,), and the rate `lr` (R,) there.

    Not a number at and after a divergence. `limit` (R,) is the sharpness at which the update of that rate is
    just stable: 2 / lr for plain SGD, 2 (1 + momentum) / lr with momentum, and 2 (1 + m) / ((1 + 2 m) lr)
    with Nesterov's; None for optimizers for which there is no such number.
    """

    label: str
    t: IntArray
    values: FloatArray
    lr: FloatArray
    limit: FloatArray | None


def sharpness(scenario: Scenario, label: str | None = None, *, points: int = _POINTS) -> Sharpness:
    """The sharpness of one run of `scenario` (without a label: its first) at `points` of its steps.

    By the Lanczos method (Golub & Van Loan, "Matrix computations", ch. 10) with full reorthogonalisation,
    from Hessian-vector products at all places at once: (g(x + h v) - g(x - h v)) / (2 h) of the exact,
    noise-free gradient g of the full loss, with h = 1e-5 max(1, |x|). It is exact to the differences (a
    relative error of about 1e-8) for at most 30 parameters, and a slight underestimate, of usually less than
    1e-4, for more. Raises BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    if isinstance(points, bool) or not 1 <= points <= MAX_STEPS + 1:
        raise error_at("points", "out_of_bounds", f"must be a whole number from 1 to {MAX_STEPS + 1}.")
    steps = scenario.steps
    rows = min(points, steps + 1)
    admit(steps, run, extra=rows * operations_at_a_place(run))
    result = simulate(Scenario(steps, (run,)), Record(points=rows, params=True))
    trained = result.runs[0]
    params = trained.params
    assert params is not None  # noqa: S101 (asked for)
    values = np.full(len(result.t), np.nan)
    alive = len(result.t)
    if trained.diverged_at is not None:
        alive = int(np.searchsorted(result.t, trained.diverged_at))
    with np.errstate(all="ignore"):
        values[:alive] = largest_eigenvalues(build(run), np.ascontiguousarray(params[:alive]))
        limit = _limit(run, trained.lr)
    return Sharpness(run.label, result.t, values, trained.lr, limit)


def largest_eigenvalues(objective: Objective, places: FloatArray) -> FloatArray:
    """The largest eigenvalue (R,) of the Hessian at each of the places (R, D)."""
    count, dim = places.shape
    rows = 1 if getattr(objective, "n", None) is None else objective.width
    block = max(1, _NUMBERS // max(dim, rows))
    values = np.empty(count)
    for first in range(0, count, block):
        part = places[first : first + block]
        values[first : first + block] = _lanczos(_product_at(objective, part), part.shape)
    return values


def _product_at(objective: Objective, places: FloatArray) -> Product:
    """v (R, D) -> H v (R, D), each row at its own place."""
    length = _DIFFERENCE * np.maximum(1.0, np.sqrt((places * places).sum(axis=1)))[:, None]

    def product(v: FloatArray) -> FloatArray:
        difference = objective.grad(places + length * v) - objective.grad(places - length * v)
        curved: FloatArray = difference / (2 * length)
        return curved

    return product


def _lanczos(product: Product, shape: tuple[int, ...]) -> FloatArray:
    """The largest Ritz value of each of R symmetric operators at once."""
    count, dim = shape
    size = min(dim, _LANCZOS)
    rng = np.random.Generator(np.random.PCG64(0))
    basis = np.zeros((count, size, dim))
    tridiagonal = np.zeros((count, size, size))
    v = _unit(np.broadcast_to(rng.standard_normal(dim), (count, dim)))
    for k in range(size):
        basis[:, k] = v
        w = product(v)
        tridiagonal[:, k, k] = (w * v).sum(axis=1)
        if k + 1 == size:
            break
        w = _orthogonal(w, basis[:, : k + 1])
        length = np.sqrt((w * w).sum(axis=1))
        scale = np.abs(tridiagonal).max(axis=(1, 2))
        # An invariant subspace is exhausted: its block is complete, and the next begins anywhere outside it.
        exhausted = ~(length > _BREAKDOWN * scale)
        fresh = _orthogonal(np.broadcast_to(rng.standard_normal(dim), (count, dim)), basis[:, : k + 1])
        v = _unit(np.where(exhausted[:, None], fresh, w))
        coupling = np.where(exhausted, 0.0, length)
        tridiagonal[:, k, k + 1] = tridiagonal[:, k + 1, k] = coupling
    finite = np.isfinite(tridiagonal).all(axis=(1, 2))
    values = np.full(count, np.nan)
    values[finite] = np.linalg.eigvalsh(tridiagonal[finite])[:, -1]
    return values


def _orthogonal(w: FloatArray, basis: FloatArray) -> FloatArray:
    """w (R, D) without its parts along the basis (R, k, D), taken off twice against rounding."""
    for _ in range(2):
        parts = np.einsum("rkd,rd->rk", basis, w)
        w = w - np.einsum("rk,rkd->rd", parts, basis)
    return w


def _unit(w: FloatArray) -> FloatArray:
    unit: FloatArray = w / np.sqrt((w * w).sum(axis=1))[:, None]
    return unit


def operations_at_a_place(run: Run) -> float:
    """Operations of one place's sharpness."""
    kind, dim = OBJECTIVES[run.objective.name], run.dim
    size = min(dim, _LANCZOS)
    gradient = kind.operations(run.objective.options, dim, 1 if run.data is None else run.data.trained)
    return 2 * size * gradient + 4.0 * size * size * dim + 10.0 * size**3


def _limit(run: Run, lr: FloatArray) -> FloatArray | None:
    options = run.optimizer.options
    if run.optimizer.name != "SGD" or options["maximize"]:
        return None
    momentum = float(options["momentum"])
    kept = 1 - float(options["dampening"]) if momentum else 1.0
    if options["nesterov"]:
        kept = 1 + 2 * momentum
    if kept <= 0:
        return None
    limit: FloatArray = 2 * (1 + momentum) / (kept * lr) - float(options["weight_decay"])
    return limit
