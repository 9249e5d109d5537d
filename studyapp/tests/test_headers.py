"""What every page is sent with."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

PAGES = ["/accounts/login/", "/accounts/signup/", "/no/such/page/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_scripts_and_styles_come_from_the_site_only(client: Client, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_pages_are_neither_framed_sniffed_nor_given_features(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_are_compressed_to_a_varying_length(client: Client) -> None:
    lengths = set()
    for _ in range(12):
        response = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        lengths.add(len(response.content))
    assert len(lengths) > 3


@pytest.mark.django_db
def test_production_redirects_to_https_but_for_the_health_check(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/accounts/login/").status_code == 301
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_static_files_are_served_uncollected(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    sheet = re.findall(r'href="(/static/[^"]+\.css)"', page)[0]
    assert client.get(sheet).status_code == 200
