"""Python source text: literals, calls and lists that are broken where a line would be too long."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent as indented
from typing import Any

WIDTH = 99
TAB = "    "


class Untranslated(ValueError):
    """An option that came later than its translation: a program must not leave one out in silence."""


def literal(value: Any) -> str:
    """A canonical value (number, boolean, text, None, tuple of them) as Python source.

    Text is written with every character escaped that cannot be printed, so that none can end the literal.
    """
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(literal(one) for one in value)}]"
    return repr(value)


def pair(values: Sequence[float]) -> str:
    """Numbers as a tuple, as PyTorch shows betas, etas and step_sizes."""
    return f"({', '.join(literal(value) for value in values)})"


def _quoted(value: str) -> str:
    written = repr(value)
    inner = written[1:-1]
    # repr() takes single quotes where it can; double ones are the usual style.
    return written if written[0] == '"' or '"' in inner else f'"{inner}"'


def call(name: str, arguments: Iterable[str], *, lead: str = "", indent: int = 0) -> str:
    """`lead` and a call, on one line where it fits, else with one argument a line."""
    given = list(arguments)
    line = f"{lead}{name}({', '.join(given)})"
    if "\n" not in line and len(line) + indent <= WIDTH:
        return line
    return f"{lead}{name}(\n" + "".join(f"{indented(one, TAB)},\n" for one in given) + ")"


def keywords(values: Mapping[str, str]) -> list[str]:
    """`name=value` for a call."""
    return [f"{name}={value}" for name, value in values.items()]


def numbers(values: Sequence[float], *, used: int = 0) -> str:
    """A list of numbers; `used` columns of the first line are taken already."""
    words = [repr(value) for value in values]
    line = f"[{', '.join(words)}]"
    if len(line) + used <= WIDTH:
        return line
    lines, current = [], TAB
    for word in words:
        if len(current) + len(word) + 1 > WIDTH - used and current != TAB:
            lines.append(current.rstrip())
            current = TAB
        current += f"{word}, "
    return "\n".join(["[", *lines, current.rstrip(), "]"])


def tensor(values: Sequence[Any], *, used: int = 0) -> str:
    """`torch.tensor(…)` of a list of numbers, or of a list of such lists, one a line."""
    if not values or not isinstance(values[0], tuple | list):
        return f"torch.tensor({numbers(values, used=used + 15)})"
    rows = [numbers(row, used=8) for row in values]
    line = f"torch.tensor([{', '.join(rows)}])"
    if "\n" not in line and len(line) + used <= WIDTH:
        return line
    return "torch.tensor([\n" + "".join(f"{indented(row, TAB)},\n" for row in rows) + "])"


def product(factor: float, of: str) -> str:
    """`factor * of`, without a factor of 1."""
    return of if factor == 1 else f"{factor!r} * {of}"


def difference(of: str, value: float) -> str:
    """`of - value` in brackets; `of` alone where there is nothing to take away."""
    if value == 0:
        return of
    return f"({of} - {value!r})" if value > 0 else f"({of} + {-value!r})"


def added(of: str, value: float, to: str) -> str:
    """`to` plus `value` times `of`, the sign drawn out; `to` alone where value is 0."""
    if value == 0:
        return to
    return f"{to} {'+' if value > 0 else '-'} {product(abs(value), of)}"


def squared(of: str) -> str:
    """The square, spaced as is usual: `x**2` but `(x - 1.0) ** 2`."""
    return f"{of}**2" if of.isidentifier() else f"{of} ** 2"
