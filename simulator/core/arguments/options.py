"""A read-only, hashable mapping of argument values."""

from collections.abc import Iterator, Mapping
from typing import Any


class Options(Mapping[str, Any]):
    """Values by argument name, defaults filled in; equal options are equal, hash equally and never change.

    The values are numbers, booleans, text, None, or tuples of them.
    """

    __slots__ = ("_hash", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self._hash: int | None = None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._values.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Options) and self._values == other._values

    def __repr__(self) -> str:
        return f"Options({self._values!r})"

    def __reduce__(self) -> tuple[type["Options"], tuple[dict[str, Any]]]:
        return Options, (self._values,)
