"""Learning rate schedulers by PyTorch's names."""

from collections.abc import Mapping

from simulator.core.schedulers.base import Scheduler, SchedulerSpec
from simulator.core.schedulers.cosine import COSINE_ANNEALING_LR
from simulator.core.schedulers.plateau import REDUCE_LR_ON_PLATEAU, Plateau
from simulator.core.schedulers.ramps import LINEAR_LR
from simulator.core.schedulers.steps import EXPONENTIAL_LR, MULTI_STEP_LR, STEP_LR

__all__ = ["SCHEDULERS", "Plateau", "Scheduler", "SchedulerSpec"]

SCHEDULERS: Mapping[str, Scheduler] = {
    kind.name: kind
    for kind in (
        STEP_LR,
        MULTI_STEP_LR,
        EXPONENTIAL_LR,
        COSINE_ANNEALING_LR,
        LINEAR_LR,
        REDUCE_LR_ON_PLATEAU,
    )
}
