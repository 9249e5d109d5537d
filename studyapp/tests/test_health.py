"""``/healthz`` tells whether the site can do its work."""

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from studyapp import health

pytestmark = pytest.mark.django_db


def test_all_parts_answer(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "parts": {"database": "ok", "migrations": "ok", "renderer": "ok"},
    }
    assert "no-store" in response.headers["Cache-Control"]


def test_a_migration_that_is_not_applied_is_told(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="quizzes").delete()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["parts"]["migrations"] == "not all applied: run manage.py prepare"
    assert response.json()["parts"]["database"] == "ok"


def test_a_part_that_fails_is_named_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> None:
        raise ConnectionError("password=hunter2")

    monkeypatch.setitem(health.PARTS, "renderer", failing)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "failing",
        "parts": {"database": "ok", "migrations": "ok", "renderer": "does not answer"},
    }


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
