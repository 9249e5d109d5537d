"""Recording of responses: stored once, graded, and taken into the learner's memories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from quizzes.core.grading import grade
from quizzes.core.responses import ResponseError, ResponseIn
from quizzes.models import AttemptItem, Item, ItemVersion, Learner, Response, State
from quizzes.services.finish_attempt import finish_attempts
from quizzes.services.learners import acting_learner
from quizzes.services.memories import update_memories
from quizzes.services.tell_result import result_of

__all__ = ["BATCH_LIMIT", "BatchTooLarge", "Recorded", "record_responses", "result_of"]

BATCH_LIMIT = 500
# Two learners who send the same new id at the same moment: the second one finds it taken on the next round.
_ROUNDS = 3


class BatchTooLarge(ValueError):
    """More than ``BATCH_LIMIT`` responses at once."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one response; ``response`` is the stored row (with its version) unless rejected."""

    id: UUID | None
    status: Literal["recorded", "duplicate", "rejected"]
    error: dict[str, Any] | None = None
    response: Response | None = None


def record_responses(
    *, learner: Learner, responses: Sequence[ResponseIn | ResponseError], at: datetime
) -> list[Recorded]:
    """Store a batch in one transaction; the outcomes are in the order of the batch.

    A response that could not be parsed may stand in its place as the :class:`ResponseError`: it is rejected,
    unless its id is one that this learner has recorded before (then it is a duplicate, whatever the body). An
    id that belongs to somebody else is rejected without saying so. A rejected response does not affect the
    others.

    Args:
        learner: who answered; a guest that was merged meanwhile is followed to the account.
        responses: at most ``BATCH_LIMIT``.
        at: the time of the server.

    Raises:
        BatchTooLarge: nothing was recorded.
    """
    if len(responses) > BATCH_LIMIT:
        raise BatchTooLarge(f"At most {BATCH_LIMIT} responses at once; these are {len(responses)}.")
    for remaining in reversed(range(_ROUNDS)):
        try:
            with transaction.atomic():
                return _Batch(acting_learner(learner, lock=True), responses, at).record()
        except IntegrityError:
            if not remaining:
                raise
    raise AssertionError("unreachable")


class _Batch:
    """One batch of one learner, inside a transaction that holds the learner's row."""

    def __init__(
        self, learner: Learner, responses: Sequence[ResponseIn | ResponseError], at: datetime
    ) -> None:
        self.learner = learner
        self.responses = responses
        self.at = at
        self.stored = self._load_stored()
        own = {id_ for id_, row in self.stored.items() if row.learner_id == learner.pk}
        # A response with a stranger's id is looked at like any other, so that its rejection tells nothing.
        fresh = [r for r in responses if isinstance(r, ResponseIn) and r.id not in own]
        self.items = self._load_items(fresh)
        self.versions = self._load_versions(fresh)
        self.places = self._load_places(fresh)

    def record(self) -> list[Recorded]:
        added: dict[UUID, Response] = {}
        outcomes: list[Recorded] = []
        for response in self.responses:
            outcome = self._outcome(response, added)
            if outcome.status == "recorded" and outcome.response is not None:
                added[outcome.response.id] = outcome.response
            outcomes.append(outcome)
        self._store(list(added.values()))
        return outcomes

    def _outcome(self, response: ResponseIn | ResponseError, added: dict[UUID, Response]) -> Recorded:
        id_ = response.id if isinstance(response, ResponseIn) else response.response_id
        known = (self.stored.get(id_) or added.get(id_)) if id_ is not None else None
        if known is not None and known.learner_id == self.learner.pk:
            return Recorded(id_, "duplicate", response=known)
        try:
            if isinstance(response, ResponseError):
                raise response
            row = self._graded(response)
            if known is not None:
                raise ResponseError("id_not_available", "This id cannot be used. Make a new UUID.")
        except ResponseError as error:
            return Recorded(id_, "rejected", error=error.to_dict())
        return Recorded(id_, "recorded", response=row)

    def _graded(self, response: ResponseIn) -> Response:
        item = self.items.get(response.item)
        if item is None:
            raise _unknown("unknown_item", "item", f"There is no item “{response.item}”.")
        place = self._place_of(response)
        version = self._version_of(response, item, place)
        if response.variant:
            raise _unknown("unknown_variant", "variant", f"This item has no variant “{response.variant}”.")
        result = grade(version.kind, version.answer, response.response)
        _check_order(response, version)
        return Response(
            id=response.id,
            learner=self.learner,
            item=item,
            version=version,
            attempt_id=response.attempt,
            variant=response.variant,
            shown_order=list(response.shown_order) if response.shown_order is not None else None,
            response=dict(response.response),
            confidence=response.confidence,
            score=result.score,
            correct=result.correct,
            answered_at=response.answered_at,
            recorded_at=self.at,
            elapsed_ms=response.elapsed_ms,
        )

    def _place_of(self, response: ResponseIn) -> AttemptItem | None:
        if response.attempt is None:
            return None
        places = self.places.get(response.attempt)
        if places is None:
            raise _unknown("unknown_attempt", "attempt", "You have no attempt with this id.")
        for place in places:
            if place.version.item_id == self.items[response.item].pk:
                return place
        raise _unknown("not_in_attempt", "attempt", f"“{response.item}” is not part of this attempt.")

    def _version_of(self, response: ResponseIn, item: Item, place: AttemptItem | None) -> ItemVersion:
        """The version answered. In an attempt it is the one of its place, even if the item is gone since."""
        if place is not None:
            return place.version
        if item.state == State.RETIRED:
            raise _unknown(
                "retired_item", "item", f"“{response.item}” was retired; its answers are not taken."
            )
        current = item.current_version
        if item.state != State.PUBLISHED or current is None:
            raise _unknown("unknown_item", "item", f"There is no item “{response.item}”.")
        if response.version is None or response.version == current.number:
            return current
        older = self.versions.get((item.pk, response.version))
        if older is None:
            message = f"“{response.item}” has no version {response.version}."
            raise _unknown("unknown_version", "version", message)
        return older

    def _store(self, rows: list[Response]) -> None:
        if not rows:
            return
        update_memories(learner=self.learner, added=rows)
        Response.objects.bulk_create(rows)
        finish_attempts(attempt_ids={row.attempt_id for row in rows if row.attempt_id}, at=self.at)

    def _load_stored(self) -> dict[UUID, Response]:
        ids = {r.id if isinstance(r, ResponseIn) else r.response_id for r in self.responses}
        rows = Response.objects.filter(id__in=[id_ for id_ in ids if id_ is not None])
        return {row.id: row for row in rows.select_related("version", "item")}

    def _load_items(self, fresh: list[ResponseIn]) -> dict[str, Item]:
        rows = Item.objects.filter(slug__in={response.item for response in fresh})
        of_version = ("item_id", "number", "kind", "question", "answer")
        rows = rows.select_related("current_version").only(
            "slug", "state", *(f"current_version__{name}" for name in of_version)
        )
        return {item.slug: item for item in rows}

    def _load_versions(self, fresh: list[ResponseIn]) -> dict[tuple[int, int], ItemVersion]:
        """Older versions that are named; most batches name none."""
        wanted: set[tuple[int, int]] = set()
        for response in fresh:
            item = self.items.get(response.item)
            current = item.current_version if item is not None else None
            if item is not None and response.version and current and response.version != current.number:
                wanted.add((item.pk, response.version))
        if not wanted:
            return {}
        rows = ItemVersion.objects.filter(
            item_id__in={item for item, _ in wanted}, number__in={number for _, number in wanted}
        )
        return {(row.item_id, row.number): row for row in rows}

    def _load_places(self, fresh: list[ResponseIn]) -> dict[UUID, list[AttemptItem]]:
        attempts = {response.attempt for response in fresh if response.attempt is not None}
        if not attempts:
            return {}
        rows = AttemptItem.objects.filter(attempt_id__in=attempts, attempt__learner=self.learner)
        places: dict[UUID, list[AttemptItem]] = {}
        for row in rows.select_related("version"):
            places.setdefault(row.attempt_id, []).append(row)
        return places


def _check_order(response: ResponseIn, version: ItemVersion) -> None:
    """The order shown names every option of the version once."""
    if response.shown_order is None:
        return
    options = sorted(choice["id"] for choice in version.question.get("choices", []))
    if sorted(response.shown_order) != options:
        message = f"Name every option once, in the order shown: {', '.join(options)}."
        raise ResponseError("bad_value", message, {"shown_order": message})


def _unknown(code: str, path: str, message: str) -> ResponseError:
    return ResponseError(code, message, {path: message})
