"""What is drawn: one run, with its role in the figure, as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Role = Literal["happens", "prediction", "reach"]
Found = TypeVar("Found")

MOST = 6  # runs drawn in one figure
PREDICTION = "p"
_MOST_KNOWN = 32


@dataclass(frozen=True, eq=False)
class Series:
    """One run of T steps.

    Attributes:
        id: "r0" … "r5" by place in the figure, "p" for the prediction; what the drawing calls it.
        name: the direct label.
        role: "happens" (solid or its own dashes, the series' colour), "prediction" (dashed, the warning
            colour), "reach" (not drawn: a run that the slider can bring, so that the axes have room for it).
        surface: which of the figure's objectives the run is on (0 where all share one).
        loss, rate: (T+1,), not-finite values kept. params: (T+1, D), or None where D > 2.
        noisy: whether its gradient is random.
        diverged_at: the first step counted as diverged, or None.
        at_rest: of a run that the slider moved, the run where the scenario has it.
    """

    id: str
    name: str
    role: Role
    loss: Floats
    rate: Floats
    params: Floats | None = None
    surface: int = 0
    noisy: bool = False
    status: str = "running"
    diverged_at: int | None = None
    words: str = ""
    at_rest: Series | None = None
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, work: Callable[[], Found]) -> Found:
        """What `work` finds, worked out once: of a run that stands still while another moves, say. `key`
        must tell everything that it depends on beside the run; `work` must find something."""
        found: Found | None = self._known.get(key)
        if found is None:
            found = work()
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()  # pictures of many widths were asked for, say
            self._known[key] = found
        return found

    @property
    def steps(self) -> int:
        return self.loss.size - 1

    @property
    def places(self) -> Floats:
        """The parameters (T+1, D), where they must be known."""
        if self.params is None:
            raise ValueError(f"the parameters of run {self.name!r} were not recorded")
        return self.params

    @property
    def start(self) -> float:
        """Loss at step 0."""
        return float(self.loss[0])

    @property
    def falls_without_end(self) -> bool:
        """Whether the run diverges downwards, on a loss without a bound below."""
        if self.diverged_at is None:
            return False
        return bool(self.loss[max(self.sound_rows() - 1, 0)] < min(self.start, 0.0))

    def end_in_words(self, step: int) -> str:
        """What to say at a mark where the run leaves the picture at `step`."""
        if self.diverged_at is None:
            return _("out of view at step %(step)d") % {"step": step}
        if abs(self.diverged_at - step) <= max(1, self.steps // 50):
            return _("diverges at step %(step)d") % {"step": self.diverged_at}
        if self.falls_without_end:
            return _("keeps falling, diverges at step %(step)d") % {"step": self.diverged_at}
        return _("keeps growing, diverges at step %(step)d") % {"step": self.diverged_at}

    def sound_rows(self) -> int:
        """How many rows there are before the run diverges or overflows."""
        bad = ~np.isfinite(self.loss)
        if self.params is not None:
            bad |= ~np.isfinite(self.params).all(axis=1)
        first_bad = int(bad.argmax()) if bad.any() else self.loss.size
        return min(first_bad, self.loss.size if self.diverged_at is None else self.diverged_at)
