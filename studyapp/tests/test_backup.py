"""A backup is a consistent copy of the data, taken while the site writes."""

import sqlite3
import stat
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the copy of PostgreSQL is pg_dump's own"
)


def made_in(folder: Path) -> Path:
    (made,) = folder.iterdir()
    return made


@pytest.mark.django_db(transaction=True)
def test_the_copy_is_a_state_between_two_commits(tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        """Two rows a commit: a copy with an odd number of them was taken inside one."""
        number = 0
        while not stop.is_set():
            with transaction.atomic():
                Group.objects.create(name=f"{number} left")
                Group.objects.create(name=f"{number} right")
            number += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        out = StringIO()
        call_command("backup", to=tmp_path, stdout=out)
    finally:
        stop.set()
        writer.join()
    copy = made_in(tmp_path)
    assert str(copy) in out.getvalue()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    with sqlite3.connect(copy / "db.sqlite3") as database:
        assert database.execute("SELECT COUNT(*) FROM auth_group").fetchone()[0] % 2 == 0
        assert database.execute("SELECT COUNT(*) FROM django_migrations").fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_the_signing_key_and_mail_are_kept_and_the_cache_is_not(tmp_path: Path) -> None:
    (settings.VAR / "mail").mkdir(exist_ok=True)
    (settings.VAR / "mail" / "one.log").write_text("Subject: hello")
    (settings.VAR / "cache.sqlite3").write_text("not worth keeping")
    settings.VAR.chmod(0o755)
    call_command("backup", to=tmp_path, stdout=StringIO())
    copy = made_in(tmp_path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert (copy / "secret_key").read_text() == (settings.VAR / "secret_key").read_text()
    assert (copy / "mail" / "one.log").exists()
    assert not (copy / "cache.sqlite3").exists()


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("backup", to=tmp_path / "file")
