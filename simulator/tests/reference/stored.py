"""The stored runs of real PyTorch (made by scripts/make_reference_runs.py), and how close is close enough."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_FOLDER = Path(__file__).parent
ALLOWED = 1e-12
PER_SENSITIVITY = 100.0
CHAOTIC = 1e-6
RATE_ALLOWED = 1e-13


@dataclass(frozen=True, eq=False)
class StoredRun:
    """One run of PyTorch: rows `t`, params (R, D), loss and sens (R,), and every rate, lr (T+1,)."""

    title: str
    scenario: dict[str, Any]
    t: NDArray[np.intp]
    params: FloatArray
    loss: FloatArray
    sens: FloatArray
    lr: FloatArray
    diverged_at: int | None


def deviations(stored: StoredRun, params: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Distance (R,) of `params` (R, D) from the stored ones over what is allowed, and which rows count.

    Allowed in row t is scale_t (1e-12 + 100 sens_t), where scale_t is the largest parameter so far and sens_t
    how far PyTorch gets from itself under changes of the size of rounding. Rows count before divergence and
    while sens_t is at most 1e-6: beyond that, the run is chaotic and no digits can be compared.
    """
    with np.errstate(all="ignore"):
        scale = np.fmax.accumulate(np.abs(stored.params).max(axis=1))
        distance = np.abs(params - stored.params).max(axis=1)
        counts = stored.sens <= CHAOTIC
        if stored.diverged_at is not None:
            counts &= stored.t < stored.diverged_at
        return distance / (scale * (ALLOWED + PER_SENSITIVITY * stored.sens)), counts


@cache
def stored_runs() -> tuple[StoredRun, ...]:
    """All stored runs."""
    return read_runs(_FOLDER)


def read_runs(folder: Path) -> tuple[StoredRun, ...]:
    """The runs that scripts/make_reference_runs.py wrote into `folder`."""
    content: dict[str, Any] = json.loads((folder / "runs.json").read_text())
    with np.load(folder / "runs.npz") as file:
        arrays = {name: file[name] for name in file.files}
    at = dict.fromkeys(arrays, 0)

    def take(name: str, count: int) -> FloatArray:
        at[name] += count
        return np.asarray(arrays[name][at[name] - count : at[name]], dtype=np.float64)

    found = []
    for entry in content["runs"]:
        rows, dim, steps = entry["rows"], entry["dim"], entry["scenario"]["steps"]
        found.append(
            StoredRun(
                entry["title"],
                entry["scenario"],
                np.unique(np.rint(np.linspace(0, steps, rows)).astype(np.intp)),
                take("params", rows * dim).reshape(rows, dim),
                take("loss", rows),
                take("sens", rows),
                take("lr", steps + 1),
                None if entry["diverged_at"] < 0 else entry["diverged_at"],
            )
        )
    return tuple(found)


def refused() -> list[dict[str, Any]]:
    """Scenarios that PyTorch refuses, each with its error."""
    return list(_content()["refused"])


def defaults() -> dict[str, Any]:
    """PyTorch's default arguments, under `optimizers` and `schedulers`, and the `required` ones."""
    return dict(_content()["defaults"])


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_FOLDER / "runs.json").read_text())
    return content
