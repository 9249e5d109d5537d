"""Check every key by simulation: ``manage.py prove_bank``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.services.bank import CONTENT_FOLDER, BankError
from quizzes.services.prove_bank import prove_files, prove_versions


class Command(BaseCommand):
    help = (
        "Run the scenario of every question and check every claim; fails if a key is not what it should be."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=CONTENT_FOLDER, help="Where the files are.")
        parser.add_argument(
            "--published", action="store_true", help="Check what is published, not the files."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tell = self.stdout.write if options["verbosity"] > 1 else None
        try:
            problems = prove_versions(tell) if options["published"] else prove_files(options["folder"], tell)
        except BankError as error:
            raise CommandError(f"The files are not right:\n{error}", returncode=2) from None
        if problems:
            lines = "\n".join(map(str, problems))
            raise CommandError(f"{len(problems)} problem(s):\n{lines}")
        self.stdout.write(self.style.SUCCESS("Every key holds."))
