"""The bench measures pages that answer, beside a view that answers the same."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from quizzes.tests.factory import make_question
from studyapp.bench import pages, sliders
from studyapp.bench.rounds import alternate
from studyapp.bench.server import Answer, ServerFailed, Visitor, served


def test_tasks_take_turns() -> None:
    called: list[str] = []
    alternate({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert called == ["a", "b"] * 3


@pytest.mark.urls("studyapp.bench.urls")
def test_each_page_is_measured_beside_a_view_that_answers_its_bytes(live_server: Any) -> None:
    make_question(slider={"parameter": "lr", "min": 0.01, "max": 1.2, "scale": "log"})
    (version,) = sliders.questions_with_sliders()
    seconds = pages.measure(urlsplit(live_server.url).netloc, version, rounds=1, repeat=1)
    assert set(seconds) == {"question page", "feedback post"}
    assert all(page > 0 and bare > 0 for page, bare in seconds.values())


@pytest.mark.urls("studyapp.bench.urls")
def test_updates_of_a_slider_are_measured_at_other_places_each_time(
    live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_question(slider={"parameter": "lr", "min": 0.01, "max": 1.2, "scale": "log"})
    asked: list[str] = []
    get = Visitor.get

    def noting(self: Visitor, path: str) -> Answer:
        asked.append(path)
        return get(self, path)

    monkeypatch.setattr(Visitor, "get", noting)
    (update,) = sliders.measure_sliders(
        urlsplit(live_server.url).netloc, sliders.questions_with_sliders(), updates=6
    )
    known, *_rest = asked
    new = [path for path in asked if "lr=" in path and path != known]
    assert len(set(new)) == len(new) == 7, "one to warm up, and six"
    assert min(update.bare, update.first, update.new, update.known) > 0 and not update.network


@pytest.mark.django_db
def test_a_bank_without_questions_is_told() -> None:
    with pytest.raises(sliders.NothingToMeasure, match="run import_bank first"):
        sliders.questions_with_sliders()


def test_a_server_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "many")
    with pytest.raises(ServerFailed, match="does not start"), served():
        pass  # pragma: no cover
