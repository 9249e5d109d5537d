"""A scenario written by hand: inputs for the common cases. Anything rarer is written as JSON beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.fields.parts import Part, PartsField, PartsWidget
from quizzes.admin.fields.values import (
    read_assignments,
    read_integer,
    read_number,
    read_numbers,
    write_assignments,
    write_number,
    write_numbers,
)
from quizzes.admin.fields.widgets import Select, TextInput
from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS

RUNS = 4
TITLES = {
    "quadratic": _("quadratic valley"),
    "rosenbrock": _("Rosenbrock's curved valley"),
    "double_well": _("double well"),
    "two_wells": _("a sharp and a broad well"),
    "saddle": _("saddle"),
    "rippled": _("rippled bowl"),
    "polynomial": _("polynomial"),
    "deep_linear": _("deep linear network"),
    "linear": _("linear regression on data"),
    "logistic": _("logistic regression on data"),
    "mlp": _("multi-layer perceptron on data"),
}
ON_DATA = ("linear", "logistic", "mlp")
GROUPS = {
    "objective": _("Objective"),
    "length": _("Start and length"),
    "run0": _("Run 1"),
    "run1": _("Run 2 (optional)"),
    "run2": _("Run 3 (optional)"),
    "run3": _("Run 4 (optional)"),
    "noise": _("Noise, batches and the rest (optional)"),
}


def _number(**attrs: str) -> TextInput:
    return TextInput({"class": "short", "inputmode": "decimal", "autocomplete": "off", **attrs})


def _lines(placeholder: str) -> forms.Textarea:
    return forms.Textarea(
        {"rows": 1, "class": "assignments", "placeholder": placeholder, "spellcheck": "false"}
    )


def _names(names: Iterable[str], empty: Any = None) -> Select:
    first = [] if empty is None else [("", empty)]
    return Select(choices=first + [(name, name) for name in names])


def _run_parts(index: int) -> list[Part]:
    group = f"run{index}"
    own = {"autocomplete": "off", "class": "run-label", "placeholder": f"run {index + 1}"}
    return [
        Part(f"label{index}", _("Label"), TextInput(own), group=group),
        Part(f"optimizer{index}", _("Optimizer"), _names(OPTIMIZERS), group=group),
        Part(f"lr{index}", _("Learning rate"), _number(), group=group),
        Part(f"momentum{index}", _("Momentum"), _number(), group=group),
        Part(f"options{index}", _("Other arguments"), _lines("nesterov = true"), group=group),
        Part(f"scheduler{index}", _("Scheduler"), _names(SCHEDULERS, _("constant rate")), group=group),
        Part(f"schedule{index}", _("Its arguments"), _lines("step_size = 30"), group=group),
    ]


class ScenarioWidget(PartsWidget):
    template = "admin/quizzes/fields/scenario.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        quadratic = ("quadratic",)
        numbers = {"autocomplete": "off"}
        super().__init__(
            [
                Part(
                    "objective",
                    _("Function to minimise"),
                    Select(choices=[(name, TITLES.get(name, name)) for name in OBJECTIVES]),
                    group="objective",
                ),
                Part(
                    "eigenvalues",
                    _("Curvatures (eigenvalues)"),
                    TextInput({**numbers, "placeholder": "1, 25"}),
                    quadratic,
                    _("One number for each dimension."),
                    "objective",
                ),
                Part("parameters", _("Its other parameters"), _lines("a = 1"), group="objective"),
                Part("dataset", _("Data set"), _names(DATASETS, _("none")), ON_DATA, group="objective"),
                Part(
                    "data",
                    _("Data settings"),
                    _lines("n = 200; noise = 0.1; seed = 0"),
                    ON_DATA,
                    "",
                    "objective",
                ),
                Part(
                    "start",
                    _("Start"),
                    TextInput({**numbers, "placeholder": "10, 1"}),
                    help_text=_("One number for each dimension."),
                    group="length",
                ),
                Part("steps", _("Steps"), _number(placeholder="100"), group="length"),
                *(part for index in range(RUNS) for part in _run_parts(index)),
                Part("sigma", _("Gradient noise σ"), _number(), group="noise"),
                Part("noise_seed", _("Seed of the noise"), _number(placeholder="0"), group="noise"),
                Part("batch_size", _("Batch size"), _number(), ON_DATA, group="noise"),
                Part(
                    "batch_seed", _("Seed of the batches"), _number(placeholder="0"), ON_DATA, group="noise"
                ),
                Part("clip_norm", _("Clip gradients at norm"), _number(), group="noise"),
                Part("other", _("Other keys"), _lines("scheduler_interval = 1"), group="noise"),
            ],
            attrs,
        )

    def texts_of(self, value: Any) -> dict[str, str]:
        return texts_of_scenario(value) or {}

    def extra_context(self, values: Sequence[Any]) -> dict[str, Any]:
        """How many run rows hold something: a script folds the others away."""
        filled = {part.group for part, value in zip(self.parts, values, strict=False) if value and part.group}
        used = [
            index for index in range(RUNS) if f"run{index}" in filled and values[self._place(f"lr{index}")]
        ]
        return {"groups": GROUPS, "used_runs": max(used, default=0) + 1}

    def _place(self, name: str) -> int:
        return next(index for index, part in enumerate(self.parts) if part.name == name)


class ScenarioField(PartsField):
    """A scenario in the contract's form, or ``None`` when neither steps nor a rate are given."""

    widget = ScenarioWidget

    def value_of(self, texts: dict[str, Any]) -> dict[str, Any] | None:
        return scenario_of_texts(texts)


def scenario_of_texts(texts: Mapping[str, str]) -> dict[str, Any] | None:
    """The scenario that the inputs describe. Raises ``ValidationError`` with every problem found."""
    if not any(texts[name] for name in ("eigenvalues", "start", "steps", "lr0")):
        return None
    problems: list[ValidationError] = []
    scenario: dict[str, Any] = {}
    for read in (_objective, _length, _runs, _noise, _rest):
        try:
            scenario |= read(texts)
        except ValidationError as error:
            problems.extend(error.error_list)
    if problems:
        raise ValidationError(problems)
    return scenario


def texts_of_scenario(scenario: Any) -> dict[str, str] | None:
    """The inputs for a stored scenario; ``None`` where they cannot express it (it is shown as JSON then)."""
    if not isinstance(scenario, dict):
        return None
    try:
        given = _without_nulls(scenario)
        texts = _texts(given)
        names = [part.name for part in ScenarioWidget().parts]
        back = scenario_of_texts({name: texts.get(name, "") for name in names})
    except (AttributeError, KeyError, TypeError, ValidationError):
        return None
    return texts if back == given else None


def _without_nulls(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """A key that is null says nothing: the contract's defaults are null."""
    given = {key: value for key, value in scenario.items() if value is not None}
    runs = [{key: value for key, value in run.items() if value is not None} for run in given["runs"]]
    return {**given, "runs": runs}


def _objective(texts: Mapping[str, str]) -> dict[str, Any]:
    objective: dict[str, Any] = {"name": texts["objective"] or "quadratic"}
    if objective["name"] == "quadratic" and texts["eigenvalues"]:
        objective["eigenvalues"] = read_numbers(texts["eigenvalues"], gettext("Curvatures"))
    objective |= read_assignments(texts["parameters"], gettext("Other parameters of the objective"))
    if not texts["dataset"] or objective["name"] not in ON_DATA:
        return {"objective": objective}
    data = {"dataset": texts["dataset"], **read_assignments(texts["data"], gettext("Data settings"))}
    return {"objective": objective, "data": data}


def _length(texts: Mapping[str, str]) -> dict[str, Any]:
    if not texts["steps"]:
        raise ValidationError(gettext("Steps: say how many steps the runs take."), code="missing")
    start = read_numbers(texts["start"], gettext("Start"))
    steps = read_integer(texts["steps"], gettext("Steps"))
    return {"start": start, "steps": steps} if start else {"steps": steps}


def _runs(texts: Mapping[str, str]) -> dict[str, Any]:
    filled = [index for index in range(RUNS) if texts[f"lr{index}"] or texts[f"label{index}"]]
    if not filled:
        raise ValidationError(gettext("Run 1: give its learning rate."), code="missing")
    return {"runs": [_run(texts, index) for index in filled]}


def _run(texts: Mapping[str, str], index: int) -> dict[str, Any]:
    name = gettext("Run %(number)d") % {"number": index + 1}
    if not texts[f"lr{index}"]:
        raise ValidationError(gettext("%(run)s: give its learning rate.") % {"run": name}, code="missing")
    run: dict[str, Any] = {"label": texts[f"label{index}"]} if texts[f"label{index}"] else {}
    optimizer: dict[str, Any] = {"name": texts[f"optimizer{index}"] or "SGD"}
    optimizer["lr"] = read_number(texts[f"lr{index}"], f"{name}, {gettext('learning rate')}")
    if texts[f"momentum{index}"]:
        optimizer["momentum"] = read_number(texts[f"momentum{index}"], f"{name}, {gettext('momentum')}")
    optimizer |= read_assignments(texts[f"options{index}"], f"{name}, {gettext('other arguments')}")
    run["optimizer"] = optimizer
    if texts[f"scheduler{index}"]:
        arguments = read_assignments(texts[f"schedule{index}"], f"{name}, {gettext('scheduler')}")
        run["scheduler"] = {"name": texts[f"scheduler{index}"], **arguments}
    return run


def _noise(texts: Mapping[str, str]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if texts["sigma"]:
        sigma = read_number(texts["sigma"], gettext("Gradient noise"))
        parts["noise"] = {"sigma": sigma, "seed": _seed(texts["noise_seed"])}
    if texts["batch_size"]:
        size = read_integer(texts["batch_size"], gettext("Batch size"))
        parts["batches"] = {"size": size, "seed": _seed(texts["batch_seed"])}
    return parts


def _seed(text: str) -> int:
    return read_integer(text, gettext("Seed")) if text else 0


def _rest(texts: Mapping[str, str]) -> dict[str, Any]:
    rest = read_assignments(texts["other"], gettext("Other keys"))
    if texts["clip_norm"]:
        rest["clip_norm"] = read_number(texts["clip_norm"], gettext("Clip gradients at norm"))
    return rest


def _texts(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Texts for each key; what has no input of its own goes to the lines of other keys."""
    rest = dict(scenario)
    objective = dict(rest.pop("objective"))
    texts = {
        "objective": objective.pop("name"),
        "eigenvalues": write_numbers(objective.pop("eigenvalues", None)),
    }
    texts["parameters"] = write_assignments(objective)
    data = dict(rest.pop("data", {}))
    texts |= {"dataset": data.pop("dataset", ""), "data": write_assignments(data)}
    texts |= {"start": write_numbers(rest.pop("start", None)), "steps": write_number(rest.pop("steps"))}
    for index, run in enumerate(rest.pop("runs")):
        texts |= _texts_of_run(run, index)
    noise, batches = dict(rest.pop("noise", {})), dict(rest.pop("batches", {}))
    texts |= {"sigma": write_number(noise.get("sigma")), "noise_seed": write_number(noise.get("seed"))}
    texts |= {
        "batch_size": write_number(batches.get("size")),
        "batch_seed": write_number(batches.get("seed")),
    }
    texts["clip_norm"] = write_number(rest.pop("clip_norm", None))
    texts["other"] = write_assignments(rest)
    return texts


def _texts_of_run(run: Mapping[str, Any], index: int) -> dict[str, str]:
    optimizer = dict(run["optimizer"])
    scheduler = dict(run.get("scheduler") or {})
    return {
        f"label{index}": run.get("label", ""),
        f"optimizer{index}": optimizer.pop("name"),
        f"lr{index}": write_number(optimizer.pop("lr")),
        f"momentum{index}": write_number(optimizer.pop("momentum", None)),
        f"options{index}": write_assignments(optimizer),
        f"scheduler{index}": scheduler.pop("name", ""),
        f"schedule{index}": write_assignments(scheduler),
    }
