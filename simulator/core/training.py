"""Simulating a scenario: every run's whole trajectory, many runs side by side."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.core.cost import check_budget
from simulator.core.diagnosis import Diagnosis, diagnose, words_for
from simulator.core.generalisation import Measured
from simulator.core.groups import groups_of
from simulator.core.record import Record
from simulator.core.spec import Run, Scenario
from simulator.core.trajectories import Trajectories, train
from simulator.core.version import SIMULATOR_VERSION

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

__all__ = ["Record", "Result", "RunResult", "simulate"]


@dataclass(frozen=True, eq=False)
class RunResult:
    """One run as recorded: R rows, at the steps `t` of its Result.

    `loss` (R,) keeps what is not finite; `params` (R, D) only where they were asked for. `status`,
    `diverged_at`, `best_loss` (the smallest finite loss), `final_loss` and `words` come from all T+1 rows,
    however few are recorded. `val_loss`, `accuracy` and `val_accuracy` (R,) are there where rows are kept
    apart, the last two where y is a label (see generalisation.Measured).
    """

    label: str
    lr: FloatArray
    loss: FloatArray
    params: FloatArray | None
    status: str
    diverged_at: int | None
    best_loss: float | None
    final_loss: float
    _words: Callable[[], str] | str = field(repr=False)
    val_loss: FloatArray | None = None
    accuracy: FloatArray | None = None
    val_accuracy: FloatArray | None = None
    _held: int = field(default=0, repr=False)

    @cached_property
    def words(self) -> str:
        """One plain sentence on what happened, with measured numbers."""
        return self._words if isinstance(self._words, str) else self._words()

    @property
    def nbytes(self) -> int:
        """About the memory that its numbers hold, in bytes: those told, and its share of the trajectories
        that its words are made of when somebody asks for them."""
        told = (self.lr, self.loss, self.params, self.val_loss, self.accuracy, self.val_accuracy)
        return self._held + sum(series.nbytes for series in told if series is not None)

    def __getstate__(self) -> dict[str, Any]:
        words = self.words
        return {**self.__dict__, "_words": words, "_held": 0}


class Result:
    """What a simulation gives: the recorded steps `t` (R,), the `runs` in the scenario's order, `version`."""

    def __init__(self, t: IntArray, scenario: Scenario, parts: list[Trajectories], record: Record) -> None:
        self.t = t
        self.version = SIMULATOR_VERSION
        self._scenario: Scenario | None = scenario
        self._parts = parts
        self._record = record

    @cached_property
    def runs(self) -> tuple[RunResult, ...]:
        """Every run, diagnosed on first use."""
        if self._scenario is None:
            raise RuntimeError("the trajectories of this result are gone")  # pragma: no cover
        results: dict[int, RunResult] = {}
        for part in self._parts:
            everything = len(self.t) == len(part.loss)
            rows: IntArray | slice = slice(None) if everything else self.t
            diagnoses = diagnose(part.loss, part.params, part.gradient_norms, part.stochastic)
            losses = np.ascontiguousarray(part.loss[rows].T)
            rates = np.ascontiguousarray(part.lr[rows].T)
            keeps_apart = part.runs[0].data is not None and part.runs[0].data.apart > 0
            params = part.params[rows] if self._record.params or keeps_apart else None
            measured = None if params is None else part.measure(params)
            for column, index in enumerate(part.indices):
                own = params[:, :, column] if params is not None and self._record.params else None
                results[index] = _run_result(
                    self._scenario.runs[index],
                    part,
                    column,
                    diagnoses[column],
                    rates[column],
                    losses[column],
                    own,
                    measured,
                )
        return tuple(results[index] for index in range(len(self._scenario.runs)))

    def run(self, label: str) -> RunResult:
        """The run of that label; KeyError where there is none."""
        for run in self.runs:
            if run.label == label:
                return run
        raise KeyError(label)

    def __getstate__(self) -> dict[str, Any]:
        return {
            "t": self.t,
            "version": self.version,
            "runs": self.runs,
            "_scenario": None,
            "_parts": [],
            "_record": self._record,
        }


def simulate(scenario: Scenario, record: Record | None = None) -> Result:
    """Train every run of the scenario for its T updates.

    Pure and deterministic: equal scenarios give equal bits, and a run gives the same bits alone or beside
    others. Divergence is a result, never an error. Raises BudgetExceeded, before anything is allocated, for a
    scenario that would cost too much.
    """
    record = record or Record()
    groups = groups_of(scenario.runs)
    check_budget(scenario, record, groups)
    parts = [train(scenario.runs, indices, scenario.steps) for indices in groups]
    return Result(record.rows(scenario.steps), scenario, parts, record)


def _run_result(
    run: Run,
    part: Trajectories,
    column: int,
    diagnosis: Diagnosis,
    lr: FloatArray,
    loss: FloatArray,
    params: FloatArray | None,
    measured: Measured | None,
) -> RunResult:
    def words() -> str:
        return words_for(
            run,
            diagnosis,
            loss=np.ascontiguousarray(part.loss[:, column]),
            params=np.ascontiguousarray(part.params[:, :, column]),
            lr=np.ascontiguousarray(part.lr[:, column]),
            minimum=part.minimum(column),
        )

    held = part.nbytes // len(part.runs)
    if params is not None and np.may_share_memory(params, part.params):
        held -= params.nbytes
    return RunResult(
        run.label,
        lr,
        loss,
        params,
        diagnosis.status,
        diagnosis.diverged_at,
        diagnosis.best_loss,
        diagnosis.final_loss,
        words,
        None if measured is None else _column(measured.val_loss, column),
        None if measured is None else _column(measured.accuracy, column),
        None if measured is None else _column(measured.val_accuracy, column),
        held,
    )


def _column(series: FloatArray | None, column: int) -> FloatArray | None:
    return None if series is None else np.ascontiguousarray(series[:, column])
