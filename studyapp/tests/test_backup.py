"""A backup is a consistent copy of the data, taken while the site writes."""

import json
import os
import sqlite3
import stat
import sys
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ConnectionHandler

from studyapp.env import Environment
from studyapp.management.commands import backup

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="tells a state from half a one by reading SQLite's copy"
)
ADDRESS = "postgresql://anna:p%40ss%20w%2Frd@db.example.org:5433/overshoot"

# Stands in for PostgreSQL's: it notes how it was called, and writes half a dump before it fails.
PG_DUMP = """\
import json, os, pathlib, sys
target = pathlib.Path(sys.argv[sys.argv.index("--file") + 1])
mode = target.parent.stat().st_mode
notes = {{"arguments": sys.argv[1:], "environment": dict(os.environ), "mode": mode}}
pathlib.Path({notes!r}).write_text(json.dumps(notes))
target.write_text("PGDMP, as far as it goes")
sys.exit({failure!r} or None)
"""


def made_in(folder: Path) -> Path:
    (made,) = folder.iterdir()
    return made


def backed_up(to: Path) -> str:
    """What the command says."""
    out = StringIO()
    call_command("backup", to=to, stdout=out)
    return out.getvalue()


def use_postgresql(monkeypatch: pytest.MonkeyPatch, address: str = ADDRESS) -> None:
    """The database that the command backs up is the one at this address, which nobody connects to."""
    read = Environment({"DATABASE_URL": address}).database(Path("unused"), "")
    monkeypatch.setattr(backup, "connection", ConnectionHandler({"default": read})["default"])


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is all of PATH; nothing is set that PostgreSQL's programs would read."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    return folder


def install_pg_dump(programs: Path, failure: str = "") -> Path:
    """Puts the stand-in there; returns the file with its notes."""
    program, script, notes = (programs / name for name in ("pg_dump", "pg_dump.py", "notes.json"))
    script.write_text(PG_DUMP.format(notes=str(notes), failure=failure))
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    program.chmod(0o755)
    return notes


@on_sqlite
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
        said = backed_up(tmp_path)
    finally:
        stop.set()
        writer.join()
    copy = made_in(tmp_path)
    assert str(copy) in said
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
    backed_up(tmp_path)
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


def test_postgresql_is_dumped_by_its_own_program(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = install_pg_dump(programs)
    use_postgresql(monkeypatch)
    said = backed_up(tmp_path / "copies")
    copy = made_in(tmp_path / "copies")
    assert str(copy) in said
    noted: dict[str, Any] = json.loads(notes.read_text())
    dump = copy / "db.dump"
    assert noted["arguments"] == ["--format=custom", "--no-owner", "--no-password", "--file", str(dump)]
    assert dump.read_text().startswith("PGDMP")
    assert (copy / "secret_key").read_text() == (settings.VAR / "secret_key").read_text()
    # Nobody else can read it: not in the end, and not while it is being written.
    assert stat.S_IMODE(noted["mode"]) == stat.S_IMODE(copy.stat().st_mode) == 0o700


def test_the_password_is_in_the_environment_and_not_on_the_command_line(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = install_pg_dump(programs)
    use_postgresql(monkeypatch)
    backed_up(tmp_path / "copies")
    noted: dict[str, Any] = json.loads(notes.read_text())
    told = {name: value for name, value in noted["environment"].items() if name.startswith("PG")}
    assert told == {
        "PGHOST": "db.example.org",
        "PGPORT": "5433",
        "PGUSER": "anna",
        "PGPASSWORD": "p@ss w/rd",
        "PGDATABASE": "overshoot",
    }
    assert not any("p@ss" in argument or "p%40ss" in argument for argument in noted["arguments"])
    assert "PGPASSWORD" not in os.environ


def test_a_dump_is_encrypted_where_the_site_is(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = install_pg_dump(programs)
    use_postgresql(monkeypatch, f"{ADDRESS}?sslmode=verify-full&sslrootcert=/etc/ssl/own.pem")
    backed_up(tmp_path / "copies")
    environment = json.loads(notes.read_text())["environment"]
    assert (environment["PGSSLMODE"], environment["PGSSLROOTCERT"]) == ("verify-full", "/etc/ssl/own.pem")


def test_what_the_address_leaves_out_is_left_to_postgresql(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password file, say, and the socket of this machine."""
    notes = install_pg_dump(programs)
    monkeypatch.setenv("PGPASSFILE", "/home/anna/.pgpass")
    use_postgresql(monkeypatch, "postgresql:///overshoot")
    backed_up(tmp_path / "copies")
    environment = json.loads(notes.read_text())["environment"]
    told = {name: value for name, value in environment.items() if name.startswith("PG")}
    assert told == {"PGDATABASE": "overshoot", "PGPASSFILE": "/home/anna/.pgpass"}


def test_a_dump_that_fails_is_told_and_leaves_nothing(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = install_pg_dump(programs, failure="FATAL: the database is starting up")
    use_postgresql(monkeypatch)
    with pytest.raises(CommandError, match=r"pg_dump failed: FATAL: the database is starting up$"):
        backed_up(tmp_path / "copies")
    assert notes.exists(), "half a dump was written"
    assert list((tmp_path / "copies").iterdir()) == []


def test_without_the_program_it_is_told_what_to_install(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(programs.iterdir()) == []
    use_postgresql(monkeypatch)
    with pytest.raises(CommandError, match=r"pg_dump is needed .*apt-get install postgresql-client"):
        backed_up(tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir()) == []
