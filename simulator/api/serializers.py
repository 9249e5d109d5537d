"""The shapes that the endpoints take and give. They name the schema; tests hold every answer against it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from simulator.core import SIMULATOR_VERSION
from simulator.core.limits import MAX_DIMENSION, MAX_LABEL, MAX_RUNS, MAX_STEPS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS

SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "description": "Permanent id."}
NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}},
    "additionalProperties": True,
}
SEED = {"type": "integer", "minimum": 0, "default": 0}
NULLABLE_OBJECT = {"type": "object", "nullable": True, "additionalProperties": True}
SERIES = {
    "type": "array",
    "items": {"type": "number", "format": "double", "nullable": True},
    "description": "null where a number is not finite.",
}
# What may stand at the top of a scenario, and then holds for all runs, or inside a run.
SHARED: dict[str, dict[str, Any]] = {
    "objective": {
        **NAMED,
        "description": "What is minimised, such as `{name: quadratic, eigenvalues: [1, 25]}`. Names: "
        f"{', '.join(OBJECTIVES)}.",
    },
    "start": {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 1,
        "maxItems": MAX_DIMENSION,
        "nullable": True,
        "description": "theta_0; null only for an objective with an initialisation of its own.",
    },
    "noise": {
        "type": "object",
        "nullable": True,
        "required": ["sigma"],
        "properties": {"sigma": {"type": "number", "minimum": 0}, "seed": SEED},
        "additionalProperties": False,
        "description": "Gaussian noise on every gradient.",
    },
    "batches": {
        "type": "object",
        "nullable": True,
        "required": ["size"],
        "properties": {"size": {"type": "integer", "minimum": 1}, "seed": SEED},
        "additionalProperties": False,
        "description": "Minibatches of the data.",
    },
    "clip_norm": {
        "type": "number",
        "nullable": True,
        "exclusiveMinimum": 0,
        "description": "Largest norm of a gradient.",
    },
    "scheduler_interval": {
        "type": "integer",
        "minimum": 1,
        "description": "Updates between scheduler steps.",
    },
    "plateau_metric": {"type": "string", "enum": ["before", "after"]},
    "data": {
        **NULLABLE_OBJECT,
        "description": "`{dataset, n, seed, noise}`, or `{X, y}` given outright; either with `polynomial`, "
        "`standardize` and `validation`, the rows kept apart.",
    },
}


def shared(name: str) -> serializers.Field[Any, Any, Any, Any]:
    """A field with the schema of one of the shared keys."""
    kind = type(f"{name.title()}Field", (serializers.JSONField,), {})
    schema: dict[str, Any] = SHARED[name]
    field: serializers.Field[Any, Any, Any, Any] = extend_schema_field(schema)(kind)(required=False)
    return field


@extend_schema_field({"type": "string", "maxLength": MAX_LABEL})
class LabelField(serializers.JSONField):
    pass


@extend_schema_field(
    {
        **NAMED,
        "description": "Arguments and defaults of torch.optim, under the same names, such as "
        f"`{{name: SGD, lr: 0.1}}`. Names: {', '.join(OPTIMIZERS)}.",
    }
)
class OptimizerField(serializers.JSONField):
    pass


@extend_schema_field(
    {
        **NAMED,
        "nullable": True,
        "description": "Arguments and defaults of torch.optim.lr_scheduler, under the same names. Names: "
        f"{', '.join(SCHEDULERS)}.",
    }
)
class SchedulerField(serializers.JSONField):
    pass


class SharedShape(serializers.Serializer[Any]):
    """What stands in a scenario for all of its runs, or in one of them for it alone."""

    objective = shared("objective")
    start = shared("start")
    noise = shared("noise")
    batches = shared("batches")
    clip_norm = shared("clip_norm")
    scheduler_interval = shared("scheduler_interval")
    plateau_metric = shared("plateau_metric")
    data = shared("data")  # type: ignore[assignment]


@extend_schema_serializer(component_name="ScenarioRun")
class RunShape(SharedShape):
    """A run of a scenario. What stands here beside its optimizer and scheduler holds for this run alone."""

    label = LabelField(required=False)  # type: ignore[assignment]
    optimizer = OptimizerField()
    scheduler = SchedulerField(required=False)


@extend_schema_serializer(component_name="Scenario")
class ScenarioShape(SharedShape):
    """A training run, or several side by side. `docs/api.md` has every objective, optimizer and bound."""

    steps = serializers.IntegerField(min_value=1, max_value=MAX_STEPS, help_text="Updates T.")
    runs = serializers.ListField(child=RunShape(), min_length=1, max_length=MAX_RUNS)


@extend_schema_field(
    {
        "oneOf": [{"type": "integer", "minimum": 2}, {"type": "string", "enum": ["all"]}],
        "default": 200,
        "description": "Rows to record, spread evenly over 0..T and rounded; or all T + 1.",
    }
)
class PointsField(serializers.JSONField):
    pass


class RecordIn(serializers.Serializer[Any]):
    """What is recorded of each run."""

    points = PointsField(required=False)
    params = serializers.BooleanField(required=False, help_text="Whether to record the parameters too.")
    precision = serializers.ChoiceField(
        ["double", "single"], required=False, help_text="`single` rounds to seven digits: shorter answers."
    )


@extend_schema_serializer(component_name="SimulationIn")
class SimulationIn(ScenarioShape):
    """A scenario, and what to record of it."""

    record = RecordIn(required=False, allow_null=True)


@extend_schema_field(SERIES)
class SeriesField(serializers.JSONField):
    pass


@extend_schema_field({"type": "array", "items": SERIES})
class PathField(serializers.JSONField):
    pass


class RunOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    lr = SeriesField()
    loss = SeriesField()
    val_loss = SeriesField(
        required=False, help_text="Mean loss of the rows kept apart, without the penalty; absent without any."
    )
    accuracy = SeriesField(
        required=False, help_text="Share of labels of the rows trained on that are predicted; as `val_loss`."
    )
    val_accuracy = SeriesField(required=False, help_text="The same of the rows kept apart.")
    params = PathField(required=False)
    status = serializers.ChoiceField(["converged", "running", "oscillating", "diverged"])
    diverged_at = serializers.IntegerField(min_value=0, allow_null=True)
    best_loss = serializers.FloatField(allow_null=True, help_text="The smallest finite loss.")
    final_loss = serializers.FloatField(allow_null=True, help_text="The loss at T; null where not finite.")
    words = serializers.CharField(help_text="What happened, in one sentence.")


class SimulationOut(serializers.Serializer[Any]):
    version = serializers.CharField(help_text=f"Version of the simulator; now {SIMULATOR_VERSION}.")
    t = serializers.ListField(
        child=serializers.IntegerField(min_value=0), help_text="Recorded steps, 0 to T."
    )
    runs = RunOut(many=True)


@extend_schema_field(SLUG)
class Slug(serializers.CharField):
    pass


class SliderOut(serializers.Serializer[Any]):
    """The control of a figure: which run's learning rate it moves, and over what range."""

    run = serializers.CharField(allow_null=True, help_text="Label of the run; null: the first.")
    parameter = serializers.ChoiceField(["lr"])
    min = serializers.FloatField()
    max = serializers.FloatField()
    scale = serializers.ChoiceField(["log", "linear"])
    steps = serializers.IntegerField()


class CatalogueEntryOut(serializers.Serializer[Any]):
    """A scenario of the public catalogue."""

    id = Slug()
    title = serializers.CharField()
    summary = serializers.CharField()
    topic = Slug()
    level = serializers.ChoiceField(["beginner", "intermediate", "advanced"])
    kind = serializers.CharField(help_text="Name of its (first) objective.")
    scenario = ScenarioShape()
    slider = SliderOut(allow_null=True)
    svg = serializers.URLField(help_text="The figure; `theme`, `width` and `lr` may be added to the query.")
    png = serializers.URLField()
    data = serializers.URLField(  # type: ignore[assignment]
        help_text="The numbers of the figure."
    )


class FigureRunOut(serializers.Serializer[Any]):
    """What a run of a figure does."""

    id = serializers.CharField(help_text="Its id in the data of the panels.")
    name = serializers.CharField()
    status = serializers.ChoiceField(["converged", "running", "oscillating", "diverged"])
    diverged_at = serializers.IntegerField(min_value=0, allow_null=True)
    words = serializers.CharField(help_text="What happened, in one sentence.")


class FigureTableOut(serializers.Serializer[Any]):
    """The numbers of a figure as a table."""

    headers = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": {"type": "array", "items": {}}},
        "description": "By panel, and in it by name of a dataset, the rows behind the drawing.",
    }
)
class PanelsField(serializers.JSONField):
    pass


class FigureDataOut(serializers.Serializer[Any]):
    """What a figure shows where its slider stands."""

    lr = serializers.FloatField(help_text="The rate of the run that the slider moves.")
    label = serializers.CharField(help_text="The same rate as a text.")  # type: ignore[assignment]
    merge = serializers.ListField(
        child=serializers.CharField(),
        help_text="Datasets of which only the row of the moved run is given: the others stay as they are.",
    )
    panels = PanelsField()
    runs = FigureRunOut(many=True)
    description = serializers.CharField(help_text="What the runs show, in words computed from them.")
    table = FigureTableOut()


class PanelVegaOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["landscape", "path", "loss", "rate"])
    vega = serializers.DictField(help_text="A specification of Vega.")


class FigureVegaOut(serializers.Serializer[Any]):
    """The panels of a figure, to be drawn by Vega."""

    panels = PanelVegaOut(many=True)
