"""Error pages: in the look of the site, without details, and without what may itself be broken."""

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def failing(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "studyapp.tests.failing_urls"
    return Client(raise_request_exception=False)


def test_the_page_of_a_failure_needs_no_database(failing: Client) -> None:
    """No mark ``django_db`` here: any query would fail the test."""
    response = failing.get("/broken/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "<title>" in page and 'lang="en"' in page
    assert "hunter2" not in page and "RuntimeError" not in page
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"), [("/no/such/page/", 404), ("/forbidden/", 403), ("/suspicious/", 400)]
)
def test_other_errors_have_a_page_that_leads_on(failing: Client, address: str, status: int) -> None:
    response = failing.get(address)
    assert response.status_code == status
    page = response.content.decode()
    assert "<title>" in page and 'href="/' in page
    assert "hunter2" not in page


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "anna", "password": "x"})
    assert response.status_code == 403
    assert "cookie" in response.content.decode().lower()


@pytest.mark.django_db
def test_too_many_attempts_are_told(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client = Client()
    data = {"username": "anna", "email": "not an address", "password1": "short"}
    statuses = [client.post("/accounts/signup/", data).status_code for _ in range(3)]
    assert statuses[-1] == 429
