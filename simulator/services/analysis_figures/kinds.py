"""Which pictures of analyses there are, and which of them make sense for a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from simulator.core.analyses.variation import run_of
from simulator.core.errors import error_at
from simulator.core.spec import Run, Scenario

_FEWEST_ROWS = 8  # of data, for keeping some of them apart to say something


@dataclass(frozen=True)
class AnalysisKind:
    """A kind of picture: its name in addresses, its title, and the question that it answers."""

    kind: str
    title: str
    asks: str


def _texts() -> tuple[AnalysisKind, ...]:
    return (
        AnalysisKind(
            "sweep",
            _("Sweep over learning rates"),
            _("Which rates work, and from which on does the run diverge?"),
        ),
        AnalysisKind(
            "range-test",
            _("Learning rate finder"),
            _("Which rate would rules of thumb choose from a single short run, and are they right?"),
        ),
        AnalysisKind("fit", _("What was learned"), _("How does the trained model lie among the data?")),
        AnalysisKind(
            "validation",
            _("Training and validation"),
            _("Does the model do as well on rows that it was not trained on, and when should training stop?"),
        ),
        AnalysisKind("overlay", _("Two runs compared"), _("How far apart are two runs, and what differs?")),
        AnalysisKind(
            "multiples", _("Small multiples"), _("Which curve belongs to which run? The letters do not tell.")
        ),
        AnalysisKind(
            "sharpness",
            _("Sharpness and the limit"),
            _("How curved is the loss where the run is, and is the rate still stable there?"),
        ),
        AnalysisKind(
            "step-lengths", _("Lengths of the updates"), _("How far does each update move the parameters?")
        ),
    )  # fmt: skip


KINDS = ("sweep", "range-test", "fit", "validation", "overlay", "multiples", "sharpness", "step-lengths")


def analysis_kinds(scenario: Scenario, run: str | None = None) -> tuple[AnalysisKind, ...]:
    """The kinds that make sense for a scenario and one of its runs (None: the first), in the order of
    display. Raises ScenarioError for a run that is not there."""
    chosen = run_of(scenario, run)
    return tuple(kind for kind in _texts() if _makes_sense(kind.kind, scenario, chosen))


def check_kind(scenario: Scenario, kind: str, run: Run) -> AnalysisKind:
    """The kind of that name. Raises ScenarioError where there is none, or it makes no sense here."""
    found = next((one for one in _texts() if one.kind == kind), None)
    if found is None:
        raise error_at("kind", "bad_value", f"must be one of {', '.join(KINDS)}.")
    if not _makes_sense(kind, scenario, run):
        raise error_at("kind", "bad_value", _REASONS[kind]())
    return found


def can_be_fitted(run: Run) -> bool:
    """Whether the data of a run and what its model makes of them can be drawn: one input, or two and a label
    of 0 or 1."""
    if run.data is None or run.data.outputs != 1 or run.data.own_columns > 2:
        return False
    return run.data.own_columns == 1 or run.data.binary


_SENSE: dict[str, Callable[[Scenario, Run], bool]] = {
    "fit": lambda scenario, run: can_be_fitted(run),
    "validation": lambda scenario, run: run.data is not None and run.data.n >= _FEWEST_ROWS,
    "overlay": lambda scenario, run: len(scenario.runs) > 1,
    "multiples": lambda scenario, run: len(scenario.runs) > 1,
}
_REASONS: dict[str, Callable[[], str]] = {
    "fit": lambda: _("needs data of one input, or of two inputs with labels 0 and 1."),
    "validation": lambda: _("needs data of at least %d rows.") % _FEWEST_ROWS,
    "overlay": lambda: _("needs a scenario with at least two runs."),
    "multiples": lambda: _("needs a scenario with at least two runs."),
}


def _makes_sense(kind: str, scenario: Scenario, run: Run) -> bool:
    return kind not in _SENSE or _SENSE[kind](scenario, run)
