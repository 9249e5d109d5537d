"""Status of runs: every rule at its threshold, on histories written by hand."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.core.diagnosis import Diagnosis, diagnose

FAR_FROM_CONVERGED = 1.0


def diagnose_one(
    loss: Any,
    params: Any = None,
    norms: Any = None,
    *,
    stochastic: bool = False,
    asked: list[Any] | None = None,
) -> Diagnosis:
    """One run from its losses (T+1,), its places (T+1,) or (T+1, D), and its gradient norms by row."""
    losses = np.asarray(loss, dtype=float)[:, None]
    places = np.zeros(losses.shape[0]) if params is None else np.asarray(params, dtype=float)
    places = places.reshape(losses.shape[0], -1, 1)

    def gradient_norms(rows: Any, runs: Any) -> Any:
        if asked is not None:
            asked.append((list(rows), list(runs)))
        values = (
            np.full(losses.shape[0], FAR_FROM_CONVERGED) if norms is None else np.asarray(norms, dtype=float)
        )
        return values[rows][:, None].repeat(len(runs), axis=1)

    (diagnosis,) = diagnose(losses, places, gradient_norms, np.array([stochastic]))
    return diagnosis


class TestDiverged:
    @pytest.mark.parametrize("start", [0.5, 50.0, -50.0])
    def test_loss_beyond_a_hundred_million_times_its_start(self, start: float) -> None:
        bound = 1e8 * max(1.0, abs(start))
        assert diagnose_one([start, bound, bound]).status != "diverged"
        assert diagnose_one([start, bound, np.nextafter(bound, np.inf)]).diverged_at == 2

    @pytest.mark.parametrize("sign", [1, -1])
    @pytest.mark.parametrize("start", [0.5, 3.0])
    def test_parameter_beyond_a_hundred_million_times_its_start(self, start: float, sign: int) -> None:
        bound = 1e8 * max(1.0, start)
        beyond = sign * np.nextafter(bound, np.inf)
        assert diagnose_one([1, 1, 1], [[0, -start], [0, sign * bound], [0, 0]]).status != "diverged"
        assert diagnose_one([1, 1, 1], [[0, -start], [beyond, 0], [0, 0]]).diverged_at == 1
        assert diagnose_one([1, 1, 1], [[0, start], [sign * bound, 0], [beyond, 0]]).diverged_at == 2

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_what_is_not_finite(self, value: float) -> None:
        assert diagnose_one([1, 1, value, 1]) == Diagnosis("diverged", 2, 1.0, 1.0)
        assert diagnose_one([1, 1, 1, 1], [0, value, 0, 0]) == Diagnosis("diverged", 1, 1.0, 1.0)

    def test_the_first_of_several_rows_counts(self) -> None:
        assert diagnose_one([1, 1, 2e8, np.nan], [0, 0, 0, 0]).diverged_at == 2
        assert diagnose_one([1, 1, 2e8, np.nan], [0, np.inf, 0, 0]).diverged_at == 1

    @pytest.mark.parametrize("start", [np.nan, np.inf])
    def test_a_start_that_is_not_finite(self, start: float) -> None:
        assert diagnose_one([start, 1]).diverged_at == 0
        assert diagnose_one([1, 1], [start, 1]).diverged_at == 0

    def test_wins_over_converged(self) -> None:
        assert diagnose_one([1, 2e8] + [0] * 40, norms=[1] + [0] * 41).status == "diverged"

    def test_gradients_of_diverged_runs_are_not_asked_for(self) -> None:
        asked: list[Any] = []
        diagnose_one([1, np.inf], asked=asked)
        assert asked == []

    def test_first_step_past_the_stability_limit_of_a_quadratic(self) -> None:
        # 1/2 (x^2 + 25 y^2) from (10, 1): each coordinate is multiplied by 1 - lr * eigenvalue.
        for lr, step in ((0.079, None), (0.081, 406)):
            places = np.array([[10, 1]]) * (1 - lr * np.array([[1, 25]])) ** np.arange(501)[:, None]
            assert diagnose_one((places**2 @ [0.5, 12.5]), places).diverged_at == step


class TestConverged:
    @pytest.mark.parametrize(
        ("steps", "rows"), [(1, 2), (4, 5), (5, 5), (30, 5), (100, 5), (101, 6), (120, 6), (200, 10)]
    )
    def test_rows_that_must_have_a_small_gradient(self, steps: int, rows: int) -> None:
        asked: list[Any] = []
        diagnose_one(np.ones(steps + 1), asked=asked)
        assert asked == [([0, *range(steps + 1 - rows, steps + 1)], [0])]

    def test_gradient_norm_at_most_a_ten_thousandth_of_the_first(self) -> None:
        norms = np.array([3.0] * 36 + [3e-4] * 5)
        assert diagnose_one(np.ones(41), norms=norms).status == "converged"
        norms[-3] = 3.0001e-4
        assert diagnose_one(np.ones(41), norms=norms).status != "converged"

    def test_earlier_rows_do_not_matter(self) -> None:
        assert diagnose_one(np.ones(41), norms=[3.0] * 36 + [0.0] * 5).status == "converged"
        assert diagnose_one(np.ones(41), norms=[3.0] * 37 + [0.0] * 4).status != "converged"

    def test_noise_does_not_matter(self) -> None:
        assert diagnose_one(np.ones(41), norms=[1] + [0] * 40, stochastic=True).status == "converged"

    def test_a_start_without_slope_has_converged(self) -> None:
        assert diagnose_one(np.ones(41), norms=np.zeros(41)).status == "converged"

    def test_wins_over_oscillating(self) -> None:
        places = np.arange(41) % 2
        assert diagnose_one(np.ones(41), places, norms=[1] + [0] * 40).status == "converged"
        assert diagnose_one(np.ones(41), places).status == "oscillating"


class TestOscillating:
    places = np.arange(41) % 2  # ten hops of length 1 in the last quarter, back to where it began

    def test_hopping_at_the_same_height(self) -> None:
        assert diagnose_one(np.ones(41), self.places).status == "oscillating"

    def test_only_without_noise(self) -> None:
        assert diagnose_one(np.ones(41), self.places, stochastic=True).status == "running"

    def test_second_half_of_the_quarter_has_nine_tenths_of_the_loss_of_the_first(self) -> None:
        # Rows 30 to 40 are the last quarter: five in its first half, six in its second.
        loss = np.array([1.0] * 35 + [0.9] * 6)
        assert diagnose_one(loss, self.places).status == "oscillating"
        loss[-1] = 0.899
        assert diagnose_one(loss, self.places).status == "running"

    def test_only_the_last_quarter_counts(self) -> None:
        loss = np.concatenate([np.full(30, 1e6), np.ones(11)])
        places = np.concatenate([np.arange(30) * 100, self.places[30:]])
        assert diagnose_one(loss, places).status == "oscillating"

    def test_net_displacement_below_a_tenth_of_the_path(self) -> None:
        # Ten moves of which nine go to and fro: a path of 10, and a net displacement of the last move.
        def places(net: float) -> Any:
            hops = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 0, net])
            return np.concatenate([np.zeros(30), hops])

        # The path is 8 + |net|: below a tenth where net < 8 / 9.
        assert diagnose_one(np.ones(41), places(0.88)).status == "oscillating"
        assert diagnose_one(np.ones(41), places(0.9)).status == "running"

    def test_standing_still_is_not_oscillating(self) -> None:
        assert diagnose_one(np.ones(41), np.zeros(41)).status == "running"

    def test_path_is_euclidean(self) -> None:
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        assert diagnose_one(np.ones(49), corners[np.arange(49) % 4]).status == "oscillating"

    @pytest.mark.parametrize("steps", [1, 2, 3, 4, 7])
    def test_too_short_to_tell(self, steps: int) -> None:
        assert diagnose_one(np.ones(steps + 1), np.arange(steps + 1) % 2).status == "running"


def test_best_loss_is_the_smallest_finite_one() -> None:
    assert diagnose_one([3, np.nan, 2, np.inf]).best_loss == 2
    assert diagnose_one([-3, 5]).best_loss == -3
    assert diagnose_one([np.nan, np.nan]).best_loss is None
    assert np.isnan(diagnose_one([1, np.nan]).final_loss)


def rows_of(norms: Any, rows: Any, runs: Any) -> Any:
    return norms[rows][:, runs]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_run_has_the_same_status_alone_and_in_a_batch(data: Any) -> None:
    steps, dim, count = (
        data.draw(st.integers(1, 40)),
        data.draw(st.integers(1, 3)),
        data.draw(st.integers(1, 6)),
    )
    values = st.floats(-2, 2) | st.sampled_from([np.nan, np.inf, 3e8, -3e8])
    loss = data.draw(arrays(float, (steps + 1, count), elements=st.floats(0.5, 2) | values))
    params = data.draw(arrays(float, (steps + 1, dim, count), elements=values, fill=st.floats(-1, 1)))
    norms = data.draw(arrays(float, (steps + 1, count), elements=st.sampled_from([0.0, 1e-4, 1.0])))
    stochastic = data.draw(arrays(bool, count))
    together = diagnose(loss, params, partial(rows_of, norms), stochastic)
    for run in range(count):
        here = slice(run, run + 1)
        alone = diagnose(
            loss[:, here],
            np.ascontiguousarray(params[:, :, here].transpose(0, 2, 1)).transpose(0, 2, 1),
            partial(rows_of, norms[:, here]),
            stochastic[here],
        )
        assert repr(alone) == repr([together[run]])  # by repr, because nan is not equal to itself
