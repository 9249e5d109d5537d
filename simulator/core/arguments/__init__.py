"""Declared arguments: what an objective, an optimizer or a scheduler may be given, and how it is read."""

from simulator.core.arguments.declared import REQUIRED, Argument, read_arguments, unknown_key
from simulator.core.arguments.options import Options
from simulator.core.arguments.readers import (
    Facts,
    Reader,
    array,
    boolean,
    choice,
    facts_of,
    integer,
    number,
    optional,
    show,
    text,
)

__all__ = [
    "REQUIRED",
    "Argument",
    "Facts",
    "Options",
    "Reader",
    "array",
    "boolean",
    "choice",
    "facts_of",
    "integer",
    "number",
    "optional",
    "read_arguments",
    "show",
    "text",
    "unknown_key",
]
