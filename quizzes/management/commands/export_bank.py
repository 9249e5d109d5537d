"""Write the published bank as files: ``manage.py export_bank FOLDER``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from quizzes.services.export_bank import export_bank


class Command(BaseCommand):
    help = "Write topics, misconceptions, sources and all published items as YAML files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Where to write; files of the same name are replaced.")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in export_bank(folder=options["folder"]):
            self.stdout.write(str(path))
