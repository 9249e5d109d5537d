"""The first page, the map of topics and one topic."""

import pytest
from django.test import Client

from quizzes.tests.factory import KEY, WRONG, make_flashcard, make_question, make_topic
from quizzes.tests.web.forms import answered

pytestmark = pytest.mark.django_db


def test_a_new_visitor_meets_the_first_question_of_the_first_topic(client: Client) -> None:
    make_topic("first", title="The first topic")
    make_topic("second")
    make_question("of-the-second", "second")
    first = make_question("of-the-first", "first")
    page = client.get("/")
    asked = page.context["asked"]
    assert asked.action == first.get_absolute_url()
    text = page.content.decode()
    assert 'name="choice" value="a"' in text
    assert 'hx-post="/questions/of-the-first/"' in text


def test_home_asks_what_comes_next(client: Client) -> None:
    first, second = make_question(), make_question()
    answered(client, first)
    assert client.get("/").context["asked"].action == second.get_absolute_url()
    answered(client, second)
    assert "Nothing to answer right now" in client.get("/").content.decode()


def test_home_without_a_bank_says_so(client: Client) -> None:
    text = client.get("/").content.decode()
    assert "There is no question in the bank yet." in text
    assert "No topics yet." in text


def test_topics_show_counts_and_own_progress(client: Client) -> None:
    make_topic("empty", title="An empty topic")
    question = make_question()
    make_question()
    make_flashcard()
    answered(client, question)
    for address in ("/", "/topics/"):
        text = client.get(address).content.decode()
        assert "2 questions" in text
        assert "1 card" in text
        assert "1 of 3 seen" in text
        assert "Questions are being written" in text
    assert "1 of 3 seen" not in Client().get("/topics/").content.decode()


def test_a_topic_lists_its_questions_with_own_marks(client: Client) -> None:
    before = make_topic("what-is-a-learning-rate", title="What it is")
    topic = make_topic("too-high", prerequisites=(before,))
    right, wrong, open_one = make_question("right"), make_question("wrong"), make_question("open")
    make_flashcard()
    answered(client, right, KEY)
    answered(client, wrong, WRONG)
    page = client.get(topic.get_absolute_url())
    text = page.content.decode()
    assert '<a href="/topics/what-is-a-learning-rate/">What it is</a>' in text
    assert 'href="/next/?topic=too-high"' in text
    assert 'href="/cards/?topic=too-high"' in text
    rows = {row.slug: row.correct for row in page.context["topic"].items}
    assert rows == {"right": True, "wrong": False, "open": None}
    assert text.count("(answered, right)") == 1
    assert text.count("(answered, not right yet)") == 1
    assert f"{open_one.get_absolute_url()}?topic=too-high" in text


def test_an_empty_topic_says_so(client: Client) -> None:
    assert "Nothing here yet" in client.get(make_topic().get_absolute_url()).content.decode()


def test_a_long_topic_has_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizzes.selectors.bank.PAGE_SIZE", 2)
    questions = [make_question() for _ in range(3)]
    address = questions[0].topic.get_absolute_url()
    assert "Page 1 of 2" in client.get(address).content.decode()
    second = client.get(address, {"page": "2"})
    assert [row.slug for row in second.context["topic"].items] == [questions[2].slug]
    assert client.get(address, {"page": "nonsense"}).status_code == 200
    assert client.get(address, {"page": "99"}).status_code == 200
