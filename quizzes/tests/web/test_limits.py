"""Queries and weight of the pages: the same for a small bank and for a large one."""

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from quizzes.models import Item, ItemVersion, Kind, State, Topic
from quizzes.tests.factory import KEY, WRONG, make_flashcard, make_question, make_topic, make_user
from quizzes.tests.web.forms import answered

MOST_QUERIES = 8
MOST_QUERIES_OF_THE_COPY = 12  # one for each table that holds something of the learner
MOST_BYTES = 100_000
MOST_STYLE_BYTES = 15_000
SIZES = [60, 2000]
TOPICS = 17


def grow_bank(count: int) -> None:
    """Fill the bank up to ``count`` published items over all topics, copies of those that are there."""
    topics = [make_topic(f"topic-{number}") for number in range(TOPICS - Topic.objects.count())]
    models = list(ItemVersion.objects.select_related("item"))
    items = [
        Item(
            slug=f"copy-{number}",
            kind=models[number % len(models)].kind,
            topic=topics[number % len(topics)],
            state=State.PUBLISHED,
            title=f"Copy {number}",
            position=number,
        )
        for number in range(count - len(models))
    ]
    Item.objects.bulk_create(items)
    versions = []
    for number, item in enumerate(items):
        version = models[number % len(models)]
        versions.append(
            ItemVersion(
                item=item,
                number=1,
                kind=version.kind,
                topic=item.topic,
                level=version.level,
                question=version.question,
                answer=version.answer,
                draft={},
                verdict=version.verdict,
                digest="",
                published_at=version.published_at,
            )
        )
    ItemVersion.objects.bulk_create(versions)
    for item, version in zip(items, versions, strict=True):
        item.current_version = version
    Item.objects.bulk_update(items, ["current_version"], batch_size=500)


@pytest.fixture
def addresses(client: Client) -> dict[str, str]:
    """Pages of a user who has answered, in each kind of state."""
    question, other, card = make_question(), make_question(), make_flashcard()
    client.force_login(make_user(), backend=settings.AUTHENTICATION_BACKENDS[0])
    wrong, right = answered(client, question, WRONG), answered(client, other, KEY)
    begun = client.post("/quizzes/", {"topics": ["too-high"], "size": "5"}).headers["Location"]
    in_quiz = client.post(f"{begun}1/", {"id": "6e3c1d2a-5b8f-4c1d-9a57-0f3b2f1c7a10", "choice": WRONG})
    return {
        "home": "/",
        "topics": "/topics/",
        "topic": "/topics/too-high/",
        "question": question.get_absolute_url(),
        "next": "/next/",
        "feedback, wrong": wrong.get_absolute_url(),
        "feedback, right": right.get_absolute_url(),
        "feedback, slider moved": f"{right.get_absolute_url()}?lr=0.4",
        "cards": "/cards/",
        "card": card.get_absolute_url(),
        "card with its run": f"{card.get_absolute_url()}?run=1",
        "quizzes": "/quizzes/",
        "quiz": begun,
        "quiz, place": f"{begun}2/",
        "quiz, feedback": in_quiz.headers["Location"],
        "quiz, summary": f"{begun}summary/",
        "progress": "/progress/",
        "account": "/account/",
        "data": "/account/data/",
        "delete": "/account/delete/",
        "report": f"/questions/{question.slug}/report/",
        "privacy": "/privacy/",
        "log in": "/accounts/logout/",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("size", SIZES)
def test_a_page_takes_few_queries_whatever_the_size_of_the_bank(
    client: Client, addresses: dict[str, str], size: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    grow_bank(size)
    assert ItemVersion.objects.current().count() == size
    assert ItemVersion.objects.current().filter(kind=Kind.FLASHCARD).count() > size // 4
    counts: dict[str, int] = {}
    for name, address in addresses.items():
        with django_assert_max_num_queries(100) as captured:
            assert client.get(address).status_code in (200, 302), name
        counts[name] = len(captured)
    assert counts.pop("data") <= MOST_QUERIES_OF_THE_COPY
    assert {name: count for name, count in counts.items() if count > MOST_QUERIES} == {}


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def static_files(html: str) -> Iterator[Path]:
    """Style sheets, scripts and pictures that a page loads at once."""
    for address in set(re.findall(r'(?:href|src)="/static/([^"]+)"', html)):
        found = finders.find(address)
        assert found, address
        yield Path(str(found))


@pytest.mark.django_db
def test_a_page_weighs_less_than_a_hundred_kilobytes(client: Client, addresses: dict[str, str]) -> None:
    for name, address in addresses.items():
        page = client.get(address)
        if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
            continue
        files = sum(weight(path) for path in static_files(page.content.decode()))
        modules = sum(weight(path) for path in Path(settings.BASE_DIR / "static/js/figure").glob("*.js"))
        assert len(gzip.compress(page.content, 6)) + files + modules < MOST_BYTES, name


def test_the_style_sheets_are_small() -> None:
    folder = Path(settings.BASE_DIR / "static/css")
    names = ("base.css", "components.css", "figure.css")
    assert sum(weight(folder / name) for name in names) < MOST_STYLE_BYTES
