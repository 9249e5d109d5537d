"""An update of a slider against a bare view that sends the same bytes, question by question."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from quizzes.models import ItemVersion
from quizzes.services.draw_figures import slider_value
from simulator.core.spec import parse_scenario
from simulator.services import figure_address
from studyapp.bench.rounds import alternate
from studyapp.bench.server import Visitor


class NothingToMeasure(LookupError):
    """The bank has no question with a slider."""


@dataclass(frozen=True)
class Update:
    """Times of an update of one question's slider.

    `first` is how many seconds the first update of the slider takes, `bare` the view that sends its bytes;
    `new` and `known` are how many times as long as that an update takes where nobody has been before, and
    where somebody has. `network`: whether what it moves is a network.
    """

    slug: str
    network: bool
    bare: float
    first: float
    new: float
    known: float


def questions_with_sliders() -> list[ItemVersion]:
    """The current versions of them. Raises NothingToMeasure where there is none."""
    found = [one for one in ItemVersion.objects.current().questions() if one.answer["slider"] is not None]
    if not found:
        raise NothingToMeasure("There is no published question with a slider: run import_bank first.")
    return found


def measure_sliders(address: str, versions: Iterable[ItemVersion], updates: int) -> list[Update]:
    """The median of `updates` updates of each slider, or of as many as it has places, from the site at that
    address (see `pages.measure`)."""
    with Visitor(address) as visitor:
        return [_measured(visitor, version, updates) for version in versions]


def _measured(visitor: Visitor, version: ItemVersion, updates: int) -> Update:
    slider = slider_value(version.answer)
    assert slider is not None  # noqa: S101 (it was chosen so)
    scenario = parse_scenario(version.answer["scenario"])
    update, bare = figure_address(scenario, slider=slider).data, f"/bare/{version.item.slug}/"
    here, *others = (f"{update}?lr={rate:.6g}" for rate in slider.values)
    begun = time.perf_counter()
    answer = visitor.get(here)
    first = time.perf_counter() - begun
    visitor.put(bare, answer.body, answer.content_type)
    if answer.status != HTTPStatus.OK or visitor.get(bare) != answer:
        raise RuntimeError(
            f"The slider of {version.item.slug} answered {answer.status}: {answer.body[:300]!r}"
        )
    # All over the slider, and each of them once.
    count = min(updates, len(others) - 1) + 1
    places = iter([others[round(number * (len(others) - 1) / (count - 1))] for number in range(count)])
    seconds = alternate(
        {
            "new": lambda: visitor.get(next(places)),
            "known": lambda: visitor.get(here),
            "bare": lambda: visitor.get(bare),
        },
        rounds=count - 1,
    )
    return Update(
        slug=version.item.slug,
        network=scenario.runs[0].objective.name == "mlp",
        bare=seconds["bare"],
        first=first,
        new=seconds["new"] / seconds["bare"],
        known=seconds["known"] / seconds["bare"],
    )
