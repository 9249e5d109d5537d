"""Searching over two hyperparameters, and comparing optimizers."""

import math
from typing import Any

import numpy as np
import pytest

from simulator.core.analyses import (
    Axis,
    compare_optimizers,
    grid_search,
    log_rates,
    random_search,
)
from simulator.core.analyses.variation import at_rate, reseeded
from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.limits import MAX_RUNS, MAX_SEED
from simulator.core.spec import Scenario, parse_scenario
from simulator.core.training import simulate
from simulator.tests.core.analyses.places import bowl

RATE = Axis("lr", 0.003, 0.3, count=21)
MOMENTUM = Axis("momentum", 0.0, 0.95, "linear", 20)


def test_a_grid_finds_the_best_rate_and_momentum_of_the_heavy_ball() -> None:
    """lr = 4 / (sqrt L + sqrt mu)^2 and momentum = ((sqrt k - 1) / (sqrt k + 1))^2 (Polyak 1964)."""
    found = grid_search(bowl(1, 25, steps=60), "a", [RATE, MOMENTUM])
    assert len(found.trials) == 420
    assert found.best is not None
    best = dict(found.best.settings)
    assert best["lr"] == pytest.approx(4 / 36, rel=0.35)
    assert best["momentum"] == pytest.approx((4 / 6) ** 2, abs=0.11)
    assert found.best.outcome.score == min(trial.outcome.score for trial in found.trials)
    stable = [2 * (1 + dict(one.settings)["momentum"]) / 25 for one in found.trials]
    for trial, limit in zip(found.trials, stable, strict=True):
        if trial.outcome.status == "diverged":
            assert trial.outcome.lr > limit


def test_a_trial_is_what_the_run_alone_does() -> None:
    scenario = bowl(1, 25, steps=40)
    for found in (
        grid_search(
            scenario, "a", [Axis("lr", 0.01, 0.05, count=2), Axis("momentum", 0.1, 0.9, "linear", 2)]
        ),
        random_search(scenario, "a", [RATE, MOMENTUM], trials=3, seed=4),
    ):
        for trial in found.trials:
            alone = simulate(scenario.with_changes(dict(trial.settings))).runs[0]
            assert trial.outcome.final_loss == alone.final_loss


def test_a_random_search_is_reproducible_and_stays_in_its_range() -> None:
    first, again, other = (
        random_search(bowl(1), "a", [RATE, MOMENTUM], trials=30, seed=seed) for seed in (7, 7, 8)
    )
    assert first == again
    assert first.trials != other.trials
    rates = np.array([dict(trial.settings)["lr"] for trial in first.trials])
    assert ((rates >= 0.003) & (rates <= 0.3)).all()
    assert 0.3 < (rates < 0.03).mean() < 0.7  # half of them below the middle of the logarithmic range


def test_a_random_search_draws_the_first_axis_then_the_second_of_each_trial() -> None:
    found = random_search(bowl(1), "a", [RATE, MOMENTUM], trials=4, seed=7)
    rng = np.random.Generator(np.random.PCG64(7))
    for trial in found.trials:
        rate, momentum = dict(trial.settings).values()
        assert rate == pytest.approx(0.003 * 100 ** rng.random())
        assert momentum == pytest.approx(0.95 * rng.random())


def test_where_every_trial_diverges_none_is_best() -> None:
    axes = [Axis("lr", 8, 9, count=2), Axis("momentum", 0, 0.1, "linear", 1)]
    found = grid_search(bowl(1), "a", axes)
    assert [dict(trial.settings) for trial in found.trials] == [{"lr": lr, "momentum": 0} for lr in (8, 9)]
    assert {trial.outcome.status for trial in found.trials} == {"diverged"}
    assert found.best is None


@pytest.mark.parametrize(
    ("axes", "field"),
    [
        ([RATE], "axes"),
        ([RATE, RATE], "axes"),
        ([RATE, Axis("beta", 0.1, 0.9)], "axes[1].name"),
        ([RATE, Axis("nesterov", 0.1, 0.9)], "axes[1].name"),
        ([RATE, Axis("momentum", 0.0, 0.9)], "axes[1].low"),
        ([RATE, Axis("momentum", 0.9, 0.1, "linear")], "axes[1].high"),
        ([RATE, Axis("weight_decay", -1, 1, "linear")], "axes[1].low"),
        ([RATE, Axis("momentum", 0.1, 0.9, count=0)], "axes[1].count"),
    ],
)
def test_an_axis_that_is_none_is_refused(axes: list[Axis], field: str) -> None:
    for search in (grid_search, lambda *given: random_search(*given, trials=3)):
        with pytest.raises(ScenarioError) as raised:
            search(bowl(1), "a", axes)
        assert field in raised.value.fields


def test_an_axis_of_one_value_has_its_low_end() -> None:
    for scale in ("log", "linear"):
        assert Axis("lr", 0.1, 1, scale, count=1).values() == (0.1,)


@pytest.mark.parametrize(
    ("field", "value"),
    [*(("trials", value) for value in (0, MAX_RUNS + 1, True)), ("seed", -1), ("seed", MAX_SEED + 1)],
)
def test_a_random_search_is_refused_for_numbers_that_are_none(field: str, value: int) -> None:
    with pytest.raises(ScenarioError) as raised:
        random_search(bowl(1), "a", [RATE, MOMENTUM], **({"trials": 3, "seed": 0} | {field: value}))
    assert list(raised.value.fields) == [field]


def test_too_many_trials_are_refused() -> None:
    with pytest.raises(BudgetExceeded):
        grid_search(bowl(1), "a", [Axis("lr", 0.1, 1, count=30), Axis("momentum", 0, 0.9, "linear", 30)])


def contest(*optimizers: dict[str, Any], **more: Any) -> Scenario:
    runs = [{"label": one["name"], "optimizer": one} for one in optimizers]
    place = {"objective": {"name": "quadratic", "eigenvalues": [1, 50]}, "start": [1, 1], "steps": 60}
    return parse_scenario(place | {"runs": runs} | more)


def test_each_optimizer_is_judged_at_its_own_best_rate() -> None:
    sgd = {"name": "SGD", "lr": 1}
    scenario = contest(sgd, {"name": "Adagrad", "lr": 1}, noise={"sigma": 0.01, "seed": 2})
    found = compare_optimizers(scenario, log_rates(1e-3, 10, 25), seeds=4)
    assert found.seeded
    descent, adagrad = found.entries
    assert descent.lr is not None and descent.lr < 2 / 50
    assert adagrad.lr is not None and adagrad.lr > 5 * descent.lr
    for entry in found.entries:
        assert len(entry.losses) == 4
        assert entry.lower is not None and entry.median is not None and entry.upper is not None
        assert entry.losses[0] <= entry.lower <= entry.median <= entry.upper <= entry.losses[-1]
        assert entry.median == pytest.approx(np.median(entry.losses))
        assert entry.lower == pytest.approx(np.quantile(entry.losses, 0.25))
        assert dict(entry.tuning)[entry.lr] == min(loss for _, loss in entry.tuning)
    assert math.isinf(descent.tuning[-1][1])  # rate 10 diverges
    assert found.ranking == ("Adagrad", "SGD")  # its steps do not mind that one direction is 50 times steeper


def test_a_run_is_judged_on_seeds_that_did_not_tune_it() -> None:
    noisy = contest({"name": "SGD", "lr": 0.02}, noise={"sigma": 0.3, "seed": 2})
    found = compare_optimizers(noisy, [0.01, 0.02], seeds=3).entries[0]
    own = simulate(noisy.with_lr(found.lr or 0)).runs[0].final_loss
    assert own not in found.losses


def test_a_rate_is_chosen_by_medians_and_judged_by_the_median_and_quartiles_of_the_next_seeds() -> None:
    noisy = contest({"name": "SGD", "lr": 0.02}, noise={"sigma": 0.3, "seed": 2})
    grid, seeds = [0.01, 0.03, 0.1], 3  # 2 / 50 is the limit
    found = compare_optimizers(noisy, grid, seeds=seeds).entries[0]

    def final(rate: float, seed: int) -> float:
        run = simulate(Scenario(noisy.steps, (at_rate(reseeded(noisy.runs[0], seed), rate),))).runs[0]
        return math.inf if run.status == "diverged" else run.final_loss

    medians = [sorted(final(rate, seed) for seed in range(seeds))[1] for rate in grid]
    assert found.tuning == tuple(zip(grid, medians, strict=True))
    assert medians[1] < medians[0] < medians[2] == math.inf
    assert (found.lr, found.at_edge) == (0.03, False)
    low, middle, high = sorted(final(0.03, seed) for seed in range(seeds, 2 * seeds))
    assert found.losses == (low, middle, high)
    assert (found.lower, found.median, found.upper) == ((low + middle) / 2, middle, (middle + high) / 2)


def test_without_anything_random_there_is_one_seed() -> None:
    found = compare_optimizers(contest({"name": "SGD", "lr": 1}), [0.001, 0.01, 0.02], seeds=5)
    assert (found.seeded, found.seeds, len(found.entries[0].losses)) == (False, 1, 1)
    assert found.entries[0].at_edge  # the best rate, 2 / 51, lies beyond


def test_a_run_without_anything_random_is_judged_once_beside_others() -> None:
    noisy, quiet = (
        {"label": label, "optimizer": {"name": "SGD", "lr": 1}, "noise": noise}
        for label, noise in (("noisy", {"sigma": 0.1, "seed": 1}), ("quiet", None))
    )
    found = compare_optimizers(contest(runs=[noisy, quiet]), [0.01, 0.02], seeds=3)
    assert found.seeded
    assert [len(entry.losses) for entry in found.entries] == [3, 1]
    assert found.entries[1].median == dict(found.entries[1].tuning)[0.02]


@pytest.mark.parametrize("seeds", [0, 51, True])
def test_a_comparison_is_refused_for_seeds_that_are_none(seeds: int) -> None:
    with pytest.raises(ScenarioError) as raised:
        compare_optimizers(contest({"name": "SGD"}), [0.1, 0.2], seeds=seeds)
    assert list(raised.value.fields) == ["seeds"]


def test_rates_times_seeds_are_runs_side_by_side() -> None:
    noisy = contest({"name": "SGD"}, noise={"sigma": 1}, steps=2)
    with pytest.raises(BudgetExceeded, match="650 runs side by side"):
        compare_optimizers(noisy, log_rates(0.1, 1, 13), seeds=50)


def test_an_optimizer_that_always_diverges_comes_last() -> None:
    scenario = contest({"name": "SGD", "lr": 1}, {"name": "Rprop", "lr": 1}, steps=100)
    found = compare_optimizers(scenario, [1, 2])
    assert found.ranking == ("Rprop", "SGD")
    assert (found.entries[0].lr, found.entries[0].median) == (None, None)


def test_the_budget_of_a_comparison_is_for_all_of_it() -> None:
    network = {
        "objective": {"name": "mlp", "layers": [2, 30, 1]},
        "start": None,
        "data": {"dataset": "circles"},
    }
    optimizers = [{"name": name} for name in ("SGD", "Adam", "RMSprop", "Adagrad")]
    with pytest.raises(BudgetExceeded):
        compare_optimizers(contest(*optimizers, **network, steps=400), log_rates(1e-3, 1, 40), seeds=5)
    with pytest.raises(ScenarioError):
        compare_optimizers(contest({"name": "SGD"}), [0.1])
