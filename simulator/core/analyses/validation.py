"""Training on some of the rows, and looking at the others: loss and accuracy on rows kept apart."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from simulator.core.analyses.model import gives_logits, outputs
from simulator.core.analyses.variation import admit, run_of
from simulator.core.arguments import Options
from simulator.core.datasets import Data, Rows, rows_of
from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.errors import error_at
from simulator.core.features import polynomials
from simulator.core.limits import MAX_SEED
from simulator.core.objectives import OBJECTIVES, DataObjective
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.training import simulate

_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Mean losses (R,) without the penalty, at the steps `t` (R,): on the rows trained on, and on the others.

    `train_accuracy` and `accuracy` (R,) are the shares of rows whose label is predicted, None where y is no
    label. `best_at` is the recorded step with the lowest finite validation loss, None where none is finite.
    """

    label: str
    train_rows: int
    rows: int
    t: IntArray
    train_loss: FloatArray
    loss: FloatArray
    train_accuracy: FloatArray | None
    accuracy: FloatArray | None
    best_at: int | None


def validation(
    scenario: Scenario, label: str | None = None, *, share: float = 0.25, seed: int = 0, points: int = _POINTS
) -> Validation:
    """Train one run of `scenario` on all rows but the first round(share n) of
    Generator(PCG64(seed)).permutation(n), and measure its loss on those too.

    The rows trained on keep their order. Standardisation takes mean and deviation from them alone. Raises
    ScenarioError for a run without data or a share that leaves either side empty, BudgetExceeded before
    anything is allocated.
    """
    run = run_of(scenario, label)
    if run.data is None:
        raise error_at("run", "bad_value", f"“{run.label}” has no data that rows could be kept apart of.")
    n = run.data.n
    kept = round(share * n) if 0 < share < 1 else 0
    if not 1 <= kept < n:
        raise error_at("share", "out_of_bounds", f"must leave rows of the {n} on either side.")
    if isinstance(seed, bool) or not 0 <= seed <= MAX_SEED:
        raise error_at("seed", "out_of_bounds", f"must be a whole number from 0 to {MAX_SEED}.")
    points = min(points, scenario.steps + 1)
    gradient = OBJECTIVES[run.objective.name].operations(run.objective.options, run.dim, n)
    admit(scenario.steps, run, extra=2.0 * points * gradient)
    train, held = _split(run.data, kept, seed)
    result = simulate(Scenario(scenario.steps, (_on(run, train),)), Record(points=points, params=True))
    params = result.runs[0].params
    assert params is not None  # noqa: S101 (asked for)
    loss = _losses(run, held, params)
    finite = np.where(np.isfinite(loss), loss, np.inf)
    binary = run.data.binary and train.y.shape[1] == 1
    return Validation(
        run.label,
        n - kept,
        kept,
        result.t,
        _losses(run, train, params),
        loss,
        _accuracy(run, train, params) if binary else None,
        _accuracy(run, held, params) if binary else None,
        int(result.t[int(np.argmin(finite))]) if np.isfinite(finite).any() else None,
    )


def _split(data: Data, kept: int, seed: int) -> tuple[Rows, Rows]:
    """The rows trained on and those kept apart, with their features made."""
    plain = Options({**data.options, "polynomial": None, "standardize": False})
    rows, polynomial = rows_of(replace(data, options=plain)), data.options["polynomial"]
    X = rows.X
    if polynomial is not None:
        X = polynomials(X[:, 0], polynomial["degree"], polynomial["basis"])
    apart = np.zeros(len(X), dtype=np.bool_)
    apart[np.random.Generator(np.random.PCG64(seed)).permutation(len(X))[:kept]] = True
    train, held = X[~apart], X[apart]
    if data.options["standardize"]:
        spread = (train != train[0]).any(axis=0)
        mean, deviation = np.where(spread, train.mean(axis=0), 0.0), np.where(spread, train.std(axis=0), 1.0)
        train, held = (train - mean) / deviation, (held - mean) / deviation
    return Rows(train, rows.y[~apart]), Rows(held, rows.y[apart])


def _on(run: Run, rows: Rows) -> Run:
    """The run on these rows, given outright."""
    X = tuple(tuple(row) for row in rows.X.tolist())
    y = tuple(tuple(row) for row in rows.y.tolist())
    given = Options({"X": X, "y": y, "polynomial": None, "standardize": False})
    batches = run.batches
    if batches is not None:
        batches = replace(batches, size=min(batches.size, len(X)))
    return replace(run, data=Data(given, given=True), batches=batches)


def _losses(run: Run, rows: Rows, params: FloatArray) -> FloatArray:
    """The mean loss over rows at each of the places (R, D), without the penalty."""
    options = Options({**run.objective.options, "l2": 0.0, "l1": 0.0})
    kind = cast(type[DataObjective], OBJECTIVES[run.objective.name])
    return kind([options], rows).loss(params)


def _accuracy(run: Run, rows: Rows, params: FloatArray) -> FloatArray:
    """The share of rows on the right side of the threshold at each of the places."""
    threshold = 0.0 if gives_logits(run) else 0.5
    labels = rows.y[:, 0] > 0.5
    with np.errstate(all="ignore"):
        return np.array([float(((outputs(run, rows.X, w) > threshold) == labels).mean()) for w in params])
