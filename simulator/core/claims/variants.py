"""The runs that a claim is checked on: those of the scenario, at neighbouring rates, with other seeds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.core.arguments import Options
from simulator.core.errors import BudgetExceeded
from simulator.core.spec import Run, Scenario, SchedulerSpec
from simulator.core.training import Record, Result, RunResult, simulate

SEEDS = 5
NEIGHBOURING_RATES = (0.95, 1.0, 1.05)
_MOST_RUNS = 256  # in one simulation
_ABSOLUTE_RATES = ("max_lr", "base_lr", "eta_min", "min_lr")


@dataclass(frozen=True, slots=True)
class Variant:
    """A run of the scenario with its rates multiplied by `rate` and the `seed`-th of its seeds (0: its
    own)."""

    label: str
    rate: float = 1.0
    seed: int = 0


class Variants:
    """Simulates the variants of a scenario's runs, many at once, and remembers them."""

    def __init__(self, scenario: Scenario, result: Result | None = None) -> None:
        self.scenario = scenario
        self._known: dict[Variant, RunResult] = {}
        if result is not None and len(result.t) == scenario.steps + 1:
            self._known = {Variant(run.label): run for run in result.runs}

    def runs(self, variants: Iterable[Variant], *, params: bool) -> list[RunResult]:
        """The results at full resolution, with all parameters where `params` is true."""
        wanted = list(variants)
        missing = [variant for variant in dict.fromkeys(wanted) if not self._has(variant, params)]
        own = {Variant(run.label) for run in self.scenario.runs}
        if own & set(missing):
            result = simulate(self.scenario, Record(params=params))
            self._known |= {Variant(run.label): run for run in result.runs}
        self._simulate([variant for variant in missing if variant not in own], params)
        return [self._known[variant] for variant in wanted]

    def seeds(self, *labels: str) -> range:
        """The seeds to check over: several when one of the runs has noise or batches."""
        return range(SEEDS if any(self.scenario.run(label).stochastic for label in labels) else 1)

    def _has(self, variant: Variant, params: bool) -> bool:
        run = self._known.get(variant)
        return run is not None and (run.params is not None or not params)

    def _simulate(self, variants: list[Variant], params: bool) -> None:
        if not variants:
            return
        if len(variants) > _MOST_RUNS:
            self._halves(variants, params)
            return
        try:
            result = simulate(_scenario_of(self.scenario, variants), Record(params=params))
        except BudgetExceeded:
            if len(variants) == 1:
                raise
            self._halves(variants, params)
            return
        # A result's words hold on to all its parameters; nobody reads the words of a variant.
        runs = [replace(run, _words="") for run in result.runs]
        self._known |= dict(zip(variants, runs, strict=True))

    def _halves(self, variants: list[Variant], params: bool) -> None:
        middle = len(variants) // 2
        self._simulate(variants[:middle], params)
        self._simulate(variants[middle:], params)


def derived_seed(seed: int, number: int) -> int:
    """The `number`-th seed derived from `seed`, which is the 0th itself; runs that share a seed go on sharing
    it."""
    return seed if number == 0 else int(np.random.SeedSequence((seed, number)).generate_state(1)[0] >> 1)


def _scenario_of(scenario: Scenario, variants: list[Variant]) -> Scenario:
    runs = [
        replace(varied(scenario.run(variant.label), variant), label=f"variant {number}")
        for number, variant in enumerate(variants)
    ]
    return Scenario(scenario.steps, tuple(runs))


def varied(run: Run, variant: Variant) -> Run:
    """The run with other seeds, and with all its rates, those of the scheduler too, multiplied."""
    if run.noise is not None:
        run = replace(run, noise=replace(run.noise, seed=derived_seed(run.noise.seed, variant.seed)))
    if run.batches is not None:
        run = replace(run, batches=replace(run.batches, seed=derived_seed(run.batches.seed, variant.seed)))
    if variant.rate != 1.0:
        optimizer = replace(run.optimizer, lr=run.optimizer.lr * variant.rate)
        scheduler = None if run.scheduler is None else _scaled(run.scheduler, variant.rate)
        run = replace(run, optimizer=optimizer, scheduler=scheduler)
    return run


def _scaled(scheduler: SchedulerSpec, rate: float) -> SchedulerSpec:
    """A scheduler with the rates that it names itself multiplied, so that the whole curve of rates is."""
    return replace(
        scheduler,
        options=Options({key: _scaled_option(key, value, rate) for key, value in scheduler.options.items()}),
    )


def _scaled_option(key: str, value: Any, rate: float) -> Any:
    if isinstance(value, SchedulerSpec):
        return _scaled(value, rate)
    if isinstance(value, tuple):
        return tuple(_scaled_option(key, part, rate) for part in value)
    return value * rate if key in _ABSOLUTE_RATES and isinstance(value, float) else value
