"""Long simulations happen in a child process of low priority, so that pages are answered meanwhile.

NumPy holds the interpreter's lock during every short array operation, and a training loop consists of
those: a thread that simulates for a second makes all pages of its process wait for a second.
"""

from simulator.services.apart.handle import SimulatorBusy, SimulatorFailed, simulate_apart
from simulator.services.apart.length import expected_seconds

__all__ = ["SimulatorBusy", "SimulatorFailed", "expected_seconds", "simulate_apart"]
