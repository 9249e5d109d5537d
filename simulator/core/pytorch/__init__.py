"""Any scenario as a PyTorch program that a learner can run: a script, or a Jupyter notebook.

What they print equals the losses of the simulator within the tolerance of `make parity`, which runs them.
"""

from simulator.core.pytorch.exchange import file_name, file_order
from simulator.core.pytorch.notebook import notebook
from simulator.core.pytorch.program import file_stem, program

__all__ = ["file_name", "file_order", "file_stem", "notebook", "program"]
