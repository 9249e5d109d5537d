"""What to ask next: pure decisions over ids.

Two findings stand behind the rules. Recalling something shortly before it would be forgotten strengthens it
most (spacing; Cepeda et al. 2006, "Distributed practice in verbal recall tasks", Psychological Bulletin 132),
so what is due comes before what is new. And mixing topics makes learners tell them apart (interleaving;
Rohrer & Taylor 2007, "The shuffling of mathematics problems improves learning", Instructional Science 35), so
two questions in a row are of different topics where that is possible.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

KNOWN_AFTER = 3
KNOWN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as one learner has it: how many items it has, how many of them were met and last answered
    rightly."""

    id: int
    prerequisites: frozenset[int]
    items: int
    met: int
    right: int

    @property
    def unmet(self) -> int:
        return self.items - self.met

    @property
    def known(self) -> bool:
        """Enough of it was met (three items, or all if it has fewer), and most of that is right. An empty
        topic asks for nothing."""
        return self.met >= min(KNOWN_AFTER, self.items) and self.right >= KNOWN_SHARE * self.met


@dataclass(frozen=True, slots=True)
class Due:
    """An item that is due, and its topic; ``item`` and ``version`` are database ids."""

    item: int
    version: int
    topic: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item version that an attempt may ask; ``due_at`` is None for one that was never answered."""

    version: int
    topic: int
    due_at: datetime | None
    is_due: bool


def choose_due(due: Sequence[Due], *, last_item: int | None, last_topic: int | None) -> Due | None:
    """The first of the due items (longest due first) that is of another topic than the last answer.

    If all are of that topic: the first that is not the very item just answered, since its explanation was
    just read. That item itself comes last of all.
    """
    others = [candidate for candidate in due if candidate.topic != last_topic]
    same_topic = [candidate for candidate in due if candidate.item != last_item]
    return next(iter([*others, *same_topic]), None)


def order_of_new_topics(topics: Sequence[TopicState], *, last_topic: int | None) -> list[int]:
    """The topics with something new, best first.

    First those whose prerequisites are all known, in the order of the bank; then the others, in that order
    too (someone who knows nothing yet begins with the easiest). Among the first group the topic of the last
    answer goes to the end, so that topics alternate.
    """
    known = {topic.id for topic in topics if topic.known}
    existing = {topic.id for topic in topics}
    open_topics = [t for t in topics if t.unmet > 0 and t.prerequisites & existing <= known]
    closed = [t for t in topics if t.unmet > 0 and t not in open_topics]
    open_topics.sort(key=lambda topic: topic.id == last_topic)
    return [topic.id for topic in (*open_topics, *closed)]


def choose_for_attempt(candidates: Sequence[Candidate], *, size: int, rng: random.Random) -> list[Candidate]:
    """At most ``size`` of the candidates: due ones first, then new ones, then the rest by when they are due.

    Which of the new ones is left to chance, and so is the order: topics alternate as far as possible, and
    within a topic the places are drawn.
    """
    due = sorted((c for c in candidates if c.is_due), key=lambda c: (c.due_at, c.version))
    new = [c for c in candidates if c.due_at is None]
    rest = sorted(
        (c for c in candidates if c.due_at is not None and not c.is_due), key=lambda c: (c.due_at, c.version)
    )
    chosen = (due + _spread(new, rng) + rest)[:size]
    return _spread(chosen, rng)


def _spread(candidates: Sequence[Candidate], rng: random.Random) -> list[Candidate]:
    """A random order in which neighbours are of different topics as far as possible.

    Greedy by the topic with most left, which avoids a repetition whenever one can be avoided.
    """
    by_topic: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_topic.setdefault(candidate.topic, []).append(candidate)
    for group in by_topic.values():
        rng.shuffle(group)
    order: list[Candidate] = []
    last: int | None = None
    while by_topic:
        topics = [topic for topic in by_topic if topic != last] or list(by_topic)
        rng.shuffle(topics)
        last = max(topics, key=lambda topic: len(by_topic[topic]))
        order.append(by_topic[last].pop())
        if not by_topic[last]:
            del by_topic[last]
    return order
