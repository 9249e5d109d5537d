"""Optimizers by PyTorch's names."""

from collections.abc import Mapping

from simulator.core.optimizers.adadelta import ADADELTA
from simulator.core.optimizers.adagrad import ADAGRAD
from simulator.core.optimizers.adam import ADAM, ADAMW
from simulator.core.optimizers.adamax import ADAMAX
from simulator.core.optimizers.asgd import ASGD
from simulator.core.optimizers.base import Columns, Optimizer, State
from simulator.core.optimizers.nadam import NADAM
from simulator.core.optimizers.radam import RADAM
from simulator.core.optimizers.rmsprop import RMSPROP
from simulator.core.optimizers.rprop import RPROP
from simulator.core.optimizers.sgd import SGD

__all__ = ["OPTIMIZERS", "Columns", "Optimizer", "State"]

OPTIMIZERS: Mapping[str, Optimizer] = {
    kind.name: kind
    for kind in (SGD, ADAM, ADAMW, RMSPROP, ADAGRAD, ADADELTA, NADAM, RADAM, ADAMAX, RPROP, ASGD)
}
