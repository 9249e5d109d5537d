"""Curvature and conditioning."""

import numpy as np

from quizzes.tests.content.measuring import About, Given, Numbers, Words, best_rate

NUMBERS: Numbers = {
    "which-curvature-sets-the-limit": {
        "0.1": lambda r: 2 / 20,
        "0.88": lambda r: r.position(1) / r.position(0),
        "−1.4": lambda r: r.position(1, coordinate=1) / r.position(0, coordinate=1),
        "1.4": lambda r: abs(r.position(1, coordinate=1) / r.position(0, coordinate=1)),
        "a fifty-thousandth": Words(lambda r: 20 * 0.01**2 / 2 / r.loss(0), says=1 / 50000),
        "11": lambda r: float(np.flatnonzero(np.diff(r.run().loss) > 0)[0]),
    },
    "the-best-constant-rate": {
        "0.2": lambda r: best_rate(1, 9),
        "0.222": lambda r: 2 / 9,
        "0.038": lambda r: r.loss(label="lr 0.05"),
        "95 %": lambda r: r.position(1, "lr 0.05") / r.position(0),
        "89 %": lambda r: r.position(1, "lr 0.111") / r.position(0),
        "98 %": lambda r: abs(r.position(1, "lr 0.22", 1) / r.position(0)),
        "0.8": lambda r: r.position(1, "lr 0.2") / r.position(0),
        "−0.8": lambda r: r.position(1, "lr 0.2", 1) / r.position(0),
        "80 %": lambda r: abs(r.position(1, "lr 0.2", 1) / r.position(0)),
    },
    "ten-times-the-condition-number": {
        "23": lambda r: r.steps_to(0.008, "condition number 10"),
        "235": lambda r: r.steps_to(0.008, "condition number 100"),
        "99": lambda r: 100 - 1,
        "101": lambda r: 100 + 1,
        "11": lambda r: 10 + 1,
        "70": About(lambda r: 23 * 10**0.5),
        "0.02": lambda r: 2 / 100,
        "0.0198": lambda r: best_rate(1, 100),
    },
    "standardised-features": {
        "0.005": lambda r: 2 / 400,
        "1": (
            lambda r: r.loss(0, "raw features"),
            lambda r: r.loss(0, "standardised features"),
            Given("a value"),
        ),
        "1,022": lambda r: r.steps_to(0.00005, "raw features"),
        "3": lambda r: r.steps_to(0.00005, "standardised features"),
        "400": lambda r: 20**2,
        "99.55 %": lambda r: 1 - 0.0045,
        "10 %": lambda r: 1 - 0.9,
    },
    "a-rotated-valley": {
        "0.154": lambda r: 2 / 13,
        "25": lambda r: r.curvature(0),
        "0.08": lambda r: 2 / 25,
        "−2": lambda r: 1 - 0.12 * 25,
        "1": (lambda r: 13 - 12, Given("an entry of a direction")),
        "13": Given("the matrix"),
        "12": Given("the matrix"),
        "doubling jumps": Words(
            lambda r: (
                (r.position(9) + r.position(9, coordinate=1)) / (r.position(8) + r.position(8, coordinate=1))
            ),
            says=-2,
        ),
    },
}
