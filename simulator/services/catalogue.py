"""The catalogue of named scenarios: `simulator/scenarios/*.yaml`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from simulator.core.errors import ScenarioError
from simulator.core.spec import Scenario, parse_scenario
from simulator.services.controls import Slider, default_slider, parse_slider

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"
LEVELS = ("beginner", "intermediate", "advanced")
_NEEDED = ("id", "title", "summary", "topic", "level", "scenario")
_KEYS = (*_NEEDED, "slider")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class CatalogueError(ValueError):
    """A file of the catalogue that cannot be used; the message names file, scenario and key."""


@dataclass(frozen=True)
class NamedScenario:
    """A scenario of the catalogue. `slider` is its author's, else the default one, None where there is
    none."""

    id: str
    title: str
    summary: str
    topic: str
    level: str
    scenario: Scenario
    slider: Slider | None


@lru_cache(maxsize=1)
def named_scenarios() -> Mapping[str, NamedScenario]:
    """All named scenarios by id, in the order of the files. Raises CatalogueError."""
    return read_catalogue(FOLDER)


def read_catalogue(folder: Path) -> Mapping[str, NamedScenario]:
    """The scenarios of all YAML files of a folder. Raises CatalogueError."""
    found: dict[str, NamedScenario] = {}
    for path in sorted(folder.glob("*.yaml")):
        for number, entry in enumerate(entries_of(path), start=1):
            named = _named(entry, path, number)
            if named.id in found:
                raise CatalogueError(f"{path.name}: {named.id}: this id is taken already; ids are unique")
            found[named.id] = named
    return MappingProxyType(found)


def entries_of(path: Path) -> list[Any]:
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2: 1e-3 is a number, and a key that stands twice is an error
    yaml.allow_duplicate_keys = False
    try:
        data = yaml.load(path.read_text(encoding="utf-8"))
    except DuplicateKeyError as error:
        raise CatalogueError(f"{path.name}: {_line(error)}{error.problem}") from error
    except YAMLError as error:
        raise CatalogueError(
            f"{path.name}: {_line(error)}not YAML: {getattr(error, 'problem', error)}"
        ) from error
    if not isinstance(data, list):
        raise CatalogueError(f"{path.name}: must be a list of scenarios")
    return data


def _line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: " if mark is not None else ""


def _named(entry: Any, path: Path, number: int) -> NamedScenario:
    name = entry.get("id") if isinstance(entry, dict) else None
    where = f"{path.name}: {name if isinstance(name, str) else f'scenario {number}'}"
    if not isinstance(entry, dict):
        raise CatalogueError(f"{where}: must be a mapping with the keys {', '.join(_NEEDED)}")
    for key in entry:
        if key not in _KEYS:
            raise CatalogueError(f"{where}: {key}: is not a key of a scenario; they are {', '.join(_KEYS)}")
    for key in _NEEDED:
        if key not in entry:
            raise CatalogueError(f"{where}: {key}: is missing")
        if key != "scenario" and not (isinstance(entry[key], str) and entry[key].strip()):
            raise CatalogueError(f"{where}: {key}: must be a text")
    if not _ID.fullmatch(entry["id"]):
        raise CatalogueError(f"{where}: id: must be words of a-z and 0-9 with hyphens between")
    if entry["level"] not in LEVELS:
        raise CatalogueError(f"{where}: level: must be one of {', '.join(LEVELS)}")
    try:
        scenario = parse_scenario(entry["scenario"])
        slider = parse_slider(entry["slider"], scenario) if "slider" in entry else default_slider(scenario)
    except ScenarioError as error:
        detail = "; ".join(f"{key}: {text}" for key, text in error.fields.items()) or error.message
        raise CatalogueError(f"{where}: {detail}") from error
    texts = {key: " ".join(entry[key].split()) for key in _NEEDED if key != "scenario"}
    return NamedScenario(**texts, scenario=scenario, slider=slider)
