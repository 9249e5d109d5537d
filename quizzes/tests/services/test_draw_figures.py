"""Figures are drawn ahead; what cannot be drawn loses nothing."""

from typing import Any

import pytest

from quizzes.models import ItemFigure, ItemVersion
from quizzes.services.draw_figures import draw_figures, prediction_of, slider_value, versions_without_figures
from quizzes.services.publish_item import publish_item
from quizzes.tests.factory import NOW, make_draft, make_flashcard, make_question, question_content
from simulator import services as simulator

pytestmark = pytest.mark.django_db


def version_of(item: Any) -> ItemVersion:
    assert item.current_version is not None
    return item.current_version


def test_publishing_draws_what_happens_and_each_prediction() -> None:
    item = make_draft(question_content("q"))
    version = publish_item(item=item, by=None, at=NOW)
    assert version.drawing_problems == ()
    figures = list(version.figures.all())
    assert {figure.choice for figure in figures} == {"", "a"}
    plain = [figure for figure in figures if not figure.choice]
    assert [figure.position for figure in plain] == list(range(len(plain)))
    assert all(figure.svg.lstrip().startswith("<svg") and figure.description for figure in figures)
    predicted = next(figure for figure in figures if figure.choice == "a" and figure.panel == "loss")
    assert predicted.svg != next(figure for figure in plain if figure.panel == "loss").svg
    assert not versions_without_figures().exists()


def test_a_renderer_that_fails_does_not_undo_the_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the renderer is gone")

    item = make_draft(question_content("q"))
    with monkeypatch.context() as patch:
        patch.setattr(simulator, "figure_panels", fail)
        version = publish_item(item=item, by=None, at=NOW)
    assert version_of(item) == version
    assert [line.split(":")[0] for line in version.drawing_problems] == ["figure", "figure of option a"]
    assert list(versions_without_figures()) == [version]
    assert draw_figures(version=version) == []
    assert not versions_without_figures().exists()


def test_a_single_missing_picture_is_found() -> None:
    version = version_of(make_question("q"))
    draw_figures(version=version)
    assert not versions_without_figures().exists()
    ItemFigure.objects.filter(choice="a").delete()
    assert list(versions_without_figures()) == [version]


def test_what_is_drawn_is_kept_unless_asked() -> None:
    version = version_of(make_flashcard("c"))
    draw_figures(version=version)
    first = set(ItemFigure.objects.values_list("pk", flat=True))
    assert first
    draw_figures(version=version)
    assert set(ItemFigure.objects.values_list("pk", flat=True)) == first
    draw_figures(version=version, redraw=True)
    assert not first & set(ItemFigure.objects.values_list("pk", flat=True))


def test_without_a_scenario_there_is_nothing_to_draw() -> None:
    version = version_of(make_flashcard("c", scenario=None))
    assert draw_figures(version=version) == []
    assert not versions_without_figures().exists()


def test_predictions_and_sliders_of_a_version() -> None:
    answer = version_of(make_question("q")).answer
    prediction = prediction_of(answer, "a")
    assert (
        prediction is not None and prediction.label == "descent" and dict(prediction.changes) == {"lr": 1.25}
    )
    assert prediction_of(answer, "b") is None
    assert answer["choices"][0]["holds_at"] == {"run": "descent", "lr": 1.25}
    slider = slider_value(answer)
    assert slider is not None and (slider.min, slider.max) == (0.05, 1.3)
    assert slider_value({**answer, "slider": None}) is None
