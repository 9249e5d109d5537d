"""Make the stored reference runs with real PyTorch (simulator/tests/reference/).

Needs torch 2.13.0 and NumPy, which the product itself does not: run it by `scripts/parity.py --store`, which
makes a throw-away environment for it, or by any Python that has both: `python scripts/make_reference_runs.py
FOLDER`.

For every case the file holds the rows `t` with the parameters, the loss and the self-sensitivity `sens`, and
the rate of every step. `sens` is how far PyTorch gets from itself by row t, relative to the largest parameter
so far, when the start is changed by a relative 2^-50, each gradient by 2^-52 of its largest entry, and the
place where it is taken by a relative 2^-52: the largest of four such runs, and of the rows before. A chaotic
run says by it that no tighter agreement can be asked for.
"""

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from reference_cases import cases
from reference_refusals import refused_cases
from torch_reference import LAMBDAS, Reference, run

POINTS = 41
CHANGES = 4
# How PyTorch computes, not what; scale_fn is code, and last_epoch is for resuming.
OPTIMIZER_INTERNALS = {"self", "params", "foreach", "capturable", "differentiable", "fused"}
SCHEDULER_INTERNALS = {"self", "optimizer", "last_epoch", "scale_fn", "scale_mode"}


def sensitivity(reference: Reference, scenario: dict[str, Any]) -> np.ndarray:
    """`sens` (T+1,) of a run."""
    scale = np.fmax.accumulate(np.abs(reference.params).max(axis=1))
    apart = np.zeros(len(scale))
    for change in range(CHANGES):
        other = run(scenario, change=change)
        distance = np.abs(other.params - reference.params).max(axis=1) / scale
        apart = np.maximum(apart, np.where(np.isnan(distance), np.inf, distance))
    sens: np.ndarray = np.maximum.accumulate(apart)
    return sens


def diverged_at(reference: Reference) -> int:
    """First row beyond the bounds of the contract, -1 where there is none."""
    size, loss = np.abs(reference.params).max(axis=1), reference.loss
    within = np.isfinite(size) & np.isfinite(loss)
    within &= (loss <= 1e8 * max(1.0, abs(loss[0]))) & (size <= 1e8 * max(1.0, size[0]))
    return -1 if within.all() else int(within.argmin())


def refusal(scenario: dict[str, Any]) -> str:
    """The error that PyTorch raises, as text; empty where it raises none."""
    try:
        run(scenario)
    except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def signatures() -> dict[str, Any]:
    """Default of every argument of every optimizer and scheduler in use, and which arguments have none."""
    optimizers = {case["runs"][0]["optimizer"]["name"] for case in cases()}
    schedulers = {case["runs"][0]["scheduler"]["name"] for case in cases() if "scheduler" in case["runs"][0]}
    found: dict[str, Any] = {"optimizers": {}, "schedulers": {}, "required": {}}
    for name in sorted(optimizers):
        found["optimizers"][name] = _arguments(getattr(torch.optim, name), OPTIMIZER_INTERNALS)[0]
    for name in sorted(schedulers - set(LAMBDAS)):
        kind = getattr(torch.optim.lr_scheduler, name)
        found["schedulers"][name], found["required"][name] = _arguments(kind, SCHEDULER_INTERNALS)
    return found


def _arguments(kind: Any, internals: set[str]) -> tuple[dict[str, Any], list[str]]:
    parameters = inspect.signature(kind.__init__).parameters.values()
    public = [one for one in parameters if one.name not in internals]
    given = {one.name: one.default for one in public if one.default is not inspect.Parameter.empty}
    return given, [one.name for one in public if one.name not in given]


def main(folder: Path) -> None:
    arrays: dict[str, list[np.ndarray]] = {"params": [], "loss": [], "sens": [], "lr": []}
    entries = []
    with np.errstate(all="ignore"):
        for case in cases():
            scenario = {key: value for key, value in case.items() if key != "title"}
            reference = run(scenario)
            rows = np.unique(np.rint(np.linspace(0, scenario["steps"], POINTS)).astype(int))
            arrays["params"].append(reference.params[rows].ravel())
            arrays["loss"].append(reference.loss[rows])
            arrays["sens"].append(sensitivity(reference, scenario)[rows].astype(np.float32))
            arrays["lr"].append(reference.lr)
            entries.append(
                {
                    "title": case["title"],
                    "scenario": scenario,
                    "rows": len(rows),
                    "dim": reference.params.shape[1],
                    "diverged_at": diverged_at(reference),
                }
            )
    refused = [{"scenario": one, "error": refusal(one)} for one in refused_cases()]
    joined: dict[str, Any] = {name: np.concatenate(parts) for name, parts in arrays.items()}
    np.savez_compressed(folder / "runs.npz", **joined)
    content = {"torch": torch.__version__, "numpy": np.__version__, "defaults": signatures()}
    content = {**content, "refused": refused, "runs": entries}
    lines = json.dumps(content, indent=None, separators=(", ", ": "))
    (folder / "runs.json").write_text(
        lines.replace('{"title"', '\n{"title"').replace('{"scenario"', '\n{"scenario"')
    )
    print(f"{len(entries)} runs, {len(refused)} refusals, torch {torch.__version__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
