"""Small answers for the authoring page's scripts: a text rendered, the catalogue of scenarios."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext

from quizzes.admin.fields.markdown import render_safely
from quizzes.admin.items.forms import ItemForm
from simulator import services as simulator
from simulator.core.spec import Scenario


def require_author(model_admin: ModelAdmin[Any], request: HttpRequest) -> None:
    """Only who may write or change items gets further."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        raise PermissionDenied


def preview(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The safe HTML of a Markdown text, as learners would get it."""
    require_author(model_admin, request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    text = request.POST.get("text", "")
    return HttpResponse(render_safely(text, inline=request.POST.get("inline") == "1"))


def scenarios(model_admin: ModelAdmin[Any], request: HttpRequest) -> JsonResponse:
    """What the page tells of each named scenario: summary, settings in words, labels of its runs."""
    require_author(model_admin, request)
    return JsonResponse(
        {
            named.id: {
                "summary": named.summary,
                "settings": settings_in_words(named.scenario),
                "runs": [run.label for run in named.scenario.runs],
            }
            for named in simulator.named_scenarios().values()
        }
    )


def settings_in_words(scenario: Scenario) -> str:
    """“quadratic, 100 steps; plain: SGD lr 0.03” (the first runs of many)."""
    shown = scenario.runs[:4]
    runs = "; ".join(f"{run.label}: {run.optimizer.name} lr {run.optimizer.lr:g}" for run in shown)
    more = f"; … ({len(scenario.runs)} runs)" if len(scenario.runs) > len(shown) else ""
    names = sorted({str(run.objective.name) for run in scenario.runs})
    steps = gettext("%(steps)d steps") % {"steps": scenario.steps}
    return f"{', '.join(names)}, {steps}; {runs}{more}"


def run_labels(form: ItemForm) -> list[str]:
    """The labels of the runs of the scenario that the form stands for, to be offered at the claims."""
    scenario = form.resolved_scenario
    if scenario is None and not form.is_bound and "scenario_name" in form.fields:
        scenario = form.stored_scenario()
    return [run.label for run in scenario.runs] if scenario is not None else []
