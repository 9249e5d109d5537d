"""The shapes that the analyses take and give. They name the schema; tests hold every answer against it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from simulator.api.serializers import SERIES, ScenarioShape, SeriesField
from simulator.core.analyses.orders import ANALYSES
from simulator.core.arguments import REQUIRED, facts_of
from simulator.core.diagnosis.causes import CAUSES
from simulator.core.limits import MAX_RUNS

STATUSES = ("converged", "running", "oscillating", "diverged")
NUMBER = {"type": "number", "format": "double"}
# What each option is; which analysis has which, and the defaults, come from ANALYSES.
OPTIONS: dict[str, dict[str, Any]] = {
    "run": {
        "type": "string",
        "description": "Label of the run; absent or null: the first.",
    },
    "rates": {
        "type": "array",
        "items": NUMBER,
        "minItems": 1,
        "maxItems": MAX_RUNS,
        "description": "The rates outright, instead of low, high and count.",
    },
    "low": {**NUMBER, "description": "Lowest rate."},
    "high": {**NUMBER, "description": "Highest rate."},
    "count": {"type": "integer", "minimum": 2, "description": "Rates on a logarithmic scale, ends included."},
    "steps": {"type": "integer", "minimum": 10, "description": "Updates of the range test."},
    "points": {"type": "integer", "minimum": 2, "description": "Rows, spread evenly over the run."},
    "seeds": {"type": "integer", "minimum": 1, "description": "Seeds: the run's own and derived ones."},
    "axes": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {
            "type": "object",
            "required": ["name", "low", "high"],
            "properties": {
                "name": {"type": "string", "description": "A number of the optimizer: lr, momentum, …"},
                "low": NUMBER,
                "high": NUMBER,
                "scale": {"type": "string", "enum": ["log", "linear"], "default": "log"},
                "count": {"type": "integer", "minimum": 1, "default": 9},
            },
        },
    },
    "method": {"type": "string", "enum": ["grid", "random"]},
    "trials": {"type": "integer", "minimum": 1, "description": "Trials of a random search."},
    "seed": {"type": "integer", "minimum": 0, "description": "Seed of what is drawn at random."},
    "share": {
        **NUMBER,
        "description": "Share of the rows that is kept apart, between 0 and 1. Where share or seed is null, "
        "it is that of the data's own `validation`, else 0.25 and 0.",
    },
}


def options_schema(kind: str) -> dict[str, Any]:
    """The schema of the options of one analysis."""
    properties: dict[str, Any] = {}
    for argument in ANALYSES[kind]:
        properties[argument.name] = dict(OPTIONS[argument.name])
        if facts_of(argument.read).optional:
            properties[argument.name]["nullable"] = True
        if argument.default is not REQUIRED and argument.default is not None:
            properties[argument.name]["default"] = argument.default
    required = [argument.name for argument in ANALYSES[kind] if argument.default is REQUIRED]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | ({"required": required} if required else {"nullable": True})


def order_shape(kind: str) -> type[ScenarioShape]:
    """A scenario with the options of one analysis beside its keys."""
    title = "".join(part.title() for part in kind.split("_"))
    field_kind = type(f"{title}OptionsField", (serializers.JSONField,), {})
    schema = options_schema(kind)
    field = extend_schema_field(schema)(field_kind)(required="required" in schema)
    shape = type(
        f"{title}In",
        (ScenarioShape,),
        {kind: field, "__doc__": f"A scenario, and under `{kind}` the options."},
    )
    named: type[ScenarioShape] = extend_schema_serializer(component_name=f"{title}In")(shape)
    return named


class OutcomeOut(serializers.Serializer[Any]):
    """What became of the run at one rate."""

    lr = serializers.FloatField()
    status = serializers.ChoiceField(STATUSES)
    diverged_at = serializers.IntegerField(min_value=0, allow_null=True)
    final_loss = serializers.FloatField(allow_null=True)
    best_loss = serializers.FloatField(allow_null=True)


class AnalysisOut(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="Version of the simulator.")


class RunAnalysisOut(AnalysisOut):
    run = serializers.CharField(help_text="Label of the run.")


@extend_schema_field({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2, "nullable": True})
class StretchField(serializers.JSONField):
    pass


@extend_schema_field({**SERIES, "nullable": True})
class MaybeSeriesField(serializers.JSONField):
    pass


@extend_schema_field({"type": "object", "additionalProperties": NUMBER})
class SettingsField(serializers.JSONField):
    pass


class SweepOut(RunAnalysisOut):
    steps = serializers.IntegerField()
    limit = serializers.FloatField(allow_null=True, help_text="Limit of stability where known by analysis.")
    best = OutcomeOut(allow_null=True, help_text="Lowest final loss; null where all diverged.")
    tenfold = StretchField(help_text="Rates around the best with at most ten times its final loss.")
    diverging = serializers.FloatField(help_text="Share of the rates that diverge.")
    outcomes = OutcomeOut(many=True)


class SuggestionOut(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(["steepest", "minimum_tenth", "valley", "minimum"])
    lr = serializers.FloatField(allow_null=True, help_text="null where the rule finds nothing.")
    known_error = serializers.CharField(help_text="What is known to be wrong with the rule.")
    outcome = OutcomeOut(allow_null=True, help_text="Training at this constant rate.")


class RangeTestOut(RunAnalysisOut):
    lr = SeriesField()
    loss = SeriesField()
    smoothed = SeriesField()
    end = serializers.IntegerField(
        help_text="Rows from here on are left out by the rules: the loss has blown up."
    )
    suggestions = SuggestionOut(many=True)


class StabilityOut(RunAnalysisOut):
    steps = serializers.IntegerField()
    kind = serializers.ChoiceField(["analytic", "measured"])
    lr = serializers.FloatField(allow_null=True, help_text="The limit; null where no rate is unstable.")
    stable = serializers.FloatField(allow_null=True)
    unstable = serializers.FloatField(allow_null=True)


class SharpnessOut(RunAnalysisOut):
    t = serializers.ListField(child=serializers.IntegerField())
    sharpness = SeriesField(help_text="Largest eigenvalue of the Hessian of the full loss.")
    lr = SeriesField()
    limit = MaybeSeriesField(help_text="Sharpness at which the rate is just stable; null where unknown.")


class StepLengthsOut(RunAnalysisOut):
    t = serializers.ListField(child=serializers.IntegerField())
    length = SeriesField(help_text="Euclidean length of update t.")
    lr = SeriesField()
    per_rate = SeriesField(help_text="Length divided by the rate.")


class NoiseFloorOut(RunAnalysisOut):
    seeds = serializers.IntegerField()
    measured = serializers.FloatField(allow_null=True, help_text="Mean loss of the last quarter.")
    error = serializers.FloatField(allow_null=True, help_text="Standard error of that mean over the seeds.")
    lowest = serializers.FloatField(allow_null=True)
    highest = serializers.FloatField(allow_null=True)
    settled = serializers.BooleanField(help_text="Whether the quarter before was about the same.")
    expected = serializers.FloatField(allow_null=True, help_text="By analysis, where known.")
    diverged = serializers.IntegerField(help_text="Seeds whose run diverged; they are left out.")


class TrialOut(serializers.Serializer[Any]):
    settings = SettingsField()
    outcome = OutcomeOut()


class SearchOut(RunAnalysisOut):
    steps = serializers.IntegerField()
    method = serializers.ChoiceField(["grid", "random"])
    best = TrialOut(allow_null=True)
    trials = TrialOut(many=True)


class TunedOut(serializers.Serializer[Any]):
    lr = serializers.FloatField()
    median = serializers.FloatField(allow_null=True)


class ContestantOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    optimizer = serializers.CharField()
    lr = serializers.FloatField(allow_null=True, help_text="The tuned rate; null where all diverged.")
    at_edge = serializers.BooleanField(help_text="The best rate is the grid's first or last.")
    median = serializers.FloatField(allow_null=True, help_text="Of the final losses with the judging seeds.")
    lower = serializers.FloatField(allow_null=True, help_text="Lower quartile.")
    upper = serializers.FloatField(allow_null=True, help_text="Upper quartile.")
    losses = SeriesField()
    tuning = TunedOut(many=True)


class ComparisonOut(AnalysisOut):
    steps = serializers.IntegerField()
    seeds = serializers.IntegerField()
    seeded = serializers.BooleanField(help_text="Whether seeds make a difference.")
    ranking = serializers.ListField(child=serializers.CharField(), help_text="Labels, best median first.")
    runs = ContestantOut(many=True)


class CauseOut(serializers.Serializer[Any]):
    cause = serializers.ChoiceField(CAUSES)
    holds = serializers.BooleanField()
    margin = serializers.FloatField(
        allow_null=True, help_text="Relative distance to the nearest deciding bound; null: infinite."
    )
    evidence = serializers.CharField(help_text="What was measured.")


class CausesOut(RunAnalysisOut):
    steps = serializers.IntegerField()
    causes = CauseOut(many=True)


class ValidationOut(RunAnalysisOut):
    train_rows = serializers.IntegerField(help_text="Rows trained on.")
    rows = serializers.IntegerField(help_text="Rows kept apart.")
    t = serializers.ListField(child=serializers.IntegerField())
    train_loss = SeriesField(help_text="Mean loss of the rows trained on, without the penalty.")
    loss = SeriesField(help_text="Mean loss of the rows kept apart.")
    train_accuracy = MaybeSeriesField(help_text="Share of labels predicted; null where y is no label.")
    accuracy = MaybeSeriesField()
    best_at = serializers.IntegerField(allow_null=True, help_text="Step with the lowest loss of these.")
