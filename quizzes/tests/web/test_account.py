"""One's own data: export, deletion, signing up and logging in with what was answered before."""

import json
import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from quizzes.models import Learner, Response
from quizzes.tests.factory import KEY, WRONG, make_question, make_user, respond
from quizzes.tests.web.forms import answer, answered

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"
OLD_PASSWORD = "correct horse"  # as the factory sets it


def sign_up(client: Client, username: str = "ada"):  # type: ignore[no-untyped-def]
    fields = {"username": username, "email": f"{username}@example.org", "password1": PASSWORD}
    return client.post("/accounts/signup/", fields)


def log_in(client: Client, name: str = "ada", password: str = OLD_PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/accounts/login/", {"login": name, "password": password})


def test_five_answers_of_a_guest_belong_to_the_new_account(client: Client) -> None:
    questions = [make_question() for _ in range(5)]
    stored = [answered(client, question) for question in questions]
    guest = Learner.objects.get()
    assert (
        "Your 5 answers so far go into the new account." in client.get("/accounts/signup/").content.decode()
    )
    assert sign_up(client).status_code == 302
    guest.refresh_from_db()
    assert guest.user == User.objects.get(username="ada")
    assert Response.objects.filter(learner=guest).count() == 5
    assert client.get("/progress/").context["responses"] == 5
    assert client.get(stored[0].get_absolute_url()).status_code == 200


def test_the_same_by_logging_in_to_an_existing_account(client: Client) -> None:
    questions = [make_question() for _ in range(6)]
    learner = Learner.objects.create(user=make_user())
    respond(learner, questions[5])
    stored = [answered(client, question, WRONG) for question in questions[:5]]
    assert "Your 5 answers on this browser are added" in client.get("/accounts/login/").content.decode()
    assert log_in(client, "ada@example.org").status_code == 302
    assert Response.objects.filter(learner=learner).count() == 6
    assert client.get("/progress/").context["responses"] == 6
    for response in stored:
        assert client.get(response.get_absolute_url()).status_code == 200
    assert learner.memories.count() == 6


def test_logging_out_and_in_again_merges_nothing_twice(client: Client) -> None:
    question = make_question()
    answered(client, question)
    sign_up(client)
    client.post("/accounts/logout/")
    assert client.get("/progress/").context["responses"] == 0
    answered(client, question)
    log_in(client, password=PASSWORD)
    assert client.get("/progress/").context["responses"] == 2
    assert Learner.objects.filter(user__isnull=False).count() == 1


def test_a_merged_guest_opens_no_account(client: Client) -> None:
    """The session of another browser that still names the guest must not see the account's answers."""
    question = make_question()
    stored = answered(client, question)
    other = Client()
    session = other.session
    session["learner_id"] = stored.learner_id
    session.save()
    other.cookies["sessionid"] = session.session_key
    make_user()
    log_in(client)
    assert other.get(stored.get_absolute_url()).status_code == 404
    assert other.get("/progress/").context["responses"] == 0
    answered(other, question)
    assert client.get("/progress/").context["responses"] == 1


def test_answers_of_a_user_need_no_session_of_a_guest(client: Client) -> None:
    make_user()
    log_in(client)
    stored = answered(client, make_question())
    assert stored.learner.user is not None
    assert "learner_id" not in client.session


def test_a_guest_takes_a_copy_of_the_data(client: Client) -> None:
    assert client.get("/account/data/").status_code == 404
    stored = answered(client, make_question(), confidence="guess")
    page = client.get("/account/")
    assert "with your 1 answer," in page.content.decode()
    copy = client.get("/account/data/")
    assert copy.headers["Content-Disposition"].startswith('attachment; filename="overshoot-')
    [response] = json.loads(copy.content)["responses"]
    assert (response["id"], response["confidence"]) == (str(stored.pk), "guess")


def test_a_user_takes_a_copy_of_the_data(client: Client) -> None:
    make_user()
    log_in(client)
    assert json.loads(client.get("/account/data/").content)["account"]["username"] == "ada"


def test_a_guest_deletes_everything_by_typing_a_word(client: Client) -> None:
    answered(client, make_question())
    keeps = answered(Client(), make_question())
    refused = client.post("/account/delete/", {"word": "yes"})
    assert refused.status_code == 200
    assert "Type the word" in refused.content.decode()
    assert Response.objects.count() == 2
    done = client.post("/account/delete/", {"word": " Delete "}, follow=True)
    assert "is deleted" in done.content.decode()
    assert list(Response.objects.all()) == [keeps]
    assert client.get("/account/delete/").status_code == 404


def test_a_user_deletes_the_account_with_the_password(client: Client) -> None:
    make_user()
    log_in(client)
    answered(client, make_question())
    for password in ("", "wrong"):
        assert client.post("/account/delete/", {"password": password}).status_code == 200
    assert User.objects.count() == 1
    client.post("/account/delete/", {"password": "correct horse"})
    assert not User.objects.exists()
    assert not Response.objects.exists()
    assert "Log in" in client.get("/").content.decode()


def test_nothing_is_stored_about_a_visitor_who_only_looks(client: Client) -> None:
    assert "nothing is stored about you" in client.get("/account/").content.decode()


def test_a_forgotten_password_is_reset_by_mail(client: Client) -> None:
    make_user()
    assert client.get("/accounts/password/reset/").status_code == 200
    sent = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, follow=True)
    assert "Look into your mail" in sent.content.decode()
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    assert "Choose a new password" in form.content.decode()
    address = form.redirect_chain[-1][0]
    fields = {"password1": PASSWORD, "password2": PASSWORD}
    assert "is changed" in client.post(address, fields, follow=True).content.decode()
    assert "does not work" in client.get(link[1], follow=True).content.decode()
    assert log_in(client, password=PASSWORD).status_code == 302


def test_errors_of_forms_are_told_at_their_fields(client: Client) -> None:
    make_user()
    text = sign_up(client, "ada").content.decode()
    assert 'class="errorlist"' in text
    assert 'aria-invalid="true"' in text
    text = log_in(client, password="wrong").content.decode()
    assert 'role="alert"' in text


@pytest.mark.parametrize("path", ["password/change/", "email/", "logout/", "reauthenticate/"])
def test_pages_of_an_account_have_the_look_of_the_site(client: Client, path: str) -> None:
    make_user()
    log_in(client)
    page = client.get(f"/accounts/{path}")
    assert page.status_code == 200
    assert 'class="wordmark"' in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_the_right_answer_is_kept_when_the_guest_and_the_user_both_answered(client: Client) -> None:
    question = make_question()
    learner = Learner.objects.create(user=make_user())
    respond(learner, question, WRONG)
    answered(client, question, KEY)
    log_in(client)
    assert learner.memories.get().last_correct
    assert learner.responses.count() == 2


def test_whoever_keeps_answering_keeps_the_session(client: Client) -> None:
    """A session ends some time after it was last saved: answering must save it now and then."""
    question = make_question()
    answered(client, question)
    assert "sessionid" not in answer(client, question).cookies
    session = client.session
    session["seen_on"] -= 7
    session.save()
    assert "sessionid" in answer(client, question).cookies


def test_logging_in_leads_back_to_the_page(client: Client) -> None:
    question = make_question()
    make_user()
    page = client.get(f"{question.get_absolute_url()}?topic=too-high").content.decode()
    address = re.search(r'href="(/accounts/login/[^"]*)"', page)
    assert address
    form = client.get(address[1])
    assert f'name="next" value="{question.get_absolute_url()}?topic=too-high"' in form.content.decode()
    fields = {"login": "ada", "password": OLD_PASSWORD, "next": question.get_absolute_url()}
    assert client.post("/accounts/login/", fields).headers["Location"] == question.get_absolute_url()
    assert "?next" not in Client().get("/accounts/login/").content.decode().split("<main")[0]
