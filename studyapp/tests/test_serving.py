"""The site as ``make run`` serves it: prepared, collected, by gunicorn, with a shared cache."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import pytest

from studyapp.settings import BASE_DIR


@dataclass
class Site:
    home: Path
    port: int
    process: subprocess.Popen[str]
    first: str  # what the first preparation said
    second: str

    @property
    def var(self) -> Path:
        return self.home / "var"

    def get(self, path: str, **headers: str) -> HTTPResponse:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=20)  # noqa: S310
        except urllib.error.HTTPError as error:
            return error  # type: ignore[return-value]  # it is a response as well


def environment(home: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "OVERSHOOT_VAR": str(home / "var"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
    }


def manage(home: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    variables = environment(home, 8000)
    done = subprocess.run(command, cwd=BASE_DIR, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first = manage(home, "prepare", "--without-bank")
    manifest = home / "var" / "static" / "staticfiles.json"
    collected = manifest.stat().st_mtime_ns
    second = manage(home, "prepare", "--without-bank")
    assert manifest.stat().st_mtime_ns == collected
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "studyapp/gunicorn_conf.py", "studyapp.wsgi"],
        cwd=BASE_DIR,
        env=environment(home, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = process.stdout.readline()
    assert f"http://127.0.0.1:{port}/" in said, said + process.stdout.read()
    yield Site(home=home, port=port, process=process, first=first, second=second)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_it_is_healthy(site: Site) -> None:
    response = site.get("/healthz")
    assert (response.status, json.load(response)["status"]) == (200, "ok")


def test_the_first_start_makes_an_instructor_and_tells_no_log_the_password(site: Site) -> None:
    path = site.var / "instructor-password"
    name, password = path.read_text().split()
    assert name == "instructor"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path) in site.first and password not in site.first


def test_the_second_start_has_nothing_to_do_or_to_say(site: Site) -> None:
    """Nor does it collect static files again: see the fixture."""
    assert site.second == ""


def test_static_files_are_compressed_and_kept_for_ever(site: Site) -> None:
    page = site.get("/accounts/login/").read().decode()
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        assert re.search(r"\.[0-9a-f]{12}\.css$", sheet)
        response = site.get(sheet, **{"Accept-Encoding": "gzip"})
        assert response.status == 200
        assert response.headers["Content-Encoding"] == "gzip"
        assert "immutable" in response.headers["Cache-Control"]


def test_modules_import_each_other_under_names_that_may_be_kept(site: Site) -> None:
    manifest = json.loads((site.var / "static" / "staticfiles.json").read_text())["paths"]
    ours = [name for name in manifest.values() if name.startswith("js/")]
    assert ours
    for name in ours:
        for target in re.findall(r'from\s*"(\.[^"]+)"', (site.var / "static" / name).read_text()):
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), f"{name} imports {target}"


def test_processes_share_one_cache(site: Site) -> None:
    """What limits count, for example. A cache of each process would multiply every limit by their number."""
    say = "from django.core.cache import cache; "
    manage(site.home, "shell", "--no-imports", "-c", say + "cache.set('attempts', 7)")
    said = manage(site.home, "shell", "--no-imports", "-c", say + "print(cache.incr('attempts'))")
    assert said.strip() == "8"


def test_a_long_request_line_is_refused_and_3_kb_are_not(site: Site) -> None:
    assert site.get(f"/healthz?{'x' * 3000}").status == 200
    assert site.get(f"/healthz?{'x' * 5000}").status == 414


def test_nothing_is_left_in_the_home_folder(site: Site) -> None:
    assert [path.name for path in site.home.iterdir()] == ["var"]
