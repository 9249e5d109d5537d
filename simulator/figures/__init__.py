"""Pictures of runs: one chart description per kind of panel, and the process that draws them."""

# Raised when a figure comes out differently although the numbers are the same.
FIGURES_VERSION = "7"
