"""Nothing of the answer reaches a page before the response is stored: over every question that is shipped."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from quizzes.models import Attempt, Choice, Item, ItemVersion
from quizzes.services.import_bank import import_bank
from quizzes.tests.factory import NOW, make_question

pytestmark = pytest.mark.django_db
# What differs from one showing to the next by itself.
CHANGING = re.compile(rb'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def bank(db: None) -> list[ItemVersion]:
    """The questions of the shipped bank. Importing it takes seconds, so that one test says all about it."""
    import_bank(at=NOW, draw=False)
    versions = list(ItemVersion.objects.current().questions().select_related("item", "topic"))
    assert len(versions) >= 50
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


def assert_no_secret(version: ItemVersion, page: bytes) -> None:
    text, shown = page.decode(), json.dumps(version.question, ensure_ascii=False)
    for secret in secrets_of(version):
        if len(secret) > 12 and secret not in shown:
            assert secret not in text, f"{version.item.slug}: {secret}"


def assert_options_look_alike(version: ItemVersion, page: bytes) -> None:
    labels = re.findall(r'<label class="option">.*?<span class="text">', page.decode())
    assert len(labels) == len(version.question["choices"])
    assert len({re.sub(r'value="[a-h]"|>\d<', "", label) for label in labels}) == 1


def test_pages_do_not_depend_on_the_answer_at_all(client: Client, bank: list[ItemVersion]) -> None:
    """No text of the answer is in a page, options look alike, and with every answer and draft taken away
    each page is the same to the byte."""
    before = pages_before_the_answer(client, bank)
    for version in bank:
        page = before[version.item.get_absolute_url()]
        assert_no_secret(version, page)
        assert_options_look_alike(version, page)
    client.post("/quizzes/", {"size": "20"})
    for place in Attempt.objects.get().places.select_related("version__item"):
        page = client.get(f"/attempts/{place.attempt_id}/{place.position}/").content
        assert_no_secret(place.version, page)
        assert_options_look_alike(place.version, page)
    Attempt.objects.all().delete()
    ItemVersion.objects.update(answer={}, draft={})
    Choice.objects.all().delete()
    Item.objects.update(key="", stem="", explanation="", scenario=None, scenario_name="", slider=None)
    assert pages_before_the_answer(client, bank) == before


def test_feedback_of_an_unanswered_question_has_no_address(client: Client) -> None:
    slug = make_question().slug
    for address in (f"/responses/{slug}/", f"/questions/{slug}/feedback/", f"/questions/{slug}/figure.svg"):
        assert client.get(address).status_code == 404
