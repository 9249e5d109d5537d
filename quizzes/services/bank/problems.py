"""What is wrong with the files of the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BankProblem:
    """Names file, item and key as far as they are known."""

    file: str
    item: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.item, self.key, self.message) if part)


class BankError(ValueError):
    """The files cannot be taken as they are; every problem of every file is listed."""

    def __init__(self, problems: Sequence[BankProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
