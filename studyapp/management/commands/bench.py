"""``bench``: what pages cost beside the bare minimum. The simulator has its own, ``bench/core_bench.py``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from studyapp.bench import pages, sliders
from studyapp.bench.server import ServerFailed, served
from studyapp.bench.sliders import Update
from studyapp.management.commands.backup import copy_sqlite

INSIDE = "OVERSHOOT_BENCH"


class Command(BaseCommand):
    help = "Measure the pages, on a copy of the data that is thrown away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=9, help="Rounds that the median is taken of.")

    def handle(self, *args: Any, rounds: int, **options: Any) -> None:
        if rounds < 1:
            raise CommandError("--rounds must be at least 1.")
        if os.environ.get(INSIDE):
            self.measure(rounds)
        else:
            on_a_copy(["bench", "--rounds", str(rounds)])

    def measure(self, rounds: int) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else the server would be left behind
        try:
            versions = sliders.questions_with_sliders()
            with served() as address:
                measured = pages.measure(address, versions[0], rounds, repeat=12)
                updates = sliders.measure_sliders(address, versions, 3 * rounds)
        except (sliders.NothingToMeasure, ServerFailed) as error:
            raise CommandError(str(error)) from error
        for name, (page, least) in measured.items():
            self.line(name, f"{1 / page:.0f}/s", "over HTTP, one process, one request at a time")
            self.line("  beside a bare view", f"{page / least:.1f} x", f"{1 / least:.0f}/s, same bytes")
        self.tell_sliders(updates)

    def tell_sliders(self, updates: Sequence[Update]) -> None:
        usual = [update for update in updates if not update.network] or updates
        note = f"a bare view, same bytes: median of {len(usual)} questions, without networks"
        times: dict[str, Callable[[Update], float]] = {
            "new place": lambda one: one.new,
            "known place": lambda one: one.known,
            "the first": lambda one: one.first / one.bare,
        }
        for name, time in times.items():
            worst = max(usual, key=time)
            self.line(f"slider update, {name}", f"{median(map(time, usual)):.1f} x", note)
            self.line("  at most", f"{time(worst):.1f} x", worst.slug)

    def line(self, what: str, value: str, note: str = "") -> None:
        self.stdout.write(f"{what:36}{value:>10}   {note}".rstrip())


def on_a_copy(arguments: list[str]) -> None:
    """Run a command of manage.py with a copy of the SQLite database, or a new one, in a scratch folder."""
    with tempfile.TemporaryDirectory(prefix="overshoot-bench-") as folder:
        if settings.LOCAL_DATABASE and (settings.VAR / "db.sqlite3").exists():
            copy_sqlite(settings.VAR / "db.sqlite3", Path(folder) / "db.sqlite3")
        outside = {"DATABASE_URL", "CACHE_URL", "PRODUCTION", "ALLOWED_HOSTS", "EMAIL_URL", "DEBUG"}
        kept = {name: value for name, value in os.environ.items() if name not in outside}
        inside = kept | {"OVERSHOOT_VAR": folder, INSIDE: "1"}
        for command in (["prepare"], arguments):
            quiet = subprocess.DEVNULL if command == ["prepare"] else None
            if subprocess.run(
                [sys.executable, "manage.py", *command], env=inside, stdout=quiet, check=False
            ).returncode:
                raise CommandError(f"{command[0]} failed.")
