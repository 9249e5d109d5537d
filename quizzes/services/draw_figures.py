"""Figures drawn ahead, when a version is published, so that no learner waits for one."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from quizzes.core.frozen import AnswerPayload
from quizzes.models import ItemFigure, ItemVersion
from simulator import services as simulator
from simulator.core.spec import parse_scenario

logger = logging.getLogger(__name__)


def versions_without_figures() -> QuerySet[ItemVersion]:
    """Current versions that have a scenario and lack a picture: of it, or of what an option needed."""
    versions = (
        ItemVersion.objects.current()
        .only("answer")
        .prefetch_related(Prefetch("figures", ItemFigure.objects.only("version_id", "choice")))
    )
    missing = [
        version.pk
        for version in versions
        if version.answer["scenario"] is not None
        and {figure.choice for figure in version.figures.all()} < set(_options_drawn(version.answer))
    ]
    return ItemVersion.objects.filter(pk__in=missing).order_by("pk")


def draw_figures(*, version: ItemVersion, redraw: bool = False) -> list[str]:
    """Draw what happens, and beside it what each wrong option with ``holds_at`` would have needed.

    Panels that are stored already are kept unless ``redraw``. Nothing is raised: a figure can be drawn later,
    and the pages draw a missing one themselves.

    Returns:
        One line for each figure that could not be drawn.
    """
    answer: AnswerPayload = version.answer
    if answer["scenario"] is None:
        return []
    scenario = parse_scenario(answer["scenario"])
    stored = set() if redraw else set(version.figures.values_list("choice", flat=True))
    problems: list[str] = []
    for choice in _options_drawn(answer):
        if choice in stored:
            continue
        try:
            panels = simulator.figure_panels(
                scenario, prediction=prediction_of(answer, choice), slider=slider_value(answer)
            )
        except Exception as error:  # whatever the renderer dies of must not lose the publication
            logger.warning("The figure of %s for option %r was not drawn: %s", version, choice, error)
            logger.debug("Why it was not drawn:", exc_info=error)
            problems.append(f"figure{f' of option {choice}' if choice else ''}: {error}")
        else:
            _store(version, choice, panels)
    return problems


def prediction_of(answer: AnswerPayload, choice: str) -> simulator.Prediction | None:
    """The run that an option would need; None where it names none."""
    for option in answer["choices"]:
        if option["id"] == choice and option["holds_at"] is not None:
            changes = dict(option["holds_at"])
            label = changes.pop("run")
            return simulator.Prediction(label=label, changes=changes)
    return None


def slider_value(answer: AnswerPayload) -> simulator.Slider | None:
    """The slider of a version as a ``simulator.services.Slider``; None where it has none."""
    slider = answer["slider"]
    return simulator.Slider(**slider) if slider is not None else None


def _options_drawn(answer: AnswerPayload) -> list[str]:
    """ "" for the figure without a prediction, and each option that has one."""
    return ["", *(choice["id"] for choice in answer["choices"] if choice["holds_at"] is not None)]


@transaction.atomic
def _store(version: ItemVersion, choice: str, panels: list[simulator.Panel]) -> None:
    ItemFigure.objects.filter(version=version, choice=choice).delete()
    ItemFigure.objects.bulk_create(
        ItemFigure(
            version=version,
            choice=choice,
            position=position,
            panel=panel.kind,
            title=panel.title,
            description=panel.description,
            svg=panel.svg,
        )
        for position, panel in enumerate(panels)
    )
