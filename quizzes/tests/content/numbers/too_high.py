"""A rate that is too high."""

import math

import numpy as np

from quizzes.tests.content.measuring import About, Given, Numbers, Runs, Words, curvature_of
from simulator.core.spec import parse_scenario


def curvature_of_rosenbrock(r: Runs) -> float:
    return curvature_of(r.scenario, [1, 1])


def mean_curvature(r: Runs) -> float:
    """Of the last 500 steps, looked at every tenth one."""
    return float(np.mean([r.curvature(at) for at in range(200, 701, 10)]))


def steps_to_overflow(r: Runs) -> float:
    scenario = parse_scenario({**r.scenario.to_dict(), "steps": 600})
    return float(np.flatnonzero(~np.isfinite(Runs(scenario).run().loss))[0])


NUMBERS: Numbers = {
    "overshoot-converges": {
        "-0.8": lambda r: r.position(1) / r.position(0),
        "80 %": lambda r: abs(r.position(1) / r.position(0)),
        "0.8": lambda r: abs(r.position(1) / r.position(0)),
        "0.64": lambda r: r.loss(1) / r.loss(0),
        "0.5": lambda r: 1 / 2,
        "1": lambda r: 2 / 2,
    },
    "a-larger-rate-how-many-steps": {
        "0.25": lambda r: 1 / 4,
        "80 %": lambda r: abs(r.position(1, "lr 0.45") / r.position(0)),
        "60 %": lambda r: abs(r.position(1, "lr 0.1") / r.position(0)),
        "-0.8": lambda r: r.position(1, "lr 0.45") / r.position(0),
        "0.6": lambda r: r.position(1, "lr 0.1") / r.position(0),
        "1.8": lambda r: 0.45 * 4,
        "0.4": lambda r: 0.1 * 4,
        "0.5": lambda r: 2 / 4,
        "8": lambda r: r.loss(0),
        "16": lambda r: r.steps_to(1e-6, "lr 0.1"),
        "36": lambda r: r.steps_to(1e-6, "lr 0.45"),
        "More than twice as many": Words(
            lambda r: r.steps_to(1e-6, "lr 0.45") / r.steps_to(1e-6, "lr 0.1"), least=2
        ),
    },
    "ten-steps-above-the-limit": {
        "5": lambda r: r.loss(0),
        "5.2": lambda r: r.loss(10) / 1e6,
        "0.2": lambda r: 2 / 10,
        "4": lambda r: r.loss(1) / r.loss(0),
        "-2": lambda r: r.position(1) / r.position(0),
        "50": About(lambda r: 5 + 10 * (5 - 0.5)),
        "Some 5 thousand": Words(lambda r: 5 * 2**10 / 1e3, says=5),
        "about a million times": Words(lambda r: r.loss(10) / r.loss(0) / 1e6, says=1),
        "500": About(steps_to_overflow),
    },
    "too-high-in-two-wells": {
        "0.26": About(lambda r: r.highest(), 0.05),
        "2.6": lambda r: abs(1 - 1.8 * 2),
        "-2.6": lambda r: 1 - 1.8 * 2,
        "2": lambda r: curvature_of(r.scenario, [1]),
        "1": (lambda r: 2 / curvature_of(r.scenario, [1]), Given("a well")),
        "108": lambda r: r.rises(),
        "0.125": lambda r: r.floor(),
        "1.45": lambda r: math.sqrt(1 + 2 / 1.8),
        "no step takes it there": Words(
            lambda r: math.sqrt(1 + 2 / 1.8) - float(np.abs(r.run().params).max()), least=0.05
        ),
    },
    "clipped-in-the-valley": {
        "at ten times that rate": Words(lambda r: 0.02 * curvature_of_rosenbrock(r) / 2, says=10),
        "0.1": lambda r: r.largest_step("clipped at 5"),
        "0.77": lambda r: r.floor("clipped at 5"),
        "0.25": lambda r: r.changed("clipped at 5", lr=0.0018).loss(label="clipped at 5"),
        "226": lambda r: r.loss(0),
        "1": (
            About(lambda r: r.loss(20, "clipped at 5"), 0.3),
            Given("the rise of every other step"),
        ),
        "20": Given("a step at which the loss is looked at"),
        "1000": About(curvature_of_rosenbrock),
        "0.002": lambda r: 2 / curvature_of_rosenbrock(r),
    },
    "a-spike-in-training": {
        "190": About(lambda r: float(np.flatnonzero(np.diff(r.run().loss) > 0)[0]), 0.02),
        "0.003": lambda r: r.loss(192),
        "0.13": lambda r: r.highest(since=190),
        "500": Given("the steps that are left, about"),
        "0.004": lambda r: r.loss(300),
        "229": lambda r: r.rises(),
        "0.02": About(lambda r: r.highest(since=300), 0.05),
        "3.3": lambda r: r.curvature(200),
        "200": Given("a step at which the curvature is looked at, and the spike"),
        "2.9": (lambda r: 2 / 0.7, mean_curvature),
        "6.7": lambda r: 2 / 0.3,
        "grows past": Words(lambda r: r.curvature(190) - 2 / 0.7, least=0),
        "the curvature stays below its limit": Words(
            lambda r: 2 / 0.3 - max(r.changed(lr=0.3).curvature(at) for at in range(0, 701, 100)), least=1
        ),
        "within some twenty steps": Words(
            lambda r: float(np.argmax(r.run().loss[190:])), says=20, within=0.2
        ),
    },
}
