"""The function that a run on data learns: what it gives for any input, not only for the rows trained on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from simulator.core.arguments import Options
from simulator.core.datasets import Data, rows_of
from simulator.core.diagnosis.status import FloatArray
from simulator.core.features import features_of
from simulator.core.objectives.logistic import sigmoid
from simulator.core.spec import Run

_ACTIVATIONS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0.0),
}


def gives_logits(run: Run) -> bool:
    """Whether the model gives the logarithm of the odds that the label is 1, and not the label itself."""
    return run.objective.name == "logistic" or run.objective.options.get("loss") == "bce"


def outputs(run: Run, X: FloatArray, theta: FloatArray) -> FloatArray:
    """What the model with parameters theta (D,) gives for rows X (n, columns) as the objective gets them,
    (n,)."""
    if run.objective.name != "mlp":
        flat: FloatArray = X @ theta
        return flat
    layers, values, at = run.objective.options["layers"], X, 0
    activation = _ACTIVATIONS[run.objective.options["activation"]]
    for place, (fan_in, fan_out) in enumerate(pairwise(layers)):
        W = theta[at : at + fan_in * fan_out].reshape(fan_out, fan_in)
        at += fan_in * fan_out
        values = values @ W.T + theta[at : at + fan_out]
        at += fan_out
        if place < len(layers) - 2:
            values = activation(values)
    return values[:, 0]


def plain_inputs(data: Data) -> FloatArray:
    """X (n, own columns) of the rows trained on as it is given or drawn, before polynomials and
    standardisation."""
    plain = Options({**data.options, "polynomial": None, "standardize": False})
    return rows_of(replace(data, options=plain)).X


def features_at(data: Data, x: FloatArray) -> FloatArray:
    """Inputs (m, own columns) as the objective gets them: polynomials are made of them, and standardisation
    takes mean and deviation from the rows trained on."""
    return features_of(data.options, x, plain_inputs(data))
