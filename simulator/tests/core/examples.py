"""Small scenarios that several tests use."""

from typing import Any

import numpy as np

_WELLS = {"name": "two_wells", "depth": [0.6, 1.5], "center": [-1.2, 1], "width": [0.2, 0.8], "k": 0.05}


def dense(dim: int) -> list[list[float]]:
    """A symmetric positive definite matrix without zeros."""
    root = np.random.Generator(np.random.PCG64(dim)).standard_normal((dim, dim))
    matrix = root @ root.T + np.eye(dim)
    return [[float(entry) for entry in row] for row in (matrix + matrix.T) / 2]


def _outright(columns: int) -> dict[str, Any]:
    rng = np.random.Generator(np.random.PCG64(columns))
    return {"X": rng.standard_normal((23, columns)).tolist(), "y": rng.integers(0, 2, 23).tolist()}


# A scenario with every key, as the public contract shows it.
CONTRACT_EXAMPLE: dict[str, Any] = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 100,
    "runs": [
        {"label": "plain", "optimizer": {"name": "SGD", "lr": 0.03, "momentum": 0.9}, "scheduler": None}
    ],
    "noise": None,
    "batches": None,
    "clip_norm": None,
    "scheduler_interval": 1,
    "plateau_metric": "before",
    "data": None,
}
# Data given outright.
ROWS: dict[str, Any] = {"X": [[1, 2], [3, 4], [5, 6]], "y": [0, 1, 0]}

# Objective, start and data of every kind, small and large.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "quadratic": {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1]},
    "quadratic around a point": {
        "objective": {"name": "quadratic", "eigenvalues": [1, 2, 3], "minimum": [1, -1, 2]},
        "start": [10, 1, -3],
    },
    "quadratic with a matrix": {
        "objective": {"name": "quadratic", "matrix": dense(6)},
        "start": [1, -1, 2, 0, 3, 1],
    },
    "quadratic with twenty": {
        "objective": {"name": "quadratic", "eigenvalues": [1 + 0.37 * index for index in range(20)]},
        "start": [1.1 - 0.3 * index for index in range(20)],
    },
    "rosenbrock": {"objective": {"name": "rosenbrock"}, "start": [-1.2, 1]},
    "rosenbrock with five": {
        "objective": {"name": "rosenbrock", "dim": 5, "b": 3},
        "start": [-1, 0.5, 1, 2, 0.2],
    },
    "double_well": {"objective": {"name": "double_well", "tilt": 0.1}, "start": [0.3]},
    "two_wells": {"objective": _WELLS, "start": [-1.5]},
    "saddle": {"objective": {"name": "saddle"}, "start": [1, 0.001]},
    "rippled": {"objective": {"name": "rippled", "dim": 3, "amp": 0.3}, "start": [2, -1, 0.7]},
    "polynomial": {"objective": {"name": "polynomial", "coeffs": [1, 0.5, -2, 0.25, 1]}, "start": [1.3]},
    "deep_linear": {
        "objective": {"name": "deep_linear", "depth": 5, "target": 1.5},
        "start": [0.6, 0.8, 1.1, 0.9, 1],
    },
    "linear": {
        "objective": {"name": "linear", "l2": 0.01},
        "start": [1, -1],
        "data": {"dataset": "blobs", "n": 31},
    },
    "linear with ten columns": {"objective": {"name": "linear"}, "start": [0.1] * 10, "data": _outright(10)},
    "linear with more columns than rows": {
        "objective": {"name": "linear"},
        "start": [0.1] * 30,
        "data": _outright(30),
    },
    "logistic": {
        "objective": {"name": "logistic", "l2": 0.02},
        "start": [0.5, -2],
        "data": {"dataset": "blobs", "n": 33, "noise": 0.8},
    },
    "logistic with ten columns": {
        "objective": {"name": "logistic"},
        "start": [0.1] * 10,
        "data": _outright(10),
    },
    "mlp": {
        "objective": {"name": "mlp", "layers": [2, 5, 1], "l2": 0.01},
        "data": {"dataset": "circles", "n": 29},
    },
    "mlp with three layers": {
        "objective": {
            "name": "mlp",
            "layers": [1, 4, 3, 1],
            "activation": "sigmoid",
            "init": {"seed": 3, "gain": 2},
        },
        "data": {"dataset": "sine", "n": 30},
    },
    "mlp for labels": {
        "objective": {"name": "mlp", "layers": [2, 6, 1], "activation": "relu", "loss": "bce"},
        "data": {"dataset": "circles", "n": 40},
    },
    "mlp without hidden layers": {
        "objective": {"name": "mlp", "layers": [2, 2]},
        "data": {"X": [[1, 2], [3, -1], [0, 1]], "y": [[1, 0], [0, 2], [1, 1]]},
    },
}

# Every optimizer, and the options that change which terms an update has.
OPTIMIZERS: list[dict[str, Any]] = [
    {"name": "SGD"},
    {"name": "SGD", "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.01},
    {"name": "SGD", "momentum": 0.7, "nesterov": True, "maximize": True},
    {"name": "Adam"},
    {"name": "Adam", "amsgrad": True, "weight_decay": 0.1, "decoupled_weight_decay": True},
    {"name": "AdamW"},
    {"name": "RMSprop", "momentum": 0.5},
    {"name": "RMSprop", "centered": True, "alpha": 0.9},
    {"name": "Adagrad", "lr_decay": 0.01},
    {"name": "Adadelta"},
    {"name": "NAdam"},
    {"name": "RAdam", "betas": [0.8, 0.9]},
    {"name": "Adamax"},
    {"name": "Rprop"},
    {"name": "ASGD", "lambd": 0.01},
]


def scenario(
    optimizer: dict[str, Any], *, steps: int = 50, place: str = "quadratic", **extra: Any
) -> dict[str, Any]:
    """A scenario with one run of `optimizer` on one of OBJECTIVES."""
    return {**OBJECTIVES[place], "steps": steps, "runs": [{"optimizer": optimizer}], **extra}
