"""Timing several things in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median


def alternate(tasks: Mapping[str, Callable[[], object]], *, rounds: int, repeat: int = 1) -> dict[str, float]:
    """Median seconds of one call of each task; the tasks take turns, so that a busy spell meets all."""
    for task in tasks.values():
        task()  # imports, caches and compiled templates are not what is measured
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begun = time.perf_counter()
            for _ in range(repeat):
                task()
            seconds[name].append((time.perf_counter() - begun) / repeat)
    return {name: median(values) for name, values in seconds.items()}
