"""Sweep, limit of stability and range test, against laws."""

import math

import numpy as np
import pytest

from simulator.core.analyses import log_rates, range_test, stability_limit, sweep
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.limits import MAX_RUNS, MAX_STEPS
from simulator.core.training import simulate
from simulator.tests.core.analyses.places import bowl, place


def test_a_sweep_tells_what_the_run_alone_does() -> None:
    scenario = bowl(1, 25, lr=0.03)
    swept = sweep(scenario, "a", [0.2, 0.01, 0.03])
    assert [one.lr for one in swept.outcomes] == [0.01, 0.03, 0.2]
    alone = simulate(scenario).runs[0]
    assert (swept.outcomes[1].final_loss, swept.outcomes[1].status) == (alone.final_loss, alone.status)
    assert swept.outcomes[2].status == "diverged"
    assert swept.outcomes[2].score == math.inf
    assert swept.best == swept.outcomes[1]
    assert swept.limit == pytest.approx(2 / 25)


def test_rates_diverge_above_2_over_l_and_few_are_near_the_best() -> None:
    swept = sweep(bowl(1, 100, steps=200), None, log_rates(1e-5, 1, 301))
    for one in swept.outcomes:
        if abs(one.lr / 0.02 - 1) > 0.1:  # nearer, 200 steps are not enough to diverge
            assert (one.status == "diverged") is (one.lr > 0.02), one
    assert swept.diverging == pytest.approx(0.34, abs=0.01)
    assert swept.best is not None and swept.tenfold is not None
    assert swept.best.lr == pytest.approx(2 / 101, rel=0.05)  # 2 / (mu + L)
    assert swept.tenfold[0] == pytest.approx(0.0137, rel=0.05)
    assert swept.tenfold[1] == pytest.approx(0.0197, rel=0.05)


def test_a_sweep_scales_the_rates_of_a_schedule_with_it() -> None:
    cycle = {"name": "OneCycleLR", "max_lr": 0.5, "total_steps": 60, "cycle_momentum": False}
    scenario = bowl(1, steps=50, lr=1.0, scheduler=cycle)
    swept = sweep(scenario, "a", [0.5, 1, 20])
    assert swept.outcomes[1].final_loss == simulate(scenario).runs[0].final_loss
    assert swept.outcomes[0].final_loss > swept.outcomes[1].final_loss  # peak .25 is slower than .5
    assert swept.outcomes[2].final_loss > 1  # peak 10


def test_ten_times_a_loss_that_is_not_above_0_is_no_bound() -> None:
    """At rate 1 the first step ends at the minimum."""
    for lowest in (0, -5):
        scenario = place({"name": "polynomial", "coeffs": [lowest, 0, 0.5]}, [1], steps=9, lr=1)
        swept = sweep(scenario, "a", [0.5, 1, 1.5])
        assert swept.best is not None and (swept.best.lr, swept.best.final_loss) == (1, lowest)
        assert swept.tenfold is None


def test_there_is_no_limit_to_show_where_every_rate_is_stable() -> None:
    assert sweep(bowl(0), "a", [1, 2]).limit is None


@pytest.mark.parametrize("rates", [[], [0.0], [-1], [math.nan], [True], list(range(1, MAX_RUNS + 2))])
def test_rates_that_are_none_are_refused(rates: list[float]) -> None:
    with pytest.raises(ScenarioError) as raised:
        sweep(bowl(1), "a", rates)
    assert all(path.startswith("rates") for path in raised.value.fields)


def test_an_unknown_run_and_a_dear_sweep_are_refused_before_anything_is_done() -> None:
    with pytest.raises(ScenarioError, match="label of a run"):
        sweep(bowl(1), "b", [0.1])
    data = {"dataset": "circles", "n": 2000}
    network = {"name": "mlp", "layers": [2, 50, 1]}
    with pytest.raises(BudgetExceeded):
        sweep(place(network, None, steps=5000, lr=0.1, data=data), "a", log_rates(1e-3, 1, 500))


@pytest.mark.parametrize(
    ("optimizer", "limit"),
    [
        ({}, 2 / 25),
        ({"momentum": 0.9}, 2 * 1.9 / 25),
        ({"momentum": 0.9, "nesterov": True}, 2 * 1.9 / (2.8 * 25)),
        ({"weight_decay": 5}, 2 / 30),
    ],
)
def test_the_limit_is_analytic_where_it_is_known(optimizer: dict, limit: float) -> None:
    found = stability_limit(bowl(1, 25, optimizer=optimizer))
    assert found.kind == "analytic"
    assert found.lr == found.stable == found.unstable == pytest.approx(limit)


@pytest.mark.parametrize("octaves", [-4, 3])
@pytest.mark.parametrize("part", [0.5, 17.3, 39.5])
def test_a_measured_limit_is_the_one_of_the_closed_form(octaves: int, part: float) -> None:
    """x^2 / 2 as a polynomial: (lr - 1)^T must exceed what counts as diverged, so the limit is known for
    T steps. It is found in the first, a middle and the last of the 40 parts of its octave."""
    steps = 100
    exact = 1 + (2e8) ** (1 / (2 * steps))  # the loss x^2 / 2 passes 1e8
    # A clip that never clips takes the law away and changes nothing.
    found = stability_limit(bowl(1, steps=steps, lr=exact * 2 ** (octaves - part / 40), clip_norm=1e300))
    assert found.kind == "measured"
    assert found.stable <= exact <= found.unstable
    assert found.unstable / found.stable == pytest.approx(2 ** (1 / 1600), rel=1e-9)
    assert found.lr == pytest.approx(exact, rel=5e-4)


def test_bounded_chaos_is_stable_until_it_escapes() -> None:
    found = stability_limit(place({"name": "double_well"}, [0.3], steps=300, lr=0.1))
    assert 1.9 < found.stable < found.unstable < 2.1


def test_a_run_that_never_diverges_has_no_limit() -> None:
    found = stability_limit(
        place({"name": "double_well"}, [0.3], steps=20, lr=0.1, optimizer={"name": "Rprop"})
    )
    assert (found.kind, found.lr, found.unstable) == ("measured", math.inf, math.inf)
    assert found.stable == pytest.approx(0.1 * 2**20)  # the largest rate tried


def test_a_run_that_diverges_before_its_first_update_does_so_at_every_rate() -> None:
    quartic = {"name": "polynomial", "coeffs": [0, 0, 0, 0, 1]}
    found = stability_limit(place(quartic, [1e200], steps=5, lr=0.1))
    assert (found.kind, found.lr, found.stable) == ("measured", 0, 0)
    assert found.unstable == pytest.approx(0.1 / 2**20)  # the smallest rate tried


def test_the_loss_of_a_range_test_on_a_bowl_is_lowest_at_the_limit() -> None:
    """One curvature: every update with a rate below 2/L lowers the loss and every one above raises it."""
    found = range_test(bowl(0.5, steps=50), low=1e-3, high=100, steps=300)
    assert found.lr[0] == 1e-3
    assert found.lr[299] == pytest.approx(100)
    rates = {one.rule: one.lr for one in found.suggestions}
    step = float(found.lr[1] / found.lr[0])
    assert 4 / step <= rates["minimum"] <= 4 * step
    assert rates["minimum_tenth"] == rates["minimum"] / 10
    assert rates["steepest"] < rates["minimum"]
    assert rates["valley"] < rates["minimum"]
    assert found.end < 300  # the rest has blown up
    for one in found.suggestions:
        assert one.outcome is not None and one.outcome.lr == one.lr
        assert one.known_error


@pytest.mark.parametrize(
    ("coeffs", "bound"),
    [
        ([0, 0, 0.5], 0.5),  # four times next to nothing is little: the loss has to pass its start
        ([10, 0, 0.5], 40),  # four times the lowest, 10
        ([-5, 0, 0.5], -3.5),  # three times the fall from -4.5 above the lowest, -5
    ],
)
def test_a_range_test_ends_where_its_loss_has_blown_up(coeffs: list[float], bound: float) -> None:
    scenario = place({"name": "polynomial", "coeffs": coeffs}, [1], steps=20, lr=0.1)
    # The limit is 2; up to it x comes down to 0.15, and beyond it no update doubles the loss.
    found = range_test(scenario, low=1.9, high=2.5, steps=200)
    assert found.loss[: found.end].min() - coeffs[0] == pytest.approx(0.01, abs=0.005)
    assert found.end == int(np.argmax(found.loss > bound))


def test_a_range_test_is_of_the_rate_alone_whatever_the_schedule_of_the_run() -> None:
    schedule = {"name": "StepLR", "step_size": 5}
    scheduled = bowl(0.5, steps=50, scheduler=schedule, scheduler_interval=3)
    found = range_test(scheduled, low=1e-3, high=100, steps=300)
    assert found.lr[:300] == pytest.approx(log_rates(1e-3, 100, 300))
    for one in found.suggestions:
        assert one.lr is not None and one.outcome is not None
        assert one.outcome.final_loss == simulate(bowl(0.5, steps=50, lr=one.lr)).runs[0].final_loss


def longest_falls(loss: list[float]) -> set[tuple[int, int]]:
    """First and last row of every longest strictly falling subsequence, by trying each first row."""
    lengths = {}
    for first in range(len(loss)):
        reached = {first: 1}
        for row in range(first + 1, len(loss)):
            before = [length for place, length in reached.items() if loss[place] > loss[row]]
            if before:
                reached[row] = max(before) + 1
        lengths |= {(first, last): length for last, length in reached.items()}
    return {ends for ends, length in lengths.items() if length == max(lengths.values())}


@pytest.mark.parametrize(
    ("low", "noise"),
    [
        (1e-3, None),
        (1e-3, {"sigma": 0.5, "seed": 1}),
        (1e-2, {"sigma": 2, "seed": 4}),
    ],
)
def test_the_valley_is_the_middle_of_the_longest_fall_and_the_steepest_is_where_it_falls_most(
    low: float, noise: dict | None
) -> None:
    found = range_test(bowl(1, steps=20, noise=noise), low=low, high=10, steps=40)
    rates = {one.rule: one.lr for one in found.suggestions}
    loss = found.smoothed[: found.end].tolist()
    middles = [math.sqrt(found.lr[first] * found.lr[last]) for first, last in longest_falls(loss)]
    assert any(rates["valley"] == pytest.approx(middle, rel=1e-12) for middle in middles)
    lowest = loss.index(min(loss))
    assert rates["minimum"] == found.lr[lowest]
    # Each rate is the same factor above the one before, so that equal rows are equal ways on that scale.
    slopes = [loss[1] - loss[0], *((loss[row + 1] - loss[row - 1]) / 2 for row in range(1, lowest))]
    slopes.append(loss[lowest] - loss[lowest - 1])
    assert rates["steepest"] == found.lr[slopes.index(min(slopes))]


def test_a_loss_that_stands_still_is_no_fall() -> None:
    """Rates below 1e-17 leave a place of 1 where it is: the valley begins where the loss begins to fall."""
    found = range_test(bowl(1, steps=20), low=1e-30, high=10, steps=40)
    first, lowest = int(np.argmax(np.diff(found.loss) < 0)), int(np.argmin(found.loss[: found.end]))
    assert first > 10
    valley = next(one.lr for one in found.suggestions if one.rule == "valley")
    assert valley == pytest.approx(math.sqrt(found.lr[first] * found.lr[lowest]))


def test_a_range_test_of_a_network_overestimates() -> None:
    """The minimum of the test lies far above the best constant rate, and training there goes wrong."""
    network = {"name": "mlp", "layers": [2, 16, 1]}
    scenario = place(network, None, steps=200, lr=0.1, data={"dataset": "circles", "n": 100})
    found = range_test(scenario, low=1e-3, high=100)
    minimum = next(one for one in found.suggestions if one.rule == "minimum")
    best = sweep(scenario, "a", log_rates(0.05, 20, 25)).best
    assert best is not None and minimum.outcome is not None and minimum.lr is not None
    assert minimum.lr > 1.5 * best.lr
    assert minimum.outcome.score > 2 * best.score


def test_a_range_test_that_never_falls_suggests_nothing() -> None:
    found = range_test(bowl(1, steps=20), low=10, high=1000, steps=20)
    assert all(one.lr is None and one.outcome is None for one in found.suggestions)


def test_a_noisy_range_test_is_smoothed() -> None:
    found = range_test(bowl(1, steps=20, noise={"sigma": 0.5, "seed": 1}), low=1e-3, high=10)
    jumps, smooth = (np.abs(np.diff(loss[:150])).sum() for loss in (found.loss, found.smoothed))
    assert smooth < 0.7 * jumps
    # A mean of all losses so far, each update back counting nine tenths of the one after it.
    for row in (0, 1, 20):
        weights = 0.9 ** np.arange(row, -1, -1)
        assert found.smoothed[row] == pytest.approx(np.average(found.loss[: row + 1], weights=weights))
    quiet = range_test(bowl(1, steps=20), low=1e-3, high=10)
    np.testing.assert_array_equal(quiet.smoothed, quiet.loss)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"low": 0}, "low"),
        ({"high": 1e-4}, "high"),
        ({"high": 1e-3}, "high"),
        ({"steps": 9}, "steps"),
        ({"steps": MAX_STEPS + 1}, "steps"),
    ],
)
def test_a_range_that_is_none_is_refused(changes: dict, field: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        range_test(bowl(1), **({"low": 1e-3, "high": 1.0} | changes))
    assert field in raised.value.fields


@pytest.mark.parametrize("steps", [10, MAX_STEPS])
def test_the_shortest_and_the_longest_range_test_are_taken(steps: int) -> None:
    assert range_test(bowl(1), low=1e-3, high=1.0, steps=steps).lr.size == steps + 1
