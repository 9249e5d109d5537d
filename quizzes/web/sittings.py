"""One sitting of a quiz: how far it is, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from quizzes.models import Attempt
from quizzes.selectors import AttemptPlace, attempt_places
from quizzes.web.asking import Place


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt with its places in order; places are numbered from 1."""

    attempt: Attempt
    places: list[AttemptPlace]

    @property
    def first_open(self) -> str | None:
        """Address of the first place that is not answered."""
        return next((self.address(n) for n, spot in self._numbered if spot.response is None), None)

    def at(self, number: int) -> AttemptPlace | None:
        return self.places[number - 1] if 1 <= number <= len(self.places) else None

    def place(self, number: int) -> Place:
        """What the progress bar shows there."""
        done = sum(spot.response is not None for spot in self.places)
        return Place(number=number, total=len(self.places), done=done)

    def place_of_item(self, item_id: int) -> Place | None:
        return next((self.place(n) for n, spot in self._numbered if spot.version.item_id == item_id), None)

    def next_step(self, place: Place | None) -> tuple[str, str]:
        """Address and label of what comes after a place: the next open one, or the summary."""
        after = place.number if place else 0
        for number, spot in [*self._numbered[after:], *self._numbered[:after]]:
            if spot.response is None:
                return self.address(number), _("Next question")
        return reverse("quizzes:attempt_summary", args=[self.attempt.pk]), _("See the summary")

    def address(self, number: int) -> str:
        return reverse("quizzes:attempt_place", args=[self.attempt.pk, number])

    @property
    def _numbered(self) -> list[tuple[int, AttemptPlace]]:
        return list(enumerate(self.places, 1))


def sitting_of(attempt: Attempt) -> Sitting:
    """The sitting as it stands; three queries."""
    return Sitting(attempt, attempt_places(attempt))
