"""What an order of an analysis takes, from its numbers alone."""

from dataclasses import replace

from simulator.core.analyses.comparison import operations_of_comparison
from simulator.core.analyses.orders import AnalysisOrder
from simulator.core.analyses.sharpness import operations_at_a_place
from simulator.core.analyses.stability import RATES, SEARCHES
from simulator.core.analyses.variation import is_seeded, operations_of
from simulator.core.cost import reading
from simulator.core.diagnosis.evidence import HIGHER_RATES, LOWER_RATES, longer
from simulator.core.errors import BudgetExceeded
from simulator.core.limits import MAX_OPERATIONS
from simulator.core.objectives import OBJECTIVES
from simulator.core.spec import Run, Scenario

_PLACES = 300  # gradients that causes are told by
_PER_PLACE = 60_000  # of calls
_SUGGESTED = 4


def expected_operations(order: AnalysisOrder) -> float:
    """Operations of reading an order and doing what it asks for, at most.

    They are counted as those of a simulation are (see cost.Cost); an analysis may be admitted by less.
    """
    steps, options, run = order.scenario.steps, order.options, _run(order)
    rows: int = options.get("points", 0)
    known = float(reading(order.scenario)) + _operations_of_curvature(run)
    match order.kind:
        case "sweep":
            return known + operations_of(steps, run, _count(order))
        case "range_test":
            return known + operations_of(options["steps"], run) + operations_of(steps, run, _SUGGESTED)
        case "stability":
            return known + operations_of(steps, run, RATES, SEARCHES)
        case "noise_floor":
            return known + operations_of(steps, run, options["seeds"])
        case "search":
            return known + operations_of(steps, run, _count(order))
        case "comparison":
            seeds = options["seeds"] if any(is_seeded(one) for one in order.scenario.runs) else 1
            return known + operations_of_comparison(order.scenario, _count(order), seeds)
        case "causes":
            return known + operations_of_causes(steps, run)
    places = min(rows, steps + 1)
    known += operations_of(steps, run) + places * _PER_PLACE
    if order.kind == "sharpness":
        return known + places * operations_at_a_place(run)
    return known + 2 * places * _operations_of_gradient(run)


def admit_causes(scenario: Scenario, run: Run) -> None:
    """Raise BudgetExceeded where the runs that one is compared with cost too much in all."""
    operations = operations_of_causes(scenario.steps, run)
    if operations > MAX_OPERATIONS:
        raise BudgetExceeded(
            message=(
                f"This would take about {operations:.2g} operations, for the run and those that it is "
                f"compared with; at most {MAX_OPERATIONS:.2g} are allowed. Fewer steps, parameters or rows "
                "of data bring it within the budget."
            )
        )


def operations_of_causes(steps: int, run: Run) -> float:
    """The run, the same with its largest rate kept, those without noise at other rates, and a longer one."""
    quiet = replace(run, noise=None, batches=None)
    trained = 2 * operations_of(steps, run) + operations_of(longer(steps), quiet)
    trained += operations_of(steps, quiet, 1 + len(LOWER_RATES) + len(HIGHER_RATES))
    return trained + _PLACES * (_operations_of_gradient(run) + _PER_PLACE) + 2 * _operations_of_curvature(run)


def _run(order: AnalysisOrder) -> Run:
    """The run that an order is of; without a label, and for one that there is not, the first."""
    runs, label = order.scenario.runs, order.options.get("run")
    return next((run for run in runs if run.label == label), runs[0])


def _count(order: AnalysisOrder) -> int:
    """Runs side by side, or rates of a comparison."""
    options = order.options
    if order.kind == "search":
        first, second = options["axes"]
        return int(first.count * second.count if options["method"] == "grid" else options["trials"])
    return len(options["rates"]) if options["rates"] is not None else int(options["count"])


def _operations_of_gradient(run: Run) -> float:
    rows = 1 if run.data is None else run.data.n
    return OBJECTIVES[run.objective.name].operations(run.objective.options, run.dim, rows)


def _operations_of_curvature(run: Run) -> float:
    """A Hessian by differences, and its eigenvalues."""
    return 2 * run.dim * _operations_of_gradient(run) + 10.0 * run.dim**3
