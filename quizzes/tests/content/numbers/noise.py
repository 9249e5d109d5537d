"""Noise and batch size. Floors go by the formula: measured ones scatter with the seed."""

import math

from quizzes.tests.content.measuring import About, Numbers, Words, largest_curvature, noise_floor

NUMBERS: Numbers = {
    "floor-and-rate": {
        "0.01": lambda r: noise_floor(0.04),
        "about a twelfth": Words(lambda r: noise_floor(0.04) / noise_floor(0.4), says=1 / 12),
    },
    "a-batch-sixteen-times-as-large": {
        "0.25": lambda r: 16**-0.5,
        "1.3": About(lambda r: 1.275 if 0.9 < noise_floor(1.275, 0.25) / noise_floor(0.2) < 1.1 else 0.0),
    },
    "sixteen-times-batch-and-rate": {
        "0.125": lambda r: noise_floor(1.6, 0.25),
        "0.026": lambda r: noise_floor(0.1),
        "1.6": lambda r: 16 * 0.1,
        "1.9": lambda r: 2 - 0.1,
        "0.4": lambda r: 2 - 1.6,
        "about five times": Words(lambda r: noise_floor(1.6, 0.25) / noise_floor(0.1), says=5),
        "Lower its rate to about 1": Words(
            lambda r: noise_floor(1, 0.25) / noise_floor(0.1), says=1, within=0.25
        ),
    },
    "lowering-the-level": {
        "17": lambda r: noise_floor(1.5) / noise_floor(0.3),
        "0.18": lambda r: noise_floor(0.06) / noise_floor(0.3),
        "3": lambda r: 0.3 / (1 - 0.9),
        "about nine times": Words(lambda r: noise_floor(0.3, momentum=0.9) / noise_floor(0.3), says=9),
        "ten times larger": Words(lambda r: 1 / (1 - 0.9), says=10),
    },
    "ten-times-the-examples": {
        "0.34": lambda r: largest_curvature(r, "300 examples"),
        "0.33": lambda r: largest_curvature(r, "30 examples"),
        "6": About(lambda r: 2 / largest_curvature(r, "300 examples")),
        "3": (
            About(lambda r: 1 / largest_curvature(r, "300 examples")),
            About(lambda r: r.distance(0, "300 examples")),
            About(lambda r: r.distance(0, "30 examples")),
        ),
        "0.046": (lambda r: r.distance(6, "300 examples"), lambda r: r.distance(6, "30 examples")),
        "with a summed loss 1.5 would diverge": Words(
            lambda r: 1.5 * 300 / 30 * largest_curvature(r, "300 examples") / 2, least=1.05
        ),
        "about half of the distance": Words(lambda r: r.distance(1) / r.distance(0), says=1 / 2),
        "after some twenty steps": Words(
            lambda r: -math.log10(r.distance(20, "300 examples") / r.distance(0, "300 examples")), least=5
        ),
    },
}
