"""Scenarios that PyTorch refuses, in a constructor or within their steps, and so the simulator too."""

from typing import Any

Case = dict[str, Any]

_QUADRATIC: Case = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1], "steps": 40}


def refused_cases() -> list[Case]:
    """All of them, each with one run."""
    sgd = {"name": "SGD", "lr": 0.01}
    optimizers: list[Case] = [
        {"name": "SGD", "lr": 0.01, "nesterov": True},
        {"name": "SGD", "lr": 0.01, "nesterov": True, "momentum": 0.9, "dampening": 0.1},
        {"name": "SGD", "lr": -0.01},
        {"name": "SGD", "lr": 0.01, "momentum": -0.1},
        {"name": "Adam", "lr": 0.01, "betas": [1.0, 0.999]},
        {"name": "Adam", "lr": 0.01, "betas": [0.9, 1.5]},
        {"name": "AdamW", "lr": 0.01, "eps": -1e-8},
        {"name": "RMSprop", "lr": 0.01, "alpha": -0.1},
        {"name": "Adagrad", "lr": 0.01, "lr_decay": -1.0},
        {"name": "Adadelta", "lr": 0.01, "rho": 1.1},
        {"name": "Rprop", "lr": 0.01, "etas": [0.5, 0.9]},
        {"name": "Adamax", "lr": 0.01, "weight_decay": -1.0},
        {"name": "NAdam", "lr": 0.01, "momentum_decay": -1.0},
        {"name": "Lion", "lr": 0.01},
        {"name": "ASGD", "lr": 0.01, "alpha": 1e5, "lambd": 1.0},
        {"name": "ASGD", "lr": 0.01, "alpha": -1e5, "lambd": 1.0},
    ]
    schedulers: list[tuple[Case, Case]] = [
        (sgd, {"name": "StepLR", "step_size": 0}),
        (sgd, {"name": "CosineAnnealingLR", "T_max": 0}),
        (sgd, {"name": "LinearLR", "start_factor": 0.0}),
        (sgd, {"name": "LinearLR", "end_factor": 1.5}),
        (sgd, {"name": "ConstantLR", "factor": 0.0}),
        (sgd, {"name": "ConstantLR", "factor": 1.5}),
        (sgd, {"name": "PolynomialLR", "total_iters": 20, "power": -1.0}),
        (sgd, {"name": "CosineAnnealingWarmRestarts", "T_0": 0}),
        (sgd, {"name": "CosineAnnealingWarmRestarts", "T_0": 5, "T_mult": 0}),
        (sgd, {"name": "ReduceLROnPlateau", "factor": 1.0}),
        (sgd, {"name": "ReduceLROnPlateau", "mode": "least"}),
        (sgd, {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.01, "mode": "square"}),
        (sgd, {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.01, "step_size_up": 0, "step_size_down": 0}),
        (sgd, {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 39}),
        (sgd, {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 40, "pct_start": 1.5}),
        (sgd, {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 100, "pct_start": 0.01}),
        (sgd, {"name": "OneCycleLR", "max_lr": 0.01}),
        (sgd, {"name": "SequentialLR", "schedulers": [], "milestones": []}),
        (
            sgd,
            {
                "name": "SequentialLR",
                "schedulers": [{"name": "ExponentialLR", "gamma": 0.9}, {"name": "ReduceLROnPlateau"}],
                "milestones": [5],
            },
        ),
        (
            sgd,
            {
                "name": "SequentialLR",
                "schedulers": [{"name": "ExponentialLR", "gamma": 0.9}],
                "milestones": [5],
            },
        ),
    ]
    schedulers += [
        ({"name": name, "lr": 0.01}, {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.01})
        for name in ("Adagrad", "Adadelta", "Rprop", "ASGD")
    ]
    schedulers.append(
        ({"name": "Adagrad", "lr": 0.01}, {"name": "OneCycleLR", "max_lr": 0.01, "total_steps": 40})
    )
    schedulers += [
        (
            sgd,
            {
                "name": "SequentialLR",
                "schedulers": [{"name": "ExponentialLR", "gamma": 0.9}, {"name": name, "total_iters": 0}],
                "milestones": [5],
            },
        )
        for name in ("LinearLR", "PolynomialLR")
    ]
    schedulers.append((sgd, {"name": "MultiStepLR", "milestones": [5, 9, 9], "gamma": 1e200}))
    schedulers.append(
        (
            {"name": "RMSprop", "lr": 0.01, "momentum": 0.9},
            {"name": "CyclicLR", "base_lr": 0.001, "max_lr": 0.01, "base_momentum": 0.8, "max_momentum": 0.0},
        )
    )
    runs = [{"optimizer": one} for one in optimizers]
    runs += [{"optimizer": optimizer, "scheduler": scheduler} for optimizer, scheduler in schedulers]
    return [{**_QUADRATIC, "runs": [run]} for run in runs]
