"""Sweeps over learning rates and range tests: what was drawn is what was found."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.core.analyses import range_test, sweep
from simulator.figures.panels.analyses.pieces import Points
from simulator.figures.themes import LIGHT
from simulator.services.analysis_figures import pictures
from simulator.tests.figures.analysis_pictures.pictures import RAVINE, SIX, curve, panel, picture
from simulator.tests.figures.drawn import scenario_of, sgd

pytestmark = pytest.mark.django_db


def test_a_sweep_is_the_sweep_and_marks_what_diverges_at_the_upper_edge() -> None:
    found = panel(SIX, "sweep")
    rates = [float(x) for x in np.geomspace(0.08 / 300, 0.4, 61)]
    outcomes = sweep(SIX, None, sorted({0.001, *rates})).outcomes
    gone = [one for one in outcomes if one.status == "diverged"]
    *triangles, key = found.symbols(LIGHT.warn)
    assert len(triangles) == len(gone) > 5 and all(mark.place[1] <= 1e-6 for mark in triangles)
    (name,) = [mark for mark in found.of("text") if mark.text == "diverges"][-1:]
    assert 0 < name.place[0] - key.place[0] < 12 and abs(name.place[1] - key.place[1]) < 5
    assert found.value_at(triangles[0])[0] == pytest.approx(gone[0].lr, rel=0.01)
    sound = [one for one in outcomes if one.status != "diverged"]
    line = curve(found, LIGHT.s[0])
    assert np.allclose(np.log10(line[:, 0]), np.log10([one.lr for one in sound]), atol=2e-3)
    assert np.allclose(np.log10(line[:, 1]), np.log10([one.final_loss for one in sound]), atol=2e-2)
    rules = [mark for mark in found.of("rule") if mark.tag == "line"]
    assert len(rules) >= 2, "the limit, and the run's own rate"
    texts = set(found.texts)
    assert {"limit 0.08", "this run: 0.001", "diverges", "62 rates, 100 steps · limit by analysis"} <= texts


def test_a_sweep_has_fewer_rates_where_more_would_be_too_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    circles = {"data": {"dataset": "circles", "n": 2000}, "start": None, "steps": 3}
    network = {"objective": {"name": "mlp", "layers": [2, 32, 1]}, **circles}
    monkeypatch.setattr(pictures, "_COUNTS", (500, 5))  # what is just too dear with 61 takes seconds with 31
    assert picture(scenario_of(sgd(0.777), **network), "sweep").words[0].startswith("Of 6 rates ")


@pytest.mark.parametrize("lr", [1e-5, 50.0])
def test_a_sweep_goes_beyond_a_rate_far_from_the_limit(lr: float) -> None:
    axis = picture(scenario_of(sgd(lr)), "sweep").groups[0].plots[0].frame.x
    assert axis.low < min(lr, 1) / 2 and axis.high > 2 * max(lr, 1), "the limit is 1"


def test_what_becomes_of_the_run_itself_is_told_beside_the_sweep() -> None:
    for run, lr in ((1, "0.01"), (5, "0.3")):
        (told,) = [words for words in picture(SIX, "sweep", run=run).words if "own rate" in words]
        assert told.startswith(f"At its own rate of {lr}, it ") and ("diverges" in told) is (lr == "0.3")


def test_a_stretch_of_good_rates_is_told_where_there_is_more_than_one() -> None:
    alone = picture(scenario_of(sgd(0.501), steps=1), "sweep").words
    assert "0.501 ends lowest, at a loss of 4 × 10⁻⁶." in alone[0]
    assert not any("ten times" in told for told in alone)
    assert any("ten times as high" in told for told in picture(SIX, "sweep").words)


def test_a_measured_limit_is_said_to_be_measured() -> None:
    noisy = scenario_of(sgd(0.03), noise={"sigma": 0.1, "seed": 1}, **RAVINE)
    found = picture(noisy, "sweep")
    assert found.groups[0].subtitle.endswith("limit measured")
    assert "was measured" in " ".join(found.words)


def test_a_range_test_has_its_suggestions_on_the_curve() -> None:
    own = range_test(SIX, low=0.08 / 3000, high=0.08 * 30)
    found = panel(SIX, "range-test")
    for colour, one in zip(LIGHT.s[1:5], own.suggestions, strict=True):
        assert one.lr is not None
        mark, *_ = found.symbols(colour)
        lr, loss = found.value_at(mark)
        assert lr == pytest.approx(one.lr, rel=0.02)
        assert loss == pytest.approx(np.interp(one.lr, own.lr, own.loss), rel=0.15)
    assert any(text.startswith("blows up at") for text in found.texts)
    line = curve(found, LIGHT.s[0])
    place = len(line) // 2
    assert line[place, 1] == pytest.approx(np.interp(line[place, 0], own.lr, own.smoothed), rel=0.05)


def test_a_range_test_of_a_run_that_cannot_fall_has_no_suggestion() -> None:
    found = picture(scenario_of(sgd(0.3), start=[0]), "range-test")
    assert found.words[1:] == ("The loss never falls, so no rule finds a rate.",)
    assert not [piece for piece in found.groups[0].plots[0].pieces if isinstance(piece, Points)]


def test_the_table_of_a_range_test_ends_where_the_loss_blows_up() -> None:
    own = range_test(SIX, low=0.08 / 3000, high=0.08 * 30)
    assert picture(SIX, "range-test").table.rows[-1][0] == f"{own.end}" != f"{len(own.lr) - 1}"


def test_a_range_test_begins_below_the_rate_of_the_run() -> None:
    """Clipping holds a run at almost any rate; from a three thousandth of that limit all was lost at once."""
    clipped = scenario_of(sgd(0.25), objective={"name": "quadratic", "eigenvalues": [10]}, start=[3],
                          steps=60, clip_norm=1)  # fmt: skip
    axis = picture(clipped, "range-test").groups[0].plots[0].frame.x
    assert axis.low < 0.25


def test_rates_and_losses_next_to_zero_and_far_beyond_are_drawn() -> None:
    far = scenario_of(sgd(1e200), objective={"name": "quadratic", "eigenvalues": [1e290]}, start=[1e5])
    assert "6.67 × 10⁻²⁹³ ends lowest" in picture(far, "sweep").words[0]
    tiny = scenario_of(
        sgd(1e-3), objective={"name": "quadratic", "eigenvalues": [1e-310]}, start=[1], steps=2
    )
    assert not picture(tiny, "range-test").groups[0].plots[0].frame.y.log
