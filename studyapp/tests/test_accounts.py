"""Accounts on pages and for clients of the API."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
PASSWORD = "learning-rate-25"
ANNA = {"username": "anna", "email": "anna@example.org"}


@pytest.fixture
def anna() -> User:
    return User.objects.create_user(**ANNA, password=PASSWORD)


@pytest.mark.parametrize("login", ["anna", "ANNA", "anna@example.org"])
def test_login_takes_name_or_address(client: Client, anna: User, login: str) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_a_client_of_the_api_gets_its_token_at_once(client: Client) -> None:
    response = client.post(
        "/_allauth/app/v1/auth/signup", ANNA | {"password": PASSWORD}, content_type="application/json"
    )
    assert response.status_code == 200
    assert response.json()["meta"]["session_token"]
    assert mail.outbox == []  # nothing to confirm


@pytest.mark.parametrize("verification", ["none", "optional"])
def test_a_mail_server_that_is_down_does_not_break_sign_up(
    client: Client, settings: Settings, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    response = client.post("/accounts/signup/", ANNA | {"password1": PASSWORD})
    assert response.status_code == 302
    assert User.objects.filter(username="anna").exists()
    assert "_auth_user_id" in client.session


def test_a_mail_server_that_is_down_is_told_on_password_reset(
    client: Client, anna: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    response = client.post("/accounts/password/reset/", {"email": anna.email}, follow=True)
    assert response.status_code == 200
    assert any("could not be sent" in str(message) for message in response.context["messages"])


def test_password_reset_works_to_the_end(client: Client, anna: User) -> None:
    client.post("/accounts/password/reset/", {"email": anna.email})
    address = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)
    form = client.get(address.removeprefix("http://testserver"), follow=True)
    new = "another-rate-0.08"
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert done.status_code == 302
    anna.refresh_from_db()
    assert anna.check_password(new)


def test_reset_for_an_unknown_address_looks_the_same(client: Client, anna: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": anna.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


def test_guessing_one_password_is_limited(client: Client, anna: User) -> None:
    for _ in range(8):
        client.post("/accounts/login/", {"login": "anna", "password": "wrong"})
    client.post("/accounts/login/", {"login": "anna", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_admin_is_entered_by_the_same_login_with_its_limits(client: Client, anna: User) -> None:
    response = client.get("/admin/")
    assert response.headers["Location"].startswith("/admin/login/")
    login = client.get("/admin/", follow=True)
    assert login.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    client.force_login(anna)  # a learner
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_class_may_sign_up_from_one_address() -> None:
    statuses = set()
    for number in range(40):
        data = {"username": f"student{number}", "email": f"s{number}@example.org", "password1": PASSWORD}
        statuses.add(Client().post("/accounts/signup/", data).status_code)
    assert statuses == {302}
    assert User.objects.count() == 40
