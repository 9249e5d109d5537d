"""The process that simulates. It reads pickled jobs from standard input and writes pickled answers.

A job is ``("result", Scenario, Record)``, answered by ``("done", Result)``, or ``("json", order)`` with the
order of a client as it came, answered by ``("done", bytes)`` with the JSON that the client gets, or
``("file", form, order)`` likewise for a program or notebook, or ``("analysis", kind, order)`` for an
analysis; or ``("error", exception)`` for what the core
raised. Only the parent, which started it, holds the other ends of the pipes.

It ends with its parent: at the end of standard input when idle, by a watch on the parent's process id when
busy.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from typing import Any

# Children of all web processes together must leave the cores to the pages.
NICENESS = 15


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _done(kind: str, *given: Any) -> Any:
    import orjson

    from simulator.core.exchange import parse_order, result_to_dict
    from simulator.core.training import simulate

    if kind == "result":
        return simulate(*given)
    if kind == "analysis":
        from simulator.core.analyses.answers import analyse
        from simulator.core.analyses.orders import parse_analysis

        return orjson.dumps(analyse(parse_analysis(*given)))
    if kind == "file":
        from simulator.core.pytorch import file_order

        return orjson.dumps(file_order(*given))
    order = parse_order(*given)
    result = simulate(order.scenario, order.record)
    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(result_to_dict(result, order.precision), option=options)


def main() -> None:
    """Serve jobs until standard input ends."""
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    os.nice(NICENESS)
    # Answers go out on a private copy of standard output, so that nothing printed can mix with them.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)  # noqa: S301 (the parent wrote it)
        except EOFError:
            return
        try:
            answer = ("done", _done(*job))
        except Exception as error:
            answer = ("error", error)
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
