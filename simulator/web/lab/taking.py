"""What is sent to the lab: the form, a change of it that is no run yet, or a scenario as JSON."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario, parse_scenario
from simulator.services.lab import LabAddressError, Setup, Task, check_size, lab_address, unpack
from simulator.web.lab.changes import CHANGES, changed_texts
from simulator.web.lab.examples import completed
from simulator.web.lab.shape import LabForm, lab_form
from simulator.web.lab.showing import FIRST, Shown, bench, page_before, page_context, show
from simulator.web.lab.texts import Texts, renumbered, scenario_of, texts_of

_LONGEST_TEXT = 200_000


def taken(request: HttpRequest, task: Task | None) -> HttpResponse:
    """The answer to what was sent: the address of what it describes, or the form with what is wrong."""
    texts = {name: str(value).replace("\r\n", "\n")[:_LONGEST_TEXT] for name, value in request.POST.items()}
    do = texts.pop("do", "run")
    if do == "load":
        return _loaded(request, texts.get("json", ""), task)
    texts = renumbered(texts)
    action, _colon, place = do.partition(":")
    if action in CHANGES:
        form = lab_form(completed(renumbered(changed_texts(texts, action, place))), free=_free(task))
        return _unfinished(request, form, texts, task, status=HTTPStatus.OK)
    try:
        scenario = parse_scenario(scenario_of(texts))
        setup = _carried(texts.get("was", ""), scenario)
        check_size(setup)
    except ScenarioError as error:
        return _unfinished(request, lab_form(texts, error.fields, free=_free(task)), texts, task)
    return _lead_to(request, setup, task)


def _free(task: Task | None) -> tuple[str, ...]:
    return () if task is None else task.change


def _lead_to(request: HttpRequest, setup: Setup, task: Task | None) -> HttpResponse:
    further = {"task": "" if task is None else task.id, "from": page_before(request)}
    address = lab_address(setup, **{name: value for name, value in further.items() if value})
    if not address:
        text = _("This scenario is too long to be shared by an address. Its JSON below can be kept instead.")
        return bench(request, setup, task, note=text)
    # A script puts verdict and picture into sight; without one the address does.
    place = "" if "HX-Request" in request.headers else "#task" if task is not None else "#result"
    answer = HttpResponseRedirect(address + place)
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def _unfinished(
    request: HttpRequest,
    form: LabForm,
    texts: Texts,
    task: Task | None,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """The form as it stands, with its errors or with other inputs, beside the last run."""
    by_htmx = "HX-Request" in request.headers
    was = None if by_htmx else _setup_of(texts.get("was", ""))
    context = page_context(request, was, form, Shown() if was is None else show(was, None), task)
    context |= {"packed": texts.get("was", ""), "unfinished": True}
    context["all_open"] = not by_htmx  # where a script is, it keeps open what was
    if not by_htmx:
        return render(request, "simulator/lab/bench.html", context, status=status)
    answer = render(request, "simulator/lab/bench.html", context)  # htmx puts in only what came out well
    # Only the form: the picture of the last run stays.
    answer["HX-Retarget"] = answer["HX-Reselect"] = "#lab-form"
    answer["HX-Push-Url"] = "false"
    return answer


def _loaded(request: HttpRequest, text: str, task: Task | None) -> HttpResponse:
    """A scenario pasted as JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        detail = (
            f"{error.msg}, line {error.lineno}"
            if isinstance(error, json.JSONDecodeError)
            else _("it is nested too deeply")
        )
        return _refused(request, text, _("This is not valid JSON: %(problem)s.") % {"problem": detail})
    try:
        setup = Setup(parse_scenario(data))
        check_size(setup)
    except ScenarioError as error:
        return _refused(
            request,
            text,
            "; ".join(f"{path}: {words}" for path, words in error.fields.items()) or error.message,
        )
    return _lead_to(request, setup, task)


def _refused(request: HttpRequest, text: str, problem: str) -> HttpResponse:
    first = texts_of(parse_scenario(FIRST))
    form = lab_form({**first, "objective.was": first["objective.name"]})
    context = page_context(request, None, form, Shown(), None) | {
        "json": text,
        "json_problem": problem,
        "unfinished": True,
    }
    return render(request, "simulator/lab/bench.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _setup_of(packed: str) -> Setup | None:
    """The setup of the last run, if there was one."""
    try:
        return unpack(packed) if packed else None
    except LabAddressError:
        return None


def _carried(packed: str, scenario: Scenario) -> Setup:
    """The setup of a scenario that was sent: an unchanged one keeps slider and prediction, a changed one the
    slider while the rate lies on it."""
    before = _setup_of(packed)
    if before is None:
        return Setup(scenario)
    if scenario == before.scenario:
        return before
    slider = before.slider
    label = None if slider is None else slider.run or scenario.runs[0].label
    rates = {run.label: run.optimizer.lr for run in scenario.runs}
    if slider is not None and label in rates and slider.min <= rates[label] <= slider.max:
        return Setup(scenario, slider)
    return Setup(scenario)
