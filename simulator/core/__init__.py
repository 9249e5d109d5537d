"""The simulator: scenarios in, trajectories out. Pure NumPy; knows nothing of the site around it."""

from simulator.core.version import SIMULATOR_VERSION

__all__ = ["SIMULATOR_VERSION"]
