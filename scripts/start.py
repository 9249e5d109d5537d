"""Sets the project up and starts what was asked for: ``start.py run | dev | manage … | exec …``.

Uses the standard library only, because it runs before anything is installed. Every failure that a newcomer
can meet (no venv module, no network, a port in use) ends in one line that says what to do.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Each set of packages, and the files that pin it. What tests need includes what the site needs.
PACKAGES = {"site": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def main(arguments: list[str]) -> None:
    command, rest = arguments[0], arguments[1:]
    os.chdir(ROOT)
    if command in {"run", "dev"}:
        host, port = os.environ.get("BIND") or "127.0.0.1", free_port()
        install("site")
        os.umask(0o077)  # what is made under var/ is its owner's only
        if command == "dev":
            os.environ["DEBUG"] = "on"
        if subprocess.run([PYTHON, "manage.py", "prepare"], check=False).returncode:
            sys.exit(1)
        if command == "dev":
            become(PYTHON, "manage.py", "runserver", f"{host}:{port}")
        become(PYTHON, "-m", "gunicorn", "--config", "studyapp/gunicorn_conf.py", "studyapp.wsgi")
    elif command == "manage":
        install("site")
        os.umask(0o077)
        become(PYTHON, "manage.py", *rest)
    elif command == "exec":  # a tool of the development set, for example: exec pytest -k figures
        install("dev")
        become(VENV / "bin" / rest[0], *rest[1:])
    else:
        sys.exit(f"Unknown command {command}.")


def become(*command: object) -> NoReturn:
    """Replace this process, so that signals reach the command itself."""
    sys.stdout.flush()
    os.execv(str(command[0]), [str(part) for part in command])


def free_port() -> int:
    """The port of ``PORT``, checked now: nobody should wait for an installation to learn that it is taken."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not “{value}”.")
    port, host = int(value), os.environ.get("BIND") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(
                    f"Port {port} is in use. Stop what uses it, or choose another: make run PORT={port + 1}"
                )
            if error.errno == errno.EACCES:
                sys.exit(
                    f"Port {port} may not be used by this user. Choose one above 1023: make run PORT=8000"
                )
            sys.exit(f"BIND={host} is not an address of this machine ({error.strerror}). Try BIND=0.0.0.0")
    return port


def install(packages: str) -> None:
    """Make ``.venv`` and install the pinned packages into it, when they are not there already."""
    wanted = digest(packages)
    if is_installed(packages, wanted):
        return
    with one_at_a_time():
        if is_installed(packages, wanted):
            return
        make_venv()
        print("Installing the pinned packages into .venv (a few minutes the first time) …", flush=True)
        pip_install(PACKAGES[packages])
        for name in ["site", packages]:
            (VENV / f"installed-{name}").write_text(digest(name))


def digest(packages: str) -> str:
    content = b"".join((ROOT / name).read_bytes() for name in PACKAGES[packages])
    return hashlib.sha256(content + bytes(VENV)).hexdigest()  # a folder that was moved does not work


def is_installed(packages: str, wanted: str) -> bool:
    stamp = VENV / f"installed-{packages}"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted


def make_venv() -> None:
    """Make ``.venv``, unless there is one that works (its Python may be another than this one)."""
    pip = VENV / "bin" / "pip"
    if PYTHON.exists() and pip.exists() and str(VENV) in pip.read_text():
        question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
        if not subprocess.run([PYTHON, "-c", question], capture_output=True, check=False).returncode:
            return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"The venv module of Python {version} is missing. Install it (Debian, Ubuntu: apt-get install"
            f" python3-venv or python{version}-venv), then run make again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        last = (made.stdout + made.stderr).strip().splitlines()[-1:]
        sys.exit(f"{sys.executable} -m venv .venv failed: {''.join(last)}")


def pip_install(files: list[str]) -> None:
    log = VENV / "pip.log"
    log.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--retries", "2", "--log", str(log)]
    for name in files:
        command += ["--requirement", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    signs = (
        "NewConnectionError",
        "ConnectTimeout",
        "Max retries",
        "name resolution",
        "ProxyError",
        "Connection ",
    )
    if any(sign in said for sign in signs):
        sys.exit(
            "The packages could not be downloaded: no package index was reached. Check the network connection"
            " (behind a proxy: HTTPS_PROXY), then run make again. What pip said: .venv/pip.log"
        )
    if "No space left" in said:
        sys.exit("The packages could not be installed: the disk is full. About 500 MB are needed in .venv.")
    errors = [line for line in said.splitlines() if line.startswith("ERROR")] or said.strip().splitlines()[
        -1:
    ]
    sys.exit(
        f"The packages could not be installed: {errors[0] if errors else 'pip failed'} (more: .venv/pip.log)"
    )


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts at once, for example ``make run`` and ``make test``, must not install over each other."""
    import fcntl

    with (ROOT / "requirements.txt").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another start to finish installing …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main(sys.argv[1:])
