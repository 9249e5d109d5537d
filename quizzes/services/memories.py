"""Memories as a projection of the responses: whatever the order of arrival, the same responses give the
same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from quizzes.core.kinds import FLASHCARD
from quizzes.core.scheduling import MemoryState, Review, advance, rating_for, replay
from quizzes.models import Learner, Memory, Response

MEMORY_FIELDS = ("card", "due_at", "last_review_at", "last_correct", "reviews")
REVIEW_FIELDS = ("id", "item_id", "response", "confidence", "correct", "answered_at", "version__kind")


def review_of(response: Response) -> Review:
    """A stored response as the scheduler sees it."""
    rating = (
        response.response["rating"]
        if response.version.kind == FLASHCARD
        else rating_for(response.correct, response.confidence)
    )
    return Review(at=response.answered_at, rating=rating, correct=response.correct)


def in_order(responses: Iterable[Response]) -> list[Response]:
    """By the time of the answer; the id decides between answers of the same moment."""
    return sorted(responses, key=lambda response: (response.answered_at, response.id))


def update_memories(*, learner: Learner, added: list[Response]) -> None:
    """Bring the memories of a learner up to date with responses that are about to be stored in the caller's
    transaction, and fill in when each of them makes its item due.

    An item whose new answers all come after its last review is advanced; one that gets an older answer late
    (a phone that was offline) is replayed from all its responses.
    """
    by_item: dict[int, list[Response]] = defaultdict(list)
    for response in in_order(added):
        by_item[response.item_id].append(response)
    stored = {memory.item_id: memory for memory in learner.memories.filter(item_id__in=list(by_item))}
    states: dict[int, MemoryState | None] = {}
    late: list[Response] = []
    for item_id, responses in by_item.items():
        memory = stored.get(item_id)
        if memory is not None and responses[0].answered_at <= memory.last_review_at:
            late += responses
            continue
        state = _state_of(memory) if memory is not None else None
        for response in responses:
            state = advance(state, review_of(response))
        states[item_id] = state
    if late:
        states.update(_replayed(learner, {response.item_id for response in late}, late))
    _write(learner, states, stored)
    for response in added:
        state = states[response.item_id]
        response.due_at = state.due_at if state is not None else None


@transaction.atomic
def rebuild_memories(*, learner: Learner, items: Iterable[int] | None = None) -> int:
    """Make the memories of a learner anew from the responses; of all items, or of those with these ids.

    Returns:
        How many memories there are now.
    """
    Learner.objects.select_for_update().get(pk=learner.pk)
    memories = learner.memories.all()
    if items is not None:
        items = list(items)
        memories = memories.filter(item_id__in=items)
    stored = {memory.item_id: memory for memory in memories}
    states = _replayed(learner, items)
    _write(learner, states, stored)
    orphans = [memory.pk for item_id, memory in stored.items() if item_id not in states]
    Memory.objects.filter(pk__in=orphans).delete()
    return len(states)


def _replayed(
    learner: Learner, items: Iterable[int] | None, added: Iterable[Response] = ()
) -> dict[int, MemoryState | None]:
    """The memories of these items (None: of all) from the stored responses and those in ``added``."""
    responses = learner.responses.select_related("version").only(*REVIEW_FIELDS, "learner_id")
    if items is not None:
        responses = responses.filter(item_id__in=list(items))
    by_item: dict[int, list[Response]] = defaultdict(list)
    for response in in_order([*responses, *added]):
        by_item[response.item_id].append(response)
    return {item_id: replay(map(review_of, history)) for item_id, history in by_item.items()}


def _state_of(memory: Memory) -> MemoryState:
    return MemoryState(
        card=memory.card,
        due_at=memory.due_at,
        last_review_at=memory.last_review_at,
        last_correct=memory.last_correct,
        reviews=memory.reviews,
    )


def _write(learner: Learner, states: dict[int, MemoryState | None], stored: dict[int, Memory]) -> None:
    created: list[Memory] = []
    changed: list[Memory] = []
    for item_id, state in states.items():
        if state is None:
            continue
        memory = stored.get(item_id)
        if memory is None:
            memory = Memory(learner=learner, item_id=item_id)
            created.append(memory)
        elif _state_of(memory) == state:
            continue
        else:
            changed.append(memory)
        for field in MEMORY_FIELDS:
            setattr(memory, field, getattr(state, field))
    Memory.objects.bulk_create(created)
    Memory.objects.bulk_update(changed, MEMORY_FIELDS)
