"""ReduceLROnPlateau: the one scheduler that watches the loss."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.core.arguments import Argument, Options, choice, integer, number
from simulator.core.schedulers.base import FloatArray, Scheduler

REDUCE_LR_ON_PLATEAU = Scheduler(
    "ReduceLROnPlateau",
    (
        Argument("mode", choice("min", "max"), "min"),
        Argument("factor", number(below=1), 0.1),
        Argument("patience", integer(at_least=0), 10),
        Argument("threshold", number(), 1e-4),
        Argument("threshold_mode", choice("rel", "abs"), "rel"),
        Argument("cooldown", integer(at_least=0), 0),
        Argument("min_lr", number(at_least=0), 0.0),
        Argument("eps", number(at_least=0), 1e-8),
    ),
    rates=None,  # `Plateau` follows the run
)


class Plateau:
    """ReduceLROnPlateau for B runs side by side, each with its own options."""

    def __init__(self, options: Sequence[Options], base: FloatArray) -> None:
        self.rates = base.copy()
        self._sign = np.array([1.0 if one["mode"] == "min" else -1.0 for one in options])
        self._relative = np.array([one["threshold_mode"] == "rel" for one in options])
        for name in ("factor", "patience", "threshold", "cooldown", "min_lr", "eps"):
            setattr(self, f"_{name}", np.array([one[name] for one in options], dtype=np.float64))
        self._factor: FloatArray
        self._patience: FloatArray
        self._threshold: FloatArray
        self._cooldown: FloatArray
        self._min_lr: FloatArray
        self._eps: FloatArray
        count = len(options)
        self._best = self._sign * np.inf
        self._bad = np.zeros(count)
        self._cooling = np.zeros(count)

    def step(self, metric: FloatArray, due: NDArray[np.bool_] | None = None) -> FloatArray:
        """Rates (B,) after one call of `step(metric)` with the metric (B,) of each run, or of those `due`
        (B,)."""
        before = self.rates, self._best, self._bad, self._cooling
        better = self._is_better(metric)
        self._best = np.where(better, metric, self._best)
        self._bad = np.where(better, 0.0, self._bad + 1)
        cooling = self._cooling > 0
        self._cooling = self._cooling - cooling
        self._bad[cooling] = 0
        waited = self._bad > self._patience
        reduced = np.maximum(self.rates * self._factor, self._min_lr)
        self.rates = np.where(waited & (self.rates - reduced > self._eps), reduced, self.rates)
        self._cooling = np.where(waited, self._cooldown, self._cooling)
        self._bad[waited] = 0
        if due is not None:
            after = self.rates, self._best, self._bad, self._cooling
            self.rates, self._best, self._bad, self._cooling = (
                np.where(due, new, old) for new, old in zip(after, before, strict=True)
            )
        return self.rates

    def _is_better(self, metric: FloatArray) -> FloatArray:
        """Improvement by more than the threshold; a metric that is not a number is no improvement."""
        bound = np.where(
            self._relative,
            self._best * (1.0 - self._sign * self._threshold),
            self._best - self._sign * self._threshold,
        )
        return np.where(self._sign > 0, metric < bound, metric > bound)
