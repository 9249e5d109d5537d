"""The site served as `make run` does, by one process, and somebody who asks it."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.conf import settings

_PATIENCE = 60.0  # seconds until the server must answer


class ServerFailed(RuntimeError):
    """The server does not start."""


@contextmanager
def served() -> Iterator[str]:
    """Host and port of the site with the bare view, from one process of the server that `make run` starts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "studyapp.bench.settings",
        "BIND": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "studyapp/gunicorn_conf.py", "studyapp.wsgi"]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with Visitor(f"127.0.0.1:{port}") as visitor:
                if visitor.get("/healthz").status == HTTPStatus.OK:
                    return
        except (OSError, HTTPException):  # nobody listens yet, or its worker failed
            pass
        time.sleep(0.1)
    raise ServerFailed("The server that is to be measured does not start.")


@dataclass(frozen=True)
class Answer:
    """What came back, uncompressed."""

    status: int
    content_type: str
    body: bytes


class Visitor:
    """A browser as far as a measurement needs one: one connection kept open, cookies, compressed answers."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(address, timeout=60)
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(form).encode(), {**form_type, **headers})

    def put(self, path: str, body: bytes, content_type: str) -> Answer:
        return self._ask("PUT", path, body, {"Content-Type": content_type})

    def cookie(self, name: str) -> str:
        """The value of a cookie that was set; KeyError where it was not."""
        return self._cookies[name]

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"Accept-Encoding": "gzip", **(headers or {})}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(response.status, response.headers.get("Content-Type", ""), content)
