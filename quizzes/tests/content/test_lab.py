"""Every figure of the bank can be taken to the lab, where its address alone makes the same one."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from quizzes.core.content import FlashcardContent, QuestionContent
from quizzes.tests.content.shipped import items
from simulator.services import Figure, Prediction, Slider, build_figure
from simulator.services.lab import unpack

ITEMS = [item for item in items() if item.scenario is not None]


def figures_of(item: QuestionContent | FlashcardContent) -> list[Figure]:
    """What happens alone, and beside what each wrong option would have needed."""
    assert item.scenario is not None
    slider = None if item.slider is None else Slider(**item.slider)
    predictions: list[Prediction | None] = [None]
    for choice in getattr(item, "choices", ()):
        if choice.holds_at is not None:
            changes = {key: value for key, value in choice.holds_at.items() if key != "run"}
            predictions.append(Prediction(choice.holds_at.get("run", ""), changes))
    return [build_figure(item.scenario.resolved, slider=slider, prediction=one) for one in predictions]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_address_alone_makes_the_same_figure(item: QuestionContent | FlashcardContent) -> None:
    for figure in figures_of(item):
        (packed,) = parse_qs(urlsplit(figure.lab).query)["s"]
        assert unpack(packed).scene().digest == figure.scene.digest


class Form(HTMLParser):
    """What a browser would send of the lab's form as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside, self.select, self.area = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inside = self.inside or given.get("id") == "lab-form"
        if not self.inside:
            return
        if tag == "input":
            self.sent[given["name"]] = given["value"]
        elif tag in ("select", "textarea"):
            self.select, self.area = (given["name"], "") if tag == "select" else ("", given["name"])
            self.sent[given["name"]] = ""
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data


@pytest.mark.django_db
def test_the_form_sends_every_scenario_of_the_bank_back_as_it_was(client: Client) -> None:
    """Pressing Run without a change leads to the address that one came from."""
    chosen = {
        **{item.topic: item for item in ITEMS},
        **{item.scenario.resolved.runs[0].objective.name: item for item in reversed(ITEMS)},
    }
    assert len(chosen) > 15
    for item in {item.id: item for item in chosen.values()}.values():
        figure = figures_of(item)[-1]
        form = Form(client.get(figure.lab).content.decode())
        assert len(form.sent) > 15
        answer = client.post("/lab/", {**form.sent, "do": "run"})
        assert answer.status_code == 303 and answer["Location"].removesuffix("#result") == figure.lab


@pytest.mark.django_db
def test_the_lab_draws_what_the_question_draws(client: Client) -> None:
    """For one item of each topic, panel by panel."""
    chosen = {item.topic: item for item in reversed(ITEMS)}
    assert len(chosen) >= 9
    for item in chosen.values():
        figure = figures_of(item)[-1]
        page = client.get(figure.lab).content.decode()
        assert figure.panels and all(panel.svg in page for panel in figure.panels)
