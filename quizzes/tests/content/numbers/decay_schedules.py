"""Decay schedules."""

import math

import numpy as np

from quizzes.tests.content.measuring import (
    About,
    Given,
    Numbers,
    Runs,
    Words,
    best_rate,
    curvature_of,
    loss_under_noise,
    noise_floor,
)


def gain(r: Runs, label: str) -> float:
    """How many times lower than with the constant rate the expected loss ends."""
    rates, constant = r.run(label).lr[:-1], r.run("constant").lr[:-1]
    return loss_under_noise(constant, 3) / loss_under_noise(rates, 3)


NUMBERS: Numbers = {
    "card-step-lr": {
        "65": Given("the step that is asked for"),
        "0.001": lambda r: r.lr(65),
    },
    "a-cut-on-the-plateau": {
        "0.04": lambda r: r.lr(500, "cut at step 500"),
        "about ten times as low": Words(lambda r: noise_floor(0.4) / noise_floor(0.04), says=10, within=0.25),
        "20": Given("a step by which the start is forgotten"),
        "25": lambda r: 1 / 0.04,
        "level from about step": Words(
            lambda r: loss_under_noise([0.4] * 20, 6) / noise_floor(0.4), says=1, within=0.02
        ),
    },
    "decay-without-noise": {
        "0.2": lambda r: 2 / 10,
        "0.85": lambda r: 1 - 0.15 * 1,
        "0.18": lambda r: best_rate(1, 10),
        "0.5": lambda r: abs(1 - 0.15 * 10),
        "0.925": lambda r: 1 - r.lr(20, "halved every 20 steps"),
        "0.9625": lambda r: 1 - r.lr(40, "halved every 20 steps"),
        "half as wide": Words(lambda r: abs(1 - 0.15 * 10), says=0.5),
        "many powers of ten": Words(
            lambda r: math.log10(r.loss(label="halved every 20 steps") / r.loss(label="constant")), least=4
        ),
    },
    "a-fifth-less-each-step": {
        "7.8": lambda r: r.position(),
        "7.76": lambda r: r.position(),
        "2.5": (lambda r: 0.5 / (1 - 0.8), lambda r: float(r.run().lr[:-1].sum())),
        "0.78": About(lambda r: math.exp(-0.25), 0.01),
        "1.8": About(lambda r: 1.83 if 3.5 < r.changed(lr=1.83).position() < 4.5 else 0.0),
        "10": lambda r: 1 / 0.1,
        "a twentieth": Words(lambda r: r.step_length(0) / 10, says=1 / 20),
    },
    "cosine-at-halftime": {
        "0.1": lambda r: r.lr(50),
        "0.14": lambda r: 0.2 * math.cos(math.pi / 4),
        "0.71": lambda r: math.cos(math.pi / 4),
        "45": Given("half of a quarter turn, in degrees"),
        "90": Given("half of a half turn, in degrees"),
        "0.05": Given("a quarter of the first rate: a halving before half-time and another one"),
    },
    "step-or-cosine-under-noise": {
        "0.02": About(lambda r: r.lr(350, "cosine"), 0.05),
        "below a twentieth": Words(lambda r: min(gain(r, "two cuts"), gain(r, "cosine")), least=20),
        "more than twenty times": Words(lambda r: min(gain(r, "two cuts"), gain(r, "cosine")), least=20),
    },
    "which-phase-explores": {
        "0.14": lambda r: 2 / curvature_of(r.scenario, [r.position(label="0.05 throughout")]),
        "0.84": lambda r: 2 / curvature_of(r.scenario, [r.position(label="cosine from 1.0")]),
        "1.6": lambda r: r.step_length(0),
        "0.08": lambda r: r.position(1),
        "0.9": lambda r: max(r.step_length(at) for at in range(2, 60)),
        "16": lambda r: float(np.flatnonzero(r.run().lr < 0.84)[0]),
        "0.98": lambda r: r.position(),
    },
}
