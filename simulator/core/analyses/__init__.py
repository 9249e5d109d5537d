"""What can be asked of a run beyond its course: how it depends on the rate, and how close it is to the limit.

Every analysis is a pure function of a scenario that returns a frozen value; the cost is estimated, and
refused when above the budget, before anything is allocated.
"""

from simulator.core.analyses.comparison import Comparison, Entry, compare_optimizers
from simulator.core.analyses.noise_floor import NoiseFloor, noise_floor
from simulator.core.analyses.range_test import RangeTest, Suggestion, range_test
from simulator.core.analyses.search import Axis, Search, Trial, grid_search, random_search
from simulator.core.analyses.sharpness import Sharpness, sharpness
from simulator.core.analyses.stability import StabilityLimit, stability_limit
from simulator.core.analyses.step_lengths import StepLengths, step_lengths
from simulator.core.analyses.sweep import Sweep, sweep
from simulator.core.analyses.thinned import Thinned, simulate_thinned
from simulator.core.analyses.validation import Validation, validation
from simulator.core.analyses.variation import Outcome, log_rates

__all__ = [
    "Axis",
    "Comparison",
    "Entry",
    "NoiseFloor",
    "Outcome",
    "RangeTest",
    "Search",
    "Sharpness",
    "StabilityLimit",
    "StepLengths",
    "Suggestion",
    "Sweep",
    "Thinned",
    "Trial",
    "Validation",
    "compare_optimizers",
    "grid_search",
    "log_rates",
    "noise_floor",
    "random_search",
    "range_test",
    "sharpness",
    "simulate_thinned",
    "stability_limit",
    "step_lengths",
    "sweep",
    "validation",
]
