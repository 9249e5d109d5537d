"""Learning rate schedulers by PyTorch's names."""

from collections.abc import Mapping

from simulator.core.schedulers.base import Scheduler, SchedulerSpec
from simulator.core.schedulers.cosine import COSINE_ANNEALING_LR, COSINE_ANNEALING_WARM_RESTARTS
from simulator.core.schedulers.cyclic import CYCLIC_LR
from simulator.core.schedulers.one_cycle import ONE_CYCLE_LR
from simulator.core.schedulers.plateau import REDUCE_LR_ON_PLATEAU, Plateau
from simulator.core.schedulers.ramps import CONSTANT_LR, LINEAR_LR, POLYNOMIAL_LR
from simulator.core.schedulers.sequential import sequential_lr
from simulator.core.schedulers.steps import EXPONENTIAL_LR, MULTI_STEP_LR, STEP_LR

__all__ = ["SCHEDULERS", "Plateau", "Scheduler", "SchedulerSpec"]

_SINGLE: Mapping[str, Scheduler] = {
    kind.name: kind
    for kind in (
        STEP_LR,
        MULTI_STEP_LR,
        EXPONENTIAL_LR,
        CONSTANT_LR,
        LINEAR_LR,
        POLYNOMIAL_LR,
        COSINE_ANNEALING_LR,
        COSINE_ANNEALING_WARM_RESTARTS,
        CYCLIC_LR,
        ONE_CYCLE_LR,
        REDUCE_LR_ON_PLATEAU,
    )
}
SCHEDULERS: Mapping[str, Scheduler] = {**_SINGLE, "SequentialLR": sequential_lr(_SINGLE)}
