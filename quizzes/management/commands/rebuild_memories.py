"""Make all memories anew from the responses: ``manage.py rebuild_memories``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from quizzes.models import Learner
from quizzes.services.memories import rebuild_memories


class Command(BaseCommand):
    help = "Replay the responses of every learner, for example after the scheduler was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        learners = Learner.objects.filter(responses__isnull=False).distinct()
        memories = sum(rebuild_memories(learner=learner) for learner in learners.iterator())
        self.stdout.write(f"{memories} memories of {learners.count()} learners.")
