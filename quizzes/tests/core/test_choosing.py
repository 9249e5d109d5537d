"""What to ask next, decided over ids."""

import itertools
import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.choosing import (
    Candidate,
    Due,
    TopicState,
    choose_due,
    choose_for_attempt,
    order_of_new_topics,
)
from quizzes.core.digests import digest_of
from quizzes.tests.factory import NOW


def topic(
    id_: int, *, needs: tuple[int, ...] = (), items: int = 5, met: int = 0, right: int = 0
) -> TopicState:
    return TopicState(id=id_, prerequisites=frozenset(needs), items=items, met=met, right=right)


def test_due_items_of_another_topic_come_first() -> None:
    due = [Due(1, 11, topic=1), Due(2, 12, topic=1), Due(3, 13, topic=2)]
    assert choose_due(due, last_item=None, last_topic=None) == due[0]
    assert choose_due(due, last_item=9, last_topic=1) == due[2]
    assert choose_due(due[:2], last_item=1, last_topic=1) == due[1]
    assert choose_due(due[:1], last_item=1, last_topic=1) is None


def test_topics_open_once_their_prerequisites_are_known() -> None:
    first, second = topic(1), topic(2, needs=(1,))
    assert order_of_new_topics([first, second], last_topic=None) == [1, 2]
    known = topic(1, met=3, right=2)
    assert order_of_new_topics([known, second], last_topic=1) == [2, 1]
    forgotten = topic(1, met=3, right=1)
    assert order_of_new_topics([forgotten, second], last_topic=1) == [1, 2]


def test_a_small_topic_is_known_when_all_of_it_is_and_an_empty_one_asks_nothing() -> None:
    assert topic(1, items=1, met=1, right=1).known
    assert not topic(1, items=2, met=1, right=1).known
    assert topic(1, items=0).known


def test_finished_topics_are_not_offered() -> None:
    assert order_of_new_topics([topic(1, items=3, met=3, right=3)], last_topic=None) == []


def test_a_prerequisite_that_is_not_in_the_bank_does_not_block() -> None:
    assert order_of_new_topics([topic(2, needs=(99,)), topic(3)], last_topic=None) == [2, 3]


CANDIDATES = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["new", "due", "later"])), min_size=1, max_size=40
).map(
    lambda rows: [
        Candidate(
            version=index,
            topic=topic_id,
            due_at=None if state == "new" else NOW + timedelta(days=-index if state == "due" else index),
            is_due=state == "due",
        )
        for index, (topic_id, state) in enumerate(rows, start=1)
    ]
)


@settings(deadline=None, max_examples=100)
@given(candidates=CANDIDATES, size=st.integers(1, 12), seed=st.integers(0, 2**32))
def test_an_attempt_asks_each_item_once_and_what_is_due_before_the_rest(
    candidates: list[Candidate], size: int, seed: int
) -> None:
    chosen = choose_for_attempt(candidates, size=size, rng=random.Random(seed))
    assert len(chosen) == min(size, len(candidates))
    assert len({candidate.version for candidate in chosen}) == len(chosen)
    due = sum(candidate.is_due for candidate in candidates)
    assert sum(candidate.is_due for candidate in chosen) == min(due, size)
    later = [c for c in chosen if c.due_at is not None and not c.is_due]
    if later:
        assert all(c in chosen for c in candidates if c.is_due or c.due_at is None)
    assert chosen == choose_for_attempt(candidates, size=size, rng=random.Random(seed))


@settings(deadline=None, max_examples=100)
@given(candidates=CANDIDATES, seed=st.integers(0, 2**32))
def test_topics_alternate_where_they_can(candidates: list[Candidate], seed: int) -> None:
    order = choose_for_attempt(candidates, size=len(candidates), rng=random.Random(seed))
    most = max(sum(c.topic == t for c in candidates) for t in {c.topic for c in candidates})
    repeats = sum(a.topic == b.topic for a, b in itertools.pairwise(order))
    assert repeats <= max(0, 2 * most - len(candidates) - 1)


def test_digests_do_not_depend_on_order_of_keys_or_form_of_numbers() -> None:
    assert digest_of({"a": 1, "b": [1.0, 0.5]}) == digest_of({"b": [1, 0.5], "a": 1.0})
    assert digest_of([1, 2]) != digest_of([2, 1])
    assert digest_of({"a": True}) != digest_of({"a": 1})
