"""What the lab shows of a setup: its form, its figure, further pictures, and how it does at a task."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from simulator.core.errors import BudgetExceeded, ScenarioError
from simulator.core.spec import Scenario
from simulator.figures.frame import LEFT, TOP
from simulator.services import (
    Figure,
    SimulatorBusy,
    SimulatorFailed,
    analysis_figure,
    analysis_kinds,
    build_figure,
    named_scenarios,
)
from simulator.services.lab import Outcome, Setup, Task, judge, lab_tasks, pack
from simulator.services.scenes import frame_of
from simulator.web.lab.shape import LabForm, lab_form
from simulator.web.lab.texts import texts_of

FIRST = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 100,
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.03}}],
}


_PATH = re.compile(r"/(?!/)[!-\[\]-~]{0,300}")


@dataclass(frozen=True)
class Shown:
    """What came of a setup: its figure, or why there is none."""

    figure: Figure | None = None
    problem: str = ""
    status: int = HTTPStatus.OK


def bench(request: HttpRequest, setup: Setup, task: Task | None, *, note: str = "") -> HttpResponse:
    """The form with what it describes."""
    shown = show(setup, request.GET.get("lr"))
    # Form, verdict and further pictures are of what the figure shows.
    moved = setup if shown.figure is None else at_rate(setup, shown.figure.lr)
    texts = texts_of(moved.scenario)
    form = lab_form({**texts, "objective.was": texts["objective.name"]}, free=task.change if task else ())
    context = page_context(request, setup, form, shown, task) | {"note": note}
    context |= {"outcome": judged(task, moved.scenario) if shown.figure is not None else None}
    if request.GET.get("show") and shown.figure is not None:
        context |= picture_of(moved, request.GET["show"], request.GET.get("run", ""))
    return render(request, "simulator/lab/bench.html", context, status=shown.status)


def page_context(
    request: HttpRequest, setup: Setup | None, form: LabForm, shown: Shown, task: Task | None
) -> dict[str, Any]:
    """What the page needs; `setup` is None where the form describes none."""
    packed, back = pack(setup) if setup is not None else "", page_before(request)
    carried = {"s": packed, "task": "" if task is None else task.id, "from": back}
    kept = [(name, value) for name, value in carried.items() if value]
    context: dict[str, Any] = {
        "form": form, "figure": shown.figure, "problem": shown.problem, "task": task, "back": back,
        "packed": packed, "kept": kept, "kept_query": urlencode(kept) + "&" * bool(kept),
    }  # fmt: skip
    if task is not None:
        context |= {
            "free": [
                (words, form.free.get(name)) for name, words in zip(task.change, task.changeable, strict=True)
            ],
            "next_task": following(task),
        }
    if setup is not None and shown.figure is not None:
        run = shown.figure.scene.moved.label
        context |= {
            "map": map_of(shown.figure) if task is None or "start" in task.change else "",
            "named": next(
                (one for one in named_scenarios().values() if one.scenario == setup.scenario), None
            ),
            "kinds": [
                (kind, urlencode({**dict(kept), "show": kind.kind, "run": run}))
                for kind in analysis_kinds(setup.scenario, run)
            ],
            "run_labels": [one.label for one in setup.scenario.runs],
            "run": run,
            "json": json.dumps(setup.scenario.to_dict(), ensure_ascii=False, indent=2),
        }
    return context


def page_before(request: HttpRequest) -> str:
    """The page of this site whose figure was taken to the lab, to link back to it; "" where there is none."""
    path: str = (request.POST if request.method == "POST" else request.GET).get("from", "")
    # Browsers drop tabs and line ends and take a backslash for a slash, so "/\t/a.org" would be another site.
    here = _PATH.fullmatch(path) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if here else ""


def show(setup: Setup, lr: str | None) -> Shown:
    """The figure, drawn; what cannot be had is told."""
    try:
        figure = build_figure(setup.scenario, slider=setup.slider, prediction=setup.prediction, lr=lr)
        figure.panels, figure.told, figure.table  # noqa: B018 - computed here, where failures are handled
    except BudgetExceeded as error:
        return Shown(problem=error.message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except SimulatorBusy:
        text = _("Many long simulations are under way just now. Wait a minute, then run it again.")
        return Shown(problem=text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except SimulatorFailed:
        text = _("This simulation did not come to an end. Fewer steps or runs may help.")
        return Shown(problem=text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return Shown(figure)


def following(task: Task) -> Task | None:
    """The task after this one."""
    tasks = list(lab_tasks().values())
    place = tasks.index(task) + 1
    return tasks[place] if place < len(tasks) else None


def judged(task: Task | None, scenario: Scenario) -> Outcome | None:
    if task is None:
        return None
    try:
        return judge(task, scenario)
    except ScenarioError as error:  # a rate 5 % higher may be one that its scheduler refuses
        return Outcome("undecided", error.message)


def at_rate(setup: Setup, lr: float | None) -> Setup:
    """The setup with the run of its slider at the rate `lr`."""
    if lr is None:
        return setup
    return replace(setup, scenario=setup.scenario.with_lr(lr, setup.scene().moved.label))


def rate_asked_for(setup: Setup, request: HttpRequest) -> float | None:
    """Where the address puts the slider; None for where the scenario has it."""
    lr = request.GET.get("lr")
    return build_figure(setup.scenario, slider=setup.slider, prediction=setup.prediction, lr=lr).lr


def picture_of(setup: Setup, kind: str, run: str) -> dict[str, Any]:
    """What the part of the page with a further picture needs."""
    try:
        drawn = analysis_figure(setup.scenario, kind, run=run or None)
    except ScenarioError as error:
        return {"picture_problem": error.message, "shown_kind": kind}
    except (SimulatorBusy, SimulatorFailed):
        text = _("Many long simulations are under way just now. Wait a minute, then ask again.")
        return {"picture_problem": text, "shown_kind": kind}
    several = len(setup.scenario.runs) > 1 and kind not in ("overlay", "multiples", "fit")
    return {"picture": drawn, "shown_kind": kind, "of_run": run if several else ""}


def map_of(figure: Figure) -> str:
    """Where a click on a panel lies among the parameters, for the script: JSON by panel, "" without a map."""
    found = {}
    for kind in figure.scene.panels:
        if kind not in ("path", "landscape"):
            continue
        frame = frame_of(figure.scene, kind)
        sizes = frame.total_width, frame.total_height, frame.width, frame.height
        found[kind] = {
            "x": [frame.x.low, frame.x.high], "y": [frame.y.low, frame.y.high],
            "size": sizes, "margins": (LEFT, TOP), "dims": 2 if kind == "path" else 1,
        }  # fmt: skip
    return json.dumps(found) if found else ""
