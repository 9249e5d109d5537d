"""Asking a question and taking the answer."""

import re
from html import unescape
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from quizzes.models import Learner, Response
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import KEY, WRONG, make_flashcard, make_question, make_topic
from quizzes.tests.web.forms import HTMX, answer, answered

pytestmark = pytest.mark.django_db


def test_looking_at_pages_leaves_no_learner_and_no_session(client: Client) -> None:
    question = make_question()
    for address in (
        "/",
        "/topics/",
        "/progress/",
        "/cards/",
        "/quizzes/",
        "/next/",
        question.get_absolute_url(),
    ):
        client.get(address)
    assert not Learner.objects.exists()
    assert "sessionid" not in client.cookies


def test_each_showing_has_an_id_of_its_own(client: Client) -> None:
    address = make_question().get_absolute_url()
    first, second = (client.get(address).context["asked"].response_id for _ in range(2))
    assert isinstance(first, UUID)
    assert first != second


def test_an_answer_without_javascript_leads_to_its_feedback(client: Client) -> None:
    question = make_question()
    sent = answer(client, question, WRONG, confidence="sure", elapsed_ms="4321")
    stored = Response.objects.get()
    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/responses/{stored.pk}/#feedback"
    assert (stored.response, stored.confidence, stored.elapsed_ms) == ({"choice": WRONG}, "sure", 4321)
    assert (stored.correct, stored.learner.is_guest) == (False, True)

    page = client.get(sent.headers["Location"])
    text = page.content.decode()
    assert page.status_code == 200
    assert "Not this time." in text
    assert "The answer is 2:" in text
    assert "Feedback on option a: the rate is below the limit." in text
    assert "Feedback on option c: it never rises." in text
    assert "Below the limit it converges." in text
    assert "proved by simulation" in text
    assert "You were sure" in text
    assert "Comes back in 10 minutes" in text
    assert 'href="https://distill.pub/2017/momentum/"' in text
    assert "<scenario-figure" in text


def test_an_answer_with_htmx_brings_the_feedback_and_its_address(client: Client) -> None:
    question = make_question()
    shown = answer(client, question, KEY, htmx=True)
    stored = Response.objects.get()
    assert shown.status_code == 200
    assert shown.headers["HX-Push-Url"] == f"/responses/{stored.pk}/"
    text = shown.content.decode()
    assert "<html" not in text
    assert "Right." in text
    assert "your answer, right" in text


def test_the_proof_tells_each_claim_with_its_measured_numbers(client: Client) -> None:
    stored = answered(client, make_question())
    text = client.get(stored.get_absolute_url()).content.decode()
    for claim in stored.version.answer["proof"]["claims"]:
        assert claim["claim"] in text
        assert claim["measured"].split(".")[0] in text


@pytest.mark.parametrize("htmx", [True, False])
def test_no_option_is_a_kind_error_that_loses_nothing(client: Client, htmx: bool) -> None:
    shown = answer(client, make_question(), None, htmx=htmx, confidence="unsure")
    assert shown.status_code == 200
    assert ("<html" in shown.content.decode()) is not htmx
    assert "Choose an option first" in shown.content.decode()
    assert shown.context["asked"].confidence == "unsure"
    assert not Response.objects.exists()
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"choice": "z"},
        {"choice": "b" * 500},
        {"choice": KEY, "id": "not-a-uuid"},
        {"choice": KEY, "version": "77"},
        {"choice": KEY, "confidence": "certain"},
    ],
)
def test_a_forged_form_is_put_again(client: Client, fields: dict[str, str]) -> None:
    shown = answer(client, make_question(), **fields)
    assert shown.status_code == 200
    assert shown.context["asked"].error
    assert not Response.objects.exists()


def test_nonsense_in_elapsed_time_is_dropped(client: Client) -> None:
    question = make_question()
    for elapsed in ("", "-5", "abc", "9" * 30, "999999999"):
        assert answered(client, question, elapsed_ms=elapsed).elapsed_ms is None


def test_the_same_form_twice_counts_once(client: Client) -> None:
    question, response_id = make_question(), str(uuid4())
    first = answer(client, question, WRONG, id=response_id)
    second = answer(client, question, WRONG, id=response_id)
    assert first.headers["Location"] == second.headers["Location"]
    assert Response.objects.count() == 1


def test_another_option_under_the_same_id_shows_the_first_answer_and_says_so(client: Client) -> None:
    question, response_id = make_question(), str(uuid4())
    answer(client, question, WRONG, id=response_id)
    again = answer(client, question, KEY, id=response_id, htmx=True).content.decode()
    assert "Not this time." in again
    assert "first answer" in again
    assert Response.objects.get().response == {"choice": WRONG}


def test_somebody_elses_id_is_not_taken_and_reveals_nothing(client: Client) -> None:
    question = make_question()
    theirs = answered(client, question, WRONG)
    stranger = Client()
    shown = answer(stranger, question, KEY, id=str(theirs.pk))
    assert shown.status_code == 200
    assert "Not this time" not in shown.content.decode()
    assert answer(stranger, question, KEY, id=str(shown.context["asked"].response_id)).status_code == 303


def test_feedback_belongs_to_the_one_who_answered(client: Client) -> None:
    stored = answered(client, make_question())
    assert Client().get(stored.get_absolute_url()).status_code == 404
    assert client.get(f"/responses/{uuid4()}/").status_code == 404


def test_the_slider_works_by_a_form(client: Client) -> None:
    stored = answered(client, make_question())
    plain = client.get(stored.get_absolute_url()).content.decode()
    moved = client.get(stored.get_absolute_url(), {"lr": "1.2"}).content.decode()
    assert "diverge" not in plain.split("figure-words")[1].split("figcaption")[0]
    assert "diverge" in moved.split("figure-words")[1].split("figcaption")[0]
    assert "must be a number" in client.get(stored.get_absolute_url(), {"lr": "nan"}).content.decode()


def test_a_topic_stays_along_to_the_next_question(client: Client) -> None:
    make_topic("what-is-a-learning-rate")
    make_question("first", "what-is-a-learning-rate")
    one, two = make_question("one", "too-high"), make_question("two", "too-high")
    asked = client.get("/next/", {"topic": "too-high"})
    assert asked.headers["Location"] == f"{one.get_absolute_url()}?topic=too-high"
    action = client.get(asked.headers["Location"]).context["asked"].action
    sent = client.post(action, {"id": str(uuid4()), "choice": KEY})
    following = client.get(sent.headers["Location"]).context["feedback"].next_url
    assert client.get(following).headers["Location"] == f"{two.get_absolute_url()}?topic=too-high"


def test_next_says_when_everything_is_done(client: Client) -> None:
    assert "Nothing to practise yet" in client.get("/next/").content.decode()
    answered(client, make_question())
    text = client.get("/next/").content.decode()
    assert "All done for now" in text
    assert "comes back in" in text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("take_out", [retire_item, unpublish_item])
def test_a_question_taken_out_is_gone_but_its_feedback_stays(client: Client, take_out, method: str) -> None:  # type: ignore[no-untyped-def]
    question = make_question()
    stored = answered(client, question)
    take_out(item=question, by=None, at=timezone.now())
    shown = getattr(client, method)(question.get_absolute_url(), {"choice": KEY, "id": str(uuid4())})
    assert shown.status_code == 410
    assert "no longer asked" in shown.content.decode()
    assert Response.objects.count() == 1
    assert client.get(stored.get_absolute_url()).status_code == 200


def test_htmx_is_sent_to_the_whole_page_of_a_question_that_is_gone(client: Client) -> None:
    question = make_question()
    retire_item(item=question, by=None, at=timezone.now())
    assert answer(client, question, htmx=True).headers["HX-Redirect"] == question.get_absolute_url()


def test_what_never_was_is_not_found(client: Client) -> None:
    card = make_flashcard()
    for address in ("/questions/nothing/", f"/questions/{card.slug}/", "/topics/nothing/", "/cards/nothing/"):
        assert client.get(address).status_code == 404


def test_pages_of_learners_are_not_cached(client: Client) -> None:
    question = make_question()
    for address in ("/", "/next/", question.get_absolute_url(), "/cards/", "/progress/"):
        assert "no-store" in client.get(address).headers["Cache-Control"]


def test_an_error_fragment_keeps_the_way_of_htmx(client: Client) -> None:
    question = make_question()
    shown = client.post(question.get_absolute_url(), {"id": str(uuid4())}, headers=HTMX)
    assert 'id="answer"' in shown.content.decode()


def test_who_takes_a_figure_to_the_lab_finds_back(client: Client) -> None:
    question = make_question()
    feedback = client.get(answer(client, question, WRONG).headers["Location"])
    (lead,) = re.findall(r'href="(/lab/[^"]+)"[^>]*data-lab', feedback.content.decode())
    lab = client.get(unescape(lead)).content.decode()
    address = feedback.request["PATH_INFO"]
    assert f'<a href="{address}">Back to where the figure is from</a>' in lab
    # Where a script swaps the answer in, the page is at the answer's address from then on. The question's
    # own would put the question again.
    address = f"{question.get_absolute_url()}?topic=too-high"
    here = {**HTMX, "HX-Current-URL": f"http://testserver{address}"}
    swapped = client.post(address, {"id": str(uuid4()), "choice": WRONG}, headers=here)
    (lead,) = re.findall(r'href="(/lab/[^"]+)"[^>]*data-lab', swapped.content.decode())
    pushed = swapped.headers["HX-Push-Url"]
    assert pushed.startswith("/responses/") and pushed.endswith("?topic=too-high")
    assert f"from={quote(pushed, safe='')}" in unescape(lead)
