"""Which runs of a scenario can share one training loop."""

from collections.abc import Hashable, Sequence

from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.rates import cycles_momentum, watches_loss
from simulator.core.spec import Run


def groups_of(runs: Sequence[Run]) -> list[tuple[int, ...]]:
    """Indices of the runs of each group: the same terms in every update, whatever their numbers."""
    groups: dict[Hashable, list[int]] = {}
    # Runs parsed from one scenario share most of their parts, so that the full key is needed for few of them.
    seen: dict[Hashable, list[int]] = {}
    for index, run in enumerate(runs):
        parts = (
            id(run.objective),
            id(run.optimizer.options),
            id(run.scheduler),
            id(run.data),
            id(run.noise),
            id(run.batches),
            run.clip_norm is None,
            run.scheduler_interval,
            run.plateau_metric,
        )
        members = seen.get(parts)
        if members is None:
            members = seen[parts] = groups.setdefault(_key(run), [])
        members.append(index)
    return [tuple(indices) for indices in groups.values()]


def _key(run: Run) -> Hashable:
    objective, optimizer = OBJECTIVES[run.objective.name], OPTIMIZERS[run.optimizer.name]
    return (
        run.objective.name,
        tuple(
            (name, value) for name, value in run.objective.options.items() if name not in objective.varying
        ),
        run.dim,
        run.data,
        run.optimizer.name,
        optimizer.shape(run.optimizer.options),
        _scheduler_key(run),
        run.noise is None,
        None if run.batches is None else run.batches.size,
        run.clip_norm is None,
    )


def _scheduler_key(run: Run) -> Hashable:
    """None where only the rates differ; they are laid out per run."""
    if watches_loss(run):
        return "watches loss", run.plateau_metric
    if cycles_momentum(run):
        return run.scheduler, run.scheduler_interval
    return None
