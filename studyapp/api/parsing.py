"""JSON in, strictly: bounded nesting, no doubled keys, no numbers outside JSON's or a double's range."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

MAX_NESTING = 32

# Also one that is never closed, so that the rest of the text is not searched again for every quote in it.
STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
# Escapes that stand for halves of a character or for NUL, which neither UTF-8 nor a database takes.
SUSPECT_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
LARGE_EXPONENT = re.compile(r"[eE]\+?[0-9]{3}")
DIGITS_AS_ONES = bytes(0x31 if byte in b"0123456789" else 0x20 for byte in range(256))
# More digits than this are beyond any double; parsing them would take time that grows with their square.
LONGEST_INTEGER = 400
MANY_DIGITS = 200
LONGEST_NAME = 60  # of a key in a path that is told
DOUBLED = object()  # in place of a value whose key stands twice


class StrictJSONParser(BaseParser):
    """Parses ``application/json``; anything that is not exactly JSON answers 400 saying what and where."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", media_type or "", re.IGNORECASE)
        if charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(media_type or "")
        return parse_json(stream.read())


def parse_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises ParseError with a code: ``empty_body``, ``too_deep``, ``not_json``, ``doubled_key``,
    ``bad_number``, ``bad_text``. The last three name the paths of the values at fault.
    """
    if not body.strip():
        raise ParseError(_("The body is empty: send a JSON value."), "empty_body")
    if deeper_than(body, MAX_NESTING):
        raise ParseError(
            _("The JSON is nested more than %(levels)d levels deep.") % {"levels": MAX_NESTING}, "too_deep"
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(
            _("The body is not UTF-8 (byte %(place)d).") % {"place": error.start}, "not_json"
        ) from None
    reader = _Reader()
    value = reader.read(text, each_number=may_overflow(body, text))
    if SUSPECT_ESCAPE.search(text):  # first, so that no path holds what cannot be told
        refuse(value, is_odd_text, "bad_text", _("Must not hold NUL or half of a surrogate pair."))
    if reader.doubled:
        refuse(value, is_doubled, "doubled_key", _("Stands twice in one object."))
    if reader.odd_number:
        refuse(value, is_odd_number, "bad_number", _("Must be a JSON number within the range of a double."))
    return value


def deeper_than(body: bytes, levels: int) -> bool:
    """Whether arrays and objects are nested more than ``levels`` deep; stops at the first that is."""
    if body.count(b"[") + body.count(b"{") <= levels:
        return False
    depth = 0
    for bracket in STRING.sub(b"", body).translate(None, delete=NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > levels:
            return True
    return False


def may_overflow(body: bytes, text: str) -> bool:
    """Whether there may be a number beyond a double: a large exponent, or very many digits."""
    if ("e" in text or "E" in text) and LARGE_EXPONENT.search(text):
        return True
    return b"1" * MANY_DIGITS in body.translate(DIGITS_AS_ONES)


class _Reader:
    """Hooks into the standard parser; remembers whether a number was met that is none of JSON's, and whether
    a key stood twice, whose value is then :data:`DOUBLED`."""

    def __init__(self) -> None:
        self.odd_number = self.doubled = False

    def read(self, text: str, *, each_number: bool) -> Any:
        try:
            if each_number:  # takes four times as long
                return json.loads(
                    text,
                    parse_constant=self._constant,
                    parse_float=self._float,
                    parse_int=self._integer,
                    object_pairs_hook=self._object,
                )
            return json.loads(text, parse_constant=self._constant, object_pairs_hook=self._object)
        except json.JSONDecodeError as error:
            raise ParseError(
                _("Not JSON: %(what)s at line %(line)d, column %(column)d.")
                % {"what": error.msg, "line": error.lineno, "column": error.colno},
                "not_json",
            ) from None

    def _constant(self, name: str) -> float:
        self.odd_number = True
        return float(name)

    def _float(self, digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            self.odd_number = True
        return number

    def _integer(self, digits: str) -> int | float:
        if len(digits) > LONGEST_INTEGER or (len(digits) > 308 and math.isinf(float(digits))):
            self.odd_number = True
            return math.inf
        return int(digits)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            seen: set[str] = set()
            for key, _inner in pairs:
                if key in seen:
                    value[key], self.doubled = DOUBLED, True
                seen.add(key)
        return value


class OddValues(ParseError):
    """Values that JSON or this API does not have, with their paths."""

    def __init__(self, code: str, fields: dict[str, str]) -> None:
        super().__init__(" ".join(f"{path}: {text}" for path, text in fields.items()), code)
        self.fields = fields


def refuse(value: Any, at_fault: Any, code: str, message: str) -> None:
    """Raise :class:`OddValues` for the values at fault (at most ten are named)."""
    paths = [path for path, _index in zip(paths_of(value, at_fault), range(10), strict=False)]
    if paths:
        raise OddValues(code, {path or "body": message for path in paths})


def is_doubled(value: Any) -> bool:
    return value is DOUBLED


def is_odd_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def is_odd_text(value: Any) -> bool:
    return isinstance(value, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value)


def paths_of(value: Any, at_fault: Any, path: str = "") -> Iterator[str]:
    """Paths such as ``runs[0].optimizer.lr`` of the values (or keys) at fault."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if at_fault(key):
                yield path
            else:
                name = key if len(key) <= LONGEST_NAME else f"{key[:LONGEST_NAME]}…"
                yield from paths_of(inner, at_fault, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths_of(inner, at_fault, f"{path}[{index}]")
    elif at_fault(value):
        yield path
