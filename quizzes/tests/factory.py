"""Small objects for tests: topics, items, learners and responses. Everything goes through the services.

``make_question()`` alone gives a published question whose key ``b`` is proved by a run of 40 steps in one
dimension, without pictures.
"""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from quizzes.core.responses import parse_response
from quizzes.models import Item, ItemVersion, Learner, Misconception, Response, Source, Topic
from quizzes.services.drafts import write_draft
from quizzes.services.learners import guest_learner, learner_of_user
from quizzes.services.publish_item import publish_item
from quizzes.services.record_responses import record_responses

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = "b"
WRONG = "a"
_numbers = itertools.count(1)


def make_topic(slug: str = "too-high", *, title: str = "", prerequisites: tuple[Topic, ...] = ()) -> Topic:
    """A topic of that id, the one in the database if there is one."""
    topic, _ = Topic.objects.get_or_create(
        slug=slug,
        defaults={
            "title": title or slug.replace("-", " ").capitalize(),
            "summary": f"All about {slug}.",
            "position": Topic.objects.count() + 1,
        },
    )
    if prerequisites:
        topic.prerequisites.set(prerequisites)
    return topic


def make_misconception(slug: str = "higher-is-faster") -> Misconception:
    return Misconception.objects.get_or_create(
        slug=slug, defaults={"belief": f"Someone believes in {slug}.", "truth": "It is not so."}
    )[0]


def make_source(slug: str = "goh-2017") -> Source:
    return Source.objects.get_or_create(
        slug=slug,
        defaults={
            "citation": "Goh, G. (2017). Why Momentum Really Works.",
            "url": "https://distill.pub/2017/momentum/",
        },
    )[0]


def scenario_content(lr: float = 0.25, steps: int = 40) -> dict[str, Any]:
    """Gradient descent on x², as the contract's object. ``lr`` 0.25 converges, 1 is the limit of
    stability."""
    return {
        "objective": {"name": "quadratic", "eigenvalues": [2]},
        "start": [3],
        "steps": steps,
        "runs": [{"label": "descent", "optimizer": {"name": "SGD", "lr": lr}}],
    }


def question_content(slug: str = "a-question", topic: str = "too-high", **changes: Any) -> dict[str, Any]:
    """A question in the content format whose key ``b`` is proved; ``changes`` replace keys (None removes
    one)."""
    content: dict[str, Any] = {
        "id": slug,
        "kind": "single_choice",
        "topic": topic,
        "title": f"Title of {slug}",
        "level": "beginner",
        "stem": "What becomes of *gradient descent* on $x^2$ with `lr = 0.25`?",
        "scenario": scenario_content(),
        "slider": {"min": 0.05, "max": 1.3, "scale": "linear"},
        "choices": [
            {
                "id": "a",
                "text": "It diverges",
                "claim": {"status": "diverged"},
                "misconception": "higher-is-faster",
                "holds_at": {"lr": 1.25},
                "feedback": "Feedback on option a: the rate is below the limit.",
            },
            {
                "id": "b",
                "text": "It converges",
                "claim": {"status": "converged"},
                "feedback": "Feedback on option b: each step halves the distance.",
            },
            {
                "id": "c",
                "text": "The loss rises now and then",
                "claim": {"monotone": False},
                "misconception": "higher-is-faster",
                "feedback": "Feedback on option c: it never rises.",
            },
        ],
        "key": KEY,
        "proof": "proved",
        "explanation": "One step multiplies the distance by $1 - 2 \\cdot 0.25 = 0.5$.",
        "look_at": "Look at the straight line.",
        "takeaway": "Below the limit it converges.",
        "sources": ["goh-2017"],
    }
    content.update(changes)
    return {key: value for key, value in content.items() if value is not None}


def flashcard_content(slug: str = "a-card", topic: str = "too-high", **changes: Any) -> dict[str, Any]:
    """A flashcard in the content format."""
    content: dict[str, Any] = {
        "id": slug,
        "kind": "flashcard",
        "topic": topic,
        "title": f"Title of {slug}",
        "level": "beginner",
        "front": "Where is the limit of stability?",
        "back": "At $2/L$.",
        "scenario": scenario_content(lr=1.1),
        "sources": ["goh-2017"],
    }
    content.update(changes)
    return {key: value for key, value in content.items() if value is not None}


def make_draft(content: dict[str, Any]) -> Item:
    """An unpublished item, with all that it refers to."""
    for slug in (content["topic"], *content.get("also", ())):
        make_topic(slug)
    for choice in content.get("choices", ()):
        if choice.get("misconception"):
            make_misconception(choice["misconception"])
    for slug in content.get("sources", ()):
        make_source(slug)
    return write_draft(item=None, content=content)


def publish(item: Item, *, at: datetime = NOW, by: User | None = None, draw: bool = False) -> ItemVersion:
    return publish_item(item=item, by=by, at=at, draw=draw)


def make_question(
    slug: str | None = None, topic: Topic | str = "too-high", *, position: int | None = None, **changes: Any
) -> Item:
    """A published question."""
    return _published(question_content, slug or f"question-{next(_numbers)}", topic, position, changes)


def make_flashcard(
    slug: str | None = None, topic: Topic | str = "too-high", *, position: int | None = None, **changes: Any
) -> Item:
    """A published flashcard."""
    return _published(flashcard_content, slug or f"card-{next(_numbers)}", topic, position, changes)


def _published(
    content: Any, slug: str, topic: Topic | str, position: int | None, changes: dict[str, Any]
) -> Item:
    item = make_draft(content(slug, topic.slug if isinstance(topic, Topic) else topic, **changes))
    item.position = position if position is not None else item.pk
    item.save(update_fields=["position"])
    publish(item)
    return item


def make_guest(at: datetime = NOW) -> Learner:
    return guest_learner(at)


def make_user(username: str = "ada", **fields: Any) -> User:
    return User.objects.create_user(username, f"{username}@example.org", "correct horse", **fields)


def make_learner(username: str = "ada") -> Learner:
    """The learner of an account."""
    return learner_of_user(User.objects.filter(username=username).first() or make_user(username))


def response_data(item: Item | str, answer: str | None = None, **changes: Any) -> dict[str, Any]:
    """A response as a client sends it: the key by default, or ``answer`` (an option, or a rating)."""
    slug = item if isinstance(item, str) else item.slug
    card = not isinstance(item, str) and item.kind == "flashcard"
    body = {"rating": answer or "good"} if card else {"choice": answer or KEY}
    data: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "item": slug,
        "response": body,
        "answered_at": NOW.isoformat(),
    }
    data.update(changes)
    return {key: value for key, value in data.items() if value is not None}


def respond(
    learner: Learner,
    item: Item,
    answer: str | None = None,
    *,
    at: datetime = NOW,
    confidence: str | None = None,
    **changes: Any,
) -> Response:
    """Record one response, which must be taken."""
    data = response_data(item, answer, answered_at=at.isoformat(), confidence=confidence, **changes)
    now = at + timedelta(seconds=1)
    recorded = record_responses(learner=learner, responses=[parse_response(data, now)], at=now)[0]
    assert recorded.response is not None, recorded.error
    return recorded.response
