"""Long simulations happen in a child process of low priority, so that pages are answered meanwhile.

NumPy holds the interpreter's lock during every short array operation, and a training loop consists of
those: a thread that simulates for a second makes all pages of its process wait for a second.
"""

from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import Result, simulate
from simulator.services.apart.handle import SimulatorBusy, SimulatorFailed, simulate_apart
from simulator.services.apart.length import expected_seconds

__all__ = ["SimulatorBusy", "SimulatorFailed", "expected_seconds", "run_once", "simulate_apart"]

# Asking the child takes about a millisecond.
SHORT_SECONDS = 0.01


def run_once(scenario: Scenario, record: Record | None = None) -> Result:
    """Simulate without remembering: here what is short, in the child process what is long.

    Raises:
        BudgetExceeded: as :func:`simulator.core.training.simulate`.
        SimulatorBusy: too many long simulations are under way.
        SimulatorFailed: the process ended or took too long.
    """
    if expected_seconds(scenario, record) <= SHORT_SECONDS:
        return simulate(scenario, record)
    return simulate_apart(scenario, record)
