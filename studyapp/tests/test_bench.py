"""The bench measures pages that answer, beside a view that answers the same."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from quizzes.tests.factory import make_question
from studyapp.bench import pages
from studyapp.bench.rounds import alternate
from studyapp.bench.server import ServerFailed, served


def test_tasks_take_turns() -> None:
    called: list[str] = []
    alternate({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert called == ["a", "b"] * 3


@pytest.mark.urls("studyapp.bench.urls")
def test_each_page_is_measured_beside_a_view_that_answers_its_bytes(live_server: Any) -> None:
    make_question(slider={"parameter": "lr", "min": 0.01, "max": 1.2, "scale": "log"})
    seconds = pages.measure(urlsplit(live_server.url).netloc, rounds=1, repeat=1)
    assert set(seconds) == {
        "question page",
        "feedback post",
        "slider update, new place",
        "slider update, known place",
    }
    assert all(page > 0 and bare > 0 for page, bare in seconds.values())


@pytest.mark.django_db
def test_a_bank_without_questions_is_told() -> None:
    with pytest.raises(pages.NothingToMeasure, match="run import_bank first"):
        pages.measure("127.0.0.1:1", rounds=1, repeat=1)


def test_a_server_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "many")
    with pytest.raises(ServerFailed, match="does not start"), served():
        pass  # pragma: no cover
