"""Static bounds of a scenario and the budget of one simulation."""

from typing import Final

MAX_STEPS: Final = 5000
MAX_RUNS: Final = 512
MAX_DIMENSION: Final = 256
MAX_ROWS: Final = 2000
MAX_NESTING: Final = 32
MAX_VALUES: Final = 1_000_000
MAX_LABEL: Final = 60
MAX_SEED: Final = 2**63 - 1
MAX_LIST: Final = 1000  # milestones and the like

# A run-dimension-step is one coordinate of one run in one update. Scenarios up to this size are always
# admitted.
ALWAYS_ADMITTED: Final = 2_000_000
ALWAYS_ADMITTED_MLP: Final = 5_000_000  # parameters x rows x steps of a single run of an mlp
MAX_OPERATIONS: Final = 2_000_000_000
OPERATIONS_PER_UPDATE: Final = 10_000  # one turn of a loop, about 10 microseconds of calls
MAX_BYTES: Final = 192 * 1024 * 1024
