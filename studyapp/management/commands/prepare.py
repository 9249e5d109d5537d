"""``prepare``: bring everything that a start needs up to date. Quick when nothing changed."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections

from quizzes.models import Item
from quizzes.services.draw_figures import versions_without_figures
from quizzes.services.instructors import ensure_instructors_group
from studyapp import cache


class Command(BaseCommand):
    help = (
        "Migrate the database, make the cache, collect static files, import the bank. Run before each start."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-bank", action="store_true", help="Leave out the questions shipped with the product."
        )

    def handle(self, *args: Any, without_bank: bool, **options: Any) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer: {str(error).strip().splitlines()[0]}"
            ) from error
        call_command("migrate", interactive=False, verbosity=0)
        if cache.ALIAS in connections:
            call_command("createcachetable", database=cache.ALIAS, verbosity=0)
        call_command("clearsessions")
        if settings.COLLECTED:
            collect_static()
        ensure_instructors_group()
        if not without_bank:
            self.import_bank()
        # The first start on this machine. (A database server may be open to others and has users of its own.)
        if settings.LOCAL_DATABASE and not get_user_model().objects.exists():
            call_command("create_instructor", stdout=self.stdout)

    def import_bank(self) -> None:
        """What is wrong with an item is told, but keeps nobody from the others."""
        if not Item.objects.exists():
            self.stdout.write("Importing the questions and drawing their figures (once) …")
            self.stdout.flush()
        try:
            call_command("import_bank", stdout=self.stdout)
            if versions_without_figures().exists():  # an earlier start was interrupted, or could not draw
                call_command("draw_figures", stdout=self.stdout)
        except CommandError as error:
            self.stderr.write(f"The bank was not imported completely. {error}")


def collect_static() -> None:
    """Collect static files unless none changed since the last time.

    Hashing and compressing all of them takes many times longer than the rest of a start.
    """
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def static_state() -> str:
    """A digest of names, sizes and times of all static files, and of what collects them."""
    digest = hashlib.sha256(importlib.metadata.version("whitenoise").encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
