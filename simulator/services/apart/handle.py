"""The parent's end: one child per process, a short queue, a time limit."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.core.record import Record
from simulator.core.spec import Scenario
from simulator.core.training import Result

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
PROJECT = Path(__file__).resolve().parents[3]
# What the child may know of the environment: no key, no database address.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TZ")
# Threads of this process that may be busy with long simulations, the one whose turn it is included. The
# others of the web server's threads stay free for pages.
PLACES = 4
WAIT_SECONDS = 120.0
JOB_SECONDS = 300.0


class SimulatorBusy(RuntimeError):
    """Too many long simulations are under way, or one takes longer than this machine can spare.

    After ``retry_after`` seconds it may be different.
    """

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SimulatorFailed(RuntimeError):
    """The process ended while simulating, twice: a bug, or the machine is out of memory."""


class _Apart:
    """One child process, started at the first job, used by one thread at a time.

    Args:
        command: the program to run; tests put a misbehaving one here.
    """

    def __init__(self, command: list[str] | None = None, *, places: int = PLACES) -> None:
        # "-P": the script's own folder must not come first on the import path.
        self.command = command or [sys.executable, "-P", str(CHILD)]
        self.places = threading.BoundedSemaphore(places)
        self.turn = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def do(self, *job: Any) -> Any:
        """The answer to a job (see ``child.py``). Raises SimulatorBusy, SimulatorFailed, or what the core
        raises."""
        with self.place():
            if not self.turn.acquire(timeout=WAIT_SECONDS):
                raise SimulatorBusy(f"no turn within {WAIT_SECONDS:g} s")
            try:
                kind, value = self._answer_to(job)
            finally:
                self.turn.release()
        if kind == "error":
            raise value
        return value

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """One of the places, for a while. Raises SimulatorBusy where all are taken."""
        if not self.places.acquire(blocking=False):
            raise SimulatorBusy("all places for long simulations are taken")
        try:
            yield
        finally:
            self.places.release()

    def _answer_to(self, job: tuple[Any, ...]) -> tuple[str, Any]:
        for attempt in (1, 2):
            process = self._running()
            limit = threading.Timer(JOB_SECONDS, process.kill)
            limit.daemon = True
            limit.start()
            try:
                return self._exchange(process, job)
            except (EOFError, OSError, pickle.UnpicklingError):
                log.warning("the simulating process ended with code %s (attempt %d)", self.end(), attempt)
                if limit.finished.is_set():
                    raise SimulatorBusy(f"no result after {JOB_SECONDS:g} s", retry_after=60) from None
            finally:
                limit.cancel()
        raise SimulatorFailed("the simulating process ended before it answered")

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], job: tuple[Any, ...]) -> tuple[str, Any]:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 (both are pipes)
        pickle.dump(job, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        answer: tuple[str, Any] = pickle.load(process.stdout)  # noqa: S301 (our own child wrote it)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.end()
            environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment | {"PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"},
            )
        return self.process

    def end(self) -> int | None:
        """End the process; a later job starts a new one."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return process.wait()


_apart = _Apart()


def waiting_place() -> contextlib.AbstractContextManager[None]:
    """A place for a thread that waits for the long simulation of another one. Raises SimulatorBusy."""
    return _apart.place()


def simulate_apart(scenario: Scenario, record: Record | None = None) -> Result:
    """Simulate in the child process of this web process.

    The result holds what was recorded, not the whole trajectories, so it is small enough to be kept.

    Raises:
        BudgetExceeded: as :func:`simulator.core.training.simulate`.
        SimulatorBusy, SimulatorFailed
    """
    result: Result = _apart.do("result", scenario, record or Record())
    return result


def order_apart(data: Any) -> bytes:
    """The JSON that answers a client's order; also reading the order and writing the answer happen apart.

    Raises:
        ScenarioError, BudgetExceeded: as :func:`simulator.core.exchange.parse_order`.
        SimulatorBusy, SimulatorFailed
    """
    answer: bytes = _apart.do("json", data)
    return answer


def file_apart(form: str, data: Any) -> bytes:
    """The JSON that answers a client's order for a program or notebook (see simulator.core.pytorch).

    Raises:
        ScenarioError, BudgetExceeded: what is wrong with the order.
        SimulatorBusy, SimulatorFailed
    """
    answer: bytes = _apart.do("file", form, data)
    return answer


def analyse_apart(kind: str, data: Any) -> bytes:
    """The JSON that answers a client's order of an analysis of that kind.

    Raises:
        ScenarioError, BudgetExceeded: as :func:`simulator.core.analyses.answers.analyse`.
        SimulatorBusy, SimulatorFailed
    """
    answer: bytes = _apart.do("analysis", kind, data)
    return answer


def _after_fork() -> None:
    """Let go of the parent's child: two processes must not share its pipes."""
    global _apart
    old, _apart = _apart.process, _Apart()
    if old is not None:
        for pipe in (old.stdin, old.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        old.returncode = 0  # not this process's child: nothing to wait for, and no warning about it


os.register_at_fork(after_in_child=_after_fork)
