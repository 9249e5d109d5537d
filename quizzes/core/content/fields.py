"""Strict reading of one mapping: every key is asked for once, and what is left over is an error."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from quizzes.core.content.errors import join_path

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
Problems = dict[str, str]


def clean_text(value: str) -> str:
    """Line ends as ``\\n``, no blanks at the ends: a text area and a YAML block write the same text
    differently."""
    return "\n".join(
        line.rstrip() for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip()


class Fields:
    """Reads the keys of one mapping and collects what is wrong into ``problems`` (path to message)."""

    def __init__(self, data: object, *, path: str, problems: Problems, allowed: Collection[str]) -> None:
        self.path = path
        self.problems = problems
        self.data: Mapping[str, Any] = {}
        if not isinstance(data, Mapping):
            self.problem("", f"Give a mapping with the keys {', '.join(allowed)}.")
            return
        for key in data:
            if not isinstance(key, str) or key not in allowed:
                self.problem(str(key), f"Unknown key. Known keys: {', '.join(allowed)}.")
        self.data = data

    def problem(self, key: str, message: str) -> None:
        self.problems.setdefault(join_path(self.path, key), message)

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def text(self, key: str, *, required: bool = True, max_length: int | None = None) -> str:
        value = self.data.get(key)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.problem(key, f"Give a text, not {_kind_of(value)}.")
            return ""
        value = clean_text(value)
        if required and not value:
            self.problem(key, "This text is missing.")
        if "\x00" in value:
            self.problem(key, "A text cannot hold the null character.")
        if max_length is not None and len(value) > max_length:
            self.problem(key, f"At most {max_length} characters; this has {len(value)}.")
        return value

    def slug(self, key: str) -> str:
        value = self.text(key, max_length=80)
        if value and not SLUG.match(value):
            self.problem(
                key, "Use lower-case letters, digits and single hyphens, for example “overshoot-converges”."
            )
        return value

    def one_of(self, key: str, known: Collection[str], *, default: str | None = None) -> str:
        value = self.data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in known:
            self.problem(key, f"Give one of {', '.join(known)}.")
            return default or ""
        return value

    def names(self, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
        """A list of ids that must be known, each once; in alphabetic order, since the order says nothing."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(key, f"Give a list of {what} ids.")
            return ()
        found: list[str] = []
        for index, name in enumerate(value):
            if not isinstance(name, str) or name not in known:
                self.problem(f"{key}[{index}]", f"There is no {what} “{name}”.")
            elif name in found:
                self.problem(f"{key}[{index}]", f"“{name}” stands twice.")
            else:
                found.append(name)
        return tuple(sorted(found))

    def mapping(self, key: str) -> dict[str, Any] | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(key, f"Give a mapping, not {_kind_of(value)}.")
            return None
        return {str(name): item for name, item in value.items()}

    def number(self, key: str) -> float | None:
        value = self.data.get(key)
        if value is None:
            self.problem(key, "This number is missing.")
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < float("inf"):
            self.problem(key, f"Give a finite number, not {_kind_of(value)}.")
            return None
        return value

    def whole(self, key: str, *, default: int, low: int, high: int) -> int:
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.problem(key, f"Give a whole number from {low} to {high}.")
            return default
        return value


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    return type(value).__name__
