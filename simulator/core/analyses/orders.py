"""What a client may ask of an analysis: a scenario and, under the analysis' own key, its options."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.core.analyses.search import Axis
from simulator.core.arguments import (
    REQUIRED,
    Argument,
    Options,
    array,
    choice,
    integer,
    number,
    optional,
    read_arguments,
    show,
    text,
)
from simulator.core.errors import ScenarioError, error_at
from simulator.core.limits import MAX_LABEL, MAX_RUNS, MAX_SEED, MAX_STEPS
from simulator.core.spec import Scenario, parse_scenario

_rate = number(above=0)
_RUN = Argument("run", optional(text(longest=MAX_LABEL)), None)
_LOW, _HIGH = Argument("low", optional(_rate), None), Argument("high", optional(_rate), None)
_RATES = Argument("rates", optional(array(_rate, at_least=1, at_most=MAX_RUNS)), None)
_AXIS = (
    Argument("name", text(longest=MAX_LABEL)),
    Argument("low", number()),
    Argument("high", number()),
    Argument("scale", choice("log", "linear"), "log"),
    Argument("count", integer(at_least=1, at_most=MAX_RUNS), 9),
)


def _count(usual: int) -> Argument:
    return Argument("count", integer(at_least=2, at_most=MAX_RUNS), usual)


def _axis(value: object, path: str) -> Axis:
    if not isinstance(value, dict):
        example = '{"name": "lr", "low": 0.001, "high": 1}'
        raise error_at(path, "bad_value", f"must be an object such as {example}, not {show(value)}.")
    return Axis(**read_arguments(value, _AXIS, path, skip=()))


# The options of each analysis, under the key of its name in a client's order.
ANALYSES: Final[Mapping[str, tuple[Argument, ...]]] = {
    "sweep": (_RUN, _RATES, _LOW, _HIGH, _count(41)),
    "range_test": (_RUN, _LOW, _HIGH, Argument("steps", integer(at_least=10, at_most=MAX_STEPS), 200)),
    "stability": (_RUN,),
    "sharpness": (_RUN, Argument("points", integer(at_least=2, at_most=MAX_STEPS + 1), 50)),
    "step_lengths": (_RUN, Argument("points", integer(at_least=2, at_most=MAX_STEPS), 200)),
    "noise_floor": (_RUN, Argument("seeds", integer(at_least=1, at_most=256), 16)),
    "search": (
        _RUN,
        Argument("axes", array(_axis, length=2), REQUIRED),
        Argument("method", choice("grid", "random"), "grid"),
        Argument("trials", integer(at_least=1, at_most=MAX_RUNS), 50),
        Argument("seed", integer(at_least=0, at_most=MAX_SEED), 0),
    ),
    "causes": (_RUN,),
    "validation": (
        _RUN,
        Argument("share", optional(number(above=0, below=1)), None),
        Argument("seed", optional(integer(at_least=0, at_most=MAX_SEED)), None),
        Argument("points", integer(at_least=2, at_most=MAX_STEPS + 1), 200),
    ),
    "comparison": (_RATES, _LOW, _HIGH, _count(13), Argument("seeds", integer(at_least=1, at_most=50), 5)),
}


@dataclass(frozen=True)
class AnalysisOrder:
    """An analysis by name, the scenario that it is of, and its options with every default filled in."""

    kind: str
    scenario: Scenario
    options: Options

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of everything that the answer depends on."""
        whole = [self.kind, self.scenario.digest(), sorted(self.options.items())]
        return hashlib.sha256(json.dumps(whole, default=_as_list).encode()).hexdigest()


def parse_analysis(kind: str, data: object) -> AnalysisOrder:
    """The order of a client: a scenario with, beside its own keys, the options under the name of the
    analysis.

    Raises ScenarioError naming what is wrong.
    """
    given: object = {}
    if isinstance(data, Mapping) and kind in data:
        given = data[kind]
        data = {key: value for key, value in data.items() if key != kind}
    scenario = parse_scenario(data)
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise error_at(kind, "bad_value", f"must be an object with the options of this, not {show(given)}.")
    options = read_arguments(given, ANALYSES[kind], kind, skip=())
    if options.get("rates") is not None and any(key in given for key in ("low", "high", "count")):
        raise error_at(f"{kind}.rates", "bad_value", "must stand alone: leave out low, high and count.")
    return AnalysisOrder(kind, scenario, options)


def located(error: ScenarioError, kind: str) -> ScenarioError:
    """An error about an option, with the path that the option has in a client's order."""
    fields = {f"{kind}.{path}": told for path, told in error.fields.items()}
    return ScenarioError(error.code, f"{kind}.{error.message}", fields)


def _as_list(value: object) -> Any:
    if isinstance(value, Axis):
        return [value.name, value.low, value.high, value.scale, value.count]
    raise TypeError(f"{type(value)} is no option")
