"""Which runs of a scenario can share one training loop."""

from collections.abc import Hashable, Sequence

from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.rates import cycles_momentum, watches_loss
from simulator.core.spec import ObjectiveSpec, OptimizerSpec, Run


def groups_of(runs: Sequence[Run]) -> list[tuple[int, ...]]:
    """Indices of the runs of each group: the same terms in every update, whatever their numbers."""
    groups: dict[Hashable, list[int]] = {}
    known: dict[int, Hashable] = {}  # runs parsed from one scenario share most of their parts
    for index, run in enumerate(runs):
        if id(run.objective) not in known:
            known[id(run.objective)] = _objective_key(run.objective)
        if id(run.optimizer.options) not in known:
            known[id(run.optimizer.options)] = _optimizer_key(run.optimizer)
        key = (
            known[id(run.objective)],
            known[id(run.optimizer.options)],
            run.dim,
            run.data,
            None if run.scheduler is None else _scheduler_key(run),
            run.noise is None,
            None if run.batches is None else run.batches.size,
            run.clip_norm is None,
        )
        groups.setdefault(key, []).append(index)
    return [tuple(indices) for indices in groups.values()]


def _objective_key(objective: ObjectiveSpec) -> Hashable:
    varying = OBJECTIVES[objective.name].varying
    fixed = tuple((name, value) for name, value in objective.options.items() if name not in varying)
    return objective.name, fixed


def _optimizer_key(optimizer: OptimizerSpec) -> Hashable:
    return optimizer.name, OPTIMIZERS[optimizer.name].shape(optimizer.options)


def _scheduler_key(run: Run) -> Hashable:
    """None where only the rates differ; they are laid out per run."""
    if watches_loss(run):
        return "watches loss", run.scheduler_interval, run.plateau_metric
    if cycles_momentum(run):
        return run.scheduler, run.scheduler_interval
    return None
