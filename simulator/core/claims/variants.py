"""The runs that a claim is checked on: those of the scenario, at neighbouring rates, with other seeds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.core.errors import BudgetExceeded
from simulator.core.spec import Run, Scenario
from simulator.core.spec.variation import with_rates_times, with_seed
from simulator.core.training import Record, Result, RunResult, simulate

SEEDS = 5
NEIGHBOURING_RATES = (0.95, 1.0, 1.05)
_MOST_RUNS = 256  # in one simulation


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


def _scenario_of(scenario: Scenario, variants: list[Variant]) -> Scenario:
    runs = [
        replace(varied(scenario.run(variant.label), variant), label=f"variant {number}")
        for number, variant in enumerate(variants)
    ]
    return Scenario(scenario.steps, tuple(runs))


def varied(run: Run, variant: Variant) -> Run:
    """The run with the seeds and the rates of a variant."""
    return with_rates_times(with_seed(run, variant.seed), variant.rate)
