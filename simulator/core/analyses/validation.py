"""Training on some of the rows, and looking at the others: loss and accuracy on rows kept apart."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.core.analyses.variation import admit, run_of
from simulator.core.arguments import Options
from simulator.core.datasets import rows_of
from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.errors import error_at
from simulator.core.limits import MAX_SEED
from simulator.core.objectives import OBJECTIVES, build_plain
from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.splits import check_split, split_with
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
    scenario: Scenario,
    label: str | None = None,
    *,
    share: float | None = None,
    seed: int | None = None,
    points: int = _POINTS,
) -> Validation:
    """Train one run of `scenario` on some of its rows, and measure its loss on the others too.

    Kept apart are the rows that its data name, or with `share` or `seed` others: the first round(share n) of
    Generator(PCG64(seed)).permutation(n), where what is not given is as the data name it, else 0.25 and 0.
    Raises ScenarioError for a run without data or a share that leaves either side empty, BudgetExceeded
    before anything is allocated.
    """
    run = run_of(scenario, label)
    if run.data is None:
        raise error_at("run", "bad_value", f"“{run.label}” has no data that rows could be kept apart of.")
    if share is not None and not 0 < share < 1:
        raise error_at("share", "out_of_bounds", "must be a number above 0 and below 1.")
    if seed is not None and (isinstance(seed, bool) or not 0 <= seed <= MAX_SEED):
        raise error_at("seed", "out_of_bounds", f"must be a whole number from 0 to {MAX_SEED}.")
    split = split_with({"share": share, "seed": seed}, run.data.options["validation"])
    check_split(run.data.n, split, "share")
    data = replace(run.data, options=Options({**run.data.options, "validation": split}))
    run = replace(run, data=data)
    points = min(points, scenario.steps + 1)
    gradient = OBJECTIVES[run.objective.name].operations(run.objective.options, run.dim, data.n)
    admit(scenario.steps, run, extra=2.0 * points * gradient)
    result = simulate(Scenario(scenario.steps, (run,)), Record(points=points, params=True))
    trained = result.runs[0]
    loss = trained.val_loss
    assert trained.params is not None and loss is not None  # noqa: S101 (asked for)
    finite = np.where(np.isfinite(loss), loss, np.inf)
    return Validation(
        run.label,
        data.trained,
        data.apart,
        result.t,
        build_plain([run], rows_of(data)).loss(trained.params),
        loss,
        trained.accuracy,
        trained.val_accuracy,
        int(result.t[int(np.argmin(finite))]) if np.isfinite(finite).any() else None,
    )
