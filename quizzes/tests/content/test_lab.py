"""Every figure of the bank can be taken to the lab, where its address alone makes the same one."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from quizzes.core.content import FlashcardContent, QuestionContent
from quizzes.tests.content.shipped import items
from simulator.core.spec import parse_scenario
from simulator.services import Figure, Prediction, Slider, build_figure
from simulator.services.lab import unpack
from simulator.web.lab.texts import scenario_of, texts_of

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


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_form_can_say_every_scenario_of_the_bank(item: QuestionContent | FlashcardContent) -> None:
    assert item.scenario is not None
    assert parse_scenario(scenario_of(texts_of(item.scenario.resolved))) == item.scenario.resolved


@pytest.mark.django_db
def test_the_lab_draws_what_the_question_draws(client: Client) -> None:
    """For one item of each topic, panel by panel."""
    chosen = {item.topic: item for item in reversed(ITEMS)}
    assert len(chosen) >= 9
    for item in chosen.values():
        figure = figures_of(item)[-1]
        page = client.get(figure.lab).content.decode()
        assert figure.panels and all(panel.svg in page for panel in figure.panels)
