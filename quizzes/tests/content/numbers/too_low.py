"""A rate that is too low."""

import math

from quizzes.tests.content.measuring import Given, Numbers, Words, curvature_of

NUMBERS: Numbers = {
    "a-hundred-small-steps": {
        "9.05": lambda r: r.position(),
        "0.905": lambda r: r.position() / r.position(0),
        "0.999": lambda r: r.position(1) / r.position(0),
        "0.01": lambda r: r.step_length(0),
        "0.0069": lambda r: 1 - 0.5 ** (1 / 100),
        "0.06": Given("holds_at: a rate at which hundred steps suffice"),
        "covers a tenth of it": Words(lambda r: 1 - r.position() / 10, says=0.1),
        "here a thousand": Words(lambda r: 1 / 0.001, says=1000),
    },
    "flat-after-the-first-drop": {
        "8.6": lambda r: r.distance(),
        "0.0043": lambda r: r.step_length(),
        "0.1": lambda r: 1 / 10,
        "0.5": lambda r: r.position(1, coordinate=1) / r.position(0, coordinate=1),
        "0.9995": lambda r: r.position(1) / r.position(0),
        "by a seventh": Words(lambda r: 1 - r.loss() / r.loss(150), says=1 / 7),
        "a two-thousandth": Words(lambda r: 1 - r.position(1) / r.position(0), says=1 / 2000),
    },
    "leaving-the-saddle": {
        "1.1": lambda r: 1 + 0.1,
        "1.01": lambda r: 1 + 0.01,
        "9.6": (
            lambda r: math.log(1.1) / math.log(1.01),
            lambda r: r.steps_to(-0.1, "lr 0.01") / r.steps_to(-0.1, "lr 0.1"),
        ),
        "1 %": lambda r: r.position(1, "lr 0.01", 1) / r.position(0, "lr 0.01", 1) - 1,
        "10 %": lambda r: r.position(1, "lr 0.1", 1) / r.position(0, "lr 0.1", 1) - 1,
    },
    "which-well": {
        "0.14": lambda r: 2 / curvature_of(r.scenario, [r.position()]),
        "15": lambda r: curvature_of(r.scenario, [r.position()]),
        "14.6": lambda r: curvature_of(r.scenario, [r.position()]),
        "−1.19": lambda r: r.position(),
        "0.5": Given("rates from here on end in the deep well: looked at below"),
        "0.8": Given("rates up to here end in the deep well: looked at below"),
        "they come to rest in the right one": Words(
            lambda r: min(r.changed(lr=lr).position() for lr in (0.5, 0.6, 0.7, 0.8)), least=0.8
        ),
    },
    "a-tenth-of-the-rate": {
        "the two losses agree": Words(
            lambda r: r.loss(label="lr 0.01") / r.loss(label="lr 0.1"), says=1, within=0.01
        ),
    },
}
