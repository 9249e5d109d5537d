"""The API as gunicorn serves it, on a database file: several clients at once, and the power cut."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from quizzes.tests.api.client import response_to

PROJECT = Path(__file__).resolve().parents[3]
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", database="cache")
from quizzes.tests.api.bank import make_card, make_question
make_question("one"), make_question("two"), make_card("three")
"""


class Server:
    """The site on a free port, started and killed as a whole."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(PROJECT),
            "DJANGO_SETTINGS_MODULE": "studyapp.settings",
            "OVERSHOOT_VAR": str(home / "var"),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "ERROR",
        }
        subprocess.run([sys.executable, "-c", PREPARE], env=self.environment, cwd=PROJECT, check=True)
        self.process = self.started()

    def started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "studyapp/gunicorn_conf.py", "studyapp.wsgi"],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(900):
            try:
                self.get("")
                return process
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"} | ({"X-Session-Token": token} if token else {})
        content = body if body is None or isinstance(body, bytes) else json.dumps(body)
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def get(self, path: str, token: str | None = None) -> tuple[int, Any]:
        return self.ask("GET", f"/api/v1/{path}", token=token)

    def post(self, path: str, body: Any, token: str | None = None) -> tuple[int, Any]:
        return self.ask("POST", f"/api/v1/{path}", body, token)

    def sign_up(self, name: str) -> str:
        body = {"username": name, "email": f"{name}@example.org", "password": "a-long-pass-phrase-42"}
        status, answer = self.ask("POST", "/_allauth/app/v1/auth/signup", body)
        assert status == 200, answer
        return str(answer["meta"]["session_token"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("home"))
    yield server
    server.kill()


def some_responses(count: int) -> list[dict[str, Any]]:
    """Responses whose ids tell nothing of their order."""
    answers = [("one", {"choice": "a"}), ("two", {"choice": "c"}), ("three", {"rating": "good"})]
    return [response_to(*answers[number % 3]) for number in range(count)]


def test_500_responses_are_recorded_once_whoever_sends_them_how_often(server: Server) -> None:
    ada, eve = server.sign_up("ada"), server.sign_up("eve")
    strangers = some_responses(20)
    status, told = server.post("responses/", strangers, eve)
    assert {each["status"] for each in told} == {"recorded"}

    known = some_responses(500)
    for expected in ("recorded", "duplicate"):
        status, told = server.post("responses/", known, ada)
        assert status == 200
        assert [each["id"] for each in told] == [each["id"] for each in known]
        assert {each["status"] for each in told} == {expected}

    # again, and 500 that nobody has sent yet, shuffled by four at once with ids of somebody else among them
    fresh = some_responses(500)

    def shuffled(seed: int) -> list[dict[str, Any]]:
        mixed = known + fresh + strangers
        random.Random(seed).shuffle(mixed)
        outcomes = []
        for start in range(0, len(mixed), 300):
            status, told = server.post("responses/", mixed[start : start + 300], ada)
            assert status == 200, told
            assert [each["id"] for each in told] == [each["id"] for each in mixed[start : start + 300]]
            outcomes += told
        return outcomes

    with ThreadPoolExecutor(4) as pool:
        outcomes = [each for told in pool.map(shuffled, range(4)) for each in told]
    by_status: dict[str, list[str]] = {"recorded": [], "duplicate": [], "rejected": []}
    for each in outcomes:
        by_status[each["status"]].append(each["id"])
    assert sorted(by_status["recorded"]) == sorted(each["id"] for each in fresh)
    assert len(by_status["duplicate"]) == 4 * 1000 - 500
    assert sorted(by_status["rejected"]) == sorted(4 * [each["id"] for each in strangers])
    assert server.get("responses/", ada)[1]["count"] == 1000
    assert server.get("responses/", eve)[1]["count"] == 20


def test_a_killed_server_has_kept_every_response_that_it_acknowledged(server: Server) -> None:
    tokens = [server.sign_up(f"bob{number}") for number in range(4)]
    acknowledged: list[tuple[str, str]] = []
    ended = threading.Event()

    def post_on(token: str) -> None:
        while not ended.is_set():
            batch = some_responses(10)
            try:
                status, told = server.post("responses/", batch, token)
            except (OSError, http.client.HTTPException, ValueError):
                return
            if status == 429:
                return
            acknowledged.extend((token, each["id"]) for each in told if each["status"] == "recorded")

    threads = [threading.Thread(target=post_on, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 200 and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
    server.kill()
    ended.set()
    for thread in threads:
        thread.join()
    assert len(acknowledged) >= 200
    server.process = server.started()
    for token in tokens:
        stored = {each["id"] for each in server.get("responses/?page_size=500", token)[1]["results"]}
        mine = {id_ for owner, id_ in acknowledged if owner == token}
        assert mine <= stored
        if mine:
            assert server.post("responses/", some_responses(1), token)[0] in (200, 429)


def test_bodies_are_bounded_however_they_come(server: Server) -> None:
    def code(body: Any) -> tuple[int, str]:
        status, answer = server.post("simulations/", body)
        return status, answer["error"]["code"]

    assert code(b" " * 5_000_000) == (413, "body_too_large")
    assert code(b"[" * 50_000) == (400, "too_deep")
    assert code(b"{") == (400, "not_json")

    def chunked(pieces: int) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        body = (b" " * 10_000 for _ in range(pieces))
        connection.request("POST", "/api/v1/simulations/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())["error"]["code"]

    assert chunked(500) == (413, "body_too_large")
    assert chunked(90) == (400, "empty_body")


def test_counts_are_shared_between_processes(server: Server) -> None:
    token = server.sign_up("carol")
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: server.post("responses/", [], token)[0], range(200)))
    # a minute may end meanwhile, and the count begins anew
    assert statuses.count(200) in range(90, 181)
    assert statuses.count(429) >= 20
    assert server.get("responses/", token)[0] == 200
