"""The sentence about a run: true, and with the numbers that the run has."""

from typing import Any

import numpy as np
import pytest

from simulator.core.spec import parse_scenario
from simulator.core.training import RunResult, simulate


def run(lr: float, steps: int, *, optimizer: dict[str, Any] | None = None, **more: Any) -> RunResult:
    """x^2 / 2 from 6 by default: a loss of 18 at the start, times (1 - lr)^2 in each step."""
    whole: dict[str, Any] = {"optimizer": {"name": "SGD", "lr": lr} | (optimizer or {})}
    whole |= {"objective": {"name": "quadratic", "eigenvalues": [1]}, "start": [6], **more}
    return simulate(parse_scenario({"steps": steps, "runs": [whole]})).runs[0]


@pytest.mark.parametrize(
    ("lr", "steps", "words"),
    [
        (
            0.5,
            40,
            "The loss falls from 18 to 1.49 × 10⁻²³ in 40 steps and the run converges, smoothly, the "
            "loss never rising.",
        ),
        (
            1.5,
            40,
            "The loss falls from 18 to 1.49 × 10⁻²³ in 40 steps and the run converges, hopping from "
            "side to side of the minimum.",
        ),
        (
            1.9,
            40,
            "The loss falls from 18 to 0.00393 in 40 steps, hopping from side to side, and is still "
            "falling: over the last quarter it comes down from 0.0323 to 0.00393.",
        ),
        (
            0.1,
            40,
            "The loss falls from 18 to 0.00393 in 40 steps and is still falling: over the last quarter "
            "it comes down from 0.0323 to 0.00393.",
        ),
        (0.001, 40, "The run is slow: the loss only falls from 18 to 16.6 in 40 steps and is still falling."),
        (
            2,
            40,
            "The run neither settles nor escapes: it hops to and fro, and over the last quarter of its "
            "40 steps the loss stays at 18, after 18 at the start.",
        ),
        (
            2.1,
            40,
            "The loss rises from 18 to 36871 in 40 steps and is growing: the run hops to and fro ever "
            "more widely, though it has not gone far enough to count as diverged.",
        ),
        (
            5,
            40,
            "The loss grows without bound from 18 and the run diverges: at step 7 it has reached 4.83 × 10⁹.",
        ),
        (
            1e200,
            40,
            "The loss grows without bound from 18 and the run diverges at step 1, where the numbers "
            "overflow: one step before, the loss is 18.",
        ),
    ],
)
def test_one_dimension(lr: float, steps: int, words: str) -> None:
    assert run(lr, steps).words == words


def test_falling_first_and_diverging_then() -> None:
    ravine: dict[str, Any] = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1]}
    assert run(0.081, 500, **ravine).words == (
        "The loss first falls from 62.5 to 29.2 at step 12, then grows without bound and the run diverges: "
        "at step 406 it has reached 6.38 × 10⁹."
    )


def test_leaving_every_bound_at_a_low_loss() -> None:
    # On (x^2 - y^2) / 2 + y^4 / 4 nothing leaves; on a flat slope down, -x, everything does.
    result = run(3, 60, objective={"name": "quadratic", "eigenvalues": [-1]}, start=[1])
    assert result.status == "diverged"
    assert f"diverges at step {result.diverged_at}" in result.words
    assert "the largest parameter has reached" in result.words


def test_starting_at_the_minimum() -> None:
    assert run(0.5, 10, start=[0]).words == (
        "The run stays where it starts, at a point without slope: the loss is 0."
    )


def test_overshooting_with_momentum() -> None:
    result = run(0.1, 200, optimizer={"momentum": 0.9})
    rises = int((np.diff(result.loss) > 0).sum())
    assert result.status == "converged"
    assert f"overshooting on the way: the loss rises in {rises} of the 200 steps." in result.words


def test_noise_floor() -> None:
    result = run(0.5, 400, noise={"sigma": 1, "seed": 0})
    level = result.loss[-101:].mean()
    assert result.words.startswith(
        "The loss falls from 18 to a noise floor: over the last quarter of 400 steps"
    )
    assert f"averages {level:.3g}, between" in result.words


def test_noise_before_the_floor() -> None:
    assert "is still falling: it averages" in run(0.01, 200, noise={"sigma": 1, "seed": 0}).words


def test_noise_that_never_leaves_the_start() -> None:
    assert run(0.5, 100, noise={"sigma": 1, "seed": 0}, start=[0.1]).words.startswith("The loss hovers")


def test_a_rate_that_has_decayed_away() -> None:
    words = run(0.5, 400, scheduler={"name": "ExponentialLR", "gamma": 0.5}).words
    assert "stands still there, the rate having decayed to" in words


def test_bounded_chaos() -> None:
    # Above the limit of each well the double well keeps the run hopping within it.
    result = run(1.1, 400, objective={"name": "double_well"}, start=[0.3])
    assert result.status == "oscillating"
    assert result.words.startswith("The run neither settles nor escapes: it hops to and fro")


def test_noise_floor_above_zero_and_below_it() -> None:
    data = {"dataset": "sine", "n": 128, "seed": 0, "noise": 0.5}
    batches = {"size": 4, "seed": 1}
    regression = run(0.5, 1000, objective={"name": "linear"}, data=data, start=[0], batches=batches)
    assert "to a noise floor" in regression.words
    saddle = run(0.1, 300, objective={"name": "saddle"}, start=[1, 0], noise={"sigma": 0.01, "seed": 0})
    assert saddle.words.startswith("The loss falls from 0.5 to a noise floor: over the last quarter")


def test_noise_that_a_decayed_rate_has_switched_off() -> None:
    decay = {"name": "ExponentialLR", "gamma": 0.9}
    words = run(0.5, 400, scheduler=decay, noise={"sigma": 1, "seed": 0}).words
    assert "stands still there, the rate having decayed to" in words


@pytest.mark.parametrize("steps", [60, 120, 300])
def test_bounded_chaos_is_not_said_to_grow(steps: int) -> None:
    rates = np.linspace(1.5, 1.99, 120)
    runs = [{"optimizer": {"name": "SGD", "lr": float(rate)}} for rate in rates]
    place = {"objective": {"name": "double_well"}, "start": [0.3], "steps": steps}
    result = simulate(parse_scenario({**place, "runs": runs}))
    hovering = [run for run in result.runs if run.status == "oscillating"]
    assert len(hovering) > 40
    assert not [run.words for run in hovering if "growing" in run.words]


@pytest.mark.parametrize("above", [1.01, 1.02, 1.03])
def test_an_oscillation_past_the_limit_is_said_to_grow(above: float) -> None:
    optimizer = {"name": "SGD", "lr": 2 / 25 * above}
    place = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 100}
    run = simulate(parse_scenario({**place, "runs": [{"optimizer": optimizer}]})).runs[0]
    assert run.status == "oscillating"
    assert "ever more widely" in run.words


BOWL_ABOVE_TEN = {"objective": {"name": "polynomial", "coeffs": [10, 0, 0.5]}, "start": [1]}


@pytest.mark.parametrize(
    ("lr", "steps", "more", "words"),
    [
        (0.5, 1, {}, "The loss falls from 18 to 4.5 in 1 step and is still falling."),
        (0.5, 3, {}, "The loss falls from 18 to 0.281 in 3 steps and is still falling."),
        (1e-12, 40, {}, "The run hardly moves: the loss is still 18 after 40 steps."),
        (
            1e-5,
            40,
            {},
            "The run is slow: the loss only falls from 18 to 17.99 in 40 steps and is still falling.",
        ),
        (
            0.05,
            80,
            BOWL_ABOVE_TEN,
            "The loss falls from 10.5 to 10 in 80 steps and now barely moves, with less than 1 % gained over "
            "the last quarter, but the gradient is not small enough to call it converged.",
        ),
        (
            0.5,
            3,
            {"noise": {"sigma": 0.1, "seed": 0}},
            "The loss falls from 18 to 0.259 in 3 steps with noise on the way.",
        ),
    ],
)
def test_runs_that_are_short_or_hardly_move(lr: float, steps: int, more: Any, words: str) -> None:
    """One step has no last quarter, and a run that has come down to ten is not slow where ten is all there
    is."""
    assert run(lr, steps, **more).words == words


def test_a_noisy_run_on_its_way_down_is_on_no_floor() -> None:
    """Without noise the loss would be 12.1 in the end, and it averages hardly more."""
    words = run(0.0005, 400, noise={"sigma": 1, "seed": 3}).words
    assert "noise floor" not in words
    assert "is still falling: it averages 12.7 over the last quarter, 14 over the quarter before" in words


def test_a_noisy_run_that_has_fallen_is_not_still_rising() -> None:
    words = run(0.02, 1000, optimizer={"momentum": 0.9}, noise={"sigma": 1, "seed": 0}).words
    assert words.startswith(
        "The loss falls from 18 to 0.012 in 1000 steps with noise on the way and is rising at the end:"
    )


def test_what_noise_has_not_brought_down_hovers() -> None:
    batches = {"objective": {"name": "linear"}, "start": [0], "batches": {"size": 5, "seed": 1}}
    data = {"dataset": "sine", "n": 40}
    noise = {"sigma": 1, "seed": 5}
    words = run(0.00024, 100, optimizer={"name": "Rprop"}, data=data, noise=noise, **batches).words
    assert words.startswith("The loss hovers: over the last quarter of 100 steps it averages 0.25")


def test_the_ends_of_a_floor_are_told_apart() -> None:
    below = {"objective": {"name": "polynomial", "coeffs": [-5, 0, 0.5]}, "start": [1]}
    words = run(0.05, 400, noise={"sigma": 0.3, "seed": 0}, **below).words
    assert words.endswith("it averages −4.999, between −5 and −4.997.")
