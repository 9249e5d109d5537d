"""The parent's end of the drawing process: start, talk, time out, restart."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from simulator.figures.renderer.errors import (
    BadDescription,
    RendererBusy,
    RendererCrashed,
    RendererTimeout,
)

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
START_SECONDS = 60.0
# What the child may know of the environment: no key, no database address.
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "TZ",
)


class _Ended(Exception):
    """The child closed its end of a pipe."""


class Renderer:
    """One drawing process, started at the first job, used by one thread at a time.

    Args:
        timeout: seconds that one job may take, waiting for other threads' jobs included.
        command: the program to run; tests put a misbehaving one here.
    """

    def __init__(self, timeout: float = 20.0, command: list[str] | None = None) -> None:
        self.timeout = timeout
        # "-P": the script's own folder must not come first on the import path.
        self.command = command or [sys.executable, "-P", str(CHILD)]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while none is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def svg(self, spec: dict[str, Any]) -> str:
        """Draw a Vega-Lite description. Raises a RendererError."""
        return str(self._call({"job": "svg", "spec": spec}))

    def vega(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Compile a Vega-Lite description to Vega, for the browser. Raises a RendererError."""
        return dict(self._call({"job": "vega", "spec": spec}))

    def png(self, svg: str, scale: float = 1.0) -> bytes:
        """Turn a drawn SVG into a PNG, `scale` pixels per SVG unit. Raises a RendererError."""
        return base64.b64decode(self._call({"job": "png", "svg": svg, "scale": scale}))

    def ping(self) -> bool:
        """Whether the process answers (it is started if need be)."""
        return bool(self._call({"job": "ping"}) == "pong")

    def close(self) -> None:
        """End the process; a later job starts a new one."""
        with self._lock:
            self._kill()

    def forget(self) -> None:
        """Let go of a parent's process after a fork, without harming it: two processes must not share
        pipes."""
        process, self._process, self._lock = self._process, None, threading.Lock()
        if process is None:
            return
        for pipe in _pipes(process):
            with contextlib.suppress(OSError):
                pipe.close()
        process.returncode = 0  # not this process's child: nothing to wait for, and no warning about it

    def _call(self, job: dict[str, Any]) -> Any:
        line = json.dumps(job, allow_nan=False).encode() + b"\n"
        if not self._lock.acquire(timeout=self.timeout):
            raise RendererBusy(f"no answer within {self.timeout:g} s: other pictures are being drawn")
        try:
            answer = json.loads(self._exchange_with_retry(line))
        finally:
            self._lock.release()
        if warnings := answer.get("warnings"):
            log.warning("the drawing library says: %s", warnings)
        if "error" in answer:
            raise BadDescription(answer["error"])
        return answer["ok"]

    def _exchange_with_retry(self, line: bytes) -> bytes:
        for attempt in (1, 2):
            try:
                if self.pid is None:
                    self._start()
                return self._exchange(line, self.timeout)
            except _Ended:
                code = self._kill()
                log.warning("the drawing process ended with code %s (attempt %d)", code, attempt)
            except RendererTimeout:
                self._kill()
                raise
        raise RendererCrashed("the drawing process ended twice while drawing one picture")

    def _start(self) -> None:
        self._kill()
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment
        )
        for pipe in _pipes(self._process):
            os.set_blocking(pipe.fileno(), False)
        # Loading the library takes a while on a busy machine; that is not the job's fault.
        self._exchange(b'{"job": "ping"}\n', START_SECONDS)

    def _exchange(self, line: bytes, seconds: float) -> bytes:
        """Write one line and read one, both without blocking, so that a stuck child cannot hold the
        thread."""
        to_child, from_child = _pipes(self._process)
        deadline, unsent, received = time.monotonic() + seconds, memoryview(line), bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(to_child, selectors.EVENT_WRITE)
            ready.register(from_child, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                remaining = deadline - time.monotonic()
                events = ready.select(remaining) if remaining > 0 else []
                if not events:
                    raise RendererTimeout(f"no picture after {seconds:g} s")
                for key, _ in events:
                    if key.fileobj is to_child:
                        unsent = unsent[self._write(to_child.fileno(), unsent) :]
                        if not unsent:
                            ready.unregister(to_child)
                    else:
                        received += self._read(from_child.fileno())
        return bytes(received)

    @staticmethod
    def _write(descriptor: int, data: memoryview) -> int:
        try:
            return os.write(descriptor, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise _Ended from error

    @staticmethod
    def _read(descriptor: int) -> bytes:
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return b""
        if not data:
            raise _Ended
        return data

    def _kill(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(OSError):
            process.kill()
        for pipe in _pipes(process):
            with contextlib.suppress(OSError):
                pipe.close()
        return process.wait()


def _pipes(process: subprocess.Popen[bytes] | None) -> tuple[IO[bytes], IO[bytes]]:
    """The ends of the pipes to and from a child."""
    if process is None or process.stdin is None or process.stdout is None:
        raise _Ended
    return process.stdin, process.stdout


_shared: Renderer | None = None
_shared_lock = threading.Lock()


def renderer() -> Renderer:
    """The renderer of this web process."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = Renderer()
        return _shared


def _after_fork() -> None:
    global _shared, _shared_lock
    _shared_lock = threading.Lock()
    if _shared is not None:
        _shared.forget()


os.register_at_fork(after_in_child=_after_fork)
