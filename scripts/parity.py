"""Compare the simulator with real PyTorch, live: `make parity`.

Makes a throw-away environment with torch in a temporary folder (or takes the one that OVERSHOOT_TORCH_PYTHON
names), lets PyTorch run every reference case again and every generated program (see generated_programs.py),
compares, and prints how fast both are (see speed.py). Nothing of it is installed into the project's own
environment. With --store, the new reference runs replace the stored ones.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# First of all: importing the simulator before NumPy is what sets the one thread of linear algebra.
from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.reference.stored import RATE_ALLOWED, StoredRun, deviations, read_runs

# isort: split
import numpy as np
from generated_programs import compare_programs
from speed import print_speed

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ("torch==2.13.0", "numpy")


def torch_python(folder: Path) -> str:
    """A Python that has torch: the one named in the environment, or a new one under `folder`."""
    named = os.environ.get("OVERSHOOT_TORCH_PYTHON")
    if named:
        return named
    print(f"Making an environment with {' and '.join(REQUIREMENTS)} (a few hundred MB) …", flush=True)
    venv.create(folder / "torch", with_pip=True)
    python = folder / "torch" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return str(python)


def disagreement(stored: StoredRun) -> tuple[float, str]:
    """Largest deviation over what is allowed, and what is wrong; empty where nothing is."""
    run = simulate(parse_scenario(stored.scenario), Record(points=len(stored.t), params=True)).runs[0]
    assert run.params is not None  # noqa: S101 - asked for
    apart, counts = deviations(stored, run.params)
    largest = float(np.nan_to_num(apart[counts], nan=np.inf).max(initial=0.0))
    with np.errstate(invalid="ignore"):
        rate = float(np.abs(run.lr - stored.lr[stored.t]).max() / np.abs(stored.lr).max())
    if largest > 1:
        return largest, f"parameters {largest:.3g} times further apart than allowed"
    if not rate <= RATE_ALLOWED:
        return largest, f"rates {rate:.1e} apart"
    if run.diverged_at != stored.diverged_at:
        return largest, f"diverged at {run.diverged_at}, PyTorch at {stored.diverged_at}"
    return largest, ""


def compare(folder: Path) -> int:
    """Print every disagreement; how many there are."""
    runs = read_runs(folder)
    wrong, largest = 0, 0.0
    for stored in runs:
        apart, what = disagreement(stored)
        largest = max(largest, apart)
        if what:
            wrong += 1
            print(f"DIFFERENT: {stored.title}: {what}\n  {stored.scenario}")
    print(f"{len(runs) - wrong} of {len(runs)} runs agree.")
    print(f"The largest deviation is {largest:.1%} of what is allowed.")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the simulator with real PyTorch.")
    parser.add_argument(
        "--store", action="store_true", help="replace the stored reference runs by the new ones"
    )
    store = parser.parse_args().store
    with tempfile.TemporaryDirectory(prefix="overshoot-parity-") as name:
        folder = Path(name)
        python = torch_python(folder)
        subprocess.run([python, ROOT / "scripts" / "make_reference_runs.py", folder], check=True)
        wrong = compare(folder) + compare_programs(folder / "programs", python)
        print_speed(python)
        if store:
            for file in ("runs.npz", "runs.json"):
                shutil.copy(folder / file, ROOT / "simulator" / "tests" / "reference" / file)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
