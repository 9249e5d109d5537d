"""Learning rate schedulers by PyTorch's names, and two common cases of its LambdaLR by names of their own."""

from collections.abc import Mapping

from simulator.core.schedulers.base import Scheduler, SchedulerSpec
from simulator.core.schedulers.cosine import COSINE_ANNEALING_LR, COSINE_ANNEALING_WARM_RESTARTS
from simulator.core.schedulers.cyclic import CYCLIC_LR
from simulator.core.schedulers.lambdas import INVERSE_TIME_LR, NOAM_LR
from simulator.core.schedulers.one_cycle import ONE_CYCLE_LR
from simulator.core.schedulers.plateau import REDUCE_LR_ON_PLATEAU, Plateau
from simulator.core.schedulers.ramps import CONSTANT_LR, LINEAR_LR, POLYNOMIAL_LR
from simulator.core.schedulers.sequential import sequential_lr
from simulator.core.schedulers.steps import EXPONENTIAL_LR, MULTI_STEP_LR, STEP_LR

__all__ = ["LAMBDAS", "SCHEDULERS", "Plateau", "Scheduler", "SchedulerSpec"]

# PyTorch has these as LambdaLR with a function; all others under their own names.
LAMBDAS = frozenset({INVERSE_TIME_LR.name, NOAM_LR.name})
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
        INVERSE_TIME_LR,
        NOAM_LR,
    )
}
SCHEDULERS: Mapping[str, Scheduler] = {**_SINGLE, "SequentialLR": sequential_lr(_SINGLE)}
