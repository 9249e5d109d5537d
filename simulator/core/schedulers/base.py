"""What a learning rate scheduler is here: the rates of every epoch as a function of its options and base
rates.

An epoch counts calls of `scheduler.step()`. PyTorch's schedulers multiply the current rate step by step; the
closed forms used here agree with that recursion to about 4e-15 of the largest rate. Only CosineAnnealingLR's
rounding adds up over many of its cycles, to at most 4e-12 in 5,000 epochs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options

FloatArray = NDArray[np.float64]
Rates = Callable[[Options, FloatArray, int], FloatArray]
Momenta = Callable[[Options, int], FloatArray | None]


@dataclass(frozen=True)
class SchedulerSpec:
    """Which learning rate scheduler, with every argument as PyTorch names it."""

    name: str
    options: Options


@dataclass(frozen=True)
class Scheduler:
    """A kind of scheduler.

    `rates(options, base (B,), epochs)` gives the rates (epochs, B) that hold after 0, 1, … calls of `step()`,
    and is None where they follow the losses of the run;
    `momenta(options, epochs)` the momentum (or beta1) that it sets meanwhile, or None. Both `check(options,
    path)`, for options that do not fit together, and `check_calls(options, calls, path)`, for what PyTorch
    would raise within that many calls of `step()`, raise ScenarioError.
    """

    name: str
    arguments: tuple[Argument, ...]
    rates: Rates | None
    momenta: Momenta | None = None
    check: Callable[[Options, str], None] | None = None
    check_calls: Callable[[Options, int, str], None] | None = None

    def table(self, options: Options, base: FloatArray, epochs: int) -> FloatArray:
        """The rates (epochs, B). Raises ValueError where they are not known before the run."""
        if self.rates is None:
            raise ValueError(f"the rates of {self.name} follow the losses of a run")
        return self.rates(options, base, epochs)


def multiples(factors: FloatArray, base: FloatArray) -> FloatArray:
    """Rates (epochs, B) that are the base rates (B,) times a factor (epochs,)."""
    return np.multiply.outer(factors, base)
