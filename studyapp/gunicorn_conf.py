"""How gunicorn serves the site. Why threads under WSGI: docs/decisions/0010-gunicorn-wsgi-threads.md."""

import os
from pathlib import Path
from typing import Any

from studyapp.env import Environment

env = Environment(os.environ)
BIND = env.text("BIND", "127.0.0.1", "Address to listen on; `0.0.0.0` is every one of this machine.")
PORT = env.integer("PORT", 8000, "Port to listen on.", minimum=1, maximum=65535)

bind = f"[{BIND}]:{PORT}" if ":" in BIND else f"{BIND}:{PORT}"
# A simulation keeps one process busy; with at least two, pages are still answered meanwhile.
workers = env.integer(
    "WEB_CONCURRENCY",
    min(max(os.cpu_count() or 1, 2), 8),
    "Processes that answer requests.",
    minimum=1,
    maximum=64,
)
# Four of them may wait for long simulations (simulator/services/apart); the others answer pages meanwhile.
threads = env.integer("WEB_THREADS", 8, "Threads in each of them.", minimum=1, maximum=64)
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (a heartbeat must not wait for a disk)
timeout = 60
graceful_timeout = 10
keepalive = 5
limit_request_line = 4094
limit_request_fields = 100
control_socket_disable = True  # it would be made in the home folder
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Say where the site is, once, when the first worker has loaded it."""
    if worker.age == 1:
        shown = f"[{BIND}]" if ":" in BIND else BIND.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (only shown)
        print(f"Overshoot is at http://{shown}:{PORT}/ (stop it with Ctrl-C)", flush=True)  # noqa: T201
