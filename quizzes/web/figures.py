"""The figure of a version, from the panels that were drawn when it was published."""

from __future__ import annotations

from quizzes.core.frozen import AnswerPayload
from quizzes.models import ItemVersion
from quizzes.services.draw_figures import prediction_of, slider_value
from simulator.core.spec import parse_scenario
from simulator.services import Figure, build_figure


def figure_of(version: ItemVersion, choice: str = "", lr: str | None = None) -> Figure | None:
    """What happens, beside what the option ``choice`` would have needed; None where there is no scenario.

    Args:
        lr: where the visitor put the slider, as the form sends it; None for the rate of the question.
    """
    answer: AnswerPayload = version.answer
    if answer["scenario"] is None:
        return None
    scenario = parse_scenario(answer["scenario"])
    prediction = prediction_of(answer, choice)
    drawn = version.figures.filter(choice=choice if prediction is not None else "")
    return build_figure(
        scenario,
        slider=slider_value(answer),
        prediction=prediction,
        panels=dict(drawn.values_list("panel", "svg")) if lr is None else None,
        lr=lr,
    )
