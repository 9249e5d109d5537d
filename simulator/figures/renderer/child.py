"""The process that draws. It reads one job per line from standard input and writes one answer per line.

    {"job": "svg" | "vega", "spec": {…Vega-Lite…}}                -> {"ok": "<svg …>"} | {"ok": {…Vega…}}
    {"job": "png", "svg": "<svg …>", "scale": 1.0}                -> {"ok": "base64"}
    {"job": "ping"}                                               -> {"ok": "pong"}
    anything that fails                                           -> {"error": "what the library said"}

An answer may carry "warnings": what the library printed. It prints, and draws nothing, where one would expect
an exception (a signal of the same name, for one), so the parent must be able to see it.

It is started by path as a plain script (nothing of the project is imported), and ends with its parent: on the
end of standard input when idle, and by a watch on the parent's process id when in the middle of a drawing.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO, Any

import vl_convert

VEGA_LITE = "6.4"


def _closed(spec: Any) -> Any:
    """The description itself, if it names no address. Raises ValueError where it does."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("url", "href"):
                raise ValueError(f"a description may not name addresses, but has {key!r}")
            _closed(value)
    elif isinstance(spec, list):
        for value in spec:
            if isinstance(value, dict | list):
                _closed(value)
    return spec


def _svg(job: dict[str, Any]) -> str:
    # The library refuses addresses too, if one should come by a way that was not thought of here.
    return str(vl_convert.vegalite_to_svg(_closed(job["spec"]), vl_version=VEGA_LITE, allowed_base_urls=[]))


def _vega(job: dict[str, Any]) -> Any:
    _closed(job["spec"])
    return vl_convert.vegalite_to_vega(job["spec"], vl_version=VEGA_LITE)


def _png(job: dict[str, Any]) -> str:
    return base64.b64encode(vl_convert.svg_to_png(job["svg"], scale=float(job["scale"]))).decode("ascii")


def _ping(job: dict[str, Any]) -> str:
    return "pong"


JOBS: dict[str, Callable[[dict[str, Any]], Any]] = {"svg": _svg, "vega": _vega, "png": _png, "ping": _ping}


def _answer(line: bytes, printed: IO[bytes]) -> dict[str, Any]:
    """Do one job; `printed` is the file that the process's error output goes to."""
    try:
        job = json.loads(line)
        answer: dict[str, Any] = {"ok": JOBS[job["job"]](job)}
    except Exception as error:
        answer = {"error": str(error) or type(error).__name__}
    printed.seek(0)
    warnings = printed.read(4096).decode("utf-8", "replace").strip()
    if warnings:
        answer["warnings"] = warnings
        printed.seek(0)
        printed.truncate()
    return answer


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def main() -> None:
    """Serve jobs until standard input ends."""
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    # Answers go out on a private copy of standard output, so nothing that the library prints can mix with
    # them.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    with tempfile.TemporaryFile(buffering=0) as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        for line in sys.stdin.buffer:
            data = json.dumps(_answer(line, printed)).encode() + b"\n"
            while data:
                data = data[answers.write(data) :]


if __name__ == "__main__":
    main()
