"""Run generated programs under real PyTorch, for `scripts/generated_programs.py`.

`python scripts/run_programs.py FOLDER` runs every FOLDER/*.py as it stands and writes what it prints beside
it as .txt. With `--sensitivity` it takes each [program, run] of FOLDER/asked.json instead, and writes into
FOLDER/sensitivity.json how far PyTorch's losses get from themselves when the start, the gradients and the
places where they are taken change by the size of rounding (see make_reference_runs.py).
"""

import contextlib
import io
import json
import runpy
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from torch_reference import run

CHANGES = 4


def run_all(folder: Path) -> None:
    """Run the programs one after the other in this process: importing torch takes longer than most."""
    for path in sorted(folder.glob("*.py")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            runpy.run_path(str(path), run_name="__main__")
        path.with_suffix(".txt").write_text(printed.getvalue(), encoding="utf-8")


def sensitivity(scenario: dict[str, Any], index: int) -> list[float]:
    """`sens` (T+1,) of the losses of one run, relative to the largest loss so far."""
    alone = {**scenario, "runs": [scenario["runs"][index]]}
    with np.errstate(all="ignore"):
        losses = run(alone).loss
        scale = np.fmax.accumulate(np.abs(losses))
        apart = np.zeros(len(losses))
        for change in range(CHANGES):
            distance = np.abs(run(alone, change=change).loss - losses) / scale
            apart = np.fmax(apart, np.where(np.isnan(distance), np.inf, distance))
    return [float(value) for value in np.maximum.accumulate(apart)]


def main(folder: Path, what: str = "") -> None:
    if what != "--sensitivity":
        run_all(folder)
        return
    found = []
    for name, index in json.loads((folder / "asked.json").read_text()):
        scenario = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        found.append(sensitivity(scenario, index))
    (folder / "sensitivity.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
