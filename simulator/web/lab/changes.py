"""Changes of the form that are no run yet: other inputs, a run more or a run fewer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from simulator.web.lab.texts import MOST_RUNS, Texts, run_indices

_OF_RUN = re.compile(r"runs\[(\d+)\](\..+)")


def changed_texts(texts: Texts, action: str, place: str) -> Texts:
    """The texts after an action of CHANGES, at the run of that index where it is about one."""
    return CHANGES[action](texts, int(place) if place.isdecimal() and len(place) < 4 else -1)


def _same(texts: Texts, index: int) -> Texts:
    return texts


def _run_added(texts: Texts, index: int) -> Texts:
    """One run more: a copy of the last, under a name of its own."""
    present = run_indices(texts)
    if not present or len(present) >= MOST_RUNS:
        return texts
    last, new = present[-1], present[-1] + 1
    copied = {f"runs[{new}]{rest}": texts[f"runs[{last}]{rest}"] for rest in _parts(texts, last)}
    return texts | copied | {f"runs[{new}].label": ""}


def _run_removed(texts: Texts, index: int) -> Texts:
    present = run_indices(texts)
    if index not in present or len(present) < 2:
        return texts
    return {name: value for name, value in texts.items() if not name.startswith(f"runs[{index}]")}


def _parts(texts: Texts, index: int) -> list[str]:
    return [found[2] for name in texts if (found := _OF_RUN.fullmatch(name)) and int(found[1]) == index]


CHANGES: Final[Mapping[str, Callable[[Texts, int], Texts]]] = {
    "fields": _same,
    "add-run": _run_added,
    "remove-run": _run_removed,
}
