"""Choosing a rate."""

import math

import numpy as np

from quizzes.tests.content.measuring import (
    About,
    Given,
    Numbers,
    Runs,
    Words,
    largest_curvature,
    noise_floor,
)
from simulator.core.datasets import rows_of


def first_round(r: Runs, lr: float) -> float:
    """The loss at the end with one of the rates of the first search."""
    return r.changed("lr 0.1", lr=lr).loss(label="lr 0.1")


def explained(r: Runs, label: str) -> float:
    """The share of the targets' mean square that the best line explains."""
    data = r.scenario.run(label).data
    assert data is not None
    return 1 - 2 * r.loss(label=label) / float((rows_of(data).y ** 2).mean())


NUMBERS: Numbers = {
    "spacing-of-a-grid": {
        "0.4": Given("a rate of the even plan"),
        "0.8": Given("a rate of the even plan"),
        "1.0": Given("a rate of both plans"),
        "0.0001": Given("a rate of the other plan"),
        "0.57": lambda r: r.loss(label="powers 0.01"),
        "82": lambda r: r.loss(0, "powers 0.01"),
        "0.08": lambda r: 2 / 25,
        "2.5": lambda r: 0.2 / (2 / 25),
        # The rate at which the loss comes down to 1, the level of the claims, along the gentle direction.
        "0.009": lambda r: 1 - (1 / (8**2 / 2)) ** (1 / (2 * 200)),
    },
    "one-rate-for-three-models": {
        "0.5": lambda r: r.position(1, "curvature 5") / r.position(0),
        "0.998": lambda r: r.position(1, "curvature 0.02") / r.position(0),
        "−4": lambda r: r.position(1, "curvature 50") / r.position(0),
        "82 %": lambda r: r.position(label="curvature 0.02") / r.position(0),
        "100": (lambda r: 2 / 0.02, Given("the steps")),
        "two and a half times": Words(lambda r: 0.1 / (2 / 50), says=2.5),
    },
    "twenty-steps-or-two-thousand": {
        "17": lambda r: noise_floor(0.3) / noise_floor(0.02),
        "0.001": About(lambda r: (1 - 0.3) ** 20, 0.25),
        "0.98": lambda r: 1 - 0.02,
        "0.67": lambda r: 0.98**20,
        "two thirds": Words(lambda r: 0.98**20, says=2 / 3),
    },
    "just-below-the-limit": {
        "2.5 %": lambda r: 1 - 0.195 / 0.2,
        "0.2": lambda r: 2 / 10,
        "0.1": lambda r: 0.2 / 2,
        "95 %": lambda r: abs(r.position(1, "lr 0.195", 1) / r.position(0, coordinate=1)),
        "115": lambda r: r.steps_to(0.001, "lr 0.195"),
        "45": lambda r: r.steps_to(0.001, "lr 0.1"),
        "1.95": lambda r: 0.195 * 10,
        "-0.95": lambda r: r.position(1, "lr 0.195", 1) / r.position(0, coordinate=1),
        "0.95": lambda r: abs(r.position(1, "lr 0.195", 1) / r.position(0, coordinate=1)),
        "0.805": lambda r: r.position(1, "lr 0.195") / r.position(0),
        "0.9": lambda r: r.position(1, "lr 0.1") / r.position(0),
    },
    "where-to-look-next": {
        "0.001": Given("a rate of the first round"),
        "0.01": Given("a rate of the first round"),
        "0.5": lambda r: 2 / 4,
        "a lower one": Words(lambda r: first_round(r, 0.001) / first_round(r, 0.01), least=1.5),
        "the lowest": Words(lambda r: first_round(r, 0.01) / first_round(r, 0.1), least=1.5),
        "NaN at 1": Words(lambda r: first_round(r, 1), least=float(np.finfo(np.float32).max)),
        "hundreds of times lower": Words(
            lambda r: r.loss(label="lr 0.1") / r.loss(label="lr 0.3"), least=150
        ),
    },
    "a-harder-task": {
        "4": lambda r: r.distance(0, "hard task"),
        "0.0039": (lambda r: r.distance(10, "hard task"), lambda r: r.distance(10, "easy task")),
        "0.005": lambda r: r.loss(label="easy task"),
        "4.5": lambda r: r.loss(label="hard task"),
        "whose mean square is 1": Words(lambda r: largest_curvature(r, "hard task"), says=1, within=1e-9),
        "the curvature of either loss is 1": Words(
            lambda r: largest_curvature(r, "easy task"), says=1, within=1e-9
        ),
        "nearly all": Words(lambda r: explained(r, "easy task"), least=0.99),
        "only a fifth": Words(lambda r: explained(r, "hard task"), says=1 / 5, within=0.01),
        "does not cross its best value once": Words(lambda r: -r.overshoots("hard task"), least=-0.5),
        "shorter than a billionth": Words(lambda r: -math.log10(r.step_length(label="hard task")), least=9),
    },
}
