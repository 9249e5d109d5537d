"""Runs that differ from a run in its rates, or in its seeds, and in nothing else."""

from dataclasses import replace
from typing import Any

import numpy as np

from simulator.core.arguments import Options
from simulator.core.spec.scenario import Run, SchedulerSpec

_ABSOLUTE_RATES = ("max_lr", "base_lr", "eta_min", "min_lr")


def derived_seed(seed: int, number: int) -> int:
    """The `number`-th seed derived from `seed`, which is the 0th itself; runs that share a seed go on sharing
    it."""
    return seed if number == 0 else int(np.random.SeedSequence((seed, number)).generate_state(1)[0] >> 1)


def with_seed(run: Run, number: int) -> Run:
    """The run with the `number`-th of its seeds of noise and minibatches; data and initialisation stay."""
    if run.noise is not None:
        run = replace(run, noise=replace(run.noise, seed=derived_seed(run.noise.seed, number)))
    if run.batches is not None:
        run = replace(run, batches=replace(run.batches, seed=derived_seed(run.batches.seed, number)))
    return run


def with_rates_times(run: Run, factor: float) -> Run:
    """The run with all its rates multiplied, those that its scheduler names itself too, so that the whole
    curve of rates is."""
    if factor == 1.0:
        return run
    optimizer = replace(run.optimizer, lr=run.optimizer.lr * factor)
    scheduler = None if run.scheduler is None else _scaled(run.scheduler, factor)
    return replace(run, optimizer=optimizer, scheduler=scheduler)


def _scaled(scheduler: SchedulerSpec, factor: float) -> SchedulerSpec:
    options = {key: _scaled_option(key, value, factor) for key, value in scheduler.options.items()}
    return replace(scheduler, options=Options(options))


def _scaled_option(key: str, value: Any, factor: float) -> Any:
    if isinstance(value, SchedulerSpec):
        return _scaled(value, factor)
    if isinstance(value, tuple):
        return tuple(_scaled_option(key, part, factor) for part in value)
    return value * factor if key in _ABSOLUTE_RATES and isinstance(value, float) else value
