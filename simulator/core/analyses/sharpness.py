"""Sharpness along a run: the largest eigenvalue of the Hessian of the full loss at the places it visits."""

from dataclasses import dataclass

import numpy as np

from simulator.core.analyses.variation import admit, run_of
from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.errors import error_at
from simulator.core.limits import MAX_STEPS
from simulator.core.objectives import OBJECTIVES, Objective, build
from simulator.core.objectives.base import Product
from simulator.core.rates import momentum_table
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.training import simulate

_LANCZOS = 30  # vectors; exact up to that many parameters
_BREAKDOWN = 1e-7  # of the largest off-diagonal entry: below, a new direction is taken
_POINTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Sharpness:
    """The sharpness (R,) at the steps `t` (R,), and the rate `lr` (R,) there.

    Not a number at and after a divergence. `limit` (R,) is the sharpness at which the update of that rate is
    just stable: 2 / lr for plain SGD, 2 (1 + momentum) / lr with momentum, and 2 (1 + m) / ((1 + 2 m) lr)
    with Nesterov's, m the momentum of that update where a scheduler cycles it; None for optimizers, and
    momenta of 1 or more, for which there is no such number.
    """

    label: str
    t: IntArray
    values: FloatArray
    lr: FloatArray
    limit: FloatArray | None


def sharpness(scenario: Scenario, label: str | None = None, *, points: int = _POINTS) -> Sharpness:
    """The sharpness of one run of `scenario` (without a label: its first) at `points` of its steps.

    By the Lanczos method (Golub & Van Loan, "Matrix computations", ch. 10) with full reorthogonalisation,
    from Hessian-vector products at all places at once: of networks exact, otherwise (g(x + h v) - g(x - h v))
    / (2 h) of the exact, noise-free gradient g of the full loss, with h = 1e-5 max(1, |x|) (a relative error
    of about 1e-8). It is the eigenvalue itself for at most 30 parameters, and a slight underestimate, of
    usually less than 1e-4, for more. Raises BudgetExceeded before anything is allocated.
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
        limit = _limit(run, steps, result.t, trained.lr)
    return Sharpness(run.label, result.t, values, trained.lr, limit)


def largest_eigenvalues(objective: Objective, places: FloatArray) -> FloatArray:
    """The largest eigenvalue (R,) of the Hessian at each of the places (R, D)."""
    count = len(places)
    block = objective.places_at_once
    values = np.empty(count)
    for first in range(0, count, block):
        part = places[first : first + block]
        values[first : first + block] = _lanczos(objective.products(part), part.shape)
    return values


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


def _limit(run: Run, steps: int, t: IntArray, lr: FloatArray) -> FloatArray | None:
    options = run.optimizer.options
    if run.optimizer.name != "SGD" or options["maximize"]:
        return None
    cycled = momentum_table(run, steps + 1)
    momentum = np.full(len(t), options["momentum"]) if cycled is None else cycled[t]
    # PyTorch applies the dampening only where there is momentum.
    kept = np.where(momentum == 0, 1.0, 1 - options["dampening"])
    if options["nesterov"]:
        kept = 1 + 2 * momentum
    if not ((kept > 0) & (momentum < 1)).all():
        return None
    limit: FloatArray = 2 * (1 + momentum) / (kept * lr) - options["weight_decay"]
    return limit
