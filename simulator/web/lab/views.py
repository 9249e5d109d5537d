"""The pages of the lab. Nothing is stored: what is shown is in the address."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from simulator.core.spec import parse_scenario
from simulator.services import UnknownFigure, named_scenarios
from simulator.services.addresses import scene_of
from simulator.services.lab import LabAddressError, Setup, Task, lab_address, lab_tasks, unpack
from simulator.services.lab.addresses import setup_of_scene
from simulator.web.lab.showing import FIRST, at_rate, bench, page_before, picture_of, rate_asked_for
from simulator.web.lab.taking import taken


@require_http_methods(["GET", "HEAD", "POST"])
def lab(request: HttpRequest) -> HttpResponse:
    """GET shows a setup (`?s=`), a task (`?task=`), a named scenario (`?scenario=`), a figure (`?figure=`),
    or what there is to try; POST takes the form and leads to the address of what it describes."""
    if request.method == "POST":
        return taken(request, task_named(request.POST.get("task", "")))
    for name, lead in (("scenario", _from_catalogue), ("figure", _from_figure)):
        if name in request.GET:
            back = page_before(request)
            return HttpResponseRedirect(lead(request.GET[name], **({"from": back} if back else {})))
    task = task_named(request.GET.get("task", ""))
    try:
        setup = unpack(request.GET["s"]) if "s" in request.GET else None
    except LabAddressError as error:
        return _landing(request, problem=str(error), status=HTTPStatus.BAD_REQUEST)
    if setup is None:
        return _landing(request) if task is None else bench(request, Setup(task.scenario), task)
    return bench(request, setup, task)


@require_safe
def analysis(request: HttpRequest) -> HttpResponse:
    """One further picture of a setup, as a part of the page."""
    try:
        setup = unpack(request.GET.get("s", ""))
    except LabAddressError as error:
        return render(
            request,
            "simulator/lab/picture.html",
            {"picture_problem": str(error)},
            status=HTTPStatus.BAD_REQUEST,
        )
    moved = at_rate(setup, rate_asked_for(setup, request))
    context = picture_of(moved, request.GET.get("show", ""), request.GET.get("run", ""))
    return render(request, "simulator/lab/picture.html", context)


def _from_catalogue(name: str, **further: str) -> str:
    named = named_scenarios().get(name)
    if named is None:
        raise Http404(_("There is no scenario of that name."))
    return lab_address(Setup(named.scenario, named.slider), **further)


def _from_figure(token: str, **further: str) -> str:
    try:
        scene, _current = scene_of(token)
    except UnknownFigure:
        raise Http404(_("This figure is not known.")) from None
    address = lab_address(setup_of_scene(scene), **further)
    if not address:
        raise Http404(_("This figure is too large for an address of the lab."))
    return address


def task_named(name: str) -> Task | None:
    if not name:
        return None
    task = lab_tasks().get(name)
    if task is None:
        raise Http404(_("There is no task of that name."))
    return task


def _landing(request: HttpRequest, *, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    tasks = [(task, reverse("lab") + "?" + urlencode({"task": task.id})) for task in lab_tasks().values()]
    context = {
        "tasks": tasks,
        "named": named_scenarios().values(),
        "blank": lab_address(Setup(parse_scenario(FIRST))),
        "problem": problem,
    }
    return render(request, "simulator/lab/landing.html", context, status=status)
