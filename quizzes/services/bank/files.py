"""Reading YAML 1.2: ``1e-3`` is a number and a key that stands twice is an error."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from quizzes.services.bank.problems import BankProblem

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "content"
TOPICS, MISCONCEPTIONS, SOURCES = "topics.yaml", "misconceptions.yaml", "sources.yaml"
QUESTIONS, FLASHCARDS = "questions.yaml", "flashcards.yaml"
ITEM_FILES = (QUESTIONS, FLASHCARDS)


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file: ``name`` is its path inside the folder, ``entries`` the mappings of its list."""

    name: str
    entries: tuple[Any, ...]


def read_folder(folder: Path) -> tuple[dict[str, BankFile], list[BankProblem]]:
    """All files of a bank by name, and what could not be read."""
    if not folder.is_dir():
        return {}, [BankProblem(str(folder), "", "", "There is no such folder.")]
    files: dict[str, BankFile] = {}
    problems: list[BankProblem] = []
    for path in _yaml_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = _read(path, name)
        except _Unreadable as error:
            problems.append(error.problem)
    return files, problems


def files_digest(folder: Path) -> str:
    """Digest of the names and bytes of all files of a bank."""
    digest = hashlib.sha256()
    for path in _yaml_files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for suffix in ("yaml", "yml") for path in folder.rglob(f"*.{suffix}"))


class _Unreadable(Exception):
    def __init__(self, name: str, message: str) -> None:
        self.problem = BankProblem(name, "", "", message)


def _read(path: Path, name: str) -> BankFile:
    known = (TOPICS, MISCONCEPTIONS, SOURCES)
    if name not in known and not (path.name in ITEM_FILES and name.count("/") == 1):
        allowed = ", ".join((*known, *(f"<topic>/{file}" for file in ITEM_FILES)))
        raise _Unreadable(name, f"This file does not belong here. Files of a bank: {allowed}.")
    yaml = YAML(typ="safe", pure=True)
    try:
        data = yaml.load(path.read_text(encoding="utf-8"))
    except DuplicateKeyError as error:
        raise _Unreadable(name, _say(error)) from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise _Unreadable(name, _say(error)) from None
    if data is None:
        data = []
    if not isinstance(data, list):
        raise _Unreadable(name, "A file of the bank is a list: every entry begins with “- id: …”.")
    return BankFile(name, tuple(data))


def _say(error: Exception) -> str:
    """The first line of a YAML error, with the line where it is."""
    if not isinstance(error, MarkedYAMLError):
        return str(error).splitlines()[0]
    mark = error.problem_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
    return f"{where}{error.problem}"
