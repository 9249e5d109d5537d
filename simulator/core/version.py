"""The version of the numbers: raised whenever a change makes any scenario come out differently."""

from typing import Final

SIMULATOR_VERSION: Final = "5"
