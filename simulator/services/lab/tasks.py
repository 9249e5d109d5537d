"""The tasks of the lab: `simulator/scenarios/tasks/*.yaml`. Each sets a scenario, says what may be changed,
and has a goal that is a claim, so that the simulator decides whether it is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from simulator.core.arguments import Options
from simulator.core.claims import Check, Claim, ClaimError, check_claim, parse_claim
from simulator.core.claims.verdicts import Verdict
from simulator.core.errors import ScenarioError
from simulator.core.spec import Run, Scenario, parse_scenario
from simulator.services.catalogue import FOLDER, LEVELS, CatalogueError, entries_of

_NEEDED = (
    "id",
    "title",
    "topic",
    "level",
    "text",
    "hint",
    "learned",
    "change",
    "scenario",
    "goal",
    "solution",
)


def _with_momentum(run: Run, start: Run) -> Run:
    if run.optimizer.name != start.optimizer.name:
        return run
    options = Options({**run.optimizer.options, "momentum": start.optimizer.options["momentum"]})
    return replace(run, optimizer=replace(run.optimizer, options=options))


def _with_standardize(run: Run, start: Run) -> Run:
    if run.data is None or start.data is None:
        return run
    options = Options({**run.data.options, "standardize": start.data.options["standardize"]})
    return replace(run, data=replace(run.data, options=options))


# What a task may leave free: its name for readers, and the run with that part as it was at the start.
FREE: Final[Mapping[str, tuple[Any, Callable[[Run, Run], Run]]]] = {
    "lr": (
        gettext_lazy("the learning rate"),
        lambda run, start: replace(run, optimizer=replace(run.optimizer, lr=start.optimizer.lr)),
    ),
    "momentum": (gettext_lazy("the momentum"), _with_momentum),
    "optimizer": (gettext_lazy("the optimizer"), lambda run, start: replace(run, optimizer=start.optimizer)),
    "scheduler": (gettext_lazy("the scheduler"), lambda run, start: replace(run, scheduler=start.scheduler)),
    "noise": (gettext_lazy("the noise"), lambda run, start: replace(run, noise=start.noise)),
    "batches": (gettext_lazy("the minibatches"), lambda run, start: replace(run, batches=start.batches)),
    "clip_norm": (gettext_lazy("the clipping"), lambda run, start: replace(run, clip_norm=start.clip_norm)),
    "start": (gettext_lazy("the start"), lambda run, start: replace(run, start=start.start)),
    "standardize": (gettext_lazy("the standardisation"), _with_standardize),
}
_PARTS = {
    "objective": gettext_lazy("the objective"),
    "data": gettext_lazy("the data"),
    "start": gettext_lazy("the start"),
    "optimizer": gettext_lazy("the optimizer"),
    "scheduler": gettext_lazy("the scheduler"),
    "noise": gettext_lazy("the noise"),
    "batches": gettext_lazy("the minibatches"),
    "clip_norm": gettext_lazy("the clipping"),
    "scheduler_interval": gettext_lazy("the scheduler's interval"),
    "plateau_metric": gettext_lazy("the scheduler's metric"),
}


@dataclass(frozen=True, eq=False)
class Task:
    """One task. `change` names what may be changed (keys of FREE); `goal` is decided on the changed scenario;
    `solution` are changes (see Scenario.with_changes) that reach it; `learned` is told then."""

    id: str
    title: str
    topic: str
    level: str
    text: str
    hint: str
    learned: str
    change: tuple[str, ...]
    scenario: Scenario
    goal: Claim
    solution: Mapping[str, Any]

    @property
    def changeable(self) -> list[str]:
        """What may be changed, in words."""
        return [str(FREE[name][0]) for name in self.change]


@dataclass(frozen=True)
class Outcome:
    """How a scenario does at a task: `solved`, `nearly` (too near to a threshold to count; `holds` is whether
    this run by itself does it), else `kept` is false where something was changed that the task holds fast
    (`what` names it)."""

    verdict: Verdict
    measured: str
    kept: bool = True
    what: str = ""
    holds: bool = False
    untouched: bool = False

    @property
    def solved(self) -> bool:
        return self.kept and self.verdict == "proved"

    @property
    def nearly(self) -> bool:
        return self.kept and self.verdict == "undecided"


@lru_cache(maxsize=1)
def lab_tasks() -> Mapping[str, Task]:
    """All tasks by id, in the order of the files. Raises CatalogueError."""
    found: dict[str, Task] = {}
    for path in sorted((FOLDER / "tasks").glob("*.yaml")):
        for entry in entries_of(path):
            task = _task(entry, f"{path.name}: {entry.get('id') if isinstance(entry, dict) else entry}")
            if task.id in found:
                raise CatalogueError(f"{path.name}: {task.id}: this id is taken already; ids are unique")
            found[task.id] = task
    return MappingProxyType(found)


def judge(task: Task, scenario: Scenario) -> Outcome:
    """Whether `scenario` reaches the goal of the task and keeps to what it leaves free."""
    changed = _held_parts_changed(task, scenario)
    if changed:
        return Outcome("refuted", "", kept=False, what=", ".join(changed))
    named = replace(
        scenario.runs[0], label=task.scenario.runs[0].label
    )  # the goal knows the run by its first name
    check = _checked(task, replace(scenario, runs=(named,)))
    return Outcome(check.verdict, check.measured, holds=check.holds, untouched=named == task.scenario.runs[0])


@lru_cache(maxsize=256)
def _checked(task: Task, scenario: Scenario) -> Check:
    """Kept: a page is looked at again and again, by its owner and by those who got its address."""
    return check_claim(task.goal, scenario)


def _held_parts_changed(task: Task, scenario: Scenario) -> list[str]:
    """What differs from the task's scenario and may not, in words."""
    changed = []
    if scenario.steps != task.scenario.steps:
        changed.append(_("the number of steps"))
    if len(scenario.runs) != 1:
        return [*changed, _("the number of runs")]
    start, run = task.scenario.runs[0], scenario.runs[0]
    for name in task.change:
        run = FREE[name][1](run, start)
    for part, text in _PARTS.items():
        own, held = getattr(run, part), getattr(start, part)
        if own != held:
            names = _arguments_changed(own, held)
            changed.append(f"{text} ({', '.join(names)})" if names else str(text))
    return changed


def _arguments_changed(own: Any, held: Any) -> list[str]:
    """Which arguments of an optimizer, say, were changed; [] where it is another one."""
    if own is None or held is None or getattr(own, "name", None) != getattr(held, "name", None):
        return []
    options, before = getattr(own, "options", {}), getattr(held, "options", {})
    found = ["lr"] if getattr(own, "lr", None) != getattr(held, "lr", None) else []
    return found + [name for name in {**before, **options} if options.get(name) != before.get(name)]


def _task(entry: Any, where: str) -> Task:
    if not isinstance(entry, dict):
        raise CatalogueError(f"{where}: must be a mapping with the keys {', '.join(_NEEDED)}")
    for key in _NEEDED:
        if key not in entry:
            raise CatalogueError(f"{where}: {key}: is missing")
    for key in entry:
        if key not in _NEEDED:
            raise CatalogueError(f"{where}: {key}: is not a key of a task")
    if entry["level"] not in LEVELS:
        raise CatalogueError(f"{where}: level: must be one of {', '.join(LEVELS)}")
    for name in entry["change"]:
        if name not in FREE:
            raise CatalogueError(f"{where}: change: {name} is not one of {', '.join(FREE)}")
    try:
        scenario = parse_scenario(entry["scenario"])
        goal = parse_claim(entry["goal"], scenario)
    except (ScenarioError, ClaimError) as error:
        raise CatalogueError(f"{where}: {error}") from error
    texts = {
        key: " ".join(str(entry[key]).split())
        for key in ("id", "title", "topic", "level", "text", "hint", "learned")
    }
    return Task(
        **texts,
        change=tuple(entry["change"]),
        scenario=scenario,
        goal=goal,
        solution=MappingProxyType(dict(entry["solution"])),
    )
