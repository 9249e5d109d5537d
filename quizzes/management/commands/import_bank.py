"""Load the bank's files: ``manage.py import_bank``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from quizzes.services.bank import CONTENT_FOLDER, BankError
from quizzes.services.import_bank import ImportReport, import_bank


class Command(BaseCommand):
    help = (
        "Load the bank's files into drafts and publish them. What instructors edited is left alone and named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=CONTENT_FOLDER, help="Where the files are.")
        parser.add_argument(
            "--overwrite", nargs="+", default=[], metavar="ID", help="Take the files' text of these."
        )
        parser.add_argument(
            "--overwrite-all", action="store_true", help="Take the files' text of everything."
        )
        parser.add_argument(
            "--no-figures", action="store_true", help="Draw no figures now (see draw_figures)."
        )
        parser.add_argument(
            "--force", action="store_true", help="Look at every item though no file has changed."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_bank(
                at=timezone.now(),
                folder=options["folder"],
                overwrite=options["overwrite"],
                overwrite_all=options["overwrite_all"],
                draw=not options["no_figures"],
                force=options["force"],
                tell=partial(self._progress, options["verbosity"]),
            )
        except BankError as error:
            count = len(error.problems)
            raise CommandError(f"Nothing was imported; {count} problem(s):\n{error}", returncode=2) from None
        self._tell(report)
        if report.refused:
            lines = "\n".join(map(str, report.refused))
            raise CommandError(f"{len(report.refused)} problem(s), these items were not published:\n{lines}")

    def _progress(self, verbosity: int, number: int, total: int, text: str) -> None:
        """Every item, or every tenth: drawing all figures of a new bank takes a minute."""
        if verbosity > 1 or (verbosity and number % 10 == 0):
            self.stdout.write(f"{number}/{total} {text}")

    def _tell(self, report: ImportReport) -> None:
        if report.skipped:
            self.stdout.write(f"The bank's files have not changed ({report.unchanged} items).")
        else:
            counts = f"{len(report.created)} new, {len(report.updated)} updated, {report.unchanged} unchanged"
            self.stdout.write(f"Items: {counts}. Versions published: {report.versions}.")
        if report.kept:
            self.stdout.write(self.style.WARNING(f"Edited here and left alone: {', '.join(report.kept)}"))
            self.stdout.write("To take the files' text: import_bank --overwrite ID … (or --overwrite-all)")
        for line in report.undrawn:
            self.stdout.write(self.style.WARNING(f"Not drawn yet: {line} (draw_figures tries again)"))
