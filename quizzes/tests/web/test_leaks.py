"""Nothing of the answer reaches a page before the response is stored: over every question that is shipped."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from quizzes.models import Attempt, Choice, Item, ItemVersion
from quizzes.services.import_bank import import_bank
from quizzes.tests.factory import NOW, make_question

pytestmark = pytest.mark.django_db
# What differs from one showing to the next by itself.
CHANGING = re.compile(rb'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(scope="module")
def bank(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The shipped bank, read once for this module; each test works inside a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_bank(at=NOW, draw=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shipped(bank: None, db: None) -> list[ItemVersion]:
    versions = list(ItemVersion.objects.current().questions().select_related("item", "topic"))
    assert len(versions) >= 5
    return versions


def pages_before_the_answer(client: Client, versions: list[ItemVersion]) -> dict[str, bytes]:
    """Every page that shows or lists these questions while none of them is answered."""
    addresses = ["/", "/topics/", "/quizzes/", "/progress/"]
    addresses += sorted({version.topic.get_absolute_url() for version in versions})
    addresses += [version.item.get_absolute_url() for version in versions]
    pages = {address: client.get(address) for address in addresses}
    assert {page.status_code for page in pages.values()} == {200}
    return {address: CHANGING.sub(b"", page.content) for address, page in pages.items()}


def secrets_of(version: ItemVersion) -> Iterator[str]:
    """All texts of the answer, and the scenario in any spelling."""
    answer = version.answer
    for choice in answer["choices"]:
        yield from (
            choice["feedback_html"],
            choice["feedback"],
            choice["belief"] or "",
            choice["misconception"] or "",
        )
    for name in ("explanation", "look_at", "takeaway"):
        yield from (answer[name], answer[f"{name}_html"])
    yield answer["description"]
    yield from (claim[name] for claim in answer["proof"]["claims"] for name in ("measured", "claim"))
    yield from (source[name] for source in answer["sources"] for name in ("id", "citation", "url"))
    yield json.dumps(answer["scenario"])
    yield version.item.scenario_name


def test_pages_do_not_depend_on_the_answer_at_all(client: Client, shipped: list[ItemVersion]) -> None:
    """With every answer and draft taken away, each page is the same to the byte."""
    before = pages_before_the_answer(client, shipped)
    ItemVersion.objects.update(answer={}, draft={})
    Choice.objects.all().delete()
    Item.objects.update(key="", stem="", explanation="", scenario=None, scenario_name="", slider=None)
    assert pages_before_the_answer(client, shipped) == before


def test_no_text_of_the_answer_is_in_a_page(client: Client, shipped: list[ItemVersion]) -> None:
    pages = pages_before_the_answer(client, shipped)
    for version in shipped:
        page = pages[version.item.get_absolute_url()].decode()
        shown = json.dumps(version.question, ensure_ascii=False)
        for secret in secrets_of(version):
            if len(secret) > 12 and secret not in shown:
                assert secret not in page, f"{version.item.slug}: {secret}"


def test_options_look_alike_before_the_answer(client: Client, shipped: list[ItemVersion]) -> None:
    for version in shipped:
        page = client.get(version.item.get_absolute_url()).content.decode()
        labels = re.findall(r'<label class="option">.*?<span class="text">', page)
        assert len(labels) == len(version.question["choices"])
        assert len({re.sub(r'value="[a-h]"|>\d<', "", label) for label in labels}) == 1


def test_a_quiz_gives_nothing_away_either(client: Client, shipped: list[ItemVersion]) -> None:
    client.post("/quizzes/", {"size": "20"})
    attempt = Attempt.objects.get()
    for place in attempt.places.select_related("version__item"):
        page = client.get(f"/attempts/{attempt.pk}/{place.position}/").content.decode()
        shown = json.dumps(place.version.question, ensure_ascii=False)
        for secret in secrets_of(place.version):
            if len(secret) > 12 and secret not in shown:
                assert secret not in page, f"{place.version.item.slug}: {secret}"


def test_feedback_of_an_unanswered_question_has_no_address(client: Client) -> None:
    slug = make_question().slug
    for address in (f"/responses/{slug}/", f"/questions/{slug}/feedback/", f"/questions/{slug}/figure.svg"):
        assert client.get(address).status_code == 404
