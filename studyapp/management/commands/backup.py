"""``backup``: a consistent copy of the data, taken while the site runs."""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

# What a start makes again by itself, or what is a backup already.
LEFT_OUT = ("backups", "static", "cache.sqlite3*", "db.sqlite3*", "test*.sqlite3*", "instructor-password")


class Command(BaseCommand):
    help = "Copy the database and the rest of var/ into a new folder of var/backups/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=Path, default=settings.VAR / "backups", help="Where the new folder goes."
        )

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        folder = new_folder(to, timezone.now())
        try:
            if connection.vendor == "sqlite":
                copy_sqlite(Path(connection.settings_dict["NAME"]), folder / "db.sqlite3")
            else:
                dump_postgresql(folder / "db.dump")
            shutil.copytree(
                settings.VAR, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True
            )
            folder.chmod(0o700)  # the copy took over the mode of var/
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # half a backup would look like one
            raise
        self.stdout.write(f"Backup made: {folder} (how to restore it: docs/deployment.md)")


def new_folder(parent: Path, now: datetime.datetime) -> Path:
    """A folder named by the time, readable by its owner only: it holds hashes and the signing key."""
    folder = parent / now.strftime("%Y-%m-%d-%H%M%S")
    try:
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise CommandError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy with SQLite's online backup: the copy is the state after some commit."""
    if not source.exists():
        raise CommandError(f"There is no database at {source} yet: start the site once.")
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    if verdict != "ok":
        raise CommandError(f"The copy is damaged, and so the database may be: {verdict}")


def dump_postgresql(target: Path) -> None:
    """Dump with ``pg_dump``; the password goes through the environment, which other users cannot read. Where
    there is none, nobody is asked for it: who is at the terminal may be a timer."""
    if not shutil.which("pg_dump"):
        raise CommandError("pg_dump is needed (Debian, Ubuntu: apt-get install postgresql-client).")
    values = connection.settings_dict
    known = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = {name: str(values[key]) for name, key in known.items() if values.get(key)}
    # What else the address asks of a connection, above all that it be encrypted (sslmode) and to whom.
    _arguments, asked = connection.client.settings_to_cmd_args_env(values, [])
    environment |= asked or {}
    done = subprocess.run(
        ["pg_dump", "--format=custom", "--no-owner", "--no-password", "--file", str(target)],  # noqa: S607
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"pg_dump failed: {done.stderr.strip()}")
