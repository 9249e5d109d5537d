"""Draw the figures that are missing: ``manage.py draw_figures``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.models import ItemVersion
from quizzes.services.draw_figures import draw_figures, versions_without_figures


class Command(BaseCommand):
    help = "Draw the figures of published items that have none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--redraw", action="store_true", help="Draw all of them again.")

    def handle(self, *args: Any, **options: Any) -> None:
        redraw: bool = options["redraw"]
        versions = (
            ItemVersion.objects.current().exclude(answer__scenario=None)
            if redraw
            else versions_without_figures()
        )
        total = versions.count()
        failed: list[str] = []
        for number, version in enumerate(versions.select_related("item"), start=1):
            problems = draw_figures(version=version, redraw=redraw)
            failed += [f"{version.item.slug}: {problem}" for problem in problems]
            if options["verbosity"] > 1:
                self.stdout.write(f"{number}/{total} {version.item.slug}")
        self.stdout.write(f"{total - len({line.split(':')[0] for line in failed})} of {total} items drawn.")
        if failed:
            raise CommandError("\n".join(failed))
