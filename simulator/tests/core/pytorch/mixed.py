"""Scenarios whose runs differ in everything that a program can put into its loop or leave out of it."""

from typing import Any

_SGD = {"name": "SGD", "lr": 0.02}
_ADAM = {"name": "Adam", "lr": 0.05}
_VALLEY: dict[str, Any] = {"objective": {"name": "quadratic", "eigenvalues": [1, 25]}, "start": [10, 1]}
_PLATEAU = {"name": "ReduceLROnPlateau", "patience": 1, "threshold": 0.05}
_STEP = {"name": "StepLR", "step_size": 4}

MIXED: dict[str, dict[str, Any]] = {
    "one with everything": {
        "objective": {"name": "mlp", "layers": [2, 4, 1], "l2": 0.01},
        "data": {"dataset": "circles", "n": 30},
        "steps": 40,
        "noise": {"sigma": 0.05, "seed": 3},
        "batches": {"size": 7, "seed": 2},
        "clip_norm": 0.5,
        "scheduler_interval": 5,
        "plateau_metric": "after",
        "runs": [{"optimizer": _ADAM, "scheduler": _PLATEAU}],
    },
    "a sweep": {
        **_VALLEY,
        "steps": 30,
        "runs": [{"label": f"lr {lr}", "optimizer": {"name": "SGD", "lr": lr}} for lr in (0.01, 0.05, 0.09)],
    },
    "a sweep with a scheduler": {
        **_VALLEY,
        "steps": 30,
        "clip_norm": 1,
        "runs": [
            {"optimizer": {"name": "AdamW", "lr": lr, "betas": [0, 0.9]}, "scheduler": _STEP}
            for lr in (0.01, 0.5)
        ],
    },
    "some with each part": {
        "objective": {"name": "logistic"},
        "data": {"dataset": "blobs", "n": 23, "noise": 0.8},
        "start": [0.5, -2],
        "steps": 40,
        "runs": [
            {"optimizer": _SGD},
            {"optimizer": _ADAM, "scheduler": _STEP, "noise": {"sigma": 0.1, "seed": 1}},
            {"optimizer": _SGD, "scheduler": _PLATEAU, "scheduler_interval": 3, "clip_norm": 0.1},
            {"optimizer": _SGD, "scheduler": _PLATEAU, "plateau_metric": "after", "batches": {"size": 5}},
            {"label": "l2", "optimizer": _ADAM, "objective": {"name": "logistic", "l2": 0.1}},
        ],
    },
    "different clips and noises": {
        **_VALLEY,
        "steps": 25,
        "runs": [
            {"optimizer": _SGD, "clip_norm": 1, "noise": {"sigma": 0.1, "seed": 1}},
            {"optimizer": _SGD, "clip_norm": 2, "noise": {"sigma": 0.2, "seed": 1}},
        ],
    },
    "plateaus only": {
        **_VALLEY,
        "steps": 25,
        "runs": [
            {"optimizer": _SGD, "scheduler": _PLATEAU},
            {"optimizer": _SGD, "scheduler": _PLATEAU, "plateau_metric": "after", "start": [3, 2]},
        ],
    },
    "different objectives and data": {
        "objective": {"name": "linear"},
        "data": {"X": [[1, 2], [3, -1], [0, 1]], "y": [[1], [0], [2]]},
        "start": [0.5, -2],
        "steps": 20,
        "runs": [
            {"optimizer": _SGD},
            {"optimizer": _SGD, "data": {"dataset": "blobs", "n": 11}, "batches": {"size": 4, "seed": 1}},
            {
                "optimizer": _ADAM,
                "objective": {"name": "mlp", "layers": [2, 3, 2], "init": {"seed": 5, "gain": 2}},
                "data": {"X": [[1, 2], [3, -1]], "y": [[1, 0], [0, 2]]},
                "start": None,
            },
            {
                "label": "labels",
                "optimizer": _ADAM,
                "objective": {"name": "mlp", "layers": [2, 2], "loss": "bce"},
                "data": {"X": [[1, 2], [3, -1]], "y": [[1, 0], [0, 1]]},
                "start": None,
            },
            {"label": "saddle", "optimizer": _SGD, "objective": {"name": "saddle"}, "data": None},
        ],
    },
    "rows kept apart": {
        "objective": {"name": "linear"},
        "data": {
            "dataset": "sine",
            "n": 37,
            "validation": {},
            "polynomial": {"degree": 3},
            "standardize": True,
        },
        "start": [0.5, -2, 1, 0],
        "steps": 25,
        "batches": {"size": 8, "seed": 1},
        "runs": [
            {"optimizer": _SGD},
            {"optimizer": _ADAM, "objective": {"name": "linear", "l1": 0.05}},
            {
                "optimizer": _SGD,
                "objective": {"name": "logistic"},
                "data": {
                    "X": [[1, 2], [3, -1], [0, 1], [2, 2]],
                    "y": [1, 0, 0, 1],
                    "validation": {"seed": 4},
                },
                "start": [0.5, -2],
            },
            {"optimizer": _SGD, "data": {"dataset": "sine", "n": 37, "polynomial": {"degree": 3}}},
        ],
    },
    "two inits of one network": {
        "objective": {"name": "mlp", "layers": [1, 3, 1], "activation": "relu"},
        "data": {"dataset": "sine", "n": 15},
        "steps": 20,
        "runs": [
            {"optimizer": _SGD},
            {
                "optimizer": _SGD,
                "objective": {"name": "mlp", "layers": [1, 3, 1], "activation": "relu", "init": {"seed": 9}},
            },
        ],
    },
    "a name that tries to get out": {
        **_VALLEY,
        "steps": 3,
        "runs": [{"label": "\"]; import os # '\\\u2028\u202e η\U0001f600", "optimizer": _SGD}],
    },
}
