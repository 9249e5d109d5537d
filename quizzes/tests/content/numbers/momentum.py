"""Momentum."""

import math

import numpy as np

from quizzes.tests.content.measuring import About, Given, Numbers, Words, best_rate

HEAVY = "momentum 0.9, lr 0.002"

NUMBERS: Numbers = {
    "nine-tenths-of-the-last-step": {
        "101": lambda r: r.steps_to(0.5, HEAVY),
        "114": lambda r: r.steps_to(0.5, "plain 0.02"),
        "1,151": lambda r: r.steps_to(0.5, "plain 0.002"),
        "0.81": lambda r: 0.9**2,
        "1.9": lambda r: 1 + 0.9,
        "0.0038": lambda r: 1.9 * 0.002,
        "0.02": lambda r: 0.002 / (1 - 0.9),
        "0.0002": lambda r: (1 - 0.9) * 0.002,
        "0.99": Given("another momentum"),
        "a hundredth of the first loss": Words(lambda r: 0.5 / r.loss(0), says=0.01),
        "by ten": Words(lambda r: (1 - 0.9) / (1 - 0.99), says=10),
    },
    "rolling-through-the-minimum": {
        "3": lambda r: 0.15 / (1 - 0.95),
        "0.05": lambda r: 1 - 0.95,
        "4": lambda r: float(np.flatnonzero(r.run().params[:, 0] < 0)[0]),
        "38": lambda r: r.overshoots(),
        "−4.1": lambda r: r.lowest_position(),
        "6.6 \\times 10^{-7}": lambda r: r.loss(),
        "0.0006": lambda r: (1 - math.sqrt(0.95)) ** 2,
        "0.975": lambda r: math.sqrt(0.95),
        "1.95": lambda r: 1 + 0.95,
        "3.9": lambda r: 2 * (1 + 0.95) / 1,
        "every eighth step": Words(lambda r: 300 / r.overshoots(), says=8),
    },
    "three-limits": {
        "0.2": lambda r: 2 / 10,
        "0.38": lambda r: 2 * (1 + 0.9) / 10,
        "0.136": lambda r: 2 * (1 + 0.9) / ((1 + 2 * 0.9) * 10),
    },
    "momentum-in-a-long-valley": {
        "100": lambda r: 10**2,
        "277": lambda r: r.steps_to(0.0001, "plain"),
        "55": lambda r: r.steps_to(0.0001, "momentum"),
        "0.0198": lambda r: best_rate(1, 100),
        "0.0331": lambda r: 4 / (math.sqrt(100) + math.sqrt(1)) ** 2,
        "0.67": lambda r: ((math.sqrt(100) - 1) / (math.sqrt(100) + 1)) ** 2,
        "0.82": lambda r: math.sqrt(0.67),
        "82 %": lambda r: math.sqrt(0.67),
        "0.98": lambda r: (100 - 1) / (100 + 1),
        "98 %": lambda r: (100 - 1) / (100 + 1),
        "1.67": lambda r: 0.0331 / 0.0198,
        "166": About(lambda r: 277 / 1.67, 0.01),
        "300": Given("more than the 277 of the plain run"),
        "ten of its steps do the work of one": Words(
            lambda r: math.log(math.sqrt(0.67)) / math.log((100 - 1) / (100 + 1)), says=10
        ),
        "five plain steps make one": Words(
            lambda r: r.steps_to(0.0001, "plain") / r.steps_to(0.0001, "momentum"), says=5
        ),
        "a fifth of the steps": Words(
            lambda r: r.steps_to(0.0001, "momentum") / r.steps_to(0.0001, "plain"), says=1 / 5
        ),
        "triples the effective rate": Words(lambda r: 1 / (1 - 0.67), says=3),
    },
}
