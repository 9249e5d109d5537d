"""Strict readers: each takes a value as it came from JSON or YAML, with its path, and returns the canonical
value.

A reader never converts: text is not a number, true is not 1, 3.0 is not a whole number. Whatever the value is
(a huge integer, a list nested in itself), the only exception a reader raises is ScenarioError.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator.core.errors import error_at

Reader = Callable[[object, str], Any]

_SHOWN = 40
_FACTS = "facts"
_LARGEST_INTEGER = 2**63 - 1  # NumPy counts in 64 bits
_TYPES = {
    bool: "a boolean",
    str: "text",
    list: "a list",
    tuple: "a list",
    dict: "an object",
    type(None): "null",
}


@dataclass(frozen=True)
class Facts:
    """What a reader reads, for forms that ask for it.

    `kind` is number, integer, boolean, text, choice, list or other; `names` are the words of a choice, `item`
    the kind of a list's elements, `optional` whether null is read too.
    """

    kind: str = "other"
    names: tuple[str, ...] = ()
    item: str = "other"
    optional: bool = False


def facts_of(reader: Reader) -> Facts:
    """The facts of a reader made here; of any other one, that its values are of another kind."""
    found = getattr(reader, _FACTS, None)
    return found if isinstance(found, Facts) else Facts()


def _with_facts(reader: Reader, facts: Facts) -> Reader:
    setattr(reader, _FACTS, facts)
    return reader


def show(value: object) -> str:
    """`value` in a few characters for a message, whatever its size."""
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= _SHOWN else f"“{value[:_SHOWN]}…”"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        return "a number of more than 38 digits"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return _TYPES.get(type(value), "a value of another type")


def number(
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> Reader:
    """A finite real number within the given bounds, as a float."""
    wanted = "a number" + _bounds(above, at_least, below, at_most)

    def read(value: object, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise error_at(path, "bad_value", f"must be {wanted}, not {show(value)}.")
        try:
            # Adding zero turns -0.0 into 0.0, so that equal scenarios have equal digests.
            result = float(value) + 0.0
        except OverflowError:
            result = math.inf
        if not math.isfinite(result):
            raise error_at(path, "bad_value", f"must be {wanted}, and finite in double precision.")
        if not _within(result, above, at_least, below, at_most):
            raise error_at(path, "out_of_bounds", f"must be {wanted}, not {show(value)}.")
        return result

    return _with_facts(read, Facts("number"))


def integer(*, at_least: int | None = None, at_most: int | None = None) -> Reader:
    """A whole number within the given bounds, and within 64 bits in any case."""
    wanted = "a whole number" + _bounds(None, at_least, None, at_most)

    def read(value: object, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise error_at(path, "bad_value", f"must be {wanted}, not {show(value)}.")
        if not _within(value, None, at_least, None, at_most):
            raise error_at(path, "out_of_bounds", f"must be {wanted}, not {show(value)}.")
        if abs(value) > _LARGEST_INTEGER:
            raise error_at(path, "out_of_bounds", f"must be a whole number of at most {_LARGEST_INTEGER}.")
        return value

    return _with_facts(read, Facts("integer"))


def boolean() -> Reader:
    """true or false."""

    def read(value: object, path: str) -> bool:
        if not isinstance(value, bool):
            raise error_at(path, "bad_value", f"must be true or false, not {show(value)}.")
        return value

    return _with_facts(read, Facts("boolean"))


def text(*, longest: int) -> Reader:
    """Text of at most `longest` characters."""

    def read(value: object, path: str) -> str:
        if not isinstance(value, str):
            raise error_at(path, "bad_value", f"must be text, not {show(value)}.")
        if len(value) > longest:
            raise error_at(
                path, "out_of_bounds", f"must have at most {longest} characters, not {len(value)}."
            )
        return value

    return _with_facts(read, Facts("text"))


def choice(*names: str) -> Reader:
    """One of the given words."""
    wanted = " or ".join(f"“{name}”" for name in names)

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in names:
            raise error_at(path, "bad_value", f"must be {wanted}, not {show(value)}.")
        return value

    return _with_facts(read, Facts("choice", names))


def optional(reader: Reader) -> Reader:
    """null, or what `reader` reads."""

    def read(value: object, path: str) -> Any:
        return None if value is None else reader(value, path)

    return _with_facts(read, replace(facts_of(reader), optional=True))


def array(
    reader: Reader, *, length: int | None = None, at_least: int = 0, at_most: int | None = None
) -> Reader:
    """A list whose length is checked before its elements are read, as a tuple."""
    if length is not None:
        wanted = f"a list of {length} values"
    elif at_most is not None:
        wanted = f"a list of {at_least} to {at_most} values"
    else:
        wanted = f"a list of at least {at_least} values"

    def read(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise error_at(path, "bad_value", f"must be {wanted}, not {show(value)}.")
        count = len(value)
        if (
            (length is not None and count != length)
            or count < at_least
            or (at_most is not None and count > at_most)
        ):
            raise error_at(path, "out_of_bounds", f"must be {wanted}, not of {count}.")
        return tuple(reader(element, f"{path}[{index}]") for index, element in enumerate(value))

    return _with_facts(read, Facts("list", item=facts_of(reader).kind))


def _bounds(above: float | None, at_least: float | None, below: float | None, at_most: float | None) -> str:
    named = (("above", above), ("at least", at_least), ("below", below), ("at most", at_most))
    parts = [
        f"{word} {bound:g}" if abs(bound) < 1e5 else f"{word} {bound}"
        for word, bound in named
        if bound is not None
    ]
    if not parts:
        return ""
    return (" of " if parts[0].startswith("at ") else " ") + " and ".join(parts)


def _within(
    value: float, above: float | None, at_least: float | None, below: float | None, at_most: float | None
) -> bool:
    return (
        (above is None or value > above)
        and (at_least is None or value >= at_least)
        and (below is None or value < below)
        and (at_most is None or value <= at_most)
    )
