"""Arguments by name, declared once beside the formula that uses them, and read strictly."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.core.arguments.options import Options
from simulator.core.arguments.readers import Reader, show
from simulator.core.errors import ScenarioError, error_at


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()


@dataclass(frozen=True)
class Argument:
    """One argument: its name, how its value is read, and its default (canonical already) or REQUIRED."""

    name: str
    read: Reader
    default: Any = REQUIRED


def read_arguments(
    given: Mapping[str, object],
    arguments: Sequence[Argument],
    path: str,
    *,
    skip: Collection[str] = ("name",),
) -> Options:
    """All of `arguments` from `given`, defaults filled in; an unknown or missing one is a ScenarioError.

    Keys in `skip` are read elsewhere.
    """
    known = [argument.name for argument in arguments]
    for key in given:
        if key not in skip and key not in known:
            raise unknown_key(key, [*(name for name in skip if name != "name"), *known], path)
    values: dict[str, Any] = {}
    for argument in arguments:
        where = f"{path}.{argument.name}" if path else argument.name
        if argument.name in given:
            values[argument.name] = argument.read(given[argument.name], where)
        elif argument.default is REQUIRED:
            raise error_at(where, "missing_key", "is required.")
        else:
            values[argument.name] = argument.default
    return Options(values)


def unknown_key(key: object, known: Sequence[str], path: str) -> ScenarioError:
    """The error for a key that means nothing here, with the closest known one."""
    where = f"{path}.{_shorten(key)}" if path else _shorten(key)
    return error_at(where, "unknown_key", f"is not known here. {_suggestion(key, known, 'Known are')}")


def unknown_name(value: object, known: Sequence[str], kind: str, path: str) -> ScenarioError:
    """The error for an objective, optimizer, scheduler or data set that does not exist."""
    article = "an" if kind[0] in "aeiou" else "a"
    message = f"{show(value)} is not {article} {kind}. {_suggestion(value, known, 'There are')}"
    return error_at(path, f"unknown_{kind.replace(' ', '_')}", message)


def _suggestion(value: object, known: Sequence[str], lead: str) -> str:
    close = (
        difflib.get_close_matches(value[:60].lower(), [name.lower() for name in known], 1)
        if (isinstance(value, str))
        else []
    )
    by_lower = {name.lower(): name for name in known}
    if close:
        return f"Did you mean “{by_lower[close[0]]}”?"
    return f"{lead}: {', '.join(known)}." if known else "There is nothing to set here."


def _shorten(key: object) -> str:
    if isinstance(key, str):
        clean = "".join(character if character.isprintable() else "?" for character in key[:40])
        return clean if len(key) <= 40 else clean + "…"
    return show(key)
