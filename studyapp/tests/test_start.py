"""What a newcomer meets who starts the site where something is missing: one line that says what to do."""

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from studyapp.settings import BASE_DIR

SCRIPTS = BASE_DIR / "scripts"


def start(command: str, *, folder: Path = BASE_DIR, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(folder / "scripts" / "start.sh"), command],
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "HOME": str(folder)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


@pytest.fixture
def empty_project(tmp_path: Path) -> Path:
    """A copy of what the start needs, without ``.venv``."""
    (tmp_path / "scripts").mkdir()
    for name in ("start.sh", "start.py"):
        (tmp_path / "scripts" / name).write_text((SCRIPTS / name).read_text())
    (tmp_path / "requirements.txt").write_text("overshoot-needs-this-package==1\n")
    return tmp_path


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", SCRIPTS / "start.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_told_before_anything_is_installed(empty_project: Path, taken_port: int) -> None:
    done = start("run", folder=empty_project, PORT=str(taken_port))
    assert_one_line(done, f"Port {taken_port} is in use", f"make run PORT={taken_port + 1}")
    assert not (empty_project / ".venv").exists()


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "80.0", "-1"])
def test_a_port_that_is_none_is_told(port: str) -> None:
    assert_one_line(start("run", PORT=port), "PORT must be a number from 1 to 65535", port)


def test_an_address_of_another_machine_is_told() -> None:
    assert_one_line(start("run", BIND="192.0.2.1"), "BIND=192.0.2.1 is not an address of this machine")


def test_an_old_python_is_told(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text(
        "#!/bin/sh\nexit 1\n"
    )  # what every Python before 3.11 answers to the question for its version
    old.chmod(0o755)
    assert_one_line(start("run", PYTHON=str(old)), f"PYTHON={old} is not a Python 3.11 or newer")


def test_no_python_at_all_is_told(tmp_path: Path) -> None:
    for tool in ("sh", "dirname"):
        (tmp_path / tool).symlink_to(f"/bin/{tool}" if Path(f"/bin/{tool}").exists() else f"/usr/bin/{tool}")
    done = start("run", PYTHON="", PATH=str(tmp_path))
    assert_one_line(done, "Python 3.11 or newer is needed and none was found", "apt-get install python3")


def test_a_missing_venv_module_is_told(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(script, "VENV", tmp_path / "venv")
    monkeypatch.setattr(
        script.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name
    )
    with pytest.raises(
        SystemExit, match=r"venv module of Python 3.* is missing.*apt-get install python3-venv"
    ):
        script.make_venv()


def test_no_network_is_told_and_the_next_try_starts_clean(empty_project: Path) -> None:
    offline = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "0",
    }
    done = start("run", folder=empty_project, PORT=free_port(), **offline)
    assert_one_line(done, "could not be downloaded", "Check the network connection")
    assert not list((empty_project / ".venv").glob("installed-*"))


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_packages_are_installed_again_only_when_the_pins_change(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[list[str]] = []
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(script, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(script, "make_venv", lambda: (tmp_path / ".venv").mkdir(exist_ok=True))
    monkeypatch.setattr(script, "pip_install", installed.append)
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("b==1\n")
    script.install("dev")
    script.install("dev")
    script.install("site")  # what tests need includes it
    assert installed == [["requirements.txt", "requirements-dev.txt"]]
    (tmp_path / "requirements.txt").write_text("a==2\n")
    script.install("site")
    assert installed[1:] == [["requirements.txt"]]
