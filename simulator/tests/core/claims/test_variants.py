"""The neighbours that a claim is checked on."""

from typing import Any

import numpy as np
import pytest

from simulator.core.claims.variants import SEEDS, Variant, Variants
from simulator.core.errors import BudgetExceeded
from simulator.core.spec import parse_scenario
from simulator.core.spec.variation import derived_seed
from simulator.core.training import Record, simulate

NOISY: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1]},
    "start": [4],
    "steps": 12,
    "runs": [
        {
            "label": "step",
            "optimizer": {"name": "SGD", "lr": 0.5},
            "scheduler": {"name": "StepLR", "step_size": 5},
        },
        {
            "label": "cosine",
            "optimizer": {"name": "SGD", "lr": 0.4},
            "scheduler": {"name": "CosineAnnealingLR", "T_max": 12, "eta_min": 0.1},
        },
        {"label": "exact", "optimizer": {"name": "SGD", "lr": 0.3}, "noise": None},
    ],
    "noise": {"sigma": 0.5, "seed": 7},
}


def test_the_own_run_is_the_scenario_s() -> None:
    scenario = parse_scenario(NOISY)
    (run,) = Variants(scenario).runs([Variant("cosine")], params=False)
    assert np.array_equal(run.loss, simulate(scenario).run("cosine").loss)


def test_the_whole_curve_of_rates_is_scaled() -> None:
    scenario = parse_scenario(NOISY)
    result = simulate(scenario)
    for label in ("step", "cosine"):
        own, more = Variants(scenario).runs([Variant(label), Variant(label, rate=1.05)], params=False)
        assert np.array_equal(own.lr, result.run(label).lr)
        np.testing.assert_allclose(more.lr, 1.05 * own.lr, rtol=1e-12)


def test_other_seeds_draw_other_noise_and_change_nothing_else() -> None:
    scenario = parse_scenario(NOISY)
    first, second = Variants(scenario).runs([Variant("step", seed=1), Variant("step", seed=2)], params=False)
    again = parse_scenario(NOISY | {"noise": {"sigma": 0.5, "seed": derived_seed(7, 1)}})
    assert np.array_equal(first.loss, simulate(again).run("step").loss)
    assert not np.array_equal(first.loss, second.loss)


def test_derived_seeds() -> None:
    seeds = [derived_seed(7, number) for number in range(SEEDS)]
    assert seeds[0] == 7
    assert len(set(seeds)) == SEEDS
    assert seeds == [derived_seed(7, number) for number in range(SEEDS)]
    assert not set(seeds) & {derived_seed(8, number) for number in range(SEEDS)}


def test_only_runs_with_noise_or_batches_have_several_seeds() -> None:
    variants = Variants(parse_scenario(NOISY))
    assert len(variants.seeds("exact")) == 1
    assert len(variants.seeds("step")) == SEEDS == 5
    assert len(variants.seeds("exact", "step")) == SEEDS


def test_batches_have_seeds_too() -> None:
    scenario = parse_scenario(
        {
            "objective": {"name": "linear"},
            "data": {"dataset": "sine", "n": 40},
            "start": [0],
            "steps": 12,
            "batches": {"size": 4, "seed": 1},
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
        }
    )
    variants = Variants(scenario)
    assert len(variants.seeds("run 1")) == SEEDS
    first, second = variants.runs([Variant("run 1"), Variant("run 1", seed=1)], params=False)
    assert not np.array_equal(first.loss, second.loss)


def test_nothing_is_simulated_twice() -> None:
    scenario = parse_scenario(NOISY)
    variants = Variants(scenario)
    wanted = [Variant("step", 0.95, 2), Variant("cosine")]
    first = variants.runs(wanted, params=True)
    again = variants.runs(wanted, params=False)
    assert all(one is other for one, other in zip(first, again, strict=True))


def test_a_thinned_result_is_not_used() -> None:
    scenario = parse_scenario(NOISY)
    full, thin = simulate(scenario), simulate(scenario, Record(points=4))
    assert Variants(scenario, full).runs([Variant("step")], params=False)[0] is full.run("step")
    assert Variants(scenario, thin).runs([Variant("step")], params=False)[0].loss.size == 13


def test_more_variants_than_one_simulation_may_hold() -> None:
    scenario = parse_scenario(NOISY | {"steps": 2})
    wanted = [Variant("exact", rate) for rate in np.linspace(0.5, 1.5, 600)]
    runs = Variants(scenario).runs(wanted, params=False)
    for variant, run in zip(wanted, runs, strict=True):
        assert run.lr[0] == 0.3 * variant.rate


def test_more_variants_than_the_budget_allows_at_once() -> None:
    # Ten runs of 256 parameters and 5000 steps need more memory than one simulation may have.
    wide = {"objective": {"name": "quadratic", "eigenvalues": [1] * 256}, "start": [1] * 256, "steps": 5000}
    scenario = parse_scenario(wide | {"runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})
    wanted = [Variant("run 1", rate) for rate in np.linspace(0.5, 0.9, 20)]
    with pytest.raises(BudgetExceeded):
        simulate(parse_scenario(wide | {"runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}] * 20}))
    runs = Variants(scenario).runs(wanted, params=False)
    assert [run.lr[0] for run in runs] == [0.1 * variant.rate for variant in wanted]
