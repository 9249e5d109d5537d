"""Between a scenario and the texts of a form's inputs.

An input is named by the path that errors name too: `objective.eigenvalues`, `runs[0].optimizer.lr`. Nothing
is judged here: a text that cannot be read as what is wanted goes on as text, and the scenario's own strict
parser says at which path it is wrong and what would be right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.core.arguments import Argument, facts_of
from simulator.core.datasets import DATASETS, arguments_drawn, arguments_given
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.core.spec import Scenario

Texts = dict[str, str]

MOST_RUNS: Final = 6  # with inputs of their own; as many as are drawn. More are written as JSON
GIVEN: Final = "given"  # the choice of data that are typed in
ALL_RUNS: Final = "runs"
_SHARED = (
    "objective",
    "data",
    "start",
    "noise",
    "batches",
    "clip_norm",
    "scheduler_interval",
    "plateau_metric",
)
_ABSENT: Mapping[str, Any] = {"scheduler_interval": 1, "plateau_metric": "before"}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
# A comma before decimals; "1,000" may be a thousand, and is left to be refused.
_COMMA = re.compile(r"[+-]?(?:0,\d+|\d+,\d{1,2})")
_RUN = re.compile(r"runs\[(\d{1,3})\]")


def data_arguments(dataset: str) -> tuple[Argument, ...]:
    """The arguments of a data set, or of data that are typed in, without its name."""
    known = arguments_given() if dataset == GIVEN else arguments_drawn()
    return tuple(argument for argument in known if argument.name != "dataset")


# --- from a scenario to texts ---


def texts_of(scenario: Scenario) -> Texts:
    """The texts of all inputs for a scenario. What a run has of its own stands in its `own`, as JSON."""
    public = scenario.to_dict()
    runs = [dict(run) for run in public["runs"]]
    head: dict[str, Any] = {key: public.get(key, runs[0].get(key, _ABSENT.get(key))) for key in _SHARED}
    texts = {
        **_named(head["objective"], "objective"),
        **_texts_of_data(head["data"]),
        "start": write(head["start"]),
        "steps": write(public["steps"]),
        **_parts(head["noise"], "noise", ("sigma", "seed")),
        **_parts(head["batches"], "batches", ("size", "seed")),
        "clip_norm": write(head["clip_norm"]),
        "scheduler_interval": write(head["scheduler_interval"]),
        "plateau_metric": head["plateau_metric"],
    }
    if len(runs) > MOST_RUNS:
        return texts | {ALL_RUNS: json.dumps(runs, ensure_ascii=False, indent=1)}
    for index, run in enumerate(runs):
        texts |= _texts_of_run(run, index, {key: head[key] for key in _SHARED if key not in public})
    return texts


def _texts_of_run(run: Mapping[str, Any], index: int, head: Mapping[str, Any]) -> Texts:
    path = f"runs[{index}]"
    own = {key: run.get(key, _ABSENT.get(key)) for key in head if run.get(key, _ABSENT.get(key)) != head[key]}
    texts = {f"{path}.label": run.get("label", ""), f"{path}.scheduler.name": ""}
    texts |= _named(run["optimizer"], f"{path}.optimizer")
    if run.get("scheduler"):
        texts |= _named(run["scheduler"], f"{path}.scheduler")
    return texts | {f"{path}.own": json.dumps(own, ensure_ascii=False) if own else ""}


def _named(part: Mapping[str, Any], path: str) -> Texts:
    return {f"{path}.{key}": write(value) for key, value in part.items()}


def _texts_of_data(data: Mapping[str, Any] | None) -> Texts:
    if data is None:
        return {"data.dataset": ""}
    return {
        "data.dataset": data.get("dataset", GIVEN),
        **_named({k: v for k, v in data.items() if k != "dataset"}, "data"),
    }


def _parts(part: Mapping[str, Any] | None, path: str, keys: tuple[str, str]) -> Texts:
    return {f"{path}.{key}": "" if part is None else write(part[key]) for key in keys}


def write(value: Any) -> str:
    """A JSON value as one would type it; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(_plain(element) for element in value):
        return ", ".join(write(element) for element in value)
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- from texts to the data of a scenario ---


def run_indices(texts: Iterable[str]) -> list[int]:
    """Which runs have inputs, in order."""
    return sorted({int(found[1]) for name in texts if (found := _RUN.match(name))})


def renumbered(texts: Texts) -> Texts:
    """The texts with the runs numbered from 0 without a gap, as errors will name them."""
    places = {index: place for place, index in enumerate(run_indices(texts))}

    def place(found: re.Match[str]) -> str:
        return f"runs[{places[int(found[1])]}]"

    return {
        _RUN.sub(place, name, count=1) if _RUN.match(name) else name: value for name, value in texts.items()
    }


def scenario_of(texts: Texts) -> dict[str, Any]:
    """The data of a scenario as `parse_scenario` takes them, in the order of the form's runs."""
    objective = _part(texts, "objective", OBJECTIVES)
    data: dict[str, Any] = {"objective": objective, "steps": _read(texts.get("steps", ""), "integer")}
    start = read_list(texts.get("start", ""))
    if start is not None or getattr(OBJECTIVES.get(objective["name"]), "own_start", False):
        data["start"] = start
    if objective["name"] not in OBJECTIVES or OBJECTIVES[objective["name"]].needs_data:
        data["data"] = _data(texts)
    for path, first, second in (("noise", "sigma", "seed"), ("batches", "size", "seed")):
        if texts.get(f"{path}.{first}", "").strip():
            data[path] = {first: _read(texts[f"{path}.{first}"], "number")}
            if texts.get(f"{path}.{second}", "").strip():
                data[path][second] = _read(texts[f"{path}.{second}"], "integer")
    for key in ("clip_norm", "scheduler_interval"):
        if texts.get(key, "").strip():
            data[key] = _read(texts[key], "number")
    if texts.get("plateau_metric"):
        data["plateau_metric"] = texts["plateau_metric"]
    if ALL_RUNS in texts:
        data["runs"] = read_json(texts[ALL_RUNS])
    else:
        data["runs"] = [_run(texts, index) for index in run_indices(texts)]
    return {key: value for key, value in data.items() if value is not None or key == "start"}


def _data(texts: Texts) -> dict[str, Any] | None:
    name = texts.get("data.dataset", "")
    if not name:
        return None
    found: dict[str, Any] = {} if name == GIVEN else {"dataset": name}
    return found | _arguments(texts, "data", data_arguments(name if name in (*DATASETS, GIVEN) else ""))


def _run(texts: Texts, index: int) -> dict[str, Any]:
    path = f"runs[{index}]"
    run: dict[str, Any] = {}
    if texts.get(f"{path}.label", "").strip():
        run["label"] = texts[f"{path}.label"].strip()
    run["optimizer"] = _part(texts, f"{path}.optimizer", OPTIMIZERS)
    if texts.get(f"{path}.optimizer.lr", "").strip():
        run["optimizer"]["lr"] = _read(texts[f"{path}.optimizer.lr"], "number")
    if texts.get(f"{path}.scheduler.name"):
        run["scheduler"] = _part(texts, f"{path}.scheduler", SCHEDULERS)
    own = texts.get(f"{path}.own", "").strip()
    if own:
        read = read_json(own)
        run |= read if isinstance(read, dict) else {"own": read}
    return run


def _part(texts: Texts, path: str, kinds: Mapping[str, Any]) -> dict[str, Any]:
    name = texts.get(f"{path}.name", "")
    kind = kinds.get(name)
    return {"name": name, **({} if kind is None else _arguments(texts, path, kind.arguments))}


def _arguments(texts: Texts, path: str, arguments: Iterable[Argument]) -> dict[str, Any]:
    found = {}
    for argument in arguments:
        text = texts.get(f"{path}.{argument.name}", "")
        if text.strip():
            found[argument.name] = read_value(text, argument)
    return found


def read_value(text: str, argument: Argument) -> Any:
    """What is typed for an argument; what cannot be read as its kind stays text."""
    facts = facts_of(argument.read)
    if facts.kind == "list":
        return read_list(text)
    if facts.kind == "other":
        return read_list(text) if "," in text and text.strip()[:1] not in "[{" else read_json(text)
    return _read(text, facts.kind)


def read_list(text: str) -> Any:
    """Numbers with commas or spaces between them, bracketed or not, or a list as JSON; None for nothing.

    Brackets with nothing between them are an empty list, as MultiStepLR and SequentialLR may have one.
    """
    inner = text.strip().removeprefix("[").removesuffix("]")
    if "[" in inner or "{" in inner:
        return read_json(text)
    parts = [part for part in re.split(r"[,;\s]+", inner) if part]
    return [_read(part, "number") for part in parts] if parts or inner != text.strip() else None


def read_json(text: str) -> Any:
    """A JSON value, or the text itself where it is none."""
    try:
        return json.loads(text.replace("−", "-"))
    except (ValueError, RecursionError):
        return text.strip()


def _read(text: str, kind: str) -> Any:
    text = text.strip().replace("−", "-")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "number" and _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if kind in ("number", "integer"):
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    return text
