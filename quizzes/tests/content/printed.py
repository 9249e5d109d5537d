"""The numbers that a text prints, with the precision at which it prints them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quizzes.core.content import FlashcardContent, QuestionContent
from quizzes.core.content.item import ItemContent

# Whole numbers up to this one are too often mere words ("two over the curvature", "step 5") to be looked at.
SMALL = 10

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_NUMBER = re.compile(
    rf"""
    (?P<skipped> \^\{{?[-−]?[\d.]+\}}? | _\{{?\d+\}}? | [A-Za-z]\d+ )         # exponents, indices, names
    | (?: (?P<mantissa> [-−]?{_DIGITS} ) \s*(?:\\times|×)\s* )?
      10 (?: \^\{{? (?P<exponent> [-−]?\d+ ) \}}? | (?P<raised> [{_RAISED}]+ ) )
    | (?P<digits> (?:(?<![\w)}}\]])[-−])?{_DIGITS} ) (?P<percent> \s?\\?% )?
    """,
    re.VERBOSE,
)
_LOWERED = str.maketrans(_RAISED + "−", "-0123456789-")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it stands in a text: ``token``, its ``value``, and ``half`` a unit of its last digit."""

    token: str
    value: float
    half: float
    context: str

    def agrees_with(self, value: float, within: float = 0.0) -> bool:
        """Whether a value would be printed like this; ``within`` loosens that for "about" (0.05: 5 %)."""
        return abs(value - self.value) <= max(self.half * (1 + 1e-9), within * abs(self.value))

    @property
    def is_small(self) -> bool:
        return self.token.lstrip("-−").isdecimal() and abs(self.value) <= SMALL


def printed_numbers(text: str) -> list[Printed]:
    """All numbers of a text but exponents and indices, in order. 5 % has the value 0.05."""
    return list(_scan(text))


def texts_of(item: ItemContent) -> Iterator[str]:
    """Every text that a learner reads."""
    if isinstance(item, FlashcardContent):
        yield from (item.front, item.back)
        return
    yield item.stem
    for choice in item.choices:
        yield from (choice.text, choice.feedback)
    yield from (item.explanation, item.look_at, item.takeaway)


def settings_of(item: ItemContent) -> set[float]:
    """The sizes of all numbers that an item is made from but seeds: scenario, defaults, claims, holds_at."""
    found: set[float] = set()
    if item.scenario is not None:
        scenario = item.scenario.resolved
        found |= set(_numbers_in(scenario.to_dict()))
        for run in scenario.runs:
            found |= set(_numbers_in(dict(run.optimizer.options)))
    if isinstance(item, QuestionContent):
        for choice in item.choices:
            found |= set(_numbers_in(choice.claim)) | set(_numbers_in(choice.holds_at))
    return found


def _scan(text: str) -> Iterator[Printed]:
    for match in _NUMBER.finditer(text):
        if match["skipped"]:
            continue
        context = " ".join(text[max(0, match.start() - 40) : match.end() + 25].split())
        yield Printed(match.group(), *_value_of(match), context)


def _value_of(match: re.Match[str]) -> tuple[float, float]:
    """What the digits stand for, and half a unit of the last of them."""
    if match["digits"]:
        digits, unit = match["digits"], 0.01 if match["percent"] else 1.0
    else:
        exponent = match["exponent"] or match["raised"]
        digits, unit = match["mantissa"], 10.0 ** int(exponent.translate(_LOWERED))
        if digits is None:
            return unit, 0.0
    bare = digits.replace(",", "").translate(_LOWERED)
    return float(bare) * unit, 0.5 * 10.0 ** -len(bare.partition(".")[2]) * unit


def _numbers_in(value: Any) -> Iterator[float]:
    match value:
        case bool():
            return
        case int() | float():
            yield abs(float(value))
        case str():
            yield from (abs(number.value) for number in printed_numbers(value))
        case dict():
            for key, part in value.items():
                yield from () if key == "seed" else _numbers_in(part)
        case list() | tuple():
            for part in value:
                yield from _numbers_in(part)
        case _:
            return
