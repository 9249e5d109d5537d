from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from quizzes.tests.api.client import ApiClient, assert_error
from studyapp.api import counters, throttling
from studyapp.api.counters import Blocks, count
from studyapp.api.throttling import network_of

pytestmark = pytest.mark.django_db
CONTRACT = {"simulations": 240, "responses": 60, "figures": 1200}
RUN = {
    "objective": {"name": "quadratic", "eigenvalues": [1]},
    "start": [1],
    "steps": 1,
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
}


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands 20 seconds into a minute, and can be set."""

    class Clock:
        now = 1_800_000_020.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(throttling, "time", clock)
    return clock


def test_the_limits_are_not_below_those_promised(settings: Any) -> None:
    for scope, least in CONTRACT.items():
        limit, ceiling = settings.API_RATES[scope]
        assert limit >= least
        assert ceiling >= 10 * limit


def test_a_learner_may_do_what_is_promised_and_is_then_asked_to_wait(
    learner: ApiClient,
    settings: Any,
    still: Any,
) -> None:
    settings.API_RATES = settings.API_RATES | {
        "simulations": (3, 100),
        "reads": (4, 100),
        "responses": (2, 9),
    }
    for _ in range(3):
        assert learner.post("simulations/", RUN).status_code == 200
    answer = learner.post("simulations/", RUN)
    error = assert_error(answer, 429, "throttled")
    assert answer.headers["Retry-After"] == "40"
    assert "40 s" in error["message"]
    # what is counted is counted for itself
    assert learner.post("responses/", []).status_code == 200
    assert learner.post("responses/", []).status_code == 200
    assert_error(learner.post("responses/", []), 429)
    assert learner.get("responses/").status_code == 200
    other = ApiClient.of_new_learner()
    assert other.post("simulations/", RUN).status_code == 200
    still.now += 40
    assert learner.post("simulations/", RUN).status_code == 200


def test_guests_are_counted_by_session_under_a_ceiling_for_their_address(settings: Any, still: Any) -> None:
    settings.API_RATES = settings.API_RATES | {"simulations": (2, 5)}

    def run(cookie: str | None, address: str = "192.0.2.1") -> int:
        client = Client()
        if cookie is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return client.post(
            "/api/v1/simulations/", RUN, content_type="application/json", REMOTE_ADDR=address
        ).status_code

    assert [run("one"), run("one"), run("one")] == [200, 200, 429]
    assert [run("two"), run("two")] == [200, 200]
    assert run("three") == 429  # the sixth of its address
    assert run(None) == 429
    assert run("one", "192.0.2.2") == 429  # a session is the same wherever it comes from
    assert run("four", "192.0.2.2") == 200


def test_a_made_up_forwarding_header_is_not_believed(settings: Any, still: Any) -> None:
    settings.API_RATES = settings.API_RATES | {"reads": (1, 1)}
    client = Client()
    assert client.get("/api/v1/", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 200
    assert client.get("/api/v1/", headers={"X-Forwarded-For": "10.0.0.2"}).status_code == 429


def test_an_address_is_its_network() -> None:
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:1:2::7") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert network_of("fe80::1%eth0") == "fe80::"
    assert len(network_of("no address")) == 32


def test_a_cache_that_fails_does_not_take_the_api_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> int:
        raise ConnectionError

    monkeypatch.setattr(counters, "count", fail)
    assert Client().get("/api/v1/").status_code == 200


def test_counting_in_memory_is_exact_between_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: count(["exact"], 60)[0], range(400)))
    assert sorted(counts) == list(range(1, 401))


def test_numbers_taken_in_blocks_are_given_out_once() -> None:
    """By several threads of several processes; what a process holds back is at most a block."""
    processes = [Blocks() for _ in range(3)]

    def take(number: int) -> tuple[int, int]:
        one, other = processes[number % 3].count(["taken", f"taken-{number % 2}"], 60, block=8)
        return one, other

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(600)))
    ones = [one for one, _other in taken]
    assert len(set(ones)) == 600
    # Threads that find nothing left at the same time take a block each; both are used up.
    assert max(ones) <= count(["taken"], 60)[0] <= 600 + 3 * 8 * 8
    for process in processes:
        process.count(["alone"], 60, block=8)
    assert processes[0].count(["alone"], 60, block=8) == [2]
    assert processes[1].count(["alone"], 60, block=8) == [10]
    assert count(["alone"], 60) == [25]


def test_where_many_are_allowed_the_limit_is_reached_and_not_passed(settings: Any, still: Any) -> None:
    settings.API_RATES = settings.API_RATES | {"reads": (1000, 1000)}
    client = Client(REMOTE_ADDR="192.0.2.77")
    count([f"throttle:reads:address:192.0.2.77:{int(still.now // 60)}"], 60, by=985)
    statuses = [client.get("/api/v1/").status_code for _ in range(20)]
    assert statuses == [200] * 15 + [429] * 5


COUNTING = """
import django
django.setup()
from studyapp.api.counters import count
import sys
print(*[count(["shared", f"own-{sys.argv[2]}"], 60)[0] for _ in range(int(sys.argv[1]))])
assert count([f"own-{sys.argv[2]}"], 60) == [int(sys.argv[1]) + 1]
"""


def test_counting_in_the_shared_cache_is_exact_between_processes(tmp_path: Path) -> None:
    """With the cache file that the site uses when nothing is set, by several processes."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "OVERSHOOT_VAR": str(tmp_path),
    }
    make = "import django; django.setup(); from django.core.management import call_command; "
    subprocess.run(
        [sys.executable, "-c", make + "call_command('createcachetable', database='cache')"],
        env=environment,
        check=True,
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTING, "50", name], env=environment, stdout=subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    counts = [int(number) for process in started for number in process.communicate(timeout=60)[0].split()]
    assert sorted(counts) == list(range(1, 101))
    assert [process.returncode for process in started] == [0, 0]
