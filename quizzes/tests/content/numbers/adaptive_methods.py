"""Adaptive methods."""

import math

from quizzes.tests.content.measuring import About, Given, Numbers, Runs, Words, best_rate
from simulator.core.spec import parse_scenario

STEEP, FLAT = "gradient of 125", "gradient of 0.125"


def like(r: Runs, optimizer: str) -> Runs:
    """The same start and rate with another optimizer."""
    return r.changed(optimizer={"name": optimizer, "lr": r.lr(0)})


def steps_of_plain_descent(r: Runs) -> float:
    turned = r.changed("turned by 45°", optimizer={"name": "SGD", "lr": 0.0198})
    straight = r.changed("along the weights", optimizer={"name": "SGD", "lr": 0.0198})
    steps = turned.steps_to(0.1, "turned by 45°")
    assert steps == straight.steps_to(0.1, "along the weights")
    return steps


def floor_of_adam(sigma: float) -> float:
    """The floor for each direction over eta sigma / 4, from a run in many directions."""
    scenario = {
        "objective": {"name": "quadratic", "eigenvalues": [1] * 32},
        "start": [0] * 32,
        "steps": 4000,
        "noise": {"sigma": sigma, "seed": 1},
        "runs": [{"optimizer": {"name": "Adam", "lr": 0.05}}],
    }
    return Runs(parse_scenario(scenario)).floor() / 32 / (0.05 * sigma / 4)


NUMBERS: Numbers = {
    "card-adam-under-noise": {
        "4": lambda r: 4 * (floor_of_adam(0.5) + floor_of_adam(2)) / 2,
    },
    "card-bias-correction": {"3.2": lambda r: (1 - 0.9) / math.sqrt(1 - 0.999)},
    "the-first-step-of-adam": {
        "125": lambda r: like(r, "SGD").step_length(0, STEEP) / 0.01,
        "0.125": lambda r: 0.5**3,
        "0.01": (lambda r: r.step_length(0, STEEP), lambda r: r.step_length(0, FLAT)),
        "1.25": lambda r: like(r, "SGD").step_length(0, STEEP),
        "0.00125": lambda r: 0.01 * 0.125,
        "0.00008": lambda r: 0.01 / 125,
        "0.08": lambda r: 0.01 / 0.125,
        "0.001": lambda r: 0.01 * (1 - 0.9),
    },
    "a-loss-a-hundred-times-as-large": {
        "100": lambda r: r.loss(0, "Adam, sum") / r.loss(0, "Adam, mean"),
        "2.07": (lambda r: r.position(20, "Adam, sum"), lambda r: r.position(20, "Adam, mean")),
        "0.05": (Given("the rate"), lambda r: r.step_length(0, "Adam, sum")),
    },
    "two-thousand-steps-of-adam": {
        "8.08": lambda r: r.position(),
        "8": lambda r: r.position(),
        "1.4": lambda r: like(r, "SGD").position(),
        "1.35": lambda r: like(r, "SGD").position(),
        "9.9": lambda r: like(r, "Adagrad").position(),
        "9.91": lambda r: like(r, "Adagrad").position(),
        "2": lambda r: 2000 * 0.001,
        "99.9 %": lambda r: 1 - 0.001,
        "would suffice": Words(lambda r: -abs(r.changed(lr=0.02).position()), least=-0.001),
    },
    "the-hundredth-step-of-adagrad": {
        "0.5": lambda r: r.step_length(0, "Adagrad"),
        "0.05": lambda r: r.step_length(99, "Adagrad"),
        "0.35": lambda r: r.step_length(1, "Adagrad"),
        "0.29": lambda r: r.step_length(2, "Adagrad"),
        "0.005": lambda r: 0.5 / 100,
        "1.5": lambda r: 0.5 * 3,
        "10": lambda r: math.sqrt(100 * 3**2) / 3,
        "100": Given("the number of the step"),
    },
    "adam-in-a-valley-askew": {
        "39": lambda r: r.steps_to(0.1, "along the weights"),
        "615": lambda r: r.steps_to(0.1, "turned by 45°"),
        "600": About(lambda r: r.steps_to(0.1, "turned by 45°")),
        "4,000": About(lambda r: 39 * 100),
        "20": About(lambda r: 39 / 2),
        "0.0198": lambda r: best_rate(1, 100),
        "209": steps_of_plain_descent,
        "100": lambda r: r.curvature(0),
    },
    "decay-inside-and-outside": {
        "0.74": (lambda r: r.position(label="AdamW", coordinate=1), lambda r: 0.999**300),
        "0.0002": lambda r: r.position(label="Adam with L2", coordinate=1),
        "0.999": lambda r: 1 - 0.01 * 0.1,
        "0.01": (Given("the rate"), lambda r: r.step_length(0, "Adam with L2") / math.sqrt(2)),
    },
    "who-watches-the-loss": {
        "0.03": lambda r: 0.3 * 0.1,
        "0.003": lambda r: r.lr(label="SGD with ReduceLROnPlateau"),
        "0.1": lambda r: r.lr(label="Adam"),
        "1,000": Given("a constant that could be added to the loss"),
        "sinks and quietens": Words(
            lambda r: r.floor("Adam") / r.floor("SGD with ReduceLROnPlateau"), least=2
        ),
    },
    "one-rate-for-both-weights": {
        "3": lambda r: 1 * r.position(0),
        "12": lambda r: 4 * r.position(0, coordinate=1),
        "2": (
            lambda r: r.position(1, "Adam"),
            lambda r: r.position(1, "Adam", 1),
            lambda r: r.position(1, "SGD 0.333"),
            lambda r: r.position(1, "SGD 0.083", 1),
        ),
        "−1": lambda r: r.position(1, "SGD 0.333", 1),
        "2.6": lambda r: r.position(1, "SGD 0.133"),
        "1.4": lambda r: r.position(1, "SGD 0.133", 1),
        "2.75": lambda r: r.position(1, "SGD 0.083"),
    },
}
