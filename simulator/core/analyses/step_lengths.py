"""How far each update goes."""

from dataclasses import dataclass

import numpy as np

from simulator.core.analyses.variation import run_of
from simulator.core.cost import check_budget
from simulator.core.diagnosis.status import FloatArray, IntArray
from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import simulate

_POINTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class StepLengths:
    """Of the updates `t` (R,): the Euclidean length |theta_(t+1) - theta_t| (R,), and the rate `lr` (R,).

    `per_rate` is the length divided by the rate: the size of what the optimizer multiplies the rate by, which
    is the gradient's for plain SGD and about 1 a coordinate for Adam at its start.
    """

    label: str
    t: IntArray
    lengths: FloatArray
    lr: FloatArray

    @property
    def per_rate(self) -> FloatArray:
        with np.errstate(all="ignore"):
            rates: FloatArray = self.lengths / self.lr
        return rates


def step_lengths(scenario: Scenario, label: str | None = None, *, points: int = _POINTS) -> StepLengths:
    """The length of `points` of the updates of one run of `scenario` (without a label: its first).

    Raises BudgetExceeded before anything is allocated.
    """
    run = run_of(scenario, label)
    alone = Scenario(scenario.steps, (run,))
    record = Record(params=True)
    check_budget(alone, record)
    trained = simulate(alone, record).runs[0]
    params = trained.params
    assert params is not None  # noqa: S101 (asked for)
    t = Record(points=max(1, points)).rows(scenario.steps - 1)
    with np.errstate(all="ignore"):
        moves = params[t + 1] - params[t]
        lengths = np.sqrt((moves * moves).sum(axis=1))
    return StepLengths(run.label, t, lengths, trained.lr[t])
