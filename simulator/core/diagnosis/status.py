"""The status of a run: `diverged`, `converged`, `oscillating` or `running`.

The rules are part of the public contract (docs/api.md, "Status of a run"); they are applied to many runs at
once and give the same answer whether a run is alone or in a batch.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]
GradientNorms = Callable[[IntArray, IntArray], FloatArray]
Status = Literal["converged", "running", "oscillating", "diverged"]

DIVERGENCE_FACTOR = 1e8
CONVERGENCE_FACTOR = 1e-4
OSCILLATION_DISPLACEMENT = 0.1  # of the path length
OSCILLATION_LOSS = 0.9  # second half of the last quarter over its first half
_NUMBERS = 200_000  # copied of a history at once, which may fill most of the memory that there is


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Status of one run; `best_loss` is the smallest finite loss, None when no loss is finite."""

    status: Status
    diverged_at: int | None
    best_loss: float | None
    final_loss: float


def diagnose(
    loss: FloatArray, params: FloatArray, gradient_norms: GradientNorms, stochastic: BoolArray
) -> list[Diagnosis]:
    """Status of B runs from all their T+1 rows.

    `loss` (T+1, B) and `params` (T+1, D, B, any strides) keep what is not finite. `gradient_norms(rows,
    runs)` gives the (rows, runs) Euclidean norms of the noise-free gradient; it is asked at most once, for
    the runs that did not diverge and the rows that the rule needs. `stochastic` (B,) tells which runs have
    noise or batches.
    """
    with np.errstate(all="ignore"):
        diverged_at = first_divergence(loss, params)
        alive = np.flatnonzero(diverged_at < 0)
        converged = np.zeros(loss.shape[1], dtype=np.bool_)
        converged[alive] = have_converged(loss.shape[0] - 1, gradient_norms, alive)
        oscillating = np.zeros(loss.shape[1], dtype=np.bool_)
        candidates = alive[~converged[alive] & ~stochastic[alive]]
        oscillating[candidates] = _oscillate(loss, params, candidates)
        best = np.where(np.isfinite(loss), loss, np.inf).min(axis=0)
    # As lists first: reading an array one number at a time is slow.
    columns = (
        diverged_at.tolist(),
        converged.tolist(),
        oscillating.tolist(),
        best.tolist(),
        loss[-1].tolist(),
    )
    return [
        Diagnosis(
            status=_status_name(at >= 0, settled, hopping),
            diverged_at=at if at >= 0 else None,
            best_loss=lowest if math.isfinite(lowest) else None,
            final_loss=final,
        )
        for at, settled, hopping, lowest, final in zip(*columns, strict=True)
    ]


def tail_rows(steps: int) -> int:
    """How many of the T+1 rows at the end must have a small gradient for `converged`: max(5, T/20), at most
    all."""
    return min(max(5, -(-steps // 20)), steps + 1)


def _status_name(diverged: bool, converged: bool, oscillating: bool) -> Status:
    if diverged:
        return "diverged"
    if converged:
        return "converged"
    return "oscillating" if oscillating else "running"


def first_divergence(loss: FloatArray, params: FloatArray) -> IntArray:
    """First row that is not finite or beyond the bounds, per run; -1 where there is none."""
    loss_bound = _bound(np.abs(loss[0]))
    params_bound = _bound(np.abs(params[0]).max(axis=0, initial=0.0))
    # Maxima over the whole history first: nan spreads through them, and few runs need a search of their rows.
    suspects = np.flatnonzero(
        ~(
            (loss.max(axis=0) <= loss_bound)
            & (loss.min(axis=0) > -np.inf)
            & (params.max(axis=(0, 1), initial=0.0) <= params_bound)
            & (params.min(axis=(0, 1), initial=0.0) >= -params_bound)
        )
    )
    first = np.full(loss.shape[1], -1, dtype=np.intp)
    block = max(1, _NUMBERS // max(1, params[0].size))
    for start in range(0, len(loss), block):
        if suspects.size == 0:
            break
        losses = loss[start : start + block, suspects]
        sizes = np.abs(params[start : start + block][:, :, suspects]).max(axis=1, initial=0.0)
        within = (losses <= loss_bound[suspects]) & (losses > -np.inf) & (sizes <= params_bound[suspects])
        found = ~within.all(axis=0)
        first[suspects[found]] = start + within[:, found].argmin(axis=0)
        suspects = suspects[~found]
    return first


def _bound(start: FloatArray) -> FloatArray:
    """The largest value that is not yet divergence; finite, so that infinity is always beyond it."""
    bound: FloatArray = np.minimum(DIVERGENCE_FACTOR * np.maximum(1.0, start), np.finfo(np.float64).max)
    return bound


def have_converged(steps: int, gradient_norms: GradientNorms, runs: IntArray) -> BoolArray:
    """Which of the `runs`, none of which diverged, had a small gradient all over the last `tail_rows`."""
    if runs.size == 0:
        return np.zeros(0, dtype=np.bool_)
    rows = np.concatenate([[0], np.arange(steps + 1 - tail_rows(steps), steps + 1)]).astype(np.intp)
    norms = gradient_norms(rows, runs)
    small: BoolArray = (norms[1:] <= CONVERGENCE_FACTOR * norms[0]).all(axis=0)
    return small


def _oscillate(loss: FloatArray, params: FloatArray, runs: IntArray) -> BoolArray:
    """Over the last quarter: little net displacement for the path travelled, and a loss that does not come
    down."""
    steps = loss.shape[0] - 1
    start = steps - steps // 4
    if runs.size == 0 or start == steps:
        return np.zeros(runs.size, dtype=np.bool_)
    block = max(1, _NUMBERS // ((steps - start) * params.shape[1]))
    parts = [runs[first : first + block] for first in range(0, runs.size, block)]
    return np.concatenate([_hop(loss[start:], params[start:], part) for part in parts])


def _hop(loss: FloatArray, params: FloatArray, runs: IntArray) -> BoolArray:
    """Whether runs oscillate over all of the rows."""
    # Runs first and contiguous, so that every sum adds in the same order however many runs there are.
    losses = np.ascontiguousarray(loss[:, runs].T)
    places = np.ascontiguousarray(params[:, :, runs].transpose(2, 0, 1))
    moves = np.diff(places, axis=1)
    path = np.sqrt((moves * moves).sum(axis=-1)).sum(axis=-1)
    net = places[:, -1] - places[:, 0]
    displacement = np.sqrt((net * net).sum(axis=-1))
    half = losses.shape[1] // 2
    steady = losses[:, half:].mean(axis=-1) >= OSCILLATION_LOSS * losses[:, :half].mean(axis=-1)
    oscillating: BoolArray = (displacement < OSCILLATION_DISPLACEMENT * path) & steady
    return oscillating
