"""Which scenarios are compared with PyTorch: every optimizer setting on every objective, the schedulers in
turn.

Each has one run. Noise, batches, clipping, scheduler intervals and both plateau metrics are spread over them
by fixed rules, so that the list is the same on every machine.
"""

from itertools import product
from typing import Any

Case = dict[str, Any]

# Objective, start, data, rate for plain SGD, rate for methods whose step has the size of the rate, steps.
OBJECTIVES: dict[str, tuple[Case, list[float] | None, Case | None, float, float, int]] = {
    "quadratic": ({"name": "quadratic", "eigenvalues": [1, 25]}, [10, 1], None, 0.03, 0.1, 120),
    "quadratic, matrix": (
        {
            "name": "quadratic",
            "matrix": [[3, 1, 0.5], [1, 2, -0.25], [0.5, -0.25, 1]],
            "minimum": [1, -1, 0.5],
        },
        [3, -2, 1],
        None,
        0.2,
        0.1,
        100,
    ),
    "quadratic, ten": (
        {"name": "quadratic", "eigenvalues": [1, 2, 3, 5, 8, 13, 21, 34, 55, 89], "minimum": 0.5},
        [2, -1, 2, 1, -2, 1, 2, -1, 1, 0.25],
        None,
        0.01,
        0.05,
        80,
    ),
    "rosenbrock": ({"name": "rosenbrock"}, [-1.2, 1], None, 0.0005, 0.02, 120),
    "rosenbrock, four": (
        {"name": "rosenbrock", "dim": 4, "b": 10, "a": 1.5},
        [-1, 0.5, 1, 2],
        None,
        0.002,
        0.03,
        100,
    ),
    "double well": ({"name": "double_well", "tilt": 0.1}, [0.2], None, 0.2, 0.05, 100),
    "two wells": (
        {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8], "k": 0.05},
        [-1.5],
        None,
        0.1,
        0.05,
        100,
    ),
    "saddle": ({"name": "saddle"}, [1, 0.001], None, 0.1, 0.05, 120),
    "linear": (
        {"name": "linear", "l2": 0.01},
        [0.5, -1],
        {"dataset": "blobs", "n": 60, "seed": 3, "noise": 0.5},
        0.2,
        0.05,
        100,
    ),
    "linear, outright": (
        {"name": "linear"},
        [1, -1, 0.5],
        {"X": [[1, 2, 0], [0, 1, -1], [3, 1, 1], [1, 0, 2], [2, 2, 1]], "y": [1, 0, 2, -1, 3]},
        0.1,
        0.05,
        100,
    ),
    "rippled": ({"name": "rippled", "amp": 0.3, "freq": 4, "dim": 2}, [2, -1.5], None, 0.05, 0.05, 100),
    "polynomial": ({"name": "polynomial", "coeffs": [1, 0.5, -2, 0.25, 1]}, [1.5], None, 0.02, 0.05, 100),
    "deep linear": (
        {"name": "deep_linear", "depth": 4, "target": 1.5},
        [0.6, 0.8, 1.1, 0.9],
        None,
        0.05,
        0.03,
        100,
    ),
    "logistic": (
        {"name": "logistic", "l2": 0.02},
        [0.5, -2],
        {"dataset": "blobs", "n": 50, "seed": 5, "noise": 0.8},
        0.5,
        0.1,
        100,
    ),
    "mlp": (
        {"name": "mlp", "layers": [2, 5, 1], "init": {"seed": 2, "gain": 1.5}},
        None,
        {"dataset": "circles", "n": 40, "seed": 1},
        0.3,
        0.03,
        80,
    ),
    "mlp, deep": (
        {
            "name": "mlp",
            "layers": [1, 4, 3, 1],
            "activation": "sigmoid",
            "l2": 0.001,
            "init": {"seed": 4, "gain": 2},
        },
        None,
        {"dataset": "sine", "n": 30, "seed": 2},
        0.5,
        0.03,
        80,
    ),
    "mlp, bce": (
        {"name": "mlp", "layers": [2, 6, 1], "activation": "relu", "loss": "bce"},
        None,
        {"dataset": "circles", "n": 40, "seed": 7, "noise": 0.05},
        0.5,
        0.03,
        80,
    ),
}

# Settings, and which of the two rates they take, times a factor.
OPTIMIZERS: list[tuple[Case, int, float]] = [
    ({"name": "SGD"}, 0, 1.0),
    ({"name": "SGD", "momentum": 0.9}, 0, 0.5),
    ({"name": "SGD", "momentum": 0.8, "dampening": 0.5, "weight_decay": 0.01}, 0, 1.0),
    ({"name": "SGD", "momentum": 0.7, "nesterov": True}, 0, 0.5),
    ({"name": "Adam"}, 1, 1.0),
    ({"name": "Adam", "betas": [0.8, 0.95], "eps": 0.001, "weight_decay": 0.1, "amsgrad": True}, 1, 1.0),
    ({"name": "AdamW", "weight_decay": 0.1}, 1, 1.0),
    ({"name": "Adam", "weight_decay": 0.05, "decoupled_weight_decay": True, "betas": [0, 0.9]}, 1, 0.5),
    ({"name": "RMSprop"}, 1, 0.3),
    ({"name": "RMSprop", "alpha": 0.9, "momentum": 0.5, "centered": True, "weight_decay": 0.01}, 1, 0.2),
    ({"name": "Adagrad"}, 1, 3.0),
    ({"name": "Adagrad", "lr_decay": 0.01, "initial_accumulator_value": 0.1, "weight_decay": 0.01}, 1, 3.0),
    ({"name": "Adadelta"}, 1, 20.0),
    ({"name": "Adadelta", "rho": 0.8, "eps": 0.001, "weight_decay": 0.01}, 1, 10.0),
    ({"name": "NAdam"}, 1, 1.0),
    ({"name": "NAdam", "momentum_decay": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}, 1, 1.0),
    ({"name": "NAdam", "weight_decay": 0.05, "betas": [0.8, 0.99]}, 1, 1.0),
    ({"name": "RAdam"}, 1, 1.0),
    ({"name": "RAdam", "betas": [0.8, 0.9], "weight_decay": 0.05, "decoupled_weight_decay": True}, 1, 0.5),
    ({"name": "Adamax"}, 1, 1.0),
    ({"name": "Adamax", "betas": [0.8, 0.9], "weight_decay": 0.05}, 1, 0.5),
    ({"name": "Rprop"}, 1, 1.0),
    ({"name": "Rprop", "etas": [0.4, 1.3], "step_sizes": [0.001, 0.5]}, 1, 1.0),
    ({"name": "ASGD"}, 0, 1.0),
    ({"name": "ASGD", "lambd": 0.01, "alpha": 0.5, "t0": 20, "weight_decay": 0.01}, 0, 1.0),
]

SCHEDULERS: list[Case | None] = [
    None,
    {"name": "StepLR", "step_size": 15, "gamma": 0.7},
    {"name": "MultiStepLR", "milestones": [40, 10, 40, 60], "gamma": 0.6},
    {"name": "ExponentialLR", "gamma": 0.98},
    {"name": "CosineAnnealingLR", "T_max": 30, "eta_min": 0.001},
    {"name": "LinearLR", "start_factor": 0.1, "end_factor": 0.8, "total_iters": 25},
    {"name": "ReduceLROnPlateau", "patience": 2, "factor": 0.7, "threshold": 0.01},
    {"name": "ConstantLR", "factor": 0.4, "total_iters": 20},
    {"name": "PolynomialLR", "total_iters": 70, "power": 1.5},
    {"name": "CosineAnnealingWarmRestarts", "T_0": 10, "T_mult": 2, "eta_min": 0.0005},
    {"name": "CyclicLR", "base_lr": 0.0005, "max_lr": 0.004, "step_size_up": 12, "cycle_momentum": False},
    {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 130, "cycle_momentum": False},
    {
        "name": "SequentialLR",
        "schedulers": [{"name": "LinearLR", "total_iters": 10}, {"name": "CosineAnnealingLR", "T_max": 40}],
        "milestones": [12],
    },
]

# Schedulers that set the momentum or beta1 as well, with the optimizers that have one.
CYCLING: list[Case] = [
    {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.01, "step_size_up": 10},
    {
        "name": "CyclicLR",
        "base_lr": 0.001,
        "max_lr": 0.01,
        "step_size_up": 8,
        "step_size_down": 24,
        "mode": "triangular2",
        "base_momentum": 0.0,
    },
    {
        "name": "CyclicLR",
        "base_lr": 0.001,
        "max_lr": 0.01,
        "step_size_up": 9,
        "mode": "exp_range",
        "gamma": 0.97,
        "max_momentum": 0.95,
    },
    {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 90},
    {
        "name": "OneCycleLR",
        "max_lr": 0.01,
        "total_steps": 90,
        "three_phase": True,
        "anneal_strategy": "linear",
        "pct_start": 0.25,
        "div_factor": 10,
        "final_div_factor": 100,
    },
    {"name": "OneCycleLR", "max_lr": 0.01, "epochs": 9, "steps_per_epoch": 10, "base_momentum": 0.7},
    {
        "name": "SequentialLR",
        "schedulers": [
            {"name": "LinearLR", "total_iters": 10},
            {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.008, "step_size_up": 6},
            {"name": "ExponentialLR", "gamma": 0.95},
        ],
        "milestones": [12, 50],
    },
    {
        "name": "SequentialLR",
        "schedulers": [
            {"name": "CyclicLR", "base_lr": 0.002, "max_lr": 0.008, "step_size_up": 6, "max_momentum": 0.8},
            {"name": "StepLR", "step_size": 7, "gamma": 0.8},
            {"name": "CosineAnnealingWarmRestarts", "T_0": 8},
        ],
        "milestones": [30, 55],
    },
]
CYCLED: list[Case] = [
    {"name": "SGD"},
    {"name": "SGD", "momentum": 0.5, "nesterov": True},
    {"name": "RMSprop"},
    {"name": "Adam"},
    {"name": "NAdam"},
    {"name": "RAdam"},
    {"name": "Adamax"},
]

PLATEAUS: list[Case] = [
    {"name": "ReduceLROnPlateau", "patience": 0, "factor": 0.5},
    {"name": "ReduceLROnPlateau", "mode": "max", "patience": 3, "factor": 0.8, "threshold": 0.001},
    {"name": "ReduceLROnPlateau", "threshold_mode": "abs", "threshold": 0.5, "patience": 1, "cooldown": 4},
    {"name": "ReduceLROnPlateau", "mode": "max", "threshold_mode": "abs", "threshold": 0.1, "min_lr": 0.001},
    {"name": "ReduceLROnPlateau", "patience": 1, "threshold": 0.2, "eps": 0.01, "cooldown": 2},
]
EDGES: list[Case] = [
    {"name": "LinearLR", "total_iters": 0},
    {"name": "LinearLR", "start_factor": 1.0, "end_factor": 0.0, "total_iters": 40},
    {"name": "ConstantLR", "total_iters": 0},
    {"name": "PolynomialLR", "total_iters": 0},
    {"name": "PolynomialLR", "total_iters": 20, "power": 0},
    {"name": "MultiStepLR", "milestones": [0, 5]},
    {"name": "CosineAnnealingLR", "T_max": 7},
    {"name": "StepLR", "step_size": 3, "gamma": 1.05},
    {"name": "OneCycleLR", "max_lr": 0.02, "total_steps": 60},
    {"name": "SequentialLR", "schedulers": [{"name": "StepLR", "step_size": 4}], "milestones": []},
]

NAMED_LAMBDAS: list[Case] = [
    {"name": "InverseTimeLR", "decay": 0.08},
    {"name": "InverseTimeLR", "decay": 0},
    {"name": "NoamLR", "warmup_steps": 12},
    {"name": "NoamLR", "warmup_steps": 1},
    {"name": "NoamLR", "warmup_steps": 20, "d_model": 64},
    {
        "name": "SequentialLR",
        "schedulers": [{"name": "NoamLR", "warmup_steps": 5}, {"name": "InverseTimeLR", "decay": 0.1}],
        "milestones": [25],
    },
]
PENALTIES: list[tuple[str, Case]] = [
    ("linear", {"l1": 0.05}),
    ("linear", {"l1": 0.3, "l2": 0.1}),
    ("linear, outright", {"l1": 0.02}),
    ("logistic", {"l1": 0.04}),
    ("mlp", {"l1": 0.003}),
    ("mlp, bce", {"l1": 0.002, "l2": 0.001}),
]
# Places, what is done to their data beside a split, and the rest of the scenario.
SPLITS: list[tuple[str, Case, Case]] = [
    ("linear", {"standardize": True, "validation": {"share": 0.25, "seed": 0}}, {}),
    ("linear, outright", {"validation": {"share": 0.4, "seed": 2}}, {"noise": {"sigma": 0.1, "seed": 3}}),
    ("logistic", {"validation": {"share": 0.5, "seed": 7}}, {"batches": {"size": 6, "seed": 1}}),
    (
        "mlp",
        {"standardize": True, "validation": {"share": 0.1, "seed": 4}},
        {"batches": {"size": 9, "seed": 2}, "noise": {"sigma": 0.02, "seed": 1}},
    ),
    ("mlp, deep", {"validation": {"share": 0.3, "seed": 1}}, {"batches": {"size": 40, "seed": 5}}),
    ("mlp, bce", {"standardize": True, "validation": {"share": 0.75, "seed": 6}}, {"clip_norm": 0.5}),
]
# Averages so slow that 1 - beta^t loses most digits of beta^t.
SLOW_AVERAGES: list[Case] = [
    {"name": "Adam", "betas": [0.9999, 0.99999]},
    {"name": "AdamW", "betas": [0.9, 0.999999]},
    {"name": "NAdam", "betas": [0.9, 0.999999]},
    {"name": "RAdam", "betas": [0.9, 0.99999]},
    {"name": "RAdam", "betas": [0.99999, 0.999999]},
    {"name": "Adamax", "betas": [0.99999, 0.9]},
]
NOISES = [{"sigma": 0.3, "seed": 7}, {"sigma": 0.02, "seed": 1}]


def cases() -> list[Case]:
    """All scenarios, each with a `title` that is no part of the scenario."""
    found = [
        _grid_case(index, *pair) for index, pair in enumerate(product(OBJECTIVES, range(len(OPTIMIZERS))))
    ]
    for index, (optimizer, scheduler) in enumerate(product(CYCLED, CYCLING)):
        place = ("quadratic", "rosenbrock", "mlp")[index % 3]
        found.append(_case(place, {**optimizer, "lr": 0.004}, scheduler, steps=80))
    plain: list[Case] = [{"name": "SGD", "lr": 0.07}, {"name": "Adam", "lr": 0.3}]
    for optimizer, scheduler in product(plain, PLATEAUS + EDGES):
        found.append(_case("quadratic", optimizer, scheduler, steps=60, noise=NOISES[0]))
    for setting, family, factor in OPTIMIZERS:
        climbing = {**setting, "lr": factor * (0.02, 0.03)[family], "maximize": True}
        found.append(_case("rippled", climbing, None, steps=40))
    return found + _later_cases()


def _later_cases() -> list[Case]:
    """Named cases of LambdaLR with every optimizer, penalties of data objectives, and rows kept apart."""
    found = []
    for index, (setting, family, factor) in enumerate(OPTIMIZERS):
        place = ("quadratic", "rosenbrock", "mlp")[index % 3]
        optimizer = {**setting, "lr": factor * OBJECTIVES[place][3:5][family]}
        extra: Case = {"scheduler_interval": 2} if index % 4 == 3 else {}
        scheduler = NAMED_LAMBDAS[index % len(NAMED_LAMBDAS)]
        found.append(_case(place, optimizer, scheduler, steps=70, **extra))
    for place, penalty in PENALTIES:
        for number in (0, 1, 7):
            setting, family, factor = OPTIMIZERS[number]
            optimizer = {**setting, "lr": factor * OBJECTIVES[place][3:5][family]}
            batches = {"size": 9, "seed": number} if "outright" not in place else None
            case = _case(place, optimizer, None, steps=80, batches=batches)
            found.append({**case, "objective": {**case["objective"], **penalty}})
    for place, data, extra in SPLITS:
        for number in (1, 4, 8):
            setting, family, factor = OPTIMIZERS[number]
            optimizer = {**setting, "lr": factor * OBJECTIVES[place][3:5][family]}
            case = _case(place, optimizer, None, steps=80, **extra)
            found.append({**case, "data": {**case["data"], **data}})
    fitted = {"name": "linear", "l1": 0.01}
    for basis in ("legendre", "monomial"):
        polynomial = {"degree": 4, "basis": basis}
        case = _case("mlp, deep", {"name": "SGD", "lr": 0.1}, None, steps=80, start=[0.1] * 5)
        data = {**case["data"], "polynomial": polynomial, "standardize": True, "validation": {"seed": 3}}
        found.append({**case, "title": f"SGD on {basis}", "objective": fitted, "data": data})
    for optimizer in SLOW_AVERAGES:
        found.append(_case("quadratic, matrix", {**optimizer, "lr": 0.1}, None))
    return found


def _grid_case(index: int, place: str, number: int) -> Case:
    """One objective with one optimizer setting; 13 schedulers in turn meet each of the 25 settings."""
    setting, family, factor = OPTIMIZERS[number]
    extra: Case = {}
    if index % 4 == 1:
        extra["noise"] = NOISES[index % 2]
    if index % 5 == 2 and OBJECTIVES[place][2] is not None:
        extra["batches"] = {"size": 7, "seed": index}
    if index % 6 == 3:
        extra["clip_norm"] = 0.5
    if index % 7 == 4:
        extra["scheduler_interval"] = 3
    if index % 2:
        extra["plateau_metric"] = "after"
    optimizer = {**setting, "lr": factor * OBJECTIVES[place][3:5][family]}
    return _case(place, optimizer, SCHEDULERS[index % len(SCHEDULERS)], **extra)


def _case(
    place: str, optimizer: Case, scheduler: Case | None, *, steps: int | None = None, **extra: Any
) -> Case:
    objective, start, data, _, _, own_steps = OBJECTIVES[place]
    run = {"optimizer": optimizer, **({} if scheduler is None else {"scheduler": scheduler})}
    case: Case = {"objective": objective, "steps": steps or own_steps, "runs": [run], **extra}
    if start is not None:
        case["start"] = start
    if data is not None:
        case["data"] = data
    title = f"{optimizer['name']} on {place}" + ("" if scheduler is None else f" with {scheduler['name']}")
    return {"title": title, **case}
