"""Instructors may write questions, and nothing else."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Passwords that other tests left are not read here."""
    settings.VAR = tmp_path


def password_on_file() -> str:
    path = settings.VAR / "instructor-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _, password = path.read_text().split()
    path.unlink()
    return password


def test_the_password_is_kept_from_a_log_and_works(client: Client) -> None:
    out = StringIO()
    call_command("create_instructor", "anna", stdout=out)
    password = password_on_file()
    assert len(password) == 16
    assert password not in out.getvalue()
    assert "instructor-password" in out.getvalue()
    assert client.login(username="anna", password=password)


def test_an_instructor_meets_the_bank_but_no_accounts(client: Client) -> None:
    call_command("create_instructor", "anna", stdout=StringIO())
    anna = User.objects.get(username="anna")
    assert anna.is_staff and not anna.is_superuser
    client.force_login(anna)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/auth/user/").status_code in {403, 404}
    assert anna.has_perms(["quizzes.add_item", "quizzes.change_choice", "quizzes.publish_item"])
    assert not anna.has_perm("quizzes.change_itemversion")
    assert not anna.has_perm("quizzes.delete_response")
    assert not any(anna.has_module_perms(app) for app in ("auth", "sessions", "account", "admin"))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["Anna"], "There is a user"), (["an na"], "valid username"), (["bob", "--email", "x"], "valid email")],
)
def test_a_name_that_is_taken_or_wrong_is_refused(arguments: list[str], complaint: str) -> None:
    User.objects.create_user("anna")
    with pytest.raises(CommandError, match=complaint):
        call_command("create_instructor", *arguments)
