"""What the form of the lab looks like for given texts: groups of inputs, each with its error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from simulator.core.arguments import REQUIRED, Argument, Options, facts_of
from simulator.core.datasets import DATASETS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec.writing import plain
from simulator.web.lab.texts import ALL_RUNS, GIVEN, MOST_RUNS, Texts, data_arguments, run_indices, write

Choice = tuple[str, str]


@dataclass(frozen=True)
class Input:
    """One input. `control` is text, area or select; `placeholder` the value that holds where it is empty."""

    name: str
    label: str
    value: str = ""
    control: str = "text"
    choices: tuple[Choice, ...] = ()
    placeholder: str = ""
    help: str = ""
    error: str = ""
    numeric: bool = False
    switches: bool = False  # whether another choice brings other inputs
    series: str = ""  # the run in the figure whose rate this is
    free: str = ""  # what a task calls it that leaves it free

    @property
    def broken_label(self) -> SafeString:
        """The label, with places where a line may end: names of arguments have no blanks."""
        return mark_safe(escape(self.label).replace("_", "_<wbr>"))  # noqa: S308 - escaped before

    @property
    def id(self) -> str:
        return "lab-" + re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")

    @property
    def changed(self) -> bool:
        """Whether it says something other than what holds anyway."""
        return self.value not in ("", self.placeholder)

    @property
    def described(self) -> str:
        """Ids of the texts that belong to it."""
        parts = [f"{self.id}-help"] * bool(self.help) + [f"{self.id}-error"] * bool(self.error)
        return " ".join(parts)


@dataclass(frozen=True)
class Group:
    """Inputs that fold away together, under a title and what they say at present."""

    key: str
    title: str
    told: str
    inputs: tuple[Input, ...]
    rare: tuple[Input, ...] = ()  # seldom needed, folded away once more
    number: int | None = None  # of a run
    series: str = ""

    @property
    def open(self) -> bool:
        return any(one.error or one.free for one in (*self.inputs, *self.rare))

    @property
    def rare_open(self) -> bool:
        return any(one.error or (one.changed and not one.name.endswith(".label")) for one in self.rare)


@dataclass(frozen=True)
class LabForm:
    """The form: its groups, and errors that belong to no input."""

    groups: tuple[Group, ...]
    runs: tuple[Group, ...]
    problems: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def alone(self) -> bool:
        """Whether there is one run, whose inputs are shown at once."""
        return len(self.runs) == 1

    @property
    def free(self) -> dict[str, str]:
        """Where a task leaves something free, the id of its first input."""
        found: dict[str, str] = {}
        for group in (*self.groups, *self.runs):
            for one in (*group.inputs, *group.rare):
                if one.free:
                    found.setdefault(one.free, one.id)
        return found

    @property
    def objective_was(self) -> str:
        """The objective whose settings the form shows."""
        return self.texts.get("objective.was", self.texts.get("objective.name", ""))

    @property
    def may_add(self) -> bool:
        return len(self.runs) < MOST_RUNS and not (self.runs and self.runs[0].key == ALL_RUNS)

    @property
    def may_remove(self) -> bool:
        return len(self.runs) > 1


OBJECTIVE_TITLES: Mapping[str, str] = {
    "quadratic": "quadratic valley",
    "rosenbrock": "Rosenbrock’s curved valley",
    "double_well": "double well",
    "two_wells": "a sharp and a broad well",
    "saddle": "saddle",
    "rippled": "rippled bowl",
    "polynomial": "polynomial",
    "deep_linear": "deep linear network",
    "linear": "linear regression on data",
    "logistic": "logistic regression on data",
    "mlp": "neural network (MLP) on data",
}
_SHORT = ("minimum", "polynomial", "validation", "init")  # objects and lists that fit into one line
_HELP = {
    "objective.eigenvalues": "curvatures, one for each dimension",
    "objective.matrix": "instead of eigenvalues: rows in brackets, [[2, 1], [1, 2]]",
    "objective.coeffs": "c₀, c₁, c₂ … of c₀ + c₁x + c₂x² …",
    "objective.layers": "units of each layer, from the columns of the data to the outputs",
    "data.polynomial": 'powers of a single column: {"degree": 3}',
    "data.validation": 'rows kept apart: {"share": 0.25, "seed": 0}',
    "start": "one number for each dimension",
}  # fmt: skip


# The input of what a task may leave free; with a dot at its end, all inputs that begin so.
_FREE: Mapping[str, str] = {
    "lr": "runs[0].optimizer.lr",
    "momentum": "runs[0].optimizer.momentum",
    "optimizer": "runs[0].optimizer.",
    "scheduler": "runs[0].scheduler.",
    "noise": "noise.",
    "batches": "batches.",
    "clip_norm": "clip_norm",
    "start": "start",
    "standardize": "data.standardize",
}


def lab_form(texts: Texts, errors: Mapping[str, str] | None = None, *, free: Sequence[str] = ()) -> LabForm:
    """The form that shows `texts`, with errors by path (see ScenarioError.fields), and with marks on what a
    task leaves `free` (keys of FREE of the tasks)."""
    making = _Making(texts, dict(errors or {}), {_FREE[name]: name for name in free})
    groups = making.groups()
    runs = making.runs()
    return LabForm(groups, runs, tuple(making.left_over()), dict(texts))


class _Making:
    """Builds inputs and hands each its error; what is left over belongs to none."""

    def __init__(self, texts: Texts, errors: dict[str, str], free: Mapping[str, str]) -> None:
        self.texts, self.errors, self.free = texts, errors, free

    def groups(self) -> tuple[Group, ...]:
        name = self.texts.get("objective.name", "")
        kind = OBJECTIVES.get(name)
        on_data = kind is None or kind.needs_data
        objective = [
            self.select("objective.name", _("function to minimise"), _titled(OBJECTIVES), switches=True),
            *(self.argument("objective", one) for one in (kind.arguments if kind else ())),
        ]
        if on_data:
            names = [("", "–"), *((one, one) for one in DATASETS), (GIVEN, _("my own rows"))]
            objective.append(self.select("data.dataset", _("data set"), names, switches=True))
            objective += [
                self.argument("data", one) for one in data_arguments(self.texts.get("data.dataset", ""))
            ]
        told = [OBJECTIVE_TITLES.get(name, name), *(one.value for one in objective[1:] if one.changed)]
        length = [
            self.text(
                "start",
                _("start"),
                help=_(_HELP["start"]),
                placeholder=_("its own") if kind and kind.own_start else "",
            ),
            self.text("steps", _("steps"), numeric=True),
        ]
        groups = [
            Group(
                "objective", _("Objective"), shorten(" · ".join(told), 60, placeholder=" …"), tuple(objective)
            ),
            Group("length", _("Start and length"), self._told_length(), tuple(length)),
            self._randomness(on_data),
        ]
        return tuple(groups)

    def _told_length(self) -> str:
        start, steps = self.texts.get("start", "").strip(), self.texts.get("steps", "").strip()
        return _("from %(start)s, %(steps)s steps") % {"start": start or _("its own start"), "steps": steps}

    def _randomness(self, on_data: bool) -> Group:
        inputs = [
            self.text("noise.sigma", _("gradient noise σ"), numeric=True, placeholder=_("none")),
            self.text("noise.seed", _("seed of the noise"), numeric=True, placeholder="0"),
        ]
        if on_data:
            inputs += [
                self.text("batches.size", _("batch size"), numeric=True, placeholder=_("all rows")),
                self.text("batches.seed", _("seed of the batches"), numeric=True, placeholder="0"),
            ]
        inputs.append(
            self.text("clip_norm", _("clip the gradient’s norm at"), numeric=True, placeholder=_("none"))
        )
        rare = [
            self.text(
                "scheduler_interval", _("updates a step of the scheduler"), numeric=True, placeholder="1"
            ),
            self.select(
                "plateau_metric",
                _("ReduceLROnPlateau looks at the loss"),
                [("before", _("before the update")), ("after", _("after the update"))],
                default="before",
            ),
        ]
        if rare[0].value == "1":
            rare[0] = Input(**{**rare[0].__dict__, "value": ""})
        told = [
            text % {"value": self.texts[key].strip()}
            for key, text in (
                ("noise.sigma", _("noise %(value)s")), ("batches.size", _("batches of %(value)s")),
                ("clip_norm", _("clipped at %(value)s")),
            )
            if self.texts.get(key, "").strip()
        ]  # fmt: skip
        return Group(
            "random", _("Noise, batches, clipping"), ", ".join(told) or _("none"), tuple(inputs), tuple(rare)
        )

    def runs(self) -> tuple[Group, ...]:
        if ALL_RUNS in self.texts:
            area = Input(ALL_RUNS, _("runs, as JSON"), self.texts[ALL_RUNS], "area", error=self.take("runs"))
            return (Group(ALL_RUNS, _("Runs"), _("more than %(most)d") % {"most": MOST_RUNS}, (area,)),)
        return tuple(self._run(number, index) for number, index in enumerate(run_indices(self.texts)))

    def _run(self, number: int, index: int) -> Group:
        path = f"runs[{index}]"
        optimizer = OPTIMIZERS.get(self.texts.get(f"{path}.optimizer.name", ""))
        scheduler = SCHEDULERS.get(self.texts.get(f"{path}.scheduler.name", ""))
        schedulers = [("", _("none: a constant rate")), *((name, name) for name in SCHEDULERS)]
        inputs = [
            self.select(
                f"{path}.optimizer.name", _("optimizer"), [(name, name) for name in OPTIMIZERS], switches=True
            ),
            self.text(
                f"{path}.optimizer.lr", "lr", numeric=True, help=_("the learning rate"), series=f"r{number}"
            ),
        ]
        rare: list[Input] = []
        for argument in optimizer.arguments if optimizer else ():
            common = argument.name in ("momentum", "betas", "rho", "alpha", "nesterov")
            (inputs if common else rare).append(self.argument(f"{path}.optimizer", argument))
        inputs.append(self.select(f"{path}.scheduler.name", _("scheduler"), schedulers, switches=True))
        inputs += [
            self.argument(f"{path}.scheduler", one) for one in (scheduler.arguments if scheduler else ())
        ]
        rare.insert(0, self.text(f"{path}.label", _("name of the run"), placeholder=f"run {number + 1}"))
        rare.append(
            self.text(f"{path}.own", _("other keys of this run alone"), control="area",
                      help=_('as JSON: {"noise": {"sigma": 1, "seed": 0}}'))
        )  # fmt: skip
        told = (
            f"{self.texts.get(f'{path}.optimizer.name', '')}, lr {self.texts.get(f'{path}.optimizer.lr', '')}"
        )
        if scheduler is not None:
            told += f", {scheduler.name}"
        title = self.texts.get(f"{path}.label", "").strip() or _("Run %(number)d") % {"number": number + 1}
        return Group(path, title, told, tuple(inputs), tuple(rare), number=index, series=f"r{number}")

    def argument(self, path: str, argument: Argument) -> Input:
        name, facts = f"{path}.{argument.name}", facts_of(argument.read)
        default = "" if argument.default in (REQUIRED, None) else write(_jsonable(argument.default))
        help_text = _HELP.get(name, "")
        if facts.kind in ("boolean", "choice"):
            words = facts.names or ("false", "true")
            yes_no = {"false": _("no"), "true": _("yes")}
            choices = [(word, yes_no.get(word, word)) for word in words]
            return self.select(name, argument.name, choices, default=default, help=help_text)
        wide = facts.kind == "other" or (facts.item in ("list", "other") and facts.kind == "list")
        return self.text(
            name,
            argument.name,
            placeholder=default,
            help=help_text,
            numeric=facts.kind in ("number", "integer"),
            control="area" if wide and argument.name not in _SHORT else "text",
        )

    def text(self, name: str, label: str, *, control: str = "text", **more: Any) -> Input:
        value = self.texts.get(name, "")
        return Input(name, label, value, control, error=self.take(name), free=self.freed(name), **more)

    def select(
        self, name: str, label: str, choices: Sequence[Choice], *, default: str = "", **more: Any
    ) -> Input:
        value = self.texts.get(name, "") or default
        error, free = self.take(name), self.freed(name)
        return Input(name, label, value, "select", tuple(choices), default, error=error, free=free, **more)

    def freed(self, name: str) -> str:
        for whole, free in self.free.items():
            if name == whole or (whole.endswith(".") and name.startswith(whole)):
                return free
        return ""

    def take(self, name: str) -> str:
        """The error of an input: of its path, or of a place inside its value."""
        begins = (name,) if not name.endswith(".name") else (name, name.removesuffix(".name"))
        for path in list(self.errors):
            inside = path.startswith((f"{name}[", f"{name}."))
            if path in begins or inside:
                text = self.errors.pop(path)
                return text if path in begins else f"{path.removeprefix(name).lstrip('.')}: {text}"
        return ""

    def left_over(self) -> list[str]:
        return [text if path == "scenario" else f"{path}: {text}" for path, text in self.errors.items()]


def _titled(kinds: Mapping[str, Any]) -> list[Choice]:
    return [(name, OBJECTIVE_TITLES.get(name, name)) for name in kinds]


def _jsonable(value: Any) -> Any:
    return plain(value) if isinstance(value, float | tuple | Options) else value
