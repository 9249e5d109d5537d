"""What a learning rate is."""

from quizzes.tests.content.measuring import About, Given, Numbers, Words

NUMBERS: Numbers = {
    "card-units-of-the-rate": {"200": lambda r: 2 / 0.01},
    "effect-on-a-generative-model": {
        "1.2": lambda r: 2 / r.curvature(0, "middle rate"),
        "1.35": lambda r: r.loss(label="small rate"),
        "0.016": lambda r: r.loss(label="middle rate"),
        "many times that of the middle rate": Words(
            lambda r: r.loss(label="small rate") / r.loss(label="middle rate"), least=5
        ),
    },
    "first-step-by-hand": {
        "1": lambda r: r.position(1),
        "4": (lambda r: r.step_length(0), Given("the curvature, the slope at 1 also")),
        "4.8": lambda r: 5 - 0.2,
        "4.2": lambda r: 5 - 0.2 * 4,
        "0.8": lambda r: 0.2 * 4,
        "20": lambda r: 4 * 5,
        "−15": lambda r: r.changed(lr=1.0).position(1),
        "three times as far": Words(lambda r: abs(r.changed(lr=1.0).position(1)) / 5, says=3),
    },
    "twice-the-rate": {
        "230": lambda r: r.steps_to(0.5, "the rate of 0.01"),
        "114": lambda r: r.steps_to(0.5, "twice that rate"),
        "460": About(lambda r: r.changed("twice that rate", lr=0.005).steps_to(0.5, "twice that rate"), 0.01),
        "57": About(lambda r: r.changed("twice that rate", lr=0.04).steps_to(0.5, "twice that rate")),
        "0.04": Given("holds_at"),
    },
    "sum-instead-of-mean": {
        "0.04": lambda r: 2 / 50,
        "−4": lambda r: r.position(1, "summed loss") / r.position(0, "summed loss"),
        "50": (
            lambda r: r.loss(0, "summed loss") / r.loss(0, "mean loss"),
            Given("the examples, and the curvature of their sum"),
        ),
        "fifty times as high": Words(lambda r: r.loss(0, "summed loss") / r.loss(0, "mean loss"), says=50),
        "after one step": Words(
            lambda r: r.changed("summed loss", lr=0.02).steps_to(0.5, "summed loss"), says=1
        ),
    },
    "length-of-the-eleventh-step": {
        "2": (lambda r: r.step_length(0), Given("the curvature")),
        "0.21": lambda r: r.step_length(10),
        "0.8": lambda r: r.step_length(1) / r.step_length(0),
        "2.1": lambda r: 2 * r.position(10),
        "0.18": lambda r: 2 / 11,
        "11": Given("the number of the step"),
        "−10": lambda r: 10 - 10 * 2,
    },
}
