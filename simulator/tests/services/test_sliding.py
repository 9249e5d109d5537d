"""The run of a slider's place is that of the run alone, whatever was simulated with it or drawn before."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest

from simulator.core.cost import check_budget
from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import Result, simulate
from simulator.services import sliding
from simulator.services.apart import SimulatorBusy, handle
from simulator.services.controls import Slider
from simulator.services.figures import figure_data
from simulator.services.scenes import _still_series, make_scene
from simulator.services.sliding import places_of
from simulator.tests.figures.drawn import scenario_of, sgd

SLIDER = Slider(min=0.01, max=1.3)
RECORD = Record(params=True)
VALLEY = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [3, 1]}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "diverging": VALLEY,
    "noisy": VALLEY | {"runs": [sgd(0.02) | {"noise": {"sigma": 1, "seed": 3}}]},
    "clipped": VALLEY | {"runs": [sgd(0.02) | {"clip_norm": 1.0}]},
    "watched": VALLEY | {"runs": [sgd(0.02) | {"scheduler": {"name": "ReduceLROnPlateau", "patience": 3}}]},
    "stepped": {"runs": [sgd(0.2) | {"scheduler": {"name": "StepLR", "step_size": 7}}]},
    "adam": {"runs": [{"optimizer": {"name": "Adam", "lr": 0.2}}], "steps": 700},
    "batches": {
        "objective": {"name": "logistic"},
        "data": {"dataset": "blobs", "n": 40},
        "start": [0, 0],
        "runs": [sgd(0.5) | {"batches": {"size": 8, "seed": 1}}],
    },
}


def scenario(case: str) -> Scenario:
    settings = dict(CASES[case])
    runs = settings.pop("runs", [sgd(0.05)])
    return scenario_of(sgd(0.3, "another") | {"label": "another"}, *runs, **settings)


@pytest.mark.parametrize("case", CASES)
def test_a_run_at_a_place_has_the_bits_and_words_of_the_run_alone(case: str) -> None:
    whole = scenario(case)
    moved = whole.runs[1]
    assert places_of(whole, moved, SLIDER, RECORD).together > 1, "else this shows nothing"
    for place in (0, 1, 40, 63, 64, 97, 120):
        rate = SLIDER.values[place]
        found = places_of(whole, moved, SLIDER, RECORD).run_at(rate)
        run = replace(moved, optimizer=replace(moved.optimizer, lr=rate))
        alone = simulate(replace(whole, runs=(run,)), RECORD).runs[0]
        for name in ("loss", "lr", "params"):
            assert np.array_equal(getattr(found, name), getattr(alone, name), equal_nan=True), (place, name)
        assert (found.status, found.diverged_at, found.words) == (
            alone.status,
            alone.diverged_at,
            alone.words,
        )


def test_a_rate_between_two_places_is_its_own() -> None:
    whole = scenario("plain")
    found = places_of(whole, whole.runs[1], SLIDER, RECORD).run_at(0.123456)
    assert found.lr[0] == 0.123456


def test_a_long_run_is_not_simulated_for_places_that_nobody_asked_for() -> None:
    network = scenario_of(
        sgd(0.1),
        objective={"name": "mlp", "layers": [2, 16, 1]},
        data={"dataset": "circles", "n": 500},
        start=None,
        steps=4000,
    )
    assert places_of(network, network.runs[0], SLIDER, RECORD).together == 1


def test_places_simulated_together_fit_into_twenty_megabytes() -> None:
    long, fine = scenario_of(sgd(0.01), steps=5000, **VALLEY), replace(SLIDER, steps=1000)
    places = places_of(long, long.runs[0], fine, RECORD)
    first = [places.run_at(rate) for rate in fine.values[: places.together]]
    assert len(first) > 100
    assert (
        19_000_000 < sum(run.loss.nbytes + run.lr.nbytes + run.params.nbytes for run in first) <= 20_000_000
    )


def test_all_places_of_a_usual_slider_are_simulated_at_once() -> None:
    for case in CASES:
        whole = scenario(case)
        assert places_of(whole, whole.runs[1], SLIDER, RECORD).together >= len(SLIDER.values), case


@pytest.mark.parametrize("slider", [SLIDER, replace(SLIDER, steps=1000)])
def test_runs_at_several_rates_are_those_at_each(slider: Slider) -> None:
    whole = scenario("noisy")
    places = places_of(whole, whole.runs[1], slider, RECORD)
    rates = [slider.values[place] for place in (0, 40, 97)]
    for rate, found in zip(rates, places.runs_at(rates), strict=True):
        assert np.array_equal(found.loss, places.run_at(rate).loss, equal_nan=True)


def test_who_asks_at_the_same_time_shares_one_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scenario_of(sgd(0.05), steps=300)
    places = places_of(whole, whole.runs[0], SLIDER, RECORD)
    assert places.together >= len(SLIDER.values)
    simulated: list[int] = []

    def counting(scenario: Scenario, record: Record) -> Result:
        simulated.append(len(scenario.runs))
        return simulate(scenario, record)

    monkeypatch.setattr(sliding, "simulate", counting)
    with ThreadPoolExecutor(8) as threads:
        runs = list(threads.map(places.run_at, SLIDER.values[:32]))
    assert simulated == [121]
    assert [run.lr[0] for run in runs] == list(SLIDER.values[:32])


def test_places_simulated_together_are_within_the_budget_of_a_simulation() -> None:
    """Many parameters, which are not recorded, and little arithmetic beside many calls."""
    whole = scenario_of(
        sgd(0.01) | {"scheduler": {"name": "ReduceLROnPlateau"}, "batches": {"size": 1, "seed": 1}},
        objective={"name": "logistic"},
        data={"X": [[0.1 * column + row for column in range(40)] for row in range(2)], "y": [0, 1]},
        start=[0.1] * 40,
        steps=4900,
    )
    places = places_of(whole, whole.runs[0], SLIDER, Record())
    assert places.together > 1
    check_budget(places.at(SLIDER.values[: places.together]), places.record)


def test_only_as_many_threads_wait_for_a_long_simulation_as_have_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that wait for somebody else's are among them; all of them share one simulation."""
    whole = scenario_of(sgd(0.05), steps=3000, **VALLEY)
    places, apart = places_of(whole, whole.runs[0], SLIDER, RECORD), handle._Apart()
    assert not places.short
    simulated, answer = [], apart._answer_to

    def counting(job: tuple[Any, ...]) -> tuple[str, Any]:
        simulated.append(job)
        return answer(job)

    monkeypatch.setattr(apart, "_answer_to", counting)
    monkeypatch.setattr(handle, "_apart", apart)
    apart.turn.acquire()  # somebody else's simulation takes its time
    with ThreadPoolExecutor(2 * handle.PLACES) as threads:
        asked = [threads.submit(places.run_at, rate) for rate in SLIDER.values[: 2 * handle.PLACES]]
        until = time.monotonic() + 5
        while sum(one.done() for one in asked) < handle.PLACES and time.monotonic() < until:
            time.sleep(0.01)
        refused = [one for one in asked if one.done()]
        apart.turn.release()
    apart.end()
    assert len(refused) == handle.PLACES
    assert all(isinstance(one.exception(), SimulatorBusy) for one in refused)
    assert all(one.exception() is None for one in asked if one not in refused)
    assert len(simulated) == 1


LONG: dict[str, Any] = {"steps": 4000}
SHORT: dict[str, Any] = {"steps": 5}
WIDE: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1 + index / 100 for index in range(200)]},
    "start": [1.0] * 200,
    "steps": 400,
}


@pytest.mark.parametrize(("settings", "sliders"), [(LONG, 13), (SHORT, 140), (WIDE, 40)])
def test_a_process_keeps_no_more_of_them_than_fits(settings: dict[str, Any], sliders: int) -> None:
    sliding._kept.clear()
    for number in range(sliders):
        whole = scenario_of(sgd(0.05 + number / 1e4), **settings)
        record = Record(params=whole.runs[0].dim <= 2)
        places_of(whole, whole.runs[0], SLIDER, record).run_at(SLIDER.values[number % len(SLIDER.values)])
    kept = sliding._kept
    assert 0 < kept.currsize <= kept.maxsize == 128_000_000
    assert sum(run.nbytes for runs in kept.values() for run in runs) <= 128_000_000
    # Objects and scenarios, which are not counted, are not too many either.
    assert 1 < len(kept) <= 128 and len(kept) < sliders


@pytest.mark.parametrize("case", ["plain", "noisy", "stepped"])
def test_what_a_place_shows_does_not_depend_on_where_the_slider_was_before(case: str) -> None:
    whole, places = scenario(case), (3, 77, 110, 40)
    slider = Slider(whole.runs[1].label, 0.01, 1.3)
    travelled = make_scene(whole, slider=slider)
    data = [orjson.dumps(figure_data(travelled, slider.values[place])) for place in places]
    for place, seen in zip(reversed(places), reversed(data), strict=True):
        assert orjson.dumps(figure_data(travelled, slider.values[place])) == seen
        _still_series.cache_clear()
        assert orjson.dumps(figure_data(make_scene(whole, slider=slider), slider.values[place])) == seen
