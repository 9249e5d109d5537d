"""The training simulator and its figures."""

import os

# The matrices of a run are small: threads of the linear algebra library would wait for each other and take
# the cores from other requests. Read when NumPy is imported, and this package is imported before it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
