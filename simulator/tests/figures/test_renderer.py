"""The drawing process: it draws, refuses what it must, and comes back after every kind of accident."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.figures.renderer import (
    BadDescription,
    Renderer,
    RendererBusy,
    RendererCrashed,
    RendererTimeout,
)
from simulator.figures.renderer import renderer as shared_renderer

PROJECT = Path(__file__).resolve().parents[3]
POINT: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": 2}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


@pytest.fixture
def renderer() -> Renderer:
    """The one that all tests of this process share: starting another takes a second."""
    return shared_renderer()


def pretender(tmp_path: Path, after_ping: str) -> Renderer:
    """A renderer whose child answers pings and does `after_ping` with anything else."""
    script = tmp_path / "pretender.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, sys, time
            for line in sys.stdin:
                if "ping" in line:
                    print('{{"ok": "pong"}}', flush=True)
                else:
                    {after_ping}
            """
        )
    )
    return Renderer(timeout=1.0, command=[sys.executable, str(script)])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else True


def wait_until_gone(pid: int, seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def test_it_starts_at_the_first_job_only() -> None:
    assert Renderer().pid is None


def test_it_draws_svg_and_png_and_compiles(renderer: Renderer) -> None:
    svg = renderer.svg(POINT)
    assert svg.startswith("<svg") and "mark-symbol" in svg
    assert renderer.png(svg, scale=2).startswith(b"\x89PNG")
    assert renderer.vega(POINT)["marks"][0]["type"] == "symbol"
    assert renderer.ping()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.csv", "https://example.org/x.json", "file:///etc/passwd"]
)
def test_a_description_cannot_make_it_fetch(renderer: Renderer, address: str) -> None:
    with pytest.raises(BadDescription):
        renderer.svg({**POINT, "data": {"url": address}})
    with pytest.raises(BadDescription):
        renderer.vega({**POINT, "layer": [{"data": {"url": address}}]})


def test_a_description_that_is_none_is_refused_and_the_process_lives_on(renderer: Renderer) -> None:
    pid = renderer.pid
    with pytest.raises(BadDescription):
        renderer.svg({"mark": "nonsense"})
    assert renderer.svg(POINT)
    assert pid is None or renderer.pid == pid


def test_what_the_library_prints_is_logged(renderer: Renderer, caplog: pytest.LogCaptureFixture) -> None:
    # A variable of the name that Vega gives to a signal of its own: it draws nonsense and only prints.
    broken = {**POINT, "params": [{"name": "cursor", "value": None}]}
    try:
        renderer.svg(broken)
    except BadDescription:
        return
    assert any("drawing library" in record.message for record in caplog.records)


def test_killed_it_starts_again_for_the_next_picture(renderer: Renderer) -> None:
    renderer.ping()
    first = renderer.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert renderer.svg(POINT)
    assert renderer.pid not in (None, first)


def test_a_picture_that_takes_too_long_is_given_up_and_its_process_killed(tmp_path: Path) -> None:
    renderer = pretender(tmp_path, "time.sleep(60)")
    renderer.ping()
    pid = renderer.pid
    assert pid is not None
    started = time.monotonic()
    with pytest.raises(RendererTimeout):
        renderer.svg(POINT)
    assert time.monotonic() - started < 5
    assert wait_until_gone(pid)
    assert renderer.ping(), "the next job has a new process"
    renderer.close()


def test_a_process_that_dies_of_a_picture_is_tried_twice(tmp_path: Path) -> None:
    renderer = pretender(tmp_path, "os._exit(3)")
    with pytest.raises(RendererCrashed):
        renderer.svg(POINT)
    assert renderer.ping()
    renderer.close()


def test_who_waits_too_long_for_others_is_told(tmp_path: Path) -> None:
    renderer = pretender(tmp_path, "time.sleep(60)")
    renderer.timeout = 2.0

    def wait_in_vain() -> None:
        with pytest.raises(RendererTimeout):
            renderer.svg(POINT)

    other = threading.Thread(target=wait_in_vain)
    other.start()
    time.sleep(0.8)
    renderer.timeout = 0.2
    with pytest.raises(RendererBusy):
        renderer.svg(POINT)
    other.join()
    renderer.close()


def test_threads_get_each_their_own_picture(renderer: Renderer) -> None:
    answers: dict[int, str] = {}

    def job(number: int) -> None:
        answers[number] = renderer.svg({**POINT, "title": f"picture {number}"})

    threads = [threading.Thread(target=job, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        assert f"picture {number}<" in answers[number]


def test_it_ends_with_its_parent() -> None:
    code = (
        "from simulator.figures.renderer import Renderer; import sys, time; r = Renderer(); r.ping();"
        "print(r.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until_gone(child)


def _draw_after_fork(shared: Renderer, answer: Any) -> None:
    shared.forget()
    answer.put((shared.pid, shared.svg(POINT).startswith("<svg"), shared.pid))
    shared.close()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_gets_a_renderer_of_its_own(renderer: Renderer) -> None:
    renderer.ping()
    pid = renderer.pid
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    fork = context.Process(target=_draw_after_fork, args=(renderer, answer))
    fork.start()
    before, drawn, after = answer.get(timeout=60)
    fork.join()
    assert before is None and drawn and after not in (None, pid)
    assert renderer.pid == pid and renderer.svg(POINT), "the parent's is unharmed"


def test_the_shared_renderer_is_forgotten_by_a_fork() -> None:
    assert shared_renderer().ping()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if shared_renderer().pid is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert shared_renderer().pid is not None


def test_the_child_is_told_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "very secret")
    script = tmp_path / "teller.py"
    script.write_text(
        "import json, os, sys\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps({'ok': ' '.join(os.environ)}), flush=True)\n"
    )
    renderer = Renderer(command=[sys.executable, str(script)])
    assert "SECRET_KEY" not in renderer.svg(POINT).split()
    renderer.close()
